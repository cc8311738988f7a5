"""What the dashboard costs the page, in a real Electron. Skipped where none can run."""

import json

from bench.lab import Lab, NoElectronError
from bench.outcome import Outcome

_CHARTS = "dashboard, 8 GPUs in 4 charts of 300 points: main thread, a tick"
_OVERVIEW = "dashboard, 64 GPUs: main thread, a tick"
_WITHOUT_GRAPHICS = "processor time, drawn without a graphics card's help."


def measure(lab: Lab) -> list[Outcome]:
    """Return how much processor time of the page's main thread new numbers take, in ms."""
    runs, note = list[dict[str, float]](), _WITHOUT_GRAPHICS
    try:
        runs = [
            json.loads(lab.output_in_electron("dashboard.mjs", environment={}))
            for _ in range(lab.runs)
        ]
    except NoElectronError as error:
        note = f"{error}."
    return [
        Outcome(what, "", goal, [run[key] for run in runs], unit=" ms", note=note)
        for key, what, goal in (("chartsMs", _CHARTS, 12), ("overviewMs", _OVERVIEW, 50))
    ]
