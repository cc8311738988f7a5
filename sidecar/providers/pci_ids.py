"""Names of PCI devices by the list that Linux distributions install: pci.ids(5)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

PCI_IDS = (
    Path("/usr/share/hwdata/pci.ids"),
    Path("/usr/share/misc/pci.ids"),
    Path("/usr/share/pci.ids"),
)
"""Where distributions put it."""


def pci_name(
    brand: str, vendor_id: str, device_id: str, files: Iterable[Path] = PCI_IDS
) -> str | None:
    """Return the product's name as the first list that knows it has it, or None.

    The lists put the chip first and its products in brackets: ``DG2 [Arc A770]`` is an
    ``Intel Arc A770``.

    Args:
        brand: What the name shall begin with.
        vendor_id: Four hex digits in lower case.
        device_id: Likewise.
        files: The lists; those that do not exist are passed over.

    """
    names = (_look_up(file, vendor_id, device_id) for file in files)
    name = next((name for name in names if name), None)
    if name is None:
        return None
    product = name.partition("[")[2].partition("]")[0] or name
    return product if product.startswith(brand) else f"{brand} {product}"


def _look_up(file: Path, vendor_id: str, device_id: str) -> str | None:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in _lines_of_vendor(lines, vendor_id):
                if line.startswith(f"\t{device_id} "):
                    return line.split(maxsplit=1)[1].strip()
    except OSError:
        pass
    return None


def _lines_of_vendor(lines: Iterable[str], vendor_id: str) -> Iterator[str]:
    """Yield the indented lines under a vendor: its devices, and their subsystems further in."""
    inside = False
    for line in lines:
        if not line.startswith(("\t", "#", "\n")):
            inside = line.startswith(f"{vendor_id} ")
        elif inside:
            yield line
