"""One question about a GPU and how often it is asked: not everything changes with every sweep."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

EVERY_SWEEP = 0.0
OFTEN_SECONDS = 10.0
"""For what changes while a model runs but is not watched closely; some of it is slow to ask."""

SELDOM_SECONDS = 30.0
"""For what only a person or the driver changes."""

Values = dict[str, Any]
"""Some of the fields of a Reading."""


class Metric(Struct):
    """A question, and when it is due again.

    Attributes:
        ask: Returns fields of a Reading; those that are unknown are left out or None.
        every_seconds: How often it is asked.
        due: Monotonic seconds from which on it is to be asked.
        values: The answer that holds until then.

    """

    ask: Callable[[], Values]
    every_seconds: float = EVERY_SWEEP
    due: float = 0.0
    values: Values = {}

    def at(self, now: float) -> Values:
        """Return the answer that holds at ``now``, in monotonic seconds; ask when it is due."""
        if now >= self.due:
            self.due = now + self.every_seconds
            self.values = self.ask()
        return self.values
