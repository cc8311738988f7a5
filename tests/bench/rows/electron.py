"""What pages cost, and how long they wait, in a real Electron. Skipped where none can run."""

import json
from pathlib import Path
from typing import NamedTuple

from bench.lab import Lab, NoElectronError
from bench.outcome import TIMES, Outcome

_ECHO = "the same app, asking a C program that echoes"


class _Row(NamedTuple):
    """A row of the table, and under which key its values are found."""

    key: str
    what: str
    against: str
    goal: float
    unit: str = TIMES
    note: str = ""


_HASTY_PAGES = (
    _Row("sidecarCpuPercent", "sidecar, a page that asks when answered", "one core", 1, " %"),
    _Row("mainCpuRatio", "main process, CPU a call of that page", "a constant handler", 1.5),
    _Row("windowsCpuPercent", "sidecar, ten such windows", "one core", 1, " %"),
    _Row("sidecars", "sidecars of ten windows", "", 1, ""),
    _Row("unanswered", "calls of these pages without an answer", "", 0, ""),
)
_INVOKE = (
    _Row(
        "hot",
        "invoke in Electron, hot",
        _ECHO,
        1.3,
        note="within 50 ms all calls get one answer of the sidecar; the C program answers each.",
    ),
    _Row(
        "cold",
        "invoke in Electron, cold (60 ms gaps)",
        _ECHO,
        1.3,
        note="each call reaches the sidecar, where Python takes its time as in the cold round "
        "trip, and its answer is checked against the contract.",
    ),
)


def measure_hasty_pages(lab: Lab) -> list[Outcome]:
    """Return what pages cost that ask again the moment they are answered."""
    return _measured(lab, _HASTY_PAGES, "hasty_page.mjs")


def measure_invoke(lab: Lab) -> list[Outcome]:
    """Return how long a page waits for an answer, against a handler that asks the C program."""
    answer = lab.folder() / "answer"
    with lab.ready_sidecar(lab.driver("devices 8")) as sidecar:
        answer.write_bytes(sidecar.ask())
    return _measured(lab, _INVOKE, "invoke.mjs", lab.compiled("echo"), answer)


def _measured(lab: Lab, rows: tuple[_Row, ...], program: str, *args: Path) -> list[Outcome]:
    runs, why_not = list[dict[str, float]](), ""
    try:
        runs = [_run(lab, program, *args) for _ in range(lab.runs)]
    except NoElectronError as error:
        why_not = f"{error}."
    return [_outcome(row, runs, why_not) for row in rows]


def _outcome(row: _Row, runs: list[dict[str, float]], why_not: str) -> Outcome:
    values = [run[row.key] for run in runs]
    note = why_not or row.note
    return Outcome(row.what, row.against, row.goal, values, unit=row.unit, note=note)


def _run(lab: Lab, program: str, *args: Path) -> dict[str, float]:
    environment = lab.driver("devices 8").environment
    return json.loads(lab.output_in_electron(program, *args, environment=environment))
