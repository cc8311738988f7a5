"""Prometheus' alert rules say the same of a GPU as the sidecar's own alerts."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from fakes.quiet_gpu import GONE, QUIET
from support.prometheus import RULES, needs_prometheus, promtool

from sidecar.alerts import Alerts, Moment
from sidecar.contract import AlertSeverity, GpuMetrics, GpuStatusReport, ProviderStatus
from sidecar.demand import DEFAULT_THRESHOLDS
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT, Snapshot
from sidecar.telemetry.exposition import exposition

pytestmark = needs_prometheus()

ALERTS: dict[str, dict[AlertSeverity, set[str]]] = {
    "utilization": {"info": {"GpuBusy"}},
    "memory": {
        "warning": {"GpuMemoryNearlyFull"},
        "critical": {"GpuMemoryNearlyFull", "GpuMemoryFull"},
    },
    "temperature": {"warning": {"GpuHot"}, "critical": {"GpuHot", "GpuTooHot"}},
    "thermalThrottling": {"critical": {"GpuThrottledByHeat"}},
    "powerBrake": {"warning": {"GpuPowerBrake"}},
    "unavailable": {"warning": {"GpuUnavailable"}},
}
"""What fires in Prometheus while the sidecar has an alert."""

LIMIT: dict[str, Any] = {"temperature_limit_c": 93}

# Each value stands on one side of a threshold, for a second less or more than it takes.
SCRIPT: tuple[tuple[int, dict[str, Any]], ...] = (
    (40, {"utilization": 90}),
    (29, {"utilization": 91}),
    (3, {"utilization": 90}),
    (35, {"utilization": 91}),
    (20, {"utilization": 80}),
    (9, {"utilization": 79}),
    (3, {"utilization": 80}),
    (12, {"utilization": 79}),
    (15, {"memory_used_mb": 18_000}),
    (15, {"memory_used_mb": 18_001}),
    (15, {"memory_used_mb": 17_400}),
    (15, {"memory_used_mb": 17_399}),
    (15, {"memory_used_mb": 19_400}),
    (15, {"memory_used_mb": 19_401}),
    (15, {"memory_used_mb": 18_800}),
    (15, {"memory_used_mb": 18_799}),
    (15, {"memory_used_mb": 18_500, "memory_free_mb": 512}),
    (15, {"memory_used_mb": 18_500, "memory_free_mb": 511}),
    (15, {"memory_used_mb": 18_500, "memory_free_mb": 1112}),
    (15, {"memory_used_mb": 18_500, "memory_free_mb": 1113}),
    (15, {"temperature_c": 80}),
    (15, {"temperature_c": 81}),
    (15, {"temperature_c": 78}),
    (15, {"temperature_c": 77}),
    (15, {"temperature_c": 87, **LIMIT}),
    (15, {"temperature_c": 88, **LIMIT}),
    (15, {"temperature_c": 85, **LIMIT}),
    (15, {"temperature_c": 84, **LIMIT}),
    (15, {"temperature_c": 89}),
    (15, {"temperature_c": 90}),
    (15, {"temperature_c": 87}),
    (15, {"temperature_c": 86}),
    (15, {}),
    (4, {"throttle_reasons": [HARDWARE_TOO_HOT]}),
    (3, {}),
    (8, {"throttle_reasons": [HARDWARE_TOO_HOT]}),
    (15, {}),
    (8, {"throttle_reasons": [EXTERNAL_POWER_BRAKE, "power limit"]}),
    (15, {}),
    (1, {"status": "lost", **GONE}),
    (3, {}),
    (5, {"status": "lost", **GONE}),
    (3, {}),
    (5, {"status": "stale", **GONE}),
    (15, {}),
)


def test_prometheus_fires_and_clears_each_alert_when_the_sidecar_does(tmp_path: Path) -> None:
    gpus = list(_gpus())
    expected = list(_expected(gpus))
    assert set().union(*expected) == {
        name for by_severity in ALERTS.values() for names in by_severity.values() for name in names
    }
    tests = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1s",
        "tests": [
            {
                "interval": "1s",
                "input_series": _series(gpus),
                "promql_expr_test": [
                    {
                        "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                        "eval_time": f"{second}s",
                        "exp_samples": [
                            {"labels": f'{{alertname="{name}"}}', "value": 1}
                            for name in sorted(names)
                        ],
                    }
                    for second, names in enumerate(expected)
                ],
            }
        ],
    }
    (tmp_path / "tests.yml").write_text(json.dumps(tests))  # JSON is YAML too
    promtool("test", "rules", tmp_path / "tests.yml")


def test_prometheus_says_when_a_driver_does_not_answer_and_shows_no_gpu(tmp_path: Path) -> None:
    silent = 'gpu_metrics_provider_status{gpu_metrics_provider="nvidia",gpu_metrics_state="%s"}'
    tests = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1s",
        "tests": [
            {
                "interval": "1s",
                "input_series": [
                    {"series": silent % "unresponsive", "values": "1x70 0x10"},
                    {"series": silent % "absent", "values": "0x70 1x10"},
                ],
                "promql_expr_test": [
                    {
                        "expr": 'count(ALERTS{alertstate="firing"})',
                        "eval_time": f"{second}s",
                        "exp_samples": [{"labels": "{}", "value": 1}] * fires,
                    }
                    for second, fires in ((59, 0), (60, 1), (70, 1), (72, 0))
                ],
            }
        ],
    }
    (tmp_path / "tests.yml").write_text(json.dumps(tests))
    promtool("test", "rules", tmp_path / "tests.yml")


def test_promtool_finds_no_fault_in_the_rules() -> None:
    promtool("check", "rules", "--lint-fatal", RULES)


def _gpus() -> Iterator[GpuMetrics]:
    """Return the GPU as it is in each second of the script."""
    for seconds, values in SCRIPT:
        for _ in range(seconds):
            yield msgspec.structs.replace(QUIET, **values)


def _expected(gpus: Iterable[GpuMetrics]) -> Iterator[set[str]]:
    """Return for each second what fires in Prometheus if it agrees with the sidecar."""
    alerts = Alerts()
    for second, gpu in enumerate(gpus):
        moment = Moment(seconds=second, unknown_after_seconds=60, thresholds=DEFAULT_THRESHOLDS)
        now = msgspec.structs.replace(gpu, sampled_at=1_700_000_000_000 + 1000 * second)
        (judged,) = alerts.judge([now], moment)
        names: set[str] = set()
        for alert in judged.alerts:
            names |= ALERTS[alert.rule][alert.severity]
        yield names


def _series(gpus: list[GpuMetrics]) -> list[dict[str, str]]:
    """Return what Prometheus would scrape, a value a second."""
    values: dict[str, list[str]] = {}
    for second, gpu in enumerate(gpus):
        for line in exposition(_snapshot(gpu), is_openmetrics=False).decode().splitlines():
            if not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                # Between two scrapes that lack it, a series has ended.
                values.setdefault(name, ["stale"] * len(gpus))[second] = value
    return [{"series": name, "values": " ".join(each)} for name, each in values.items()]


def _snapshot(gpu: GpuMetrics) -> Snapshot:
    ready = ProviderStatus(name="other", state="ready", device_count=1, reason="", action="")
    return Snapshot(
        gpus=(gpu,),
        gpus_json=b"",
        report=GpuStatusReport(providers=[ready], interval_ms=1000, asleep=[]),
        has_process_names=False,
        valid_until=0,
    )
