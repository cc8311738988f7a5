"""What ``--otlp`` pushes, received with the official protocol package."""

import gzip
import queue
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fakes.nvidia_driver import LOADED, FakeNvidiaDriver
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from support.running_exporter import ANY_PORT, EXPORT_SECONDS, RunningExporter

OFTEN = {"OTEL_METRIC_EXPORT_INTERVAL": "200"}
LOOKS = 20
"""How many pushes a change may take to be seen: the driver is swept every 2 s."""


class Collector:
    """Takes what is pushed to it, at the path that collectors have.

    Attributes:
        received: What it took.
        refused: The paths of what it did not take.
        is_gone: Whether it takes nothing, as a proxy says of what stands behind it.

    """

    def __init__(self) -> None:
        self.received: queue.Queue[ExportMetricsServiceRequest] = queue.Queue()
        self.refused: queue.Queue[str] = queue.Queue()
        self.is_gone = False
        collector = self

        class Handler(BaseHTTPRequestHandler):
            timeout = EXPORT_SECONDS

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Content-Encoding"] == "gzip":
                    body = gzip.decompress(body)
                is_taken = self.path == "/v1/metrics" and not collector.is_gone
                self.send_response(200 if is_taken else 503)
                self.end_headers()
                if is_taken:
                    collector.received.put(ExportMetricsServiceRequest.FromString(body))
                else:
                    collector.refused.put(self.path)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self) -> dict[str, Metric]:
        """Wait for a push that came after now, and return its metrics by name."""
        while not self.received.empty():
            self.received.get()
        return metrics(self.received.get(timeout=EXPORT_SECONDS))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Return a collector that listens."""
    made = Collector()
    yield made
    made.close()


def metrics(request: ExportMetricsServiceRequest) -> dict[str, Metric]:
    (resource,) = request.resource_metrics
    (scope,) = resource.scope_metrics
    return {metric.name: metric for metric in scope.metrics}


def test_what_the_driver_says_arrives_under_standard_names_and_units(
    nvidia: FakeNvidiaDriver, collector: Collector
) -> None:
    nvidia.script("devices 1", *LOADED)
    with RunningExporter("--otlp", collector.url, environment={**nvidia.environment, **OFTEN}):
        pushed = collector.next()
    (temperature,) = pushed["hw.temperature"].gauge.data_points
    assert temperature.as_int == 83
    assert {each.key: each.value.string_value for each in temperature.attributes} == {
        "hw.id": "GPU-0",
        "hw.name": "NVIDIA GeForce RTX 4090",
        "hw.type": "gpu",
        "hw.vendor": "nvidia",
    }
    (used,) = pushed["hw.gpu.memory.usage"].sum.data_points
    assert used.as_int == 20011 * 1024**2
    assert not pushed["hw.gpu.memory.usage"].sum.is_monotonic
    (energy,) = pushed["hw.energy"].sum.data_points
    assert energy.as_int == 1_234_568
    assert pushed["hw.energy"].sum.is_monotonic
    units = {"hw.temperature": "Cel", "hw.power": "W", "hw.gpu.utilization": "1", "hw.energy": "J"}
    assert {name: pushed[name].unit for name in units} == units


def test_a_gpu_that_is_lost_keeps_its_state_and_no_number(
    nvidia: FakeNvidiaDriver, collector: Collector
) -> None:
    nvidia.script("devices 1", *LOADED)
    with RunningExporter("--otlp", collector.url, environment={**nvidia.environment, **OFTEN}):
        assert "hw.power" in collector.next()
        nvidia.script("devices 1", *LOADED, "0 * return 15")
        pushes = (collector.next() for _ in range(LOOKS))
        pushed = next(each for each in pushes if "hw.power" not in each)
    assert pushed.keys() == {"hw.status", "gpu_metrics.provider.status"}
    (state,) = (each for each in pushed["hw.status"].sum.data_points if each.as_int)
    assert state.attributes[-1].value.string_value == "failed"


def test_a_collector_that_is_gone_gets_the_numbers_once_it_is_back(collector: Collector) -> None:
    arguments = "--otlp", collector.url, "--simulate", "1", "--prometheus", ANY_PORT
    collector.is_gone = True
    with RunningExporter(*arguments, environment=OFTEN) as exporter:
        collector.refused.get(timeout=EXPORT_SECONDS)
        assert "hw_status" in exporter.scrape()[0]
        collector.is_gone = False
        assert "hw.status" in collector.next()


def test_nothing_identifies_the_computer_unless_its_owner_says_so(collector: Collector) -> None:
    arguments = "--otlp", collector.url, "--simulate", "1"
    named = {"OTEL_RESOURCE_ATTRIBUTES": "host.name=box", **OFTEN}
    with RunningExporter(*arguments, environment=OFTEN):
        anonymous = collector.received.get(timeout=EXPORT_SECONDS)
    with RunningExporter(*arguments, environment=named):
        collector.next()
        told = collector.received.get(timeout=EXPORT_SECONDS)
    assert attributes(anonymous).keys() == {
        "service.name",
        "service.instance.id",  # made anew with each start
        "telemetry.sdk.language",
        "telemetry.sdk.name",
        "telemetry.sdk.version",
    }
    assert socket.gethostname() not in str(anonymous)
    assert attributes(told)["host.name"] == "box"


def attributes(request: ExportMetricsServiceRequest) -> dict[str, str]:
    (resource,) = request.resource_metrics
    return {each.key: each.value.string_value for each in resource.resource.attributes}
