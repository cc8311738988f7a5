"""The OpenRPC document."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import Raw

from sidecar.contract import METHODS
from sidecar.demand import Demand
from sidecar.history import History
from sidecar.methods import methods

COMMITTED = Path(__file__).parents[2] / "docs" / "openrpc.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(methods(lambda: None, History(), Demand())["rpc.discover"](Raw(b"")))


def test_it_is_the_one_that_is_committed(document: dict[str, Any]) -> None:
    assert document == json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_it_names_every_method_with_its_params(document: dict[str, Any]) -> None:
    params = {
        method["name"]: [param["name"] for param in method["params"]]
        for method in document["methods"]
    }
    assert list(params) == list(METHODS)
    assert params["dashboard:get-gpu-history"] == ["windowSeconds", "maxPoints"]
    assert params["sidecar:hello"] == []


def test_what_it_refers_to_is_there(document: dict[str, Any]) -> None:
    references = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))
    assert references
    for reference in references:
        target: Any = document
        for part in reference.split("/"):
            target = target[part]
        assert target
