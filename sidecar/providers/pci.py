"""The GPUs that the PCI bus shows in Linux sysfs, and whether they sleep. Wakes none of them.

Reading ``power/runtime_status`` and the identity files touches kernel memory only; everything
else about a suspended GPU may resume it.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

SYSFS = Path("/sys")

SEARCH_SECONDS = 30.0
"""How often the bus is searched for GPUs that came."""

# PCI base classes: 03 display controller (VGA, 3D, other), 12 processing accelerator (MI300).
_GPU_CLASSES = ("0x03", "0x12")
_MAX_TEXT_BYTES = 4096  # sysfs gives a page at the most
_SLEEPING = frozenset({"suspended", "suspending"})


class PciGpu(Struct, frozen=True):
    """A display controller or processing accelerator on the PCI bus.

    Attributes:
        address: Domain, bus, device and function (``0000:01:00.0``).
        folder: Its folder in sysfs.
        vendor_id: PCI vendor id in lower-case hex without prefix (``10de``).
        device_id: PCI device id likewise.
        driver: Name of the kernel driver bound to it, or empty.

    """

    address: str
    folder: Path
    vendor_id: str
    device_id: str
    driver: str

    def is_asleep(self) -> bool:
        """Whether it is powered down now, or on its way there."""
        return read_text(self.folder / "power" / "runtime_status") in _SLEEPING


def pci_gpus(vendor_id: str, sysfs: Path = SYSFS) -> list[PciGpu]:
    """Return a vendor's GPUs by address; none where there is no sysfs (Windows, WSL)."""
    folders = sorted((sysfs / "bus" / "pci" / "devices").glob("*"))
    found = [_describe(folder) for folder in folders if _is_gpu(folder)]
    return [gpu for gpu in found if gpu.vendor_id == vendor_id]


class PciBus:
    """A vendor's GPUs on the bus, searched for now and then: a bus has hundreds of devices.

    That one is gone, or changed its driver, is noticed at once.
    """

    def __init__(
        self, vendor_id: str, sysfs: Path = SYSFS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._vendor_id = vendor_id
        self._sysfs = sysfs
        self._clock = clock
        self._found: list[PciGpu] = []
        self._search_at = 0.0

    def gpus(self) -> list[PciGpu]:
        """Return the GPUs that are there; one that came is seen within SEARCH_SECONDS."""
        now = self._clock()
        unchanged = all(driver_of(gpu.folder) == gpu.driver for gpu in self._found)
        if now >= self._search_at or not unchanged:
            self._search_at = now + SEARCH_SECONDS
            self._found = pci_gpus(self._vendor_id, self._sysfs)
        return self._found


def driver_of(folder: Path) -> str:
    """Return the name of the kernel driver that runs a device now, or an empty text."""
    try:
        return (folder / "driver").readlink().name
    except OSError:
        return ""


def read_text(file: Path) -> str | None:
    """Return what a sysfs file says, or None when the kernel will not tell.

    An attribute that exists may still fail, with whatever error its driver chose: EPERM and EBUSY
    while the device sleeps or resets, EOPNOTSUPP, EINVAL and EIO where the chip lacks it.
    """
    try:
        return read_now(file)
    except OSError:
        return None


def read_now(file: Path) -> str:
    """Return what a sysfs file says.

    Raises:
        OSError: The kernel will not tell; its errno says why.

    """
    # A third of the system calls that an open file object makes, several times a GPU and sweep.
    fd = os.open(file, os.O_RDONLY)
    try:
        return os.read(fd, _MAX_TEXT_BYTES).decode(errors="replace").strip()
    finally:
        os.close(fd)


def read_integer(file: Path) -> int | None:
    """Return the integer in a sysfs file, or None when the kernel will not tell."""
    text = read_text(file)
    try:
        return None if text is None else int(text, 0)
    except ValueError:
        return None


def _is_gpu(folder: Path) -> bool:
    return (read_text(folder / "class") or "").startswith(_GPU_CLASSES)


def _describe(folder: Path) -> PciGpu:
    return PciGpu(
        address=folder.name,
        folder=folder,
        vendor_id=_hex_id(folder / "vendor"),
        device_id=_hex_id(folder / "device"),
        driver=driver_of(folder),
    )


def _hex_id(file: Path) -> str:
    return (read_text(file) or "").removeprefix("0x")
