"""The clients that docs/protocol.md shows, on the real sidecar and a driver that does as told."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.nvidia_driver import FakeNvidiaDriver
from support.sidecar_command import SIDECAR

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
END_SECONDS = 30.0
"""Bounds a client that would never end; one takes at most five seconds."""

LOADED = (
    "devices 2",
    "* memory_reserved_mib 0",
    "0 utilization 97",
    "0 memory_total_mib 24564",
    "0 memory_used_mib 20011",
    "0 temperature_c 83",
    "0 power_mw 401250",
    "1 nvmlDeviceGetUtilizationRates return 3",
    "1 memory_total_mib 24564",
    "1 memory_used_mib 512",
    "1 temperature_c 41",
    "1 nvmlDeviceGetPowerUsage return 3",
    "1 nvmlDeviceGetFieldValues return 3",
)
ROWS = [
    "GPU-0: 97 %, 20011 of 24564 MiB, 83 °C, 401.2 W",
    "GPU-1: ? %, 512 of 24564 MiB, 41 °C",
]


@pytest.fixture(params=["watch.py", "watch.mjs"])
def client(request: pytest.FixtureRequest) -> list[str]:
    """Return how a client is started."""
    program: str = request.param
    node = shutil.which("node")
    assert node
    return [sys.executable if program.endswith(".py") else node, str(EXAMPLES / program)]


def watch(
    client: list[str], times: int, sidecar: list[str], driver: FakeNvidiaDriver
) -> subprocess.CompletedProcess[str]:
    """Run a client to its end, which is also the sidecar's: it has the same stderr."""
    return subprocess.run(
        [*client, str(times), *sidecar],
        env={**os.environ, **driver.environment, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=END_SECONDS,
        check=False,
    )


def test_a_client_shows_the_drivers_numbers_and_ends_the_sidecar(
    client: list[str], nvidia: FakeNvidiaDriver
) -> None:
    nvidia.script(*LOADED)
    ended = watch(client, 2, SIDECAR, nvidia)
    assert (ended.stdout.splitlines(), ended.stderr, ended.returncode) == (ROWS * 2, "", 0)


def test_a_driver_that_does_not_answer_is_told_and_the_client_goes_on(
    client: list[str], nvidia: FakeNvidiaDriver
) -> None:
    nvidia.script("devices 1", "- nvmlDeviceGetCount_v2 hang")
    ended = watch(client, 2, SIDECAR, nvidia)
    assert (ended.stdout, ended.returncode) == ("", 0)
    assert ended.stderr.count("driver") == 2


def test_a_sidecar_that_has_ended_is_told(client: list[str], nvidia: FakeNvidiaDriver) -> None:
    ended = watch(client, 1, [sys.executable, "-c", ""], nvidia)
    assert (ended.stdout, ended.stderr) == ("", "The sidecar has ended.\n")
    assert ended.returncode == 1
