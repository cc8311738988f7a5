"""What the dashboard costs the page, in a real Electron. Skipped where none can run."""

import json
from collections.abc import Sequence
from statistics import median

from bench.lab import Lab, NoElectronError
from bench.outcome import Outcome

_ROWS = {
    "charts": ("dashboard, 8 GPUs in 4 charts of 300 points: main thread, a tick", 12.0),
    "overview": ("dashboard, 64 GPUs: main thread, a tick", 50.0),
}
"""What is measured, and how many ms it may take."""

_CHARTS = (
    "A profile shows that of the scripts' time a third goes to the values of the charts: putting "
    "their past together, the newest end of each line, the least and the most of each; the rest is "
    "React's and the bridge's copies. The lines' pixels are other threads' work."
)
"""Where the time goes, as far as no counter of the browser tells it."""

_Run = dict[str, dict[str, float]]


def measure(lab: Lab) -> list[Outcome]:
    """Return how much processor time of the page's main thread new numbers take, in ms."""
    try:
        runs = [_run(lab) for _ in range(lab.runs)]
    except NoElectronError as error:
        return [_outcome(each, [], f"{error}.") for each in _ROWS]
    scrolled_ms = _median(runs, "chartsScrolledAway", "cpuMs")
    return [
        _outcome(
            "charts",
            runs,
            f"{_shares(runs, 'charts')} {_CHARTS} With two of the four charts scrolled away, which "
            f"are not drawn, a tick takes {scrolled_ms:.3g} ms.",
        ),
        _outcome("overview", runs, _shares(runs, "overview")),
    ]


def _run(lab: Lab) -> _Run:
    return json.loads(lab.output_in_electron("dashboard.mjs", environment={}))


def _outcome(key: str, runs: Sequence[_Run], note: str) -> Outcome:
    what, goal = _ROWS[key]
    return Outcome(what, "", goal, [run[key]["cpuMs"] for run in runs], unit=" ms", note=note)


def _shares(runs: Sequence[_Run], key: str) -> str:
    return (
        "processor time of the page's main thread alone, of which scripts take "
        f"{_median(runs, key, 'scriptMs'):.3g} ms, styles and layout "
        f"{_median(runs, key, 'layoutMs'):.3g} ms; the rest is painting, collecting garbage, and "
        "what the browser does around each task."
    )


def _median(runs: Sequence[_Run], key: str, what: str) -> float:
    return median(run[key][what] for run in runs)
