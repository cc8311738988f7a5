"""One poll as an Electron app makes it, against spawning a program for every poll."""

import json
import shutil

from bench.lab import PROGRAMS, SIDECAR, Lab
from bench.outcome import Outcome

_SPAWNED = "spawning a C stand-in for nvidia-smi"


def measure(lab: Lab) -> list[Outcome]:
    """Return how many times faster and cheaper a poll of the running sidecar is."""
    runs = [_run(lab) for _ in range(lab.runs)]
    return [
        Outcome(
            f"one poll from Node, {what}",
            _SPAWNED,
            goal,
            [run["sidecar"][key] for run in runs],
            at_least=True,
            note=f"in the same runs a C program that only echoes reaches {_result(runs, key)}: "
            f"{rest}.",
        )
        for key, what, goal, rest in (
            ("hot", "times faster hot", 60, "pipes and JSON.parse cost Node more than the goal"),
            (
                "cold",
                "times faster cold",
                8,
                "what is below that is the sidecar's own",
            ),
            ("cpu", "times less CPU", 25, "what is below that is the sidecar's own"),
        )
    ]


def _result(runs: list[dict[str, dict[str, float]]], key: str) -> str:
    return Outcome("", "", 0, [run["echo"][key] for run in runs]).cells()[3]


def _run(lab: Lab) -> dict[str, dict[str, float]]:
    node = shutil.which("node")
    assert node, "needs node on the PATH"
    driver = lab.driver("devices 8")
    with lab.ready_sidecar(driver) as sidecar:
        answer = lab.answer_of(sidecar)
    programs = [lab.compiled("nvidia_smi"), lab.compiled("echo"), answer]
    command = [node, str(PROGRAMS / "poll.mjs"), *map(str, programs), *SIDECAR]
    return json.loads(lab.output_of(command, driver.environment))
