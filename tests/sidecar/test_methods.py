"""The methods of the contract, where the golden exchanges do not show enough."""

import json

import pytest
from msgspec import Raw

from sidecar.contract import AlertThresholds
from sidecar.demand import Demand
from sidecar.endpoint import NotYet
from sidecar.history import History
from sidecar.jsonrpc import RpcError
from sidecar.methods import methods

DEMAND = Demand()
METHODS = methods(lambda: None, History(), DEMAND)


@pytest.mark.parametrize("params", [b"", b"[]", b"{}", b"[ ]"])
def test_no_params_may_be_written_in_three_ways(params: bytes) -> None:
    assert json.loads(METHODS["sidecar:hello"](Raw(params)))["protocolVersion"] == 1


@pytest.mark.parametrize("params", [b"", b"[]", b"{}", b"[ ]", b"{\t}"])
def test_a_method_with_params_may_be_called_without_any(params: bytes) -> None:
    assert json.loads(METHODS["dashboard:set-gpu-options"](Raw(params)))["intervalMs"] == 2000


@pytest.mark.parametrize("params", [b"[1]", b'{"a":1}', b"null", b"5", b'"x"'])
@pytest.mark.parametrize(
    "method",
    ["dashboard:get-gpu-metrics", "dashboard:get-gpu-status", "sidecar:hello", "rpc.discover"],
)
def test_other_params_are_invalid(method: str, params: bytes) -> None:
    with pytest.raises(RpcError) as refused:
        METHODS[method](Raw(params))
    assert refused.value.code == -32602


@pytest.mark.parametrize(
    "method",
    ["dashboard:get-gpu-metrics", "dashboard:get-gpu-history", "dashboard:get-gpu-status"],
)
def test_what_needs_a_sweep_is_deferred_until_there_is_one(method: str) -> None:
    with pytest.raises(NotYet):
        METHODS[method](Raw(b""))


def test_options_change_what_is_demanded_of_the_next_sweeps() -> None:
    demand = Demand()
    set_options = methods(lambda: None, History(), demand)["dashboard:set-gpu-options"]
    set_options(Raw(b'{"intervalMs":750,"processNames":true}'))
    assert (demand.interval_seconds, demand.process_names) == (0.75, True)
    set_options(Raw(b'{"processNames":false}'))
    assert (demand.interval_seconds, demand.process_names) == (0.75, False)
    set_options(Raw(b'{"thresholds":{"memoryPercent":95}}'))
    set_options(Raw(b'{"thresholds":{"temperatureC":87}}'))
    assert demand.thresholds == AlertThresholds(
        utilization_percent=90, memory_percent=95, temperature_c=87
    )


@pytest.mark.parametrize(
    "params",
    [
        b'{"intervalMs":499}',
        b'{"intervalMs":60001}',
        b'{"intervalMs":"1000"}',
        b'{"intervalMs":750,"thresholds":{"memoryPercent":19}}',
        b'{"thresholds":{"memoryPercent":101}}',
        b'{"thresholds":{"temperatureC":39}}',
        b'{"thresholds":{"temperatureC":null}}',
        b'{"thresholds":{"powerW":300}}',
        b'{"thresholds":90}',
        b"[1]",
    ],
)
def test_options_out_of_range_change_nothing(params: bytes) -> None:
    before = DEMAND.interval_seconds, DEMAND.thresholds
    with pytest.raises(RpcError):
        METHODS["dashboard:set-gpu-options"](Raw(params))
    assert (DEMAND.interval_seconds, DEMAND.thresholds) == before
