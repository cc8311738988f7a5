"""The methods of the contract: each a function that returns its result as JSON."""

import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct

from sidecar import __version__
from sidecar.contract import (
    DRIVER_NOT_ANSWERING,
    METHODS,
    PROTOCOL_VERSION,
    AlertThresholdChanges,
    AlertThresholds,
    DriverNotAnswering,
    GpuHistoryQuery,
    GpuOptionChanges,
    GpuOptions,
    Hello,
)
from sidecar.demand import Demand
from sidecar.endpoint import Method, NotYet
from sidecar.history import History
from sidecar.jsonrpc import INVALID_PARAMS, RpcError
from sidecar.snapshot import Snapshot

_NO_PARAMS = (b"", b"[]", b"{}")
_Params = TypeVar("_Params", bound=Struct)


def methods(
    latest: Callable[[], Snapshot | None], history: History, demand: Demand
) -> Mapping[str, Method]:
    """Return the methods of the contract by name.

    They answer from the ``latest`` snapshot and those before it; options change what is demanded
    of the next sweeps.
    """

    def known() -> Snapshot:
        snapshot = latest()
        if snapshot is None:
            raise NotYet
        return snapshot

    def get_gpu_metrics(params: Raw) -> bytes:
        if params:
            _require_none(params)
        snapshot = known()
        if not snapshot.gpus:
            _refuse_if_unresponsive(snapshot)
        return snapshot.gpus_json

    def get_gpu_history(params: Raw) -> bytes:
        query = _decoded(
            params,
            GpuHistoryQuery,
            "Invalid params: expected windowSeconds (1 to 3600) and maxPoints (1 to 600)",
        )
        if not known().gpus:
            _refuse_if_unresponsive(known())
        now_ms = time.time_ns() // 10**6
        return msgspec.json.encode(history.read(query, now_ms, demand.interval_seconds))

    def get_gpu_status() -> bytes:
        return msgspec.json.encode(known().report)

    def set_gpu_options(params: Raw) -> bytes:
        changes = _decoded(
            params,
            GpuOptionChanges,
            "Invalid params: expected intervalMs (500 to 60000), processNames (true or false) and "
            "thresholds with utilizationPercent, memoryPercent (20 to 100), "
            "temperatureC (40 to 110)",
        )
        return msgspec.json.encode(_apply(changes, demand))

    return {
        "dashboard:get-gpu-metrics": get_gpu_metrics,
        "dashboard:get-gpu-history": get_gpu_history,
        "dashboard:get-gpu-status": _without_params(get_gpu_status),
        "dashboard:set-gpu-options": set_gpu_options,
        "sidecar:hello": _without_params(_hello),
        "rpc.discover": _without_params(_discover),
    }


def _without_params(answer: Callable[[], bytes]) -> Method:
    def method(params: Raw) -> bytes:
        _require_none(params)
        return answer()

    return method


def _require_none(params: Raw) -> None:
    if not _are_none(params):
        raise RpcError(INVALID_PARAMS, "Invalid params: this method takes none")


def _are_none(params: Raw) -> bool:
    return bytes(params).translate(None, b" \t\r\n") in _NO_PARAMS


def _decoded(params: Raw, kind: type[_Params], expected: str) -> _Params:
    if _are_none(params):
        return kind()
    try:
        return msgspec.json.decode(params, type=kind)
    except msgspec.ValidationError:
        raise RpcError(INVALID_PARAMS, expected) from None


def _apply(changes: GpuOptionChanges, demand: Demand) -> GpuOptions:
    if changes.interval_ms is not UNSET:
        demand.interval_seconds = changes.interval_ms / 1000
    if changes.process_names is not UNSET:
        demand.process_names = changes.process_names
    if changes.thresholds is not UNSET:
        demand.thresholds = _changed(demand.thresholds, changes.thresholds)
    return GpuOptions(
        interval_ms=round(demand.interval_seconds * 1000),
        process_names=demand.process_names,
        thresholds=demand.thresholds,
    )


def _changed(thresholds: AlertThresholds, changes: AlertThresholdChanges) -> AlertThresholds:
    named = msgspec.structs.asdict(changes).items()
    return msgspec.structs.replace(
        thresholds, **{name: value for name, value in named if value is not UNSET}
    )


def _hello() -> bytes:
    return msgspec.json.encode(
        Hello(
            protocol_version=PROTOCOL_VERSION,
            sidecar_version=__version__,
            pid=os.getpid(),
            methods=list(METHODS),
        )
    )


@cache
def _discover() -> bytes:
    from sidecar.openrpc import document  # noqa: PLC0415 - slow to import, and rarely asked for

    return msgspec.json.encode(document())


def _refuse_if_unresponsive(snapshot: Snapshot) -> None:
    """Keep an empty list for 'there is no GPU': a driver that hangs may have some."""
    silent = [each.name for each in snapshot.report.providers if each.state == "unresponsive"]
    if silent:
        raise RpcError(
            DRIVER_NOT_ANSWERING,
            "The GPU driver does not answer; asking again later may help",
            DriverNotAnswering(providers=silent),
        )
