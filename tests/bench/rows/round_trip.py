"""How long a request takes, against a C program that answers the same bytes."""

from statistics import median
from time import sleep

from bench.lab import Lab
from bench.outcome import Outcome
from bench.peer import Peer

_ROUNDS, _ROUND_REQUESTS = 20, 200
_COLD_REQUESTS = 150
_GAP_SECONDS = 0.015
_IN_FLIGHT, _IN_FLIGHT_REQUESTS = 64, 2000

_ECHO = "C program that echoes the same bytes"


def measure(lab: Lab) -> list[Outcome]:
    """Return round trips hot, cold and with many in flight."""
    hot, cold, throughput = list[float](), list[float](), list[float]()
    for _ in range(lab.runs):
        with lab.ready_sidecar(lab.driver("devices 8")) as sidecar, lab.echo_of(sidecar) as echo:
            hot.append(median(_hot(sidecar, echo) for _ in range(_ROUNDS)))
            cold.append(_cold(sidecar, echo))
            throughput.append(median(_in_flight(sidecar, echo) for _ in range(_ROUNDS)))
    return [
        Outcome("round trip, hot", _ECHO, 1.35, hot),
        Outcome("round trip, cold (15 ms gaps)", _ECHO, 1.6, cold),
        Outcome("throughput, 64 in flight", _ECHO, 0.75, throughput, at_least=True),
    ]


def _hot(sidecar: Peer, echo: Peer) -> float:
    ours, theirs = (
        median(peer.seconds_to_answer() for _ in range(_ROUND_REQUESTS)) for peer in (sidecar, echo)
    )
    return ours / theirs


def _cold(sidecar: Peer, echo: Peer) -> float:
    seconds: dict[Peer, list[float]] = {sidecar: [], echo: []}
    for _ in range(_COLD_REQUESTS):
        for peer, taken in seconds.items():
            sleep(_GAP_SECONDS)
            taken.append(peer.seconds_to_answer())
    return median(seconds[sidecar]) / median(seconds[echo])


def _in_flight(sidecar: Peer, echo: Peer) -> float:
    ours, theirs = (
        peer.seconds_to_answer_many(_IN_FLIGHT_REQUESTS, _IN_FLIGHT) for peer in (sidecar, echo)
    )
    return theirs / ours
