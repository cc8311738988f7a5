"""Keeps NVIDIA's GPUs listed while they work, sleep, get lost, or their driver restarts."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sidecar.providers.nvidia.errors import (
    DeviceLostError,
    VersionMismatchError,
    library_outdated,
)
from sidecar.providers.pci import SYSFS, PciBus, PciGpu, read_text
from sidecar.providers.provider import ProviderError
from sidecar.providers.wrong_driver import wrong_driver
from sidecar.snapshot import Device, Reading

if TYPE_CHECKING:
    from pynvml import c_nvmlDevice_t as Handle

    from sidecar.providers.nvidia.gpu import NvmlGpu
    from sidecar.providers.nvidia.session import Found, Session

NVIDIA_VENDOR_ID = "10de"
KERNEL_DRIVER = "nvidia"
"""NVIDIA's driver in Linux. What another one runs (nouveau, vfio-pci), NVML does not know."""

LOOK_AROUND_SECONDS = 30.0
"""How often it is looked whether GPUs were added."""

FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 10.0, 60.0
"""A lost GPU is looked for at intervals that double from the first to the last."""


@dataclass
class _Slot:
    """One GPU for as long as the sidecar lives.

    Attributes:
        device: What is known of it; its key never changes.
        address: Its PCI address, or empty.
        uuid: Its UUID, or empty until NVML has told it.
        gpu: What reads it; None while it is lost, or NVML is closed.
        retry_at: Monotonic seconds from which on a lost one is looked for.

    """

    device: Device
    address: str = ""
    uuid: str = ""
    gpu: "NvmlGpu | None" = None
    retry_at: float = 0.0
    retry_seconds: float = FIRST_RETRY_SECONDS


