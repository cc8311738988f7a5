"""What the export costs: one big exporter, and a hundred that a real Prometheus scrapes."""

import shutil
from contextlib import ExitStack
from statistics import median
from time import perf_counter, sleep

from bench.lab import Lab
from bench.outcome import Outcome
from bench.process_costs import ProcessCosts, resident_mib
from support.prometheus import RunningPrometheus
from support.running_exporter import ANY_PORT, RunningExporter

_SCRAPES = 30
_SCRAPE_GAP_SECONDS = 0.2

_EXPORTERS = 100
_INTERVAL_SECONDS = 5
_WINDOW_SECONDS = 60.0
_SIMULATED = ("--prometheus", ANY_PORT, "--simulate")


def measure(lab: Lab) -> list[Outcome]:
    """Return how long a scrape takes, and what a fleet costs."""
    return [_scrape(lab), *_fleet(lab)]


def _scrape(lab: Lab) -> Outcome:
    with RunningExporter(*_SIMULATED, "64") as exporter:
        runs = [median(_scrape_ms(exporter) for _ in range(_SCRAPES)) for _ in range(lab.runs)]
    return Outcome("scrape of one exporter, 64 GPUs", "", 10, runs, unit=" ms")


def _scrape_ms(exporter: RunningExporter) -> float:
    sleep(_SCRAPE_GAP_SECONDS)
    began = perf_counter()
    exporter.scrape()
    return 1000 * (perf_counter() - began)


def _fleet(lab: Lab) -> list[Outcome]:
    """Return what all exporters cost together, once: starting them takes a minute."""
    what = f"{_EXPORTERS} exporters with 8 GPUs each"
    busy, held = f"CPU of {what}, scraped every {_INTERVAL_SECONDS} s", f"memory of {what}"
    if not shutil.which("prometheus"):
        note = "needs Prometheus. To run it: apt-get install prometheus."
        return [
            Outcome(busy, "one core", 30, [], unit=" %", note=note),
            Outcome(held, "", 32 * _EXPORTERS, [], unit=" MB RSS", note=note),
        ]
    with ExitStack() as stack:
        exporters = [
            stack.enter_context(RunningExporter(*_SIMULATED, "8")) for _ in range(_EXPORTERS)
        ]
        prometheus = stack.enter_context(
            RunningPrometheus(
                lab.folder(),
                *(each.url for each in exporters),
                interval_seconds=_INTERVAL_SECONDS,
            )
        )
        prometheus.wait_until("sum(up)", _EXPORTERS)
        pids = [each.process.pid for each in exporters]
        before = [ProcessCosts.of(pid) for pid in pids]
        sleep(_WINDOW_SECONDS)
        seconds = sum(
            ProcessCosts.of(pid).since(then).cpu_seconds
            for pid, then in zip(pids, before, strict=True)
        )
        memory = sum(resident_mib(pid) for pid in pids)
        prometheus.wait_until("sum(min_over_time(up[1m]))", _EXPORTERS)
    return [
        Outcome(busy, "one core", 30, [100 * seconds / _WINDOW_SECONDS], unit=" %"),
        Outcome(
            held,
            "",
            32 * _EXPORTERS,
            [memory],
            unit=" MB RSS",
            note="what they share is counted for each of them.",
        ),
    ]
