"""Where the sidecar runs, as far as it decides what it can see of GPUs."""

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from sidecar import __version__
from sidecar.providers.amd.smi import library_is_installed
from sidecar.providers.pci import read_text

Enclosure = Literal[
    "docker", "podman", "kubernetes", "containerd", "lxc", "container", "flatpak", "snap", "wsl"
]
"""What may stand between a program and the computer's GPUs."""

_RENDER = "render"


class Surroundings(Struct, frozen=True, kw_only=True, rename="camel"):
    """Facts about the computer that do not identify it.

    Attributes:
        sidecar_version: Version of this program.
        python_version: Version of the Python that runs it.
        system: Operating system, its version, and the kind of processor.
        inside: What it runs inside of; several where one is inside another.
        closed_devices: Names of the devices of AMD's and Intel's GPUs that this user may not open.
        devices_group: The group that may open them.
        has_amd_library: Whether AMD's library, which may tell what the kernel does not, is here.

    """

    sidecar_version: str
    python_version: str
    system: str
    inside: list[Enclosure] = []
    closed_devices: list[str] = []
    devices_group: str = _RENDER
    has_amd_library: bool = False


def look_around(
    root: Path = Path("/"), environment: Mapping[str, str] = os.environ
) -> Surroundings:
    """Return what can be told of this computer; ``root`` is where its files are."""
    closed = [
        node for node in _device_nodes(root / "dev") if not os.access(node, os.R_OK | os.W_OK)
    ]
    return Surroundings(
        sidecar_version=__version__,
        python_version=platform.python_version(),
        system=f"{platform.system()} {platform.release()} on {platform.machine()}",
        inside=list(_enclosures(root, environment)),
        closed_devices=[node.name for node in closed],
        devices_group=_group(closed[0]) if closed else _RENDER,
        has_amd_library=library_is_installed(),
    )


def _enclosures(root: Path, environment: Mapping[str, str]) -> Iterator[Enclosure]:
    container = _container(root, environment)
    if container:
        yield container
    if (root / ".flatpak-info").exists():
        yield "flatpak"
    profile = read_text(root / "proc/self/attr/current") or ""
    # A snap that is not confined has the mode "complain".
    if profile.startswith("snap.") and profile.endswith("(enforce)"):
        yield "snap"
    if "microsoft" in (read_text(root / "proc/sys/kernel/osrelease") or "").lower():
        yield "wsl"


def _container(root: Path, environment: Mapping[str, str]) -> Enclosure | None:
    mounts = _mounts(root)
    # Whoever gives the container its GPUs comes first: of a pod that is not containerd.
    marks: tuple[tuple[Enclosure, bool], ...] = (
        ("kubernetes", "KUBERNETES_SERVICE_HOST" in environment),
        ("podman", (root / "run/.containerenv").exists()),
        ("docker", (root / ".dockerenv").exists()),
        ("lxc", any(at.startswith("/proc/") and "fuse.lxcfs" in rest for at, rest in mounts)),
        ("containerd", any(at == "/" and "/containerd/" in rest for at, rest in mounts)),
    )
    marked: list[Enclosure] = [name for name, is_marked in marks if is_marked]
    return marked[0] if marked else _told_by_systemd(root)


def _told_by_systemd(root: Path) -> Enclosure | None:
    """Return what systemd was started in, where it runs: WSL counts as that for it, too."""
    match read_text(root / "run/systemd/container"):
        case None | "wsl":
            return None
        case "lxc" | "lxc-libvirt":
            return "lxc"
        case _:
            return "container"


def _mounts(root: Path) -> list[tuple[str, str]]:
    """Return where each file system is mounted, and the rest of its line: proc_pid_mountinfo(5)."""
    try:
        lines = (root / "proc/self/mountinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    fields = (line.split(maxsplit=5) for line in lines)
    return [(each[4], each[5]) for each in fields if len(each) > 5]


def _device_nodes(dev: Path) -> list[Path]:
    nodes = [*sorted((dev / "dri").glob("renderD*")), dev / "kfd"]
    return [node for node in nodes if node.exists()]


def _group(node: Path) -> str:
    """Return the group that a device belongs to; the usual one where that has no name here."""
    try:
        return node.group()
    except (OSError, KeyError):
        return _RENDER
