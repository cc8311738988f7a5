"""How busy an Intel GPU is, as far as an ordinary user can know.

No file tells it, and the performance counters that do need a privilege. But it has two bounds:

- At most: the GT works at most while it is not power-gated, which is counted whoever uses it.
  It is awake longer than it works, though, and by how much depends on the driver, the firmware
  and the load: i915's awake time is "a summary, albeit an overestimate" to those who added it
  (Chris Wilson, intel-gfx, msg247109 of mail-archive.com). A desktop that draws may keep it awake.
- At least: the time that the engines worked for the app's own clients, by fdinfo (see the kernel's
  Documentation/gpu/drm-usage-stats.rst). Everybody else's work is missing.

Where the two are close, the truth between them is known well enough: an idle GPU, and one that runs
the app's own model. Anywhere else either of them would mislead, and the value is unknown.
"""

from sidecar.providers.fdinfo import Client
from sidecar.providers.intel.counter import Counter

CLOSE_PERCENT = 20.0
"""Bounds no further apart than this give their middle, which is wrong by half of it at most."""

# A second may seem longer when it is read late. A jump comes from a reset or from standby, after
# which both drivers take the new count for an overflow of the old one.
_MOST_IDLE_MS_PER_SECOND = 1100


class Utilization:
    """The bounds, from one look to the next."""

    def __init__(self) -> None:
        self._idle = Counter()
        self._engines = EngineTime()

    def percent(
        self, idle_ms: int | None, clients: list[Client] | None, now: float
    ) -> float | None:
        """Return the utilization since the look before, or None when it is not known.

        Args:
            idle_ms: Milliseconds spent power-gated so far, by everybody; None is unknown.
            clients: The app's own; None is unknown.
            now: Monotonic seconds.

        """
        most = self._most(idle_ms, now)
        least = min(most, self._engines.percent(clients or [], now))
        return (least + most) / 2 if most - least <= CLOSE_PERCENT else None

    def _most(self, idle_ms: int | None, now: float) -> float:
        idle_ms_per_second = self._idle.per_second(idle_ms, now)
        if idle_ms_per_second is None or idle_ms_per_second > _MOST_IDLE_MS_PER_SECOND:
            return 100.0
        return max(0.0, 100 - idle_ms_per_second / 10)


class EngineTime:
    """How much of the time the engines worked for some clients, from one look to the next."""

    def __init__(self) -> None:
        self._before: dict[str, Client] = {}
        self._looked_at = 0.0

    def percent(self, clients: list[Client], now: float) -> float:
        """Return the share of the busiest kind of engine. A client seen for the first time is 0."""
        before, seconds = self._before, now - self._looked_at
        self._before, self._looked_at = {each.client_id: each for each in clients}, now
        shares: dict[str, float] = {}
        for client in clients:
            if client.client_id in before:
                for engine, share in _shares(before[client.client_id], client, seconds).items():
                    shares[engine] = shares.get(engine, 0.0) + share
        return 100 * max(shares.values(), default=0.0)


def _shares(before: Client, after: Client, seconds: float) -> dict[str, float]:
    """Return the share of each kind of engine: i915 counts nanoseconds, xe clock cycles."""
    used = _growth(before.engine_ns, after.engine_ns) | _growth(before.cycles, after.cycles)
    elapsed = dict.fromkeys(after.engine_ns, round(seconds * 1e9))
    elapsed |= _growth(before.total_cycles, after.total_cycles)
    return {
        engine: amount / elapsed[engine] / after.capacity.get(engine, 1)
        for engine, amount in used.items()
        if elapsed.get(engine)
    }


def _growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return by how much each count grew; one that fell catches up later, says the document."""
    return {key: max(0, count - before.get(key, count)) for key, count in after.items()}
