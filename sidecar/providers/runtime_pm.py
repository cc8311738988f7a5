"""Lets a GPU that does nothing fall asleep while it is watched.

Linux powers a GPU down when its driver was not asked for anything for a while: 5 s of amdgpu, 10 s
of i915, 1 s of xe. Whoever reads its sensors asks, and looking every two seconds would keep it
awake for ever (amdgpu_pm_put_access in amdgpu_pm.c; Documentation/power/runtime_pm.rst). So a GPU
that has been idle is left alone for as long as falling asleep takes, and then looked at again.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from sidecar.providers.pci import read_integer, read_text
from sidecar.providers.provider import LONGEST_REST_SECONDS
from sidecar.snapshot import Reading

IDLE_READINGS = 3
"""So many readings in a row must be idle: a model pauses between two prompts as well."""

_IDLE_PERCENT = 1.0  # Intel's idle GPUs wake up for a moment now and then
# The kernel's timer may be a quarter late (rpm_suspend), and powering down takes time as well.
_MARGIN = 1.5


class IdleRest:
    """Reads a GPU, or leaves it alone and repeats what it said last.

    Args:
        device: Its folder in sysfs. Nothing but the files of ``power`` is looked at.
        clock: Monotonic seconds.

    """

    def __init__(self, device: Path, clock: Callable[[], float]) -> None:
        self._power = device / "power"
        self._clock = clock
        self._last = Reading()
        self._read_at = 0.0
        self._rest_until = 0.0
        self._idle_readings = 0

    def is_resting(self) -> bool:
        """Whether the GPU must not be touched now, since it is about to fall asleep."""
        return self._clock() < self._rest_until and not self._is_in_use()

    def read(self, read: Callable[[], Reading]) -> Reading:
        """Return what ``read`` says, or the last reading with its age while the GPU rests."""
        now = self._clock()
        if self.is_resting():
            return msgspec.structs.replace(self._last, age_seconds=now - self._read_at)
        self._last, self._read_at = read(), now
        self._idle_readings = self._idle_readings + 1 if _is_idle(self._last) else 0
        if self._idle_readings >= IDLE_READINGS:
            self._rest_until = now + self._rest_seconds()
        return self._last

    def _rest_seconds(self) -> float:
        """Return how long it takes to fall asleep; 0 for a GPU that will not, or not soon."""
        if read_text(self._power / "control") != "auto":
            return 0.0
        seconds = _MARGIN * (read_integer(self._power / "autosuspend_delay_ms") or 0) / 1000
        return seconds if 0 < seconds <= LONGEST_REST_SECONDS else 0.0

    def _is_in_use(self) -> bool:
        """Whether somebody else keeps it awake: a display, a model. Not every kernel tells."""
        return bool(read_integer(self._power / "runtime_usage"))


def _is_idle(reading: Reading) -> bool:
    percent = reading.utilization_percent
    return percent is not None and percent <= _IDLE_PERCENT and not reading.process_count
