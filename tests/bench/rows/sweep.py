"""One sweep over the GPUs, against other ways to read the same values; and how it grows."""

import json
import sys
from statistics import median

from bench.lab import PROGRAMS, Lab
from bench.outcome import Outcome
from fakes.nvidia_driver import FakeNvidiaDriver


def measure(lab: Lab) -> list[Outcome]:
    """Return the provider's sweep against pynvml, nvitop, and itself with eight times the GPUs."""
    few, many = lab.driver("devices 8"), lab.driver("devices 64")
    against_pynvml, against_nvitop, growth = list[float](), list[float](), list[float]()
    for _ in range(lab.runs):
        ours, theirs = _median_seconds(lab, few, "provider", "bare_pynvml")
        against_pynvml.append(ours / theirs)
        ours, theirs = _median_seconds(lab, few, "provider", "nvitop")
        against_nvitop.append(theirs / ours)
        (of_few,), (of_many,) = (_median_seconds(lab, each, "provider") for each in (few, many))
        growth.append(of_many / of_few)
    return [
        Outcome("one sweep", "bare pynvml loop, cached handles, same values", 1.5, against_pynvml),
        Outcome(
            "one sweep, times faster",
            "nvitop, same values",
            6,
            against_nvitop,
            at_least=True,
        ),
        Outcome("sweep of 64 GPUs", "sweep of 8 GPUs", 9, growth),
    ]


def _median_seconds(lab: Lab, driver: FakeNvidiaDriver, *readers: str) -> list[float]:
    command = [sys.executable, "-I", str(PROGRAMS / "sweeps.py"), *readers]
    turns = json.loads(lab.output_of(command, driver.environment))
    return [median(each) for each in zip(*turns, strict=True)]
