"""The power that an Intel GPU draws, from the counter of the energy that it used."""

from collections.abc import Iterable
from pathlib import Path

from sidecar.providers.first_file import FirstFile
from sidecar.providers.intel.counter import Counter

MOST_WATTS = 600.0
"""What the largest one, Max 1550, is rated at. Linux 6.16 counts thousands on some cards (nvtop
issue 409), and the counter jumps when the computer comes back from standby."""

_MICROJOULES = 1e6


class Power:
    """Watts on average since the look before.

    Args:
        energy_microjoules: The counters, each of something else, in the order of preference.

    """

    def __init__(self, energy_microjoules: Iterable[Path]) -> None:
        # Some kernels have a counter for the card that stays at 0.
        self._energy = FirstFile(energy_microjoules, at_least=1)
        self._counter = Counter()
        self._counted: Path | None = None

    def watts(self, now: float) -> float | None:
        """Return the power, or None when it is not known; ``now`` is in monotonic seconds."""
        found = self._energy.read()
        if found is None:
            return self._counter.per_second(None, now)
        file, microjoules = found
        if file != self._counted:
            self._counter, self._counted = Counter(), file
        growth = self._counter.per_second(microjoules, now)
        watts = None if growth is None else growth / _MICROJOULES
        return None if watts is None or watts > MOST_WATTS else watts
