"""What an AMD GPU is called. No file of the driver tells it for most of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sidecar.providers.pci import PciGpu, read_text

AMDGPU_IDS = (Path("/usr/share/libdrm/amdgpu.ids"), Path("/opt/amdgpu/share/libdrm/amdgpu.ids"))
"""AMD's list of marketing names, by device and revision. Comes with libdrm."""

PCI_IDS = (Path("/usr/share/misc/pci.ids"), Path("/usr/share/hwdata/pci.ids"))
"""Everybody's list of PCI devices, where one entry may stand for several products."""


def marketing_name(
    gpu: PciGpu,
    amdgpu_ids: Sequence[Path] = AMDGPU_IDS,
    pci_ids: Sequence[Path] = PCI_IDS,
) -> str:
    """Return the name from the board, from AMD's list, or from that of all PCI devices.

    Reads nothing that could wake the GPU: the board's name is kept in memory by the driver.
    """
    return (
        read_text(gpu.folder / "product_name")
        or _in_amdgpu_ids(gpu, amdgpu_ids)
        or _in_pci_ids(gpu, pci_ids)
        or f"AMD GPU [{gpu.vendor_id}:{gpu.device_id}]"
    )


def _in_amdgpu_ids(gpu: PciGpu, files: Sequence[Path]) -> str | None:
    revision = (read_text(gpu.folder / "revision") or "").removeprefix("0x")
    for line in _lines(files):
        device, _, rest = line.partition(",")
        listed, _, name = rest.partition(",")
        if device.lower() == gpu.device_id and listed.strip().lower() == revision:
            return name.strip()
    return None


def _in_pci_ids(gpu: PciGpu, files: Sequence[Path]) -> str | None:
    """Return ``AMD Radeon RX 7900 XT/...`` for ``744c  Navi 31 [Radeon RX 7900 XT/...]``."""
    vendor = ""
    for line in _lines(files):
        if line and line[0] not in "\t#":
            vendor = line.partition("  ")[0]
        elif vendor == gpu.vendor_id and line.startswith(f"\t{gpu.device_id}  "):
            chip, _, product = line.strip().partition("  ")[2].partition(" [")
            return f"AMD {product.rstrip(']') or chip}"
    return None


def _lines(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        yield from (read_text(file) or "").splitlines()
