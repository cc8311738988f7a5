"""What is asked for: since when, how often, how much. Written by readers, read by providers."""

import time
from collections.abc import Callable

from sidecar.contract import AlertThresholds

DEFAULT_INTERVAL_SECONDS = 2.0
"""The interval that the hand-off names, and that of the hook. Below 1 s NVML repeats itself."""

DEFAULT_THRESHOLDS = AlertThresholds(utilization_percent=90, memory_percent=90, temperature_c=80)
"""Those that the hand-off names."""

_INTERVALS_WITHOUT_REQUEST = 5
_MIN_SECONDS_WITHOUT_REQUEST = 15.0


class Demand:
    """Sweeping follows the requests: none for a while, and it stops.

    Attributes:
        interval_seconds: Time between two sweeps while somebody asks.
        process_names: Whether somebody wants the names of the programs that use a GPU.
        thresholds: Above which values somebody wants alerts.
        asked_at: Monotonic seconds of the last request.

    """

    def __init__(
        self,
        interval_seconds: float = DEFAULT_INTERVAL_SECONDS,
        *,
        process_names: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.interval_seconds = interval_seconds
        self.process_names = process_names
        self.thresholds = DEFAULT_THRESHOLDS
        self._clock = clock
        self.asked_at = float("-inf")

    def is_recent(self) -> bool:
        """Whether somebody asked not long ago."""
        return self._clock() - self.asked_at < max(
            _MIN_SECONDS_WITHOUT_REQUEST, _INTERVALS_WITHOUT_REQUEST * self.interval_seconds
        )
