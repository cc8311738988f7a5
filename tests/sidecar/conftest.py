"""Fixtures of the sidecar's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
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
