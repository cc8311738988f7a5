"""How soon a new sidecar answers, against a Python that does nothing."""

import sys
from collections.abc import Sequence
from statistics import median
from time import perf_counter

from bench.lab import SIDECAR, Lab
from bench.outcome import Outcome
from bench.peer import HELLO_REQUEST

_STARTS = 20


def measure(lab: Lab) -> list[Outcome]:
    """Return the time from spawn to the answer to hello."""
    ratios: list[float] = []
    for _ in range(lab.runs):
        pairs = [(seconds_to_hello(lab), _nothing(lab)) for _ in range(_STARTS)]
        ours, theirs = zip(*pairs, strict=True)
        ratios.append(median(ours) / median(theirs))
    return [Outcome("sidecar:hello after spawn", "python -I -c pass", 4, ratios)]


def seconds_to_hello(lab: Lab, program: Sequence[str] = SIDECAR) -> float:
    """Return how long a sidecar takes from its start to its first answer."""
    driver = lab.driver("devices 8")
    start = perf_counter()
    with lab.sidecar(driver, program) as sidecar:
        sidecar.ask(HELLO_REQUEST)
        return perf_counter() - start


def _nothing(lab: Lab) -> float:
    start = perf_counter()
    lab.output_of([sys.executable, "-I", "-c", "pass"], {})
    return perf_counter() - start
