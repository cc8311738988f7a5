"""The golden exchanges, seen from the sidecar."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sidecar import methods as methods_module
from sidecar.contract import METHODS, GpuMetrics, GpuStatusReport, ProviderStatus
from sidecar.demand import Demand
from sidecar.endpoint import Endpoint
from sidecar.history import History
from sidecar.methods import methods
from sidecar.schema import wire_schema
from sidecar.snapshot import Snapshot

NOW_MS = 1_763_800_000_000
"""When the exchanges take place."""

EXCHANGES = [
    json.loads(line)
    for file in sorted(Path(__file__).parent.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


def endpoint(exchange: dict[str, Any]) -> Endpoint:
    """Return an endpoint that knows what the exchange says it knows."""
    gpus = msgspec.convert(exchange["gpus"], tuple[GpuMetrics, ...])
    history = History()
    for earlier in exchange.get("earlier", []):
        history.record(msgspec.convert(earlier, tuple[GpuMetrics, ...]))
    history.record(gpus)
    report = GpuStatusReport(
        providers=msgspec.convert(exchange["providers"], list[ProviderStatus]),
        interval_ms=2000,
        asleep=[gpu.gpu_id for gpu in gpus if gpu.status == "asleep"],
    )
    snapshot = Snapshot(
        gpus=gpus,
        gpus_json=msgspec.json.encode(gpus),
        report=report,
        has_process_names=False,
        valid_until=0,
    )
    return Endpoint(methods(lambda: snapshot, history, Demand()))


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])
def test_the_sidecar_answers_as_written(
    exchange: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(methods_module.os, "getpid", lambda: 4711)
    monkeypatch.setattr(methods_module.time, "time_ns", lambda: NOW_MS * 10**6)
    request = exchange["request"]
    line = request if isinstance(request, str) else json.dumps(request)
    answer = endpoint(exchange).handle(line.encode())
    # As text, since the order of the members and the kind of the numbers are meant too.
    assert (None if answer is None else json.dumps(json.loads(answer))) == (
        None if exchange["response"] is None else json.dumps(exchange["response"])
    )


def test_every_method_of_the_contract_is_answered_and_has_an_exchange() -> None:
    assert set(methods(lambda: None, History(), Demand())) == set(METHODS)
    asked = {
        each["request"]["method"] for each in EXCHANGES if "result" in (each["response"] or {})
    }
    # The document that rpc.discover answers is kept as docs/openrpc.json.
    assert asked == set(METHODS) - {"rpc.discover"}


def test_every_field_of_a_gpu_is_in_an_exchange() -> None:
    # The bridge adds the host.
    fields = {field.encode_name for field in msgspec.structs.fields(GpuMetrics)} - {"host"}
    assert {name for each in EXCHANGES for gpu in each["gpus"] for name in gpu} == fields


def test_every_field_on_the_wire_is_described() -> None:
    for name, definition in wire_schema()["$defs"].items():
        for field, schema in definition["properties"].items():
            assert schema.get("description"), f"{name}.{field} has no meaning in its docstring"
