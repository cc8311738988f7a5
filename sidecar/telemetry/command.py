"""The command: exports the sampler's snapshot until it is told to end."""

import os
import signal
import sys
import time
from typing import NoReturn

from sidecar.log import log_without_waiting
from sidecar.sampler import Sampler
from sidecar.telemetry.address import ListenAddress
from sidecar.telemetry.awaited import AwaitedSnapshot

_LONG_SECONDS = 3600.0
"""The main thread has nothing to do; signals interrupt its sleep."""


def run_export(sampler: Sampler, prometheus: ListenAddress | None, otlp: str | None) -> NoReturn:
    """Serve and push until SIGINT or SIGTERM, which end the process even while a driver hangs."""
    for each in (signal.SIGINT, signal.SIGTERM):
        # Not the default, which does not end the first process of a container.
        signal.signal(each, _end)
    log_without_waiting()
    snapshot = AwaitedSnapshot(sampler)
    if prometheus is not None:
        _serve(prometheus, snapshot)
    if otlp is not None:
        _push(otlp, snapshot)
    while True:
        time.sleep(_LONG_SECONDS)


def _end(_signal: int, _frame: object) -> NoReturn:
    os._exit(0)


def _serve(address: ListenAddress, snapshot: AwaitedSnapshot) -> None:
    from sidecar.telemetry.exposition import exposition  # noqa: PLC0415 - for Prometheus only
    from sidecar.telemetry.prometheus import start_server  # noqa: PLC0415 - the same

    try:
        url = start_server(
            address, lambda openmetrics: exposition(snapshot(), is_openmetrics=openmetrics)
        )
    except OSError as error:
        sys.exit(
            f"gpu-metrics-sidecar: cannot listen on {address}: {error.strerror}. "
            "Name another address with --prometheus, or end the program that uses this one."
        )
    if not address.host.is_loopback:
        _say(
            f"warning: whoever can reach {address} can read these metrics, without a password. "
            "Let a firewall allow only the computer with Prometheus."
        )
    _say(f"Prometheus metrics on {url}")


def _push(url: str, snapshot: AwaitedSnapshot) -> None:
    try:
        from sidecar.telemetry.otlp import start_pushing  # noqa: PLC0415 - an optional extra
    except ImportError:
        sys.exit(
            "gpu-metrics-sidecar: --otlp needs OpenTelemetry's packages: "
            "pip install 'gpu-metrics-sidecar[otlp]'"
        )
    start_pushing(url, snapshot)
    _say(f"pushing OTLP to {url}")


def _say(text: str) -> None:
    sys.stderr.write(f"gpu-metrics-sidecar: {text}\n")
