"""Who uses AMD's GPUs, as far as a user without root may see it.

Two kinds of processes do: those of the app, whose open DRM files amdgpu tells about, and those
that compute by ROCm, which the driver's other half, amdkfd, lists for the whole computer
(kfd_process.c and kfd_topology.c in drivers/gpu/drm/amd/amdkfd).
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sidecar.providers.amd.gpu import DRIVER, driver_of
from sidecar.providers.fdinfo import PROC, DrmFile, clients, drm_files
from sidecar.providers.metric import OFTEN_SECONDS, Metric
from sidecar.providers.pci import SYSFS, read_integer, read_text
from sidecar.providers.process_names import process_names


class GpuProcesses:
    """Looks for the processes on all GPUs together, now and then."""

    def __init__(self, sysfs: Path = SYSFS, proc: Path = PROC, app_pid: int | None = None) -> None:
        self._nodes = sysfs / "class" / "drm"
        self._kfd = sysfs / "class" / "kfd" / "kfd"
        self._proc = proc
        self._app_pid = app_pid
        self._users = Metric(self._find, OFTEN_SECONDS)

    def pids(self, address: str, now: float) -> set[int]:
        """Return the processes on the GPU at a PCI address, this one left out.

        Args:
            address: As in sysfs.
            now: Monotonic seconds.

        """
        return self._users.at(now).get(address, set[int]()) - {os.getpid()}

    def _find(self) -> dict[str, set[int]]:
        users: defaultdict[str, set[int]] = defaultdict(set)
        root_pid = os.getppid() if self._app_pid is None else self._app_pid
        files = drm_files(root_pid, self._proc)
        # To read another driver's may wake its GPU; amdgpu answers from memory.
        for client in clients(file for file in files if self._is_amdgpus(file)):
            if client.has_worked:
                users[client.pci_address].add(client.pid)
        # amdkfd gives the pids of the host. Elsewhere the same process would count twice.
        if process_names((), self._proc) is not None:
            for address, pid in self._rocm_processes():
                users[address].add(pid)
        return dict(users)

    def _is_amdgpus(self, file: DrmFile) -> bool:
        return driver_of(self._nodes / file.node / "device") == DRIVER

    def _rocm_processes(self) -> Iterator[tuple[str, int]]:
        """Yield who has memory on which GPU. Merely opening amdkfd lists a process as well."""
        gpus = dict(self._rocm_gpus())
        for folder in (self._kfd / "proc").glob("[0-9]*"):
            for number, address in gpus.items():
                if read_integer(folder / f"vram_{number}"):
                    yield address, int(folder.name)

    def _rocm_gpus(self) -> Iterator[tuple[int, str]]:
        """Yield amdkfd's number and the PCI address of each GPU; 0 is a processor."""
        for node in (self._kfd / "topology" / "nodes").glob("*"):
            number = read_integer(node / "gpu_id")
            if number:
                yield number, _address(read_text(node / "properties") or "")


def _address(properties: str) -> str:
    told = dict(line.split(" ", 1) for line in properties.splitlines() if " " in line)
    domain, location = (int(told.get(key, "0")) for key in ("domain", "location_id"))
    # Bus, device and function have 16 bits; a partition has its number in those above.
    bus, device, function = location >> 8 & 0xFF, location >> 3 & 0x1F, location & 0x7
    return f"{domain:04x}:{bus:02x}:{device:02x}.{function}"
