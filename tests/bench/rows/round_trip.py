"""How long a request takes, against a C program that answers the same bytes."""

from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from time import sleep
from typing import NamedTuple

from bench.lab import Lab
from bench.outcome import Outcome
from bench.peer import Peer

_ROUNDS, _ROUND_REQUESTS = 20, 200
_COLD_REQUESTS = 150
_GAP_SECONDS = 0.015
_IN_FLIGHT, _IN_FLIGHT_REQUESTS = 64, 2000
_WHEN_COLD = (
    ", whose code and data have left the processor's caches by then: at once after another request "
    "they take an eighth of that"
)


def measure(lab: Lab) -> list[Outcome]:
    """Return round trips hot, cold and with many in flight."""
    runs = [_run(lab) for _ in range(lab.runs)]
    return [
        _outcome("round trip, hot", 1.35, [run.hot for run in runs], ""),
        _outcome("round trip, cold (15 ms gaps)", 1.6, [run.cold for run in runs], _WHEN_COLD),
        _outcome(
            "throughput, 64 in flight", 0.75, [run.in_flight for run in runs], "", at_least=True
        ),
    ]


class _Against(NamedTuple):
    """How the sidecar, and Python at its least, compare with the C program."""

    sidecar: float
    python: float


class _Run(NamedTuple):
    hot: _Against
    cold: _Against
    in_flight: _Against


def _outcome(
    what: str, goal: float, runs: Sequence[_Against], costs: str, *, at_least: bool = False
) -> Outcome:
    least = Outcome("", "", goal, [run.python for run in runs]).cells()[3]
    return Outcome(
        what,
        "C program that echoes the same bytes",
        goal,
        [run.sidecar for run in runs],
        at_least=at_least,
        note=f"in the same runs a Python program that only echoes reaches {least}. What is above "
        "that is the sidecar's own: nine Python functions that split, parse, look up, join and "
        f"write{costs}.",
    )


def _run(lab: Lab) -> _Run:
    with lab.ready_sidecar(lab.driver("devices 8")) as sidecar, ExitStack() as stack:
        in_c, in_python = (stack.enter_context(echo) for echo in lab.echoes_of(sidecar))
        peers = (sidecar, in_python, in_c)
        hot = [[_usual_seconds(peer) for peer in peers] for _ in range(_ROUNDS)]
        cold = [[_cold_seconds(peer) for peer in peers] for _ in range(_COLD_REQUESTS)]
        rates = [[_requests_a_second(peer) for peer in peers] for _ in range(_ROUNDS)]
    return _Run(_against_last(hot), _against_last(cold), _against_last(rates))


def _against_last(turns: list[list[float]]) -> _Against:
    sidecar, in_python, in_c = (median(each) for each in zip(*turns, strict=True))
    return _Against(sidecar / in_c, in_python / in_c)


def _usual_seconds(peer: Peer) -> float:
    return median(peer.seconds_to_answer() for _ in range(_ROUND_REQUESTS))


def _cold_seconds(peer: Peer) -> float:
    sleep(_GAP_SECONDS)
    return peer.seconds_to_answer()


def _requests_a_second(peer: Peer) -> float:
    return _IN_FLIGHT_REQUESTS / peer.seconds_to_answer_many(_IN_FLIGHT_REQUESTS, _IN_FLIGHT)
