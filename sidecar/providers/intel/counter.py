"""Counters that only grow, such as energy or time spent idle."""


class Counter:
    """How fast a counter grows from one look to the next."""

    def __init__(self) -> None:
        self._before: tuple[int, float] | None = None

    def per_second(self, count: int | None, now: float) -> float | None:
        """Return the growth per second since the look before.

        Args:
            count: What the counter shows, or None when it cannot be read.
            now: Monotonic seconds.

        Returns:
            None at the first look, after one that failed, and after a wrap or a reset.

        """
        before, self._before = self._before, None if count is None else (count, now)
        if before is None or count is None:
            return None
        growth, seconds = count - before[0], now - before[1]
        return growth / seconds if growth >= 0 and seconds > 0 else None
