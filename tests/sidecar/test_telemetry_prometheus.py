"""The whole way: a driver, the exporter, a real Prometheus, its rules, the dashboard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fakes.nvidia_driver import LOADED, FakeNvidiaDriver
from support.prometheus import RULES, RunningPrometheus, needs_prometheus, promtool
from support.running_exporter import ANY_PORT, RunningExporter

pytestmark = needs_prometheus()

DASHBOARD = RULES.with_name("grafana-dashboard.json")
PAGE = RULES.parents[1] / "telemetry.md"


def test_prometheus_knows_what_the_driver_said_and_alerts_when_a_gpu_is_lost(
    nvidia: FakeNvidiaDriver, tmp_path: Path
) -> None:
    loaded = "devices 2", *LOADED, "0 architecture 7", "0 slowdown_c 90"
    nvidia.script(*loaded)
    with (
        RunningExporter("--prometheus", ANY_PORT, environment=nvidia.environment) as exporter,
        RunningPrometheus(tmp_path, exporter.url) as prometheus,
    ):
        (labels,) = prometheus.wait_until('hw_temperature_celsius{hw_id="GPU-0"}', 83)
        assert {name: labels[name] for name in labels if name.startswith("hw_")} == {
            "hw_id": "GPU-0",
            "hw_name": "NVIDIA GeForce RTX 4090",
            "hw_type": "gpu",
            "hw_vendor": "nvidia",
        }
        busy = 'hw_gpu_utilization_ratio{hw_id="GPU-0", hw_gpu_task="general"}'
        prometheus.wait_until(busy, 0.97)
        prometheus.wait_until('hw_gpu_memory_usage_bytes{hw_id="GPU-0"}', 20011 * 1024**2)
        prometheus.wait_until('hw_power_watts{hw_id="GPU-0"}', 401.2)
        prometheus.wait_until('hw_energy_joules_total{hw_id="GPU-0"}', 1_234_568)
        for query in _queries():
            assert prometheus.wait_until(f"count(({query})) > bool 0", 1), query

        # One of two: while all are lost, the driver is opened again once a minute only.
        firing = 'ALERTS{alertstate="firing", alertname="GpuUnavailable", hw_id="GPU-0"}'
        nvidia.script(*loaded, "0 * return 15")
        prometheus.wait_until(firing, 1)
        prometheus.wait_until(busy)
        nvidia.script(*loaded)
        prometheus.wait_until(firing)
        prometheus.wait_until(busy, 0.97)


def test_promtool_finds_no_fault_in_the_metrics(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1", *LOADED)
    with RunningExporter("--prometheus", ANY_PORT, environment=nvidia.environment) as exporter:
        text, _ = exporter.scrape()
    assert promtool("check", "metrics", text=text.encode()) == ""


def test_the_configuration_in_the_documents_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "prometheus.yml").write_text(block)
    (tmp_path / "alert-rules.yml").symlink_to(RULES)
    assert "9 rules found" in promtool("check", "config", tmp_path / "prometheus.yml")


def _queries() -> list[str]:
    dashboard: Any = json.loads(DASHBOARD.read_text("utf-8"))
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    # A function of Grafana's own: the values that a label has.
    variables = [
        _with_label(*found)
        for variable in dashboard["templating"]["list"]
        for found in re.findall(r"label_values\((.*), (\w+)\)", str(variable["query"]))
    ]
    if not panels or not variables:
        pytest.fail("the dashboard asks for nothing")
    return [query.replace("$instance", ".*").replace("$gpu", ".*") for query in panels + variables]


def _with_label(selector: str, label: str) -> str:
    opened = f"{selector[:-1]}, " if selector.endswith("}") else f"{selector}{{"
    return f'{opened}{label}!=""}}'
