"""Keeps Intel's GPUs listed while they work, sleep, or are gone."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sidecar.providers.app_clients import AppClients
from sidecar.providers.fdinfo import PROC
from sidecar.providers.intel.files import DRIVERS
from sidecar.providers.intel.gpu import IntelGpu, Surroundings, is_integrated
from sidecar.providers.pci import SYSFS, PciBus, PciGpu
from sidecar.providers.pci_ids import PCI_IDS, pci_name
from sidecar.providers.provider import ProviderError
from sidecar.providers.wrong_driver import wrong_driver
from sidecar.snapshot import Device, Reading

INTEL_VENDOR_ID = "8086"


class IntelProvider:
    """The GPUs that i915 or xe runs. A sleeping one is not touched at all.

    Args:
        app_pid: The app, whose programs are looked for.
        wants_names: Whether the names of programs are asked for.
        sysfs: Where sysfs is.
        proc: Where procfs is.
        clock: Monotonic seconds.

    """

    name = "intel"

    def __init__(
        self,
        app_pid: int,
        wants_names: Callable[[], bool] = lambda: False,
        *,
        sysfs: Path = SYSFS,
        proc: Path = PROC,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._around = Surroundings(sysfs, AppClients(app_pid, proc, clock), wants_names, clock)
        self._bus = PciBus(INTEL_VENDOR_ID, sysfs, clock)
        self._devices: dict[str, Device] = {}
        self._on_bus: dict[str, PciGpu] = {}
        self._awake: dict[str, IntelGpu] = {}

    def open(self) -> None:
        """Need nothing: there is no driver to attach to, only files to read."""

    def devices(self) -> Sequence[Device]:
        """Return every GPU seen so far, whether it is there now or not.

        Raises:
            ProviderError: There was none so far.

        """
        found = self._bus.gpus()
        self._on_bus = {gpu.address: gpu for gpu in found if gpu.driver in DRIVERS}
        for address, gpu in self._on_bus.items():
            if address not in self._devices:
                self._devices[address] = _described(gpu)
        if not self._devices:
            raise _no_gpu(found)
        return list(self._devices.values())

    def read(self, device: Device) -> Reading:
        """Return the values of one GPU; none while it sleeps or is gone."""
        pci = self._on_bus.get(device.key)
        if pci is None or pci.is_asleep():
            # Counters of before say nothing about the time after.
            self._awake.pop(device.key, None)
            return Reading(status="lost" if pci is None else "asleep")
        gpu = self._awake.get(device.key)
        if gpu is None or gpu.pci != pci:
            gpu = self._awake[device.key] = IntelGpu(pci, self._around)
        return gpu.read()

    def close(self) -> None:
        """Forget the counters; the GPUs stay known."""
        self._awake.clear()


def marketing_name(gpu: PciGpu, pci_ids: Sequence[Path] = PCI_IDS) -> str:
    """Return the name from the list of all PCI devices; no file of the drivers tells one."""
    return pci_name("Intel", gpu.vendor_id, gpu.device_id, pci_ids) or "Intel GPU"


def _described(gpu: PciGpu) -> Device:
    return Device(
        key=gpu.address,
        name=marketing_name(gpu),
        vendor="intel",
        memory_kind="unified" if is_integrated(gpu) else "dedicated",
        pci_address=gpu.address,
    )


def _no_gpu(found: Iterable[PciGpu]) -> ProviderError:
    for gpu in found:
        return wrong_driver(gpu, "an Intel", " or ".join(DRIVERS))
    return ProviderError("absent", "This computer has no Intel GPU.")
