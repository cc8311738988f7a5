"""Fixtures that several folders of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import nvidia_driver
from fakes.nvidia_driver import FakeNvidiaDriver
from hypothesis import settings

# How long an example takes on a busy machine says nothing about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def nvml_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return our NVML, compiled."""
    return nvidia_driver.build(tmp_path_factory.mktemp("nvml"))


@pytest.fixture
def nvidia(nvml_library: Path, tmp_path: Path) -> Iterator[FakeNvidiaDriver]:
    """Return an NVIDIA driver of this test's own. It shows no GPU until it has a script."""
    driver = FakeNvidiaDriver(nvml_library, tmp_path)
    yield driver
    driver.check()
