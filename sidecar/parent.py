"""Ends the sidecar with the process that started it, even if that one was killed.

The end of stdin says the same, but a driver may have inherited or held it; the kernel's word on
Linux is certain and takes milliseconds.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent ends. Elsewhere stdin's end has to do."""
    if sys.platform != "linux":
        return
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
