"""``npm run bench``: measures, prints the table, and writes docs/benchmarks.md.

With names of measurements as arguments it runs these only, and writes nothing.
"""

import sys
import tempfile
from pathlib import Path

from bench.lab import Lab
from bench.machine import describe
from bench.outcome import Outcome
from bench.rows import (
    bundle,
    busy_driver,
    dashboard,
    electron,
    hello,
    idle,
    memory,
    poll,
    round_trip,
    sweep,
    systeminformation,
    telemetry,
)
from bench.table import table

RUNS = 3

MEASUREMENTS = {
    "round-trip": round_trip.measure,
    "poll": poll.measure,
    "systeminformation": systeminformation.measure,
    "invoke": electron.measure_invoke,
    "hasty-pages": electron.measure_hasty_pages,
    "dashboard": dashboard.measure,
    "sweep": sweep.measure,
    "busy-driver": busy_driver.measure,
    "idle": idle.measure,
    "memory": memory.measure,
    "hello": hello.measure,
    "bundle": bundle.measure,
    "telemetry": telemetry.measure,
}

_DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_TEXT = """\
# Benchmarks

Written by `npm run bench`; do not edit. {runs} runs of each, of which the median counts. What is
compared is measured in turns within a run, on a fake driver with 8 GPUs unless said otherwise:
ratios carry over to another computer, times do not.

Measured on {machine}.

{table}"""


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        sys.exit(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(MEASUREMENTS)}")
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder), RUNS)
        outcomes = [each for name in names or MEASUREMENTS for each in _measured(name, lab)]
    sys.stdout.write(table(outcomes))
    if not names:
        text = _TEXT.format(runs=RUNS, machine=machine, table=table(outcomes))
        _DOCUMENT.write_text(text, encoding="utf-8")


def _measured(name: str, lab: Lab) -> list[Outcome]:
    sys.stderr.write(f"measuring {name} ...\n")
    return MEASUREMENTS[name](lab)


if __name__ == "__main__":
    main(sys.argv[1:])
