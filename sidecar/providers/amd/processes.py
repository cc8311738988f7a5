"""Who uses AMD's GPUs, as far as a user without root may see it.

Two kinds of processes do: those of the app, whose open DRM files amdgpu tells about, and those
that compute by ROCm, which the driver's other half, amdkfd, lists for the whole computer
(kfd_process.c and kfd_topology.c in drivers/gpu/drm/amd/amdkfd).
"""

import os
from collections.abc import Iterator
from pathlib import Path

from sidecar.providers.app_clients import AppClients
from sidecar.providers.pci import PciGpu, read_integer, read_text
from sidecar.providers.process_names import sees_host_pids


class GpuProcesses:
    """Looks for the processes on one GPU or another."""

    def __init__(self, sysfs: Path, app: AppClients) -> None:
        self._kfd = sysfs / "class" / "kfd" / "kfd"
        self._app = app

    def pids(self, gpu: PciGpu) -> set[int]:
        """Return the processes that use an awake GPU, this one left out."""
        pids = {client.pid for client in self._app.of(gpu) or () if client.has_worked}
        # amdkfd gives the pids of the host. Elsewhere the same process would count twice.
        if sees_host_pids(self._app.proc):
            pids |= set(self._rocm_pids(gpu.address))
        return pids - {os.getpid()}

    def _rocm_pids(self, address: str) -> Iterator[int]:
        """Yield who has memory on a GPU. Merely opening amdkfd lists a process as well."""
        for number in self._rocm_numbers(address):
            for folder in (self._kfd / "proc").glob("[0-9]*"):
                if read_integer(folder / f"vram_{number}"):
                    yield int(folder.name)

    def _rocm_numbers(self, address: str) -> Iterator[int]:
        """Yield amdkfd's numbers of a GPU, one for each of its partitions."""
        for node in (self._kfd / "topology" / "nodes").glob("*"):
            number = read_integer(node / "gpu_id")  # 0 is a processor
            if number and _address(read_text(node / "properties") or "") == address:
                yield number


def _address(properties: str) -> str:
    told = dict(line.split(" ", 1) for line in properties.splitlines() if " " in line)
    domain, location = (int(told.get(key, "0")) for key in ("domain", "location_id"))
    # Bus, device and function have 16 bits; a partition has its number in those above.
    bus, device, function = location >> 8 & 0xFF, location >> 3 & 0x1F, location & 0x7
    return f"{domain:04x}:{bus:02x}:{device:02x}.{function}"
