"""The program as it is started, from the source tree or bundled: its answers, and AMD's child."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes.amdsmi.stub_library import CARD, StubLibrary
from support.running_sidecar import ANSWER_SECONDS, RunningSidecar
from support.sidecar_command import PYTHON

ERRORS = Path(__file__).parents[1] / "contract" / "errors.jsonl"


def test_it_answers_wrong_requests_as_the_contract_is_written() -> None:
    exchanges: list[dict[str, Any]] = [json.loads(line) for line in ERRORS.read_text().splitlines()]
    without_gpus = [each for each in exchanges if not each["gpus"]]
    expected = [each["response"] for each in without_gpus if each["response"] is not None]
    assert expected
    with RunningSidecar() as sidecar:
        sidecar.send(*(line_of(each["request"]) for each in without_gpus))
        assert [sidecar.receive() for _ in expected] == expected


def line_of(request: object) -> bytes:
    return (request if isinstance(request, str) else json.dumps(request)).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="amdsmi is for Linux only")
def test_the_child_that_holds_amds_library_answers(stub: StubLibrary) -> None:
    command = [PYTHON, "-I", "-m", "sidecar.providers.amd.smi_child", str(os.getpid())]
    child = subprocess.run(
        command,
        input=json.dumps([CARD]).encode() + b"\n",
        stdout=subprocess.PIPE,
        timeout=ANSWER_SECONDS,
        check=True,
    )
    assert json.loads(child.stdout)["gpus"][CARD]["utilization_percent"] == 42
    assert stub.calls()[0] == "load"
