"""Fixtures of the sidecar's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.amdsmi import stub_library
from fakes.amdsmi.stub_library import COMPLETE, StubLibrary
from support.nvidia_bench import NvidiaBench


@pytest.fixture
def bench(
    nvml_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NvidiaBench]:
    """Return the NVIDIA provider on a driver of this test's own."""
    made = NvidiaBench(nvml_library, tmp_path, monkeypatch)
    yield made
    made.driver.script("devices 0")
    made.provider.close()
    made.driver.check()


@pytest.fixture(scope="session")
def amd_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the stub of AMD's library, compiled."""
    return stub_library.build(tmp_path_factory.mktemp("amdsmi"))


@pytest.fixture
def stub(amd_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StubLibrary:
    """Return the only installation of AMD's library, which knows all about one GPU."""
    stub = StubLibrary(amd_library, tmp_path / "rocm")
    stub.script(*COMPLETE)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(stub.folder))
    return stub
