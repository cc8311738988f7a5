"""What a measurement found: one row of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

TIMES = "\N{MULTIPLICATION SIGN}"
_RANGE = "\N{EN DASH}"
_BOUNDS = {True: "\N{GREATER-THAN OR EQUAL TO}", False: "\N{LESS-THAN OR EQUAL TO}"}


@dataclass(frozen=True)
class Outcome:
    """Something measured in several runs, of which the median counts.

    Attributes:
        what: What was measured.
        against: What it was compared with, in the same run; empty for a number of its own.
        goal: The bound.
        runs: One value per run, in ``unit``; none where it could not be measured.
        unit: What a value is followed by, the space before it included.
        at_least: Whether the goal is a lower bound rather than an upper one.
        note: What else a reader should know, in a sentence; where the goal is missed,
            or nothing was measured, why.

    """

    what: str
    against: str
    goal: float
    runs: Sequence[float]
    unit: str = TIMES
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        return self._middle >= self.goal if self.at_least else self._middle <= self.goal

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the row: what, against, goal, result with the range of its runs, verdict."""
        goal = f"{_BOUNDS[self.at_least]} {_number(self.goal)}{self.unit}"
        if not self.runs:
            return self.what, self.against, goal, "not measured", "skip"
        result = f"{_number(self._middle)}{self.unit}"
        if len(self.runs) > 1:
            result += f" ({_number(min(self.runs))}{_RANGE}{_number(max(self.runs))})"
        return self.what, self.against, goal, result, "pass" if self.holds else "MISS"

    @property
    def _middle(self) -> float:
        return median(self.runs)


def _number(value: float) -> str:
    """Return a value with about three digits, however small or large it is."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
