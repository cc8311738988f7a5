"""The sidecar as it is shipped: how large it is, and how soon it answers."""

import shutil
import subprocess
from pathlib import Path
from statistics import median

from bench.lab import Lab
from bench.outcome import Outcome
from bench.rows.hello import seconds_to_hello

_ROOT = Path(__file__).parents[3]
_FOLDER = _ROOT / "dist" / "sidecar"
_BUNDLE_SECONDS = 600.0
"""Bounds PyInstaller, which takes half a minute on a quiet machine."""

_STARTS = 20
_MB = 1e6


def measure(lab: Lab) -> list[Outcome]:
    """Return the size of the bundle, and its start against that of the source tree."""
    subprocess.run(["node", "scripts/bundle.mjs"], cwd=_ROOT, check=True, timeout=_BUNDLE_SECONDS)  # noqa: S607 - wherever node is
    return [
        Outcome("bundled sidecar, on disk", "", 22, [_size_on_disk() / _MB], unit=" MB"),
        Outcome("bundled sidecar, zipped", "", 10, [_size_zipped(lab) / _MB], unit=" MB"),
        Outcome(
            "bundled sidecar, hello after spawn",
            "the sidecar in its environment",
            1.6,
            [_ratio(lab) for _ in range(lab.runs)],
        ),
    ]


def _size_on_disk() -> int:
    return sum(file.stat().st_size for file in _FOLDER.rglob("*") if file.is_file())


def _size_zipped(lab: Lab) -> int:
    return Path(shutil.make_archive(str(lab.folder() / "sidecar"), "zip", _FOLDER)).stat().st_size


def _ratio(lab: Lab) -> float:
    program = [str(_FOLDER / "gpu-metrics-sidecar")]
    pairs = [(seconds_to_hello(lab, program), seconds_to_hello(lab)) for _ in range(_STARTS)]
    bundled, installed = zip(*pairs, strict=True)
    return median(bundled) / median(installed)
