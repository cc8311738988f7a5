"""The methods of the contract: each a function that returns its result as JSON."""

import os
from collections.abc import Callable, Mapping

import msgspec

from sidecar import __version__
from sidecar.contract import METHODS, PROTOCOL_VERSION, DriverNotAnswering, Hello
from sidecar.endpoint import Deferred, Method
from sidecar.jsonrpc import RpcError
from sidecar.snapshot import Snapshot

DRIVER_NOT_ANSWERING = -32001


def methods(latest: Callable[[], Snapshot | None]) -> Mapping[str, Method]:
    """Return the methods of the contract by name, answering from the ``latest`` snapshot."""

    def known() -> Snapshot:
        snapshot = latest()
        if snapshot is None:
            raise Deferred
        return snapshot

    def get_gpu_metrics() -> bytes:
        snapshot = known()
        if not snapshot.gpus:
            _refuse_if_unresponsive(snapshot)
        return snapshot.gpus_json

    def get_gpu_status() -> bytes:
        return msgspec.json.encode(known().report)

    return {
        "dashboard:get-gpu-metrics": get_gpu_metrics,
        "dashboard:get-gpu-status": get_gpu_status,
        "sidecar:hello": _hello,
    }


def _hello() -> bytes:
    return msgspec.json.encode(
        Hello(
            protocol_version=PROTOCOL_VERSION,
            sidecar_version=__version__,
            pid=os.getpid(),
            methods=list(METHODS),
        )
    )


def _refuse_if_unresponsive(snapshot: Snapshot) -> None:
    """Keep an empty list for 'there is no GPU': a driver that hangs may have some."""
    silent = [each.name for each in snapshot.report.providers if each.state == "unresponsive"]
    if silent:
        raise RpcError(
            DRIVER_NOT_ANSWERING,
            "The GPU driver does not answer; asking again later may help",
            DriverNotAnswering(providers=silent),
        )
