"""One poll from Node, against the npm package that most Node programs ask for GPU numbers."""

import json
import os
import shutil

from bench.lab import PROGRAMS, SIDECAR, Lab
from bench.outcome import Outcome

_TOOLS = ("clinfo", "dmidecode", "lspci", "nvidia-smi", "xdpyinfo", "xrandr")
_NOTE = "a lower bound: the programs that it spawns are stand-ins that only print."


def measure(lab: Lab) -> list[Outcome]:
    """Return how many times faster and cheaper a poll of the running sidecar is."""
    tools = lab.folder()
    for tool in _TOOLS:
        (tools / tool).symlink_to(lab.compiled("gpu_tools"))
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    runs = [_run(lab, path) for _ in range(lab.runs)]
    return [
        Outcome(
            f"one poll from Node, {what}",
            "npm package systeminformation",
            goal,
            [run[key] for run in runs],
            at_least=True,
            note=_NOTE if key == "hot" else "",
        )
        for key, what, goal in (("hot", "times faster", 60), ("cpu", "times less CPU", 25))
    ]


def _run(lab: Lab, path: str) -> dict[str, float]:
    node = shutil.which("node")
    assert node, "needs node on the PATH"
    command = [node, str(PROGRAMS / "systeminformation.mjs"), *SIDECAR]
    environment = {**lab.driver("devices 8").environment, "PATH": path}
    return json.loads(lab.output_of(command, environment))
