"""The memory of an Intel GPU, as far as an ordinary user can know.

An integrated GPU uses the computer's memory; how much of it, no file tells. A discrete one has
memory of its own, which xe enters into the kernel's device memory controller (since Linux 6.14, see
"DMEM" in Documentation/admin-guide/cgroup-v2.rst). The files of its root group count what everybody
allocated; that of the use is newer still. i915 tells nothing of it.

Not taken: the size of PCI BAR 2, a power of two that is 256 MiB without Resizable BAR and 16 GiB
for a card of 12; and the memory of the app's own clients by fdinfo, which is only a part of what
is used.
"""

from pathlib import Path
from typing import NamedTuple

from sidecar.providers.pci import read_text
from sidecar.providers.system_memory import total_memory_bytes


class Memory(NamedTuple):
    """In bytes; None is unknown."""

    used: int | None
    total: int | None


def shared_memory() -> Memory:
    """Return the memory of an integrated GPU: the computer's."""
    return Memory(None, total_memory_bytes())


def local_memory(address: str, sysfs: Path) -> Memory:
    """Return the memory of the discrete GPU at a PCI address. Touches no GPU."""
    cgroups = sysfs / "fs" / "cgroup"
    total = _region_bytes(cgroups / "dmem.capacity", address)
    # Only the root group has the file above. Without it, the other tells of a container alone.
    used = None if total is None else _region_bytes(cgroups / "dmem.current", address)
    return Memory(used, total)


def _region_bytes(file: Path, address: str) -> int | None:
    """Add up the GPU's regions (``drm/0000:03:00.0/vram0 12482248704``), one per tile."""
    regions = [line.partition(" ") for line in (read_text(file) or "").splitlines()]
    sizes = [
        int(size)
        for name, _, size in regions
        if name.startswith(f"drm/{address}/vram") and size.isdecimal()
    ]
    return sum(sizes) if sizes else None
