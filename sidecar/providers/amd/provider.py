"""Keeps AMD's GPUs listed while they work, sleep, or leave the bus and return."""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from sidecar.providers.amd.gpu import DRIVER, AmdGpu, is_integrated
from sidecar.providers.amd.names import marketing_name
from sidecar.providers.amd.processes import GpuProcesses
from sidecar.providers.amd.smi import FIELDS, Smi
from sidecar.providers.app_clients import AppClients
from sidecar.providers.fdinfo import PROC
from sidecar.providers.metric import Values
from sidecar.providers.pci import SYSFS, PciGpu, driver_of, pci_gpus, read_text
from sidecar.providers.process_names import process_names
from sidecar.providers.provider import ProviderError
from sidecar.providers.runtime_pm import IdleRest
from sidecar.providers.wrong_driver import wrong_driver
from sidecar.snapshot import Device, Reading

AMD_VENDOR_ID = "1002"

LOOK_AROUND_SECONDS = 30.0
"""How often the bus is searched for more GPUs, and a GPU for sensors that it did not have."""

SWEEPS_BEFORE_SMI = 3
"""In so many sweeps a value must be missing before AMD's library is asked. One that is missing
for a moment is no reason to start it, least of all when it is missing since the GPU falls asleep.
"""


class _Slot(Struct):
    """One GPU for as long as the sidecar lives.

    Attributes:
        pci: Where it is.
        device: What is known of it; its key never changes.
        gpu: What reads it; None while it sleeps, is gone, or the provider is closed.
        memory_total_bytes: As it was last told, for while it sleeps.
        sweeps_with_gaps: In how many sweeps in a row AMD's library might have known more.

    """

    pci: PciGpu
    device: Device
    gpu: AmdGpu | None = None
    memory_total_bytes: int | None = None
    sweeps_with_gaps: int = 0


class AmdProvider:
    """The GPUs of the kernel driver amdgpu. None of them is read, let alone woken, in its sleep.

    Args:
        app_pid: The app, whose programs are looked for.
        wants_names: Whether the names of programs are asked for.
        sysfs: Where sysfs is.
        proc: Where procfs is.
        clock: Monotonic seconds.

    """

    name = "amd"

    def __init__(
        self,
        app_pid: int,
        wants_names: Callable[[], bool] = lambda: False,
        *,
        sysfs: Path = SYSFS,
        proc: Path = PROC,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wants_names = wants_names
        self._clock = clock
        self._sysfs = sysfs
        self._proc = proc
        self._processes = GpuProcesses(sysfs, AppClients(app_pid, proc, clock))
        self._smi = Smi()
        self._slots: dict[str, _Slot] = {}
        self._look_around_at = 0.0

    def open(self) -> None:
        """Look for GPUs.

        Raises:
            ProviderError: There is none that amdgpu runs.

        """
        self._look_around()
        if not self._slots:
            raise _no_gpu(self._sysfs, self._proc)

    def devices(self) -> Sequence[Device]:
        """Return every GPU seen so far."""
        now = self._clock()
        if now >= self._look_around_at:
            self._look_around()
        self._ask_smi(now)
        return [slot.device for slot in self._slots.values()]

    def read(self, device: Device) -> Reading:
        """Return the values of one GPU; none while it sleeps or is gone."""
        slot = self._slots[device.key]
        if driver_of(slot.pci.folder) != DRIVER:
            return _set_aside(slot, Reading(status="lost"))
        if slot.pci.is_asleep():
            total = slot.memory_total_bytes
            return _set_aside(slot, Reading(status="asleep", memory_total_bytes=total))
        if slot.gpu is None:
            slot.gpu = AmdGpu(
                slot.pci.folder,
                IdleRest(slot.pci.folder, self._clock),
                is_unified=device.memory_kind == "unified",
                users=partial(self._users, slot.pci),
            )
        return slot.gpu.rest.read(partial(self._read_awake, slot, slot.gpu))

    def close(self) -> None:
        """End the child process, and forget where the sensors are; the GPUs stay known."""
        self._smi.close()
        self._look_around_at = 0.0
        for slot in self._slots.values():
            slot.gpu = None

    def _look_around(self) -> None:
        self._look_around_at = self._clock() + LOOK_AROUND_SECONDS
        for gpu in pci_gpus(AMD_VENDOR_ID, self._sysfs):
            if gpu.driver == DRIVER and gpu.address not in self._slots:
                self._slots[gpu.address] = _Slot(gpu, _described(gpu))
        for slot in self._slots.values():
            if slot.gpu is not None and not slot.gpu.has_sensors:
                slot.gpu, slot.device = None, _described(slot.pci)

    def _ask_smi(self, now: float) -> None:
        slots = self._slots.values()
        wanting = [slot for slot in slots if slot.sweeps_with_gaps >= SWEEPS_BEFORE_SMI]
        if not wanting or any(slot.pci.is_asleep() for slot in slots):
            self._smi.close()
            return
        awake = [slot for slot in wanting if not (slot.gpu and slot.gpu.rest.is_resting())]
        if awake:
            self._smi.ask([slot.pci.address for slot in awake], now)

    def _read_awake(self, slot: _Slot, gpu: AmdGpu) -> Reading:
        now = self._clock()
        values = gpu.read(now)
        slot.memory_total_bytes = values.get("memory_total_bytes") or slot.memory_total_bytes
        gaps = [field for field in FIELDS if values.get(field) is None]
        slot.sweeps_with_gaps = slot.sweeps_with_gaps + 1 if gaps else 0
        known = self._smi.values(slot.device.key, now)
        values |= {field: known[field] for field in gaps if field in known}
        return Reading(**values)

    def _users(self, gpu: PciGpu) -> Values:
        pids = self._processes.pids(gpu)
        names = process_names(pids, self._proc) if self._wants_names() else None
        # Others may use it unseen: nobody was found does not mean that there is nobody.
        return {"process_count": len(pids) or None, "process_names": names}


def _set_aside(slot: _Slot, reading: Reading) -> Reading:
    """Forget what was found out about a GPU that may not be read: it may come back another."""
    slot.gpu = None
    slot.sweeps_with_gaps = 0
    return reading


def _described(gpu: PciGpu) -> Device:
    return Device(
        key=gpu.address,
        name=marketing_name(gpu),
        vendor="amd",
        memory_kind="unified" if is_integrated(gpu.folder) else "dedicated",
        pci_address=gpu.address,
    )


def _no_gpu(sysfs: Path, proc: Path) -> ProviderError:
    for gpu in pci_gpus(AMD_VENDOR_ID, sysfs):
        return wrong_driver(gpu, "an AMD", DRIVER)
    if sys.platform != "linux":
        return ProviderError("absent", "AMD GPUs are read on Linux only.")
    if "microsoft" in (read_text(proc / "sys" / "kernel" / "osrelease") or "").lower():
        return ProviderError("absent", "WSL does not show the sensors of AMD GPUs.")
    if not (sysfs / "bus" / "pci" / "devices").exists():
        return ProviderError("absent", "This system does not show its PCI devices.")
    return ProviderError("absent", "This computer has no AMD GPU.")
