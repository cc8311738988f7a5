"""The end with the parent, on systems that this one may not be."""

import ctypes
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from sidecar.parent import has_ended_on_macos, has_ended_on_windows

PID = 4711
INVALID_PARAMETER, ACCESS_DENIED = 87, 5
WAIT_OBJECT_0, WAIT_FAILED = 0, 0xFFFFFFFF


class FakeKernel32:
    """Windows' functions on processes: one process, with a handle that fills 64 bits."""

    def __init__(self, wait_result: int = WAIT_OBJECT_0) -> None:
        self.handle = 0x1_0000_0004
        self.error = 0
        self.waited: list[tuple[int, int]] = []
        self._wait_result = wait_result
        self.OpenProcess = partial(self._open)  # takes the attributes that ctypes' functions have

    def WaitForSingleObject(  # noqa: N802 - Windows' name
        self, handle: ctypes.c_void_p, milliseconds: int
    ) -> int:
        assert handle.value
        self.waited.append((handle.value, milliseconds))
        return self._wait_result

    def _open(self, access: int, inherit: int, pid: int) -> int | None:
        synchronize = 0x00100000
        assert (access, inherit) == (synchronize, 0)
        return self.handle if pid == PID and not self.error else None


def windows(kernel32: FakeKernel32, pid: int = PID) -> bool:
    return has_ended_on_windows(pid, kernel32, lambda: kernel32.error)


def test_on_windows_it_waits_for_the_parent_without_a_limit() -> None:
    kernel32 = FakeKernel32()
    assert windows(kernel32)
    assert kernel32.waited == [(0x1_0000_0004, 0xFFFFFFFF)]


def test_on_windows_a_parent_that_is_gone_already_has_ended() -> None:
    kernel32 = FakeKernel32()
    kernel32.error = INVALID_PARAMETER
    assert windows(kernel32)


@pytest.mark.parametrize("error", [ACCESS_DENIED, 0])
def test_on_windows_a_parent_that_may_not_be_watched_has_not_ended(error: int) -> None:
    kernel32 = FakeKernel32(wait_result=WAIT_FAILED)
    kernel32.error = error
    assert not windows(kernel32)


def fake_select(answer: list[object] | OSError) -> Any:  # noqa: ANN401 - stands in for a module
    """Return a ``select`` as on macOS, whose queue does as told with the only event it knows."""

    def control(changes: list[object], max_events: int, timeout: object) -> list[object]:
        assert (changes, max_events, timeout) == ([(PID, -5, 0x11, 0x80000000)], 1, None)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def kevent(pid: int, *, filter: int, flags: int, fflags: int) -> object:  # noqa: A002 - macOS's name
        return pid, filter, flags, fflags

    return SimpleNamespace(
        KQ_FILTER_PROC=-5,
        KQ_EV_ADD=0x1,
        KQ_EV_ONESHOT=0x10,
        KQ_NOTE_EXIT=0x80000000,
        kevent=kevent,
        kqueue=lambda: SimpleNamespace(control=control),
    )


@pytest.mark.parametrize(
    ("answer", "has_ended"),
    [(["exit"], True), (ProcessLookupError(), True), (PermissionError(), False)],
)
def test_on_macos_it_waits_for_the_exit_of_the_parent(
    answer: list[object] | OSError,
    has_ended: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    assert has_ended_on_macos(PID, fake_select(answer)) is has_ended
