"""One sweep over the GPUs, against other ways to read the same values; and how it grows."""

import json
import sys
from statistics import median

from bench.lab import PROGRAMS, Lab
from bench.outcome import Outcome
from fakes.nvidia_driver import FakeNvidiaDriver

_GROWTH_PAIRS = 3
"""Two numbers of GPUs take two processes, between which a computer may change its speed."""


def measure(lab: Lab) -> list[Outcome]:
    """Return the provider's sweep against pynvml, nvitop, and itself with eight times the GPUs."""
    few, many = lab.driver("devices 8"), lab.driver("devices 64")
    runs = range(lab.runs)
    bare = [_ratio(lab, few, "nvitop", "bare_pynvml") for _ in runs]
    return [
        Outcome(
            "one sweep",
            "bare pynvml loop, cached handles, same calls",
            1.5,
            [_ratio(lab, few, "provider", "bare_pynvml") for _ in runs],
            note="what is above 1 is for each value: when it is due, what it was when it fails, "
            "and which errors cost more than that value. The fake driver answers a call in about "
            "1 µs; with a real one, which takes longer, the same difference counts for less.",
        ),
        Outcome(
            "one sweep, times faster",
            "nvitop, same fields",
            6,
            [_ratio(lab, few, "nvitop", "provider") for _ in runs],
            at_least=True,
            note="both are mostly the calls of pynvml that they make: the sidecar five a GPU, the "
            "others every 10 or 30 s, and nvitop eight. The bare loop of the row above takes "
            f"{median(bare):.3g} times less than nvitop.",
        ),
        Outcome("sweep of 64 GPUs", "sweep of 8 GPUs", 9, [_growth(lab, few, many) for _ in runs]),
    ]


def _ratio(lab: Lab, driver: FakeNvidiaDriver, first: str, second: str) -> float:
    """Return how many times as long as the second reader the first takes."""
    return median(ours / theirs for ours, theirs in _turns(lab, driver, first, second))


def _growth(lab: Lab, few: FakeNvidiaDriver, many: FakeNvidiaDriver) -> float:
    ratios = [_median_seconds(lab, many) / _median_seconds(lab, few) for _ in range(_GROWTH_PAIRS)]
    return median(ratios)


def _median_seconds(lab: Lab, driver: FakeNvidiaDriver) -> float:
    return median(seconds for (seconds,) in _turns(lab, driver, "provider"))


def _turns(lab: Lab, driver: FakeNvidiaDriver, *readers: str) -> list[list[float]]:
    """Return, per turn, the seconds that each reader takes for a sweep."""
    command = [sys.executable, "-I", str(PROGRAMS / "sweeps.py"), *readers]
    return json.loads(lab.output_of(command, driver.environment))
