"""Where the sidecar runs, as far as it decides which GPUs it can see."""

import platform
import sys
from pathlib import Path

from msgspec import Struct

from sidecar import __version__


class Surroundings(Struct, frozen=True, rename="camel"):
    """Facts about the computer that do not identify it.

    Attributes:
        sidecar_version: Version of this program.
        python_version: Version of the Python that runs it.
        system: Operating system, its version, and the kind of processor.
        container: Whether this is a container, which sees only the GPUs it is given.
        wsl: Whether this is Windows' Linux, which sees GPUs through Windows.

    """

    sidecar_version: str
    python_version: str
    system: str
    container: bool
    wsl: bool


def look_around(root: Path = Path("/")) -> Surroundings:
    """Return what can be told of this computer; ``root`` is where its files are."""
    return Surroundings(
        sidecar_version=__version__,
        python_version=platform.python_version(),
        system=f"{platform.system()} {platform.release()} on {platform.machine()}",
        container=_is_container(root),
        wsl=sys.platform == "linux" and "microsoft" in platform.release().lower(),
    )


def _is_container(root: Path) -> bool:
    # Docker, Podman and systemd-nspawn each leave one of these.
    marks = (".dockerenv", "run/.containerenv", "run/systemd/container")
    return any((root / mark).exists() for mark in marks)
