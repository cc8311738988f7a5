"""What the sidecar costs while it is polled every 2 s, and once nobody asks any more."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from time import sleep

from bench.lab import Lab
from bench.outcome import Outcome
from bench.peer import Peer
from bench.process_costs import ProcessCosts

from sidecar.provider_thread import ABSENT_RETRY_SECONDS, HANDLES_HELD_SECONDS

_POLL_SECONDS = 2.0
_POLLS = 15
_LAST_SWEEP_SECONDS = 15.0 + _POLL_SECONDS
"""After so long without a request there is no sweep any more."""

_QUIET_SECONDS = 20.0


def measure(lab: Lab) -> list[Outcome]:
    """Return processor time and wake-ups, polled and not; the runs are side by side."""
    with ExitStack() as stack:
        sidecars = [
            stack.enter_context(lab.ready_sidecar(lab.driver("devices 8"))) for _ in range(lab.runs)
        ]
        polled = _costs(sidecars, _poll)
        # After the last sweep one thread closes its driver, and others end their long pauses.
        sleep(_LAST_SWEEP_SECONDS + max(HANDLES_HELD_SECONDS, ABSENT_RETRY_SECONDS))
        quiet = _costs(sidecars, lambda _: sleep(_QUIET_SECONDS))
    seconds = _POLL_SECONDS * _POLLS
    return [
        Outcome(
            "CPU, polled every 2 s",
            "one core",
            0.05,
            [100 * each.cpu_seconds / seconds for each in polled],
            unit=" %",
            note="nine tenths of it is the sweep. Made again at once it takes less than half: "
            "after two seconds its code and data have left the processor's caches.",
        ),
        Outcome(
            "voluntary context switches, polled every 2 s",
            "",
            1.5,
            [each.voluntary_switches / seconds for each in polled],
            unit=" /s",
        ),
        Outcome(
            "voluntary context switches, nobody asks",
            "",
            0,
            [each.voluntary_switches / _QUIET_SECONDS for each in quiet],
            unit=" /s",
        ),
    ]


def _costs(sidecars: Sequence[Peer], wait: Callable[[Sequence[Peer]], None]) -> list[ProcessCosts]:
    """Return what each sidecar cost meanwhile."""
    before = [ProcessCosts.of(sidecar.pid) for sidecar in sidecars]
    wait(sidecars)
    after = [ProcessCosts.of(sidecar.pid) for sidecar in sidecars]
    return [now.since(then) for now, then in zip(after, before, strict=True)]


def _poll(sidecars: Sequence[Peer]) -> None:
    for _ in range(_POLLS):
        for sidecar in sidecars:
            sidecar.ask()
        sleep(_POLL_SECONDS)
