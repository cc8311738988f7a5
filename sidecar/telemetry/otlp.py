"""Pushes what is exported by OTLP over HTTP, with OpenTelemetry's SDK.

How often, with which headers and as whom is set by the SDK's own variables
(OTEL_METRIC_EXPORT_INTERVAL, OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES ...).
"""

import os
from collections.abc import Callable, Iterable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

from sidecar import __version__
from sidecar.snapshot import Snapshot
from sidecar.telemetry.instruments import INSTRUMENTS, Instrument


def start_pushing(url: str, snapshot: Callable[[], Snapshot]) -> None:
    """Push to ``url`` at intervals, in a thread of the SDK's own."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "gpu-metrics-sidecar")
    exporter = OTLPMetricExporter(endpoint=url)
    # Its last push at the end of the process would wait for a collector that may be gone.
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], shutdown_on_exit=False)
    meter = provider.get_meter("gpu-metrics-sidecar", __version__)
    for each in INSTRUMENTS:
        create = {
            "counter": meter.create_observable_counter,
            "gauge": meter.create_observable_gauge,
            "upDownCounter": meter.create_observable_up_down_counter,
        }[each.kind]
        create(each.name, [_observer(each, snapshot)], each.unit, each.description)


def _observer(
    instrument: Instrument, snapshot: Callable[[], Snapshot]
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for attributes, value in instrument.points(snapshot()):
            yield Observation(value, dict(attributes))

    return observe