class NvidiaProvider:
    """The GPUs of NVIDIA's driver. NVML is not even loaded while all of them sleep.

    Args:
        wants_names: Whether the names of programs are asked for.
        sysfs: Where sysfs is.
        proc: Where procfs is.
        clock: Monotonic seconds.
        on_outdated: Called when the driver was replaced, so that only a new process can use it.

    """

    name = "nvidia"

    def __init__(
        self,
        wants_names: Callable[[], bool] = lambda: False,
        sysfs: Path = SYSFS,
        proc: Path = Path("/proc"),
        clock: Callable[[], float] = time.monotonic,
        on_outdated: Callable[[], None] = lambda: None,
    ) -> None:
        self._wants_names = wants_names
        self._on_outdated = on_outdated
        self._proc = proc
        self._clock = clock
        self._bus = PciBus(NVIDIA_VENDOR_ID, sysfs, clock)
        self._session: Session | None = None
        self._slots: dict[str, _Slot] = {}
        self._asleep: set[str] = set()
        self._look_around_at = 0.0
        self._version_when_loaded: str | None = None

    def open(self) -> None:
        """Need nothing: NVML is initialised by the first sweep that finds a GPU awake."""

    def devices(self) -> Sequence[Device]:
        """Return every GPU seen so far, after a look at which of them sleep.

        Raises:
            ProviderError: No driver, a driver that does not work, or no GPU.

        """
        found = self._bus.gpus()
        on_bus = [gpu for gpu in found if gpu.driver == KERNEL_DRIVER]
        were_asleep = self._asleep
        self._asleep = {gpu.address for gpu in on_bus if gpu.is_asleep()}
        if were_asleep - self._asleep:
            self._look_around_at = 0.0
        awake = [gpu for gpu in on_bus if gpu.address not in self._asleep]
        self._list_sleeping(on_bus)
        # Where the bus is not seen, only NVML knows. To initialise it may wake what sleeps.
        if awake or not found:
            self._look_around([gpu.address for gpu in awake])
        if not self._slots:
            if found and not on_bus:
                raise wrong_driver(found[0], "an NVIDIA", KERNEL_DRIVER)
            raise ProviderError("absent", "The NVIDIA driver is running but shows no GPU.")
        self._notice_memory_kinds()
        return [slot.device for slot in self._slots.values()]

    def read(self, device: Device) -> Reading:
        """Return the values of one GPU; none while it sleeps or is lost.

        Raises:
            ProviderError: NVML has to be initialised again.

        """
        slot = self._slots[device.key]
        if slot.address in self._asleep:
            return Reading(status="asleep")
        if slot.gpu is None:
            self._look_for(slot)
        if slot.gpu is None:
            return Reading(status="lost")
        try:
            return slot.gpu.read()
        except DeviceLostError:
            slot.gpu = None
            slot.retry_at = self._clock() + slot.retry_seconds
            return Reading(status="lost")

    def close(self) -> None:
        """Let go of NVML and with it of every handle; the GPUs stay known."""
        for slot in self._slots.values():
            slot.retry_at = 0.0
        self._shut_down()

    def _list_sleeping(self, on_bus: Sequence[PciGpu]) -> None:
        known = {slot.address for slot in self._slots.values()}
        for gpu in on_bus:
            if gpu.address in self._asleep - known:
                # Its name is its driver's to tell, which would wake it.
                device = Device(
                    key=gpu.address, name="NVIDIA GPU", vendor="nvidia", pci_address=gpu.address
                )
                self._slots[device.key] = _Slot(device, gpu.address)

    def _look_around(self, awake: Sequence[str]) -> None:
        """Initialise NVML, and attach to its GPUs; later to those that came meanwhile."""
        now = self._clock()
        if self._session is not None and now < self._look_around_at:
            return
        self._look_around_at = now + LOOK_AROUND_SECONDS
        if self._has_only_lost_gpus():
            self._shut_down()
            self._look_around_at = now + LAST_RETRY_SECONDS
        # Those that have a handle first: what is left over is most likely the others.
        for found in sorted(self._find_new(awake), key=lambda each: each.handle is None):
            self._take(found)

    def _find_new(self, awake: Sequence[str]) -> "list[Found]":
        # A lost one that has a UUID is looked for by that, at intervals of its own.
        slots = self._slots.values() if self._session else ()
        known = [slot for slot in slots if slot.gpu or slot.uuid]
        self._session = self._session or self._start_session()
        if awake:
            addresses = set(awake) - {slot.address for slot in known}
            found = [self._session.find_at(address) for address in sorted(addresses)]
            return [each for each in found if each]
        count = self._session.count()
        return [self._session.find_index(index) for index in range(count) if count > len(known)]

    def _start_session(self) -> "Session":
        """Initialise NVML, which stays the library that this process loaded at first."""
        from sidecar.providers.nvidia.session import Session

        version = read_text(self._proc / "driver" / "nvidia" / "version")
        self._version_when_loaded = self._version_when_loaded or version
        try:
            return Session()
        except VersionMismatchError:
            if version == self._version_when_loaded:
                raise
        self._on_outdated()
        raise library_outdated()

    def _has_only_lost_gpus(self) -> bool:
        """Whether another initialisation, which may see more after a suspend, disturbs nobody."""
        is_lost = [slot.gpu is None for slot in self._slots.values()]
        return self._session is not None and not self._asleep and all(is_lost)

    def _take(self, found: "Found") -> None:
        slot = self._slot_of(found)
        if found.handle is not None and slot.gpu is None:
            slot.uuid, slot.address = found.uuid or slot.uuid, found.address or slot.address
            self._attach(slot, found.handle, found.name)

    def _attach(self, slot: _Slot, handle: "Handle", name: str) -> None:
        from sidecar.providers.nvidia.gpu import NvmlGpu

        slot.gpu = NvmlGpu(handle, self._wants_names, self._proc, self._clock)
        slot.retry_seconds = FIRST_RETRY_SECONDS
        slot.device = msgspec.structs.replace(
            slot.device,
            name=name or slot.device.name,
            pci_address=slot.address,
        )

    def _notice_memory_kinds(self) -> None:
        """Say where the memory of each GPU is, as soon as NVML could tell."""
        for slot in self._slots.values():
            if slot.gpu is not None and slot.address not in self._asleep:
                kind = "unified" if slot.gpu.is_unified() else "dedicated"
                if slot.device.memory_kind != kind:
                    slot.device = msgspec.structs.replace(slot.device, memory_kind=kind)

    def _slot_of(self, found: "Found") -> _Slot:
        for slot in self._slots.values():
            same_gpu = found.uuid and slot.uuid == found.uuid
            same_place = found.address and slot.address == found.address
            if same_gpu or (same_place and not (slot.uuid and found.uuid)):
                return slot
        # NVML does not tell which GPU it is that has no handle: most likely one that is gone. And
        # one that comes is most likely one of which it did not tell.
        is_told = bool(found.uuid or found.address)
        for slot in self._slots.values():
            if slot.gpu is None and not (is_told and (slot.uuid or slot.address)):
                return slot
        key = found.uuid or found.address or f"nvidia-{len(self._slots)}"
        device = Device(
            key=key,
            name=found.name or "NVIDIA GPU",
            vendor="nvidia",
            pci_address=found.address,
        )
        slot = self._slots[key] = _Slot(device, found.address, found.uuid)
        return slot

    def _look_for(self, slot: _Slot) -> None:
        """Look for a lost GPU by its UUID: it may come back in another place."""
        now = self._clock()
        if not slot.uuid or self._session is None or now < slot.retry_at:
            return
        slot.retry_seconds = min(2 * slot.retry_seconds, LAST_RETRY_SECONDS)
        slot.retry_at = now + slot.retry_seconds
        # NVML may attach to every GPU in its search for a UUID, and wake those that sleep.
        if self._asleep:
            found = self._session.find_at(slot.address)
        else:
            found = self._session.find_again(slot.uuid)
        if found is not None:
            self._take(found)

    def _shut_down(self) -> None:
        """Make every handle invalid, and let go of them all."""
        for slot in self._slots.values():
            slot.gpu = None
        if self._session is not None:
            self._session.close()
            self._session = None
