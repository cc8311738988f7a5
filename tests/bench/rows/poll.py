"""One poll as an Electron app makes it, against spawning a program for every poll."""

import json
import shutil
import sys

from bench.lab import PROGRAMS, Lab
from bench.outcome import Outcome

_SPAWNED = "spawning a C stand-in for nvidia-smi"


def measure(lab: Lab) -> list[Outcome]:
    """Return how many times faster and cheaper a poll of the running sidecar is."""
    runs = [_run(lab) for _ in range(lab.runs)]
    return [
        Outcome(
            f"one poll from Node, {what}", _SPAWNED, goal, [run[key] for run in runs], at_least=True
        )
        for key, what, goal in (
            ("hot", "times faster hot", 60),
            ("cold", "times faster cold", 8),
            ("cpu", "times less CPU", 25),
        )
    ]


def _run(lab: Lab) -> dict[str, float]:
    node = shutil.which("node")
    assert node, "needs node on the PATH"
    sidecar = [sys.executable, "-I", "-m", "sidecar"]
    command = [node, str(PROGRAMS / "poll.mjs"), str(lab.compiled("nvidia_smi")), *sidecar]
    return json.loads(lab.output_of(command, lab.driver("devices 8").environment))
