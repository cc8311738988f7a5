"""Ends the sidecar with the process that started it, even if that one was killed.

The end of stdin says the same, but a driver may have inherited or held it. On Linux the kernel
kills us, whatever our threads do; elsewhere a thread waits for the parent's end. It is only tested
with stand-ins for Windows and macOS so far.
"""

import ctypes
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

_SYNCHRONIZE = 0x00100000  # winnt.h
_INFINITE = 0xFFFFFFFF  # winbase.h
_WAIT_OBJECT_0 = 0  # winbase.h
_ERROR_INVALID_PARAMETER = 87  # winerror.h; what OpenProcess says of a process that there is not


def end_with_parent(parent_pid: int) -> None:
    """Have this process end, at once and whatever it is doing, when its parent does."""
    if sys.platform == "linux":
        _have_kernel_kill(parent_pid)
    elif sys.platform == "win32":
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        _end_when(lambda: has_ended_on_windows(parent_pid, kernel32, ctypes.get_last_error))
    elif sys.platform == "darwin":
        _end_when(lambda: has_ended_on_macos(parent_pid, select))


def has_ended_on_windows(pid: int, kernel32: Any, last_error: Callable[[], int]) -> bool:  # noqa: ANN401 - a DLL
    """Wait for a process's end. Return at once, and False, when it cannot be watched."""
    kernel32.OpenProcess.restype = ctypes.c_void_p
    handle = kernel32.OpenProcess(_SYNCHRONIZE, 0, pid)
    if not handle:
        return last_error() == _ERROR_INVALID_PARAMETER
    # Unbounded, in a thread of its own: it ends with this process.
    return kernel32.WaitForSingleObject(ctypes.c_void_p(handle), _INFINITE) == _WAIT_OBJECT_0


def has_ended_on_macos(pid: int, select: Any) -> bool:  # noqa: ANN401 - a module that differs by system
    """Wait for a process's end. Return at once, and False, when it cannot be watched."""
    end = select.kevent(
        pid,
        filter=select.KQ_FILTER_PROC,
        flags=select.KQ_EV_ADD | select.KQ_EV_ONESHOT,
        fflags=select.KQ_NOTE_EXIT,
    )
    try:
        # Unbounded, in a thread of its own: it ends with this process.
        return bool(select.kqueue().control([end], 1, None))
    except ProcessLookupError:
        return True
    except OSError:
        return False


def _have_kernel_kill(parent_pid: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have ended before the line above took hold. A parent that is another process
    # but still lives only started us through a wrapper.
    if os.getppid() != parent_pid and not _is_alive(parent_pid):
        os._exit(0)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end_when(has_ended: Callable[[], bool]) -> None:
    def watch() -> None:
        if has_ended():
            os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
