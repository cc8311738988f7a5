"""The Python package as it is published: built, put into an empty environment, and started."""

import json
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
BUILD_SECONDS = 60.0
"""Bounds a build that hangs; one takes a second."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-I", "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=BUILD_SECONDS)
    return folder


def test_the_wheel_holds_the_sidecar_alone(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "sidecar",
        "gpu_metrics_sidecar",
    }
    assert "sidecar/__main__.py" in names


def test_the_source_distribution_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    build = [sys.executable, "-I", "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(build, cwd=unpacked, check=True, capture_output=True, timeout=BUILD_SECONDS)
    (wheel,) = built.glob("*.whl")
    (rebuilt,) = (unpacked / "dist").glob("*.whl")
    assert zipfile.ZipFile(rebuilt).namelist() == zipfile.ZipFile(wheel).namelist()


def test_installed_into_an_empty_environment_the_program_answers(
    built: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "empty environment"
    venv.create(environment)
    programs = environment / ("Scripts" if sys.platform == "win32" else "bin")
    (wheel,) = built.glob("*.whl")
    pip = [sys.executable, "-I", "-m", "pip", "--python", programs / "python"]
    install = [*pip, "install", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True, timeout=BUILD_SECONDS)
    # Its dependencies are lent by this environment, since no test uses the network.
    site = sysconfig.get_path("purelib", vars={"base": str(environment)})
    Path(site, "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    answer = subprocess.run(
        [programs / "gpu-metrics-sidecar"],
        input=b'{"jsonrpc":"2.0","id":1,"method":"sidecar:hello"}\n',
        check=True,
        capture_output=True,
        timeout=BUILD_SECONDS,
    )
    assert json.loads(answer.stdout)["result"]["protocolVersion"] == 1
