"""The doctor: what a person without knowledge of the project reads, and whether it is right."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from fakes.nvidia_driver import FakeNvidiaDriver
from support.running_sidecar import ANSWER_SECONDS
from support.sidecar_command import SIDECAR

from sidecar.doctor import reference
from sidecar.doctor.surroundings import look_around

SCRIPT = (
    "devices 1",
    "0 name NVIDIA GeForce RTX 4090",
    "0 pci 00000000:01:00.0",
    "0 uuid GPU-11111111-2222-3333-4444-555555555555",
    "0 utilization 97",
    "0 memory_used_mib 20011",
)


def doctor(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Return what the doctor prints."""
    return subprocess.run(
        [*SIDECAR, "doctor", *arguments],
        env={"PATH": os.environ["PATH"], **(environment or {})},
        capture_output=True,
        check=True,
        text=True,
        timeout=ANSWER_SECONDS,
    ).stdout


def tool(folder: Path, name: str, script: str) -> None:
    """Put a program of ours in ``folder``."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which programs are found first."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_without_a_gpu_it_says_what_was_looked_for_why_none_was_found_and_what_helps() -> None:
    text = doctor()
    assert "NVIDIA     not here       No NVIDIA driver was found" in text
    assert "→ If this computer has an NVIDIA GPU, install NVIDIA's driver." in text
    assert "That is a normal result" in text


def test_a_gpu_is_shown_beside_what_nvidia_smi_says_with_the_difference(
    nvidia: FakeNvidiaDriver, tools: Path
) -> None:
    nvidia.script(*SCRIPT)
    tool(
        tools,
        "nvidia-smi",
        "echo '00000000:01:00.0, 95, 20011, 4000, 24564, 60, 300.00, 450.00, 2520, [N/A]'",
    )
    text = doctor(environment={**nvidia.environment, "PATH": os.environ["PATH"]})
    rows = {line[2:18].strip(): line[18:].split() for line in text.splitlines()}
    assert rows["utilization"] == ["97", "%", "95", "%", "+2"]
    assert rows["memory used"] == ["20011", "MiB", "20011", "MiB", "+0"]
    assert rows["fan"][-1] == "—"


def test_json_holds_the_same_and_nothing_that_identifies_the_computer(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script(*SCRIPT)
    text = doctor("--json", environment=nvidia.environment)
    (examined,) = json.loads(text)["gpus"]
    assert examined["gpu"]["utilization"] == 97
    for identifier in ("11111111-2222", "01:00.0", os.uname().nodename):
        assert identifier not in text


def test_a_driver_that_hangs_is_named_and_the_doctor_ends(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1", "- nvmlInit_v2 hang")
    assert "not answering" in doctor(environment=nvidia.environment)


@pytest.mark.parametrize(
    "script", ["exit 9", "echo nonsense", "echo 'NVIDIA-SMI has failed'; exit 6", "sleep 100"]
)
def test_a_tool_that_fails_or_hangs_costs_only_the_comparison(
    tools: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(reference, "TOOL_SECONDS", 0.5)
    for name in ("nvidia-smi", "amd-smi"):
        tool(tools, name, f"exec {script}" if script.startswith("sleep") else script)
    assert not any(reference.nvidia_smi().values())
    assert reference.amd_smi() == {}


def test_what_amd_smi_says_is_found_by_address(tools: Path) -> None:
    answers = {
        "list": [{"gpu": 0, "bdf": "0000:83:00.0", "uuid": "secret"}],
        "metric": [
            {
                "gpu": 0,
                "usage": {"gfx_activity": {"value": 42, "unit": "%"}, "umc_activity": "N/A"},
                "power": {"socket_power": {"value": 187, "unit": "W"}},
                "temperature": {"edge": "N/A"},
                "mem_usage": {"used_vram": {"value": 8123, "unit": "MB"}},
            }
        ],
    }
    cases = "".join(f"{name}) echo '{json.dumps(text)}';;" for name, text in answers.items())
    tool(tools, "amd-smi", f'case "$1" in {cases} esac')
    assert reference.amd_smi() == {
        "0000:83:00.0": {"utilization": 42, "powerUsageW": 187, "memoryUsedMB": 8123}
    }


def test_a_container_is_noticed(tmp_path: Path) -> None:
    assert not look_around(tmp_path).container
    (tmp_path / ".dockerenv").touch()
    assert look_around(tmp_path).container


def test_json_without_the_doctor_is_a_mistake() -> None:
    result = subprocess.run(
        [*SIDECAR, "--json"],
        capture_output=True,
        check=False,
        timeout=ANSWER_SECONDS,
    )
    assert result.returncode == 2
    assert b"--json goes with doctor" in result.stderr
