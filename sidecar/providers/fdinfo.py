"""What the app's own processes do on GPUs, from the fdinfo of their open DRM files.

An open ``/dev/dri`` file is a client of the GPU's kernel driver, and ``/proc/<pid>/fdinfo/<fd>``
tells what it used. The keys are those of the kernel's Documentation/gpu/drm-usage-stats.rst.
Without root, only processes of the same user can be seen; here it is the app and what it started,
so that the scan is bounded by the app and not by the computer.

Finding the files is slow (some ms), reading them is not: find seldom, read often.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

PROC = Path("/proc")

MAX_PROCESSES = 512
"""More descendants than any app has; whoever was started by init has the whole computer's."""

MAX_OPEN_FILES = 4096
"""Of one process: more than models and windows need; a server with more is not looked through."""

_DRM_FILES = "/dev/dri/"
_UNIT_BYTES = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20}  # the only ones that the kernel's page names


class DrmFile(NamedTuple):
    """An open DRM file of a process.

    Reading the fdinfo may wake the GPU (xe does); finding it does not. The node tells whose it is.

    Attributes:
        pid: The process that has it open.
        fdinfo: Path of its fdinfo.
        node: Name of the device node, ``card0`` or ``renderD128``, as in /sys/class/drm.

    """

    pid: int
    fdinfo: str
    node: str


class Client(Struct, frozen=True, kw_only=True):
    """What one client has used of one GPU since it opened it.

    Keys are the driver's: engines ``gfx``, ``compute`` (amdgpu), ``render``, ``video`` (i915),
    ``rcs``, ``ccs`` (xe); memory ``vram``, ``gtt``, ``local0``, ``vram0``, ``system`` and so on.

    Attributes:
        pid: The process; when several share the client, one of them.
        driver: Kernel driver of the GPU: amdgpu, i915, xe.
        pci_address: The GPU's address as in sysfs (``0000:01:00.0``); empty when it is not told.
        client_id: What tells the clients of one GPU apart.
        engine_ns: Nanoseconds each engine has worked for it (amdgpu, i915).
        capacity: How many engines a name stands for, where it is not one.
        cycles: Clock cycles each engine has worked for it (xe).
        total_cycles: Clock cycles each engine has counted in all; the share is of this (xe).
        resident_bytes: Memory that it holds now, by kind of memory.

    """

    pid: int
    driver: str
    pci_address: str
    client_id: str
    engine_ns: dict[str, int]
    capacity: dict[str, int]
    cycles: dict[str, int]
    total_cycles: dict[str, int]
    resident_bytes: dict[str, int]

    @property
    def has_worked(self) -> bool:
        """Whether it has used an engine at all; who only looks a GPU up opens it as well."""
        return any(self.engine_ns.values()) or any(self.cycles.values())


def drm_files(root_pid: int, proc: Path = PROC) -> list[DrmFile]:
    """Return the DRM files that a process and its descendants have open, this process left out.

    Args:
        root_pid: The process to begin with: for the sidecar, the app that started it.
        proc: Where procfs is.

    """
    return [file for pid in _family(root_pid, proc) for file in _drm_files_of(pid, proc)]


def clients(files: Iterable[DrmFile]) -> list[Client]:
    """Read the files' fdinfo now. Leaves out what was closed since; lists a shared client once."""
    found = {
        (client.driver, client.pci_address, client.client_id): client
        for file in files
        if (client := _read(file))
    }
    return list(found.values())


def _family(root_pid: int, proc: Path) -> Iterator[int]:
    """Yield a process and its descendants, except this process and what it started."""
    waiting = [root_pid]
    seen = {os.getpid()}
    while waiting and len(seen) <= MAX_PROCESSES:
        pid = waiting.pop()
        if pid not in seen:
            seen.add(pid)
            yield pid
            waiting += _children(proc / str(pid) / "task")


def _children(tasks: Path) -> Iterator[int]:
    """Yield the children of every thread: the kernel keeps them by the thread that started them."""
    for thread in _names(tasks):
        yield from map(int, _text(f"{tasks}/{thread}/children").split())


def _drm_files_of(pid: int, proc: Path) -> Iterator[DrmFile]:
    folder = f"{proc}/{pid}"
    for fd in _names(f"{folder}/fd")[:MAX_OPEN_FILES]:
        target = _target(f"{folder}/fd/{fd}")
        if target.startswith(_DRM_FILES):
            yield DrmFile(pid, f"{folder}/fdinfo/{fd}", target.removeprefix(_DRM_FILES))


def _read(file: DrmFile) -> Client | None:
    lines = _text(file.fdinfo).splitlines()
    told = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
    if "drm-driver" not in told or "drm-client-id" not in told:
        return None
    return Client(
        pid=file.pid,
        driver=told["drm-driver"],
        pci_address=told.get("drm-pdev", ""),
        client_id=told["drm-client-id"],
        engine_ns=_numbers(told, "drm-engine-", but_not="drm-engine-capacity-"),
        capacity=_numbers(told, "drm-engine-capacity-"),
        cycles=_numbers(told, "drm-cycles-"),
        total_cycles=_numbers(told, "drm-total-cycles-"),
        # Older versions of amdgpu tell the resident memory under the name drm-memory only.
        resident_bytes=_sizes(told, "drm-memory-") | _sizes(told, "drm-resident-"),
    )


def _numbers(told: dict[str, str], prefix: str, but_not: str = "\n") -> dict[str, int]:
    return {
        key.removeprefix(prefix): int(number)
        for key, value in told.items()
        if key.startswith(prefix) and not key.startswith(but_not)
        if (number := value.removesuffix(" ns")).isdecimal()
    }


def _sizes(told: dict[str, str], prefix: str) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for key, value in told.items():
        number, _, unit = value.partition(" ")
        if key.startswith(prefix) and number.isdecimal() and unit in _UNIT_BYTES:
            sizes[key.removeprefix(prefix)] = int(number) * _UNIT_BYTES[unit]
    return sizes


# A process may end, or refuse to be looked at, at any moment: then it has nothing to tell.


def _names(folder: Path | str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are needed, and thousands of them
    except OSError:
        return []


def _target(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115 - thousands of them
    except OSError:
        return ""


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - the same
            return opened.read()
    except OSError:
        return ""
