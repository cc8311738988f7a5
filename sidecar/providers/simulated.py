"""GPUs that do not exist, for a demo on a computer without one. Only when asked for."""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from sidecar.snapshot import Device, Reading

_GIB = 1 << 30
_MEMORY_TOTAL_BYTES = 24 * _GIB
# One round of a chat with a local model: (seconds from start, utilization %, memory GiB, °C, W).
_SESSION = (
    (0.0, 0, 0.6, 38, 22.0),  # idle
    (8.0, 2, 0.6, 38, 24.0),  # the model is loaded
    (16.0, 18, 19.4, 45, 95.0),
    (18.0, 100, 20.1, 58, 330.0),  # the prompt is read
    (22.0, 96, 20.3, 69, 285.0),  # tokens are generated
    (48.0, 94, 21.8, 83, 280.0),
    (50.0, 3, 21.8, 78, 60.0),  # it waits for the next prompt
    (64.0, 0, 21.8, 52, 30.0),
    (66.0, 0, 0.6, 50, 26.0),  # the model is unloaded
    (90.0, 0, 0.6, 38, 22.0),
)
_SESSION_SECONDS = _SESSION[-1][0]
_IDLE_MHZ, _BOOST_MHZ = 210, 2520


class SimulatedProvider:
    """``count`` GPUs that run the same scripted session, each a little later than the one before.

    Their vendor is ``simulated`` and their name says so too.
    """

    name = "simulated"

    def __init__(self, count: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._devices = [
            Device(key=f"simulated-{index:04}", name="Simulated GPU (24 GiB)", vendor="simulated")
            for index in range(count)
        ]

    def open(self) -> None:
        """Need nothing."""

    def devices(self) -> Sequence[Device]:
        """Return as many as were asked for."""
        return self._devices

    def read(self, device: Device) -> Reading:
        """Return the values of this moment of the session."""
        delay_seconds = 15 * self._devices.index(device)
        elapsed = (self._clock() - self._started - delay_seconds) % _SESSION_SECONDS
        utilization, memory_gib, temperature, power = _values_at(elapsed)
        used = int(memory_gib * _GIB)
        return Reading(
            utilization_percent=utilization,
            memory_used_bytes=used,
            memory_free_bytes=_MEMORY_TOTAL_BYTES - used,
            memory_total_bytes=_MEMORY_TOTAL_BYTES,
            temperature_celsius=temperature,
            power_watts=power,
            clock_mhz=round(_IDLE_MHZ + (_BOOST_MHZ - _IDLE_MHZ) * utilization / 100),
        )

    def close(self) -> None:
        """Hold nothing."""


def _values_at(elapsed: float) -> list[float]:
    for (start, *before), (end, *after) in pairwise(_SESSION):
        if elapsed < end:
            share = (elapsed - start) / (end - start)
            return [a + (b - a) * share for a, b in zip(before, after, strict=True)]
    return list(_SESSION[-1][1:])
