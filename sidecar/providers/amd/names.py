"""What an AMD GPU is called. No file of the driver tells it for most of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sidecar.providers.pci import PciGpu, read_text
from sidecar.providers.pci_ids import PCI_IDS, pci_name

AMDGPU_IDS = (Path("/usr/share/libdrm/amdgpu.ids"), Path("/opt/amdgpu/share/libdrm/amdgpu.ids"))
"""AMD's list of marketing names, by device and revision. Comes with libdrm."""


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
        or pci_name("AMD", gpu.vendor_id, gpu.device_id, pci_ids)
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


def _lines(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        try:
            with file.open(encoding="utf-8", errors="replace") as lines:
                yield from lines
        except OSError:
            continue
