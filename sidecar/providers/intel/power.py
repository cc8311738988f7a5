"""The energy that an Intel GPU has used, and from its growth the power that it draws."""

from collections.abc import Iterable
from pathlib import Path

from sidecar.providers.first_file import FirstFile
from sidecar.providers.intel.counter import Counter
from sidecar.providers.metric import Values

MOST_WATTS = 600.0
"""What the largest one, Max 1550, is rated at. Linux 6.16 counts thousands on some cards (nvtop
issue 409), and the counter jumps when the computer comes back from standby."""

_MICROJOULES = 1e6


class Power:
    """Joules so far, and watts on average since the look before.

    Args:
        energy_microjoules: The counters, each of something else, in the order of preference.

    """

    def __init__(self, energy_microjoules: Iterable[Path]) -> None:
        # Some kernels have a counter for the card that stays at 0.
        self._energy = FirstFile(energy_microjoules, at_least=1)
        self._counter = Counter()
        self._counted: Path | None = None

    def values(self, now: float) -> Values:
        """Return the power and the energy, where known; ``now`` is in monotonic seconds.

        What the counter shows is told only while its growth can be believed.
        """
        found = self._energy.read()
        if found is None:
            self._counter = Counter()
            return {}
        file, microjoules = found
        if file != self._counted:
            self._counter, self._counted = Counter(), file
        growth = self._counter.per_second(microjoules, now)
        watts = None if growth is None else growth / _MICROJOULES
        if watts is None or watts > MOST_WATTS:
            return {}
        return {"power_watts": watts, "energy_joules": microjoules / _MICROJOULES}
