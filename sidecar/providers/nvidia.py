"""NVIDIA GPUs by NVML (PyPI ``nvidia-ml-py``, module ``pynvml``), on Linux and Windows.

What NVML's values mean is taken from the comments in its header, nvml.h.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Generic, TypeVar

from sidecar.providers.provider import ProviderError
from sidecar.snapshot import Device, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pynvml

T = TypeVar("T")
_log = logging.getLogger(__name__)


class NvidiaProvider:
    """The GPUs that NVML shows."""

    name = "nvidia"

    def __init__(self) -> None:
        self._session: _Session | None = None

    def open(self) -> None:
        """Initialise NVML and find the devices.

        Raises:
            ProviderError: No driver, a driver that does not work, or no GPU.

        """
        import pynvml

        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            raise _why_not_initialised(error.value) from None
        try:
            self._session = _Session()
        except pynvml.NVMLError as error:
            self.close()
            raise _why_not_initialised(error.value) from None
        if not self._session.devices:
            self.close()
            raise ProviderError("absent", "The NVIDIA driver is running but shows no GPU.")

    def devices(self) -> Sequence[Device]:
        """Return the devices found when NVML was initialised."""
        return self._opened().devices

    def read(self, device: Device) -> Reading:
        """Return the values of one device; each one that NVML cannot tell is None."""
        return self._opened().read(device)

    def close(self) -> None:
        """Shut NVML down, which makes every handle invalid."""
        import pynvml

        self._session = None
        try:
            pynvml.nvmlShutdown()
        except pynvml.NVMLError:
            _log.debug("NVML was not initialised")

    def _opened(self) -> _Session:
        if self._session is None:
            raise ProviderError("unavailable", "The NVIDIA driver is not initialised.")
        return self._session


class _Session:
    """The devices and handles of one initialisation. Handles do not outlive it.

    Raises:
        pynvml.NVMLError: The devices cannot be counted.

    """

    def __init__(self) -> None:
        import pynvml as nvml

        self._nvml = nvml
        self._lost: set[str] = set()
        self._read_memory = _NewestWay(
            lambda handle: nvml.nvmlDeviceGetMemoryInfo(handle, nvml.nvmlMemory_v2),
            nvml.nvmlDeviceGetMemoryInfo,
        )
        self._read_temperature = _NewestWay(
            lambda handle: nvml.nvmlDeviceGetTemperatureV(handle, nvml.NVML_TEMPERATURE_GPU),
            lambda handle: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU),
        )
        self._handles: dict[str, pynvml.Handle] = {}
        self.devices = [self._find(index) for index in range(nvml.nvmlDeviceGetCount())]

    def read(self, device: Device) -> Reading:
        nvml = self._nvml
        if device.key in self._lost:
            return Reading(status="lost")
        handle = self._handles[device.key]
        try:
            utilization = self._query(nvml.nvmlDeviceGetUtilizationRates, handle)
            memory = self._query(self._read_memory, handle)
            temperature = self._query(self._read_temperature, handle)
            milliwatts = self._query(nvml.nvmlDeviceGetPowerUsage, handle)
            clock = self._query(self._read_sm_clock, handle)
        except _DeviceLostError:
            self._lost.add(device.key)
            return Reading(status="lost")
        return Reading(
            utilization_percent=None if utilization is None else utilization.gpu,
            memory_used_bytes=None if memory is None else memory.used,
            memory_free_bytes=None if memory is None else memory.free,
            memory_total_bytes=None if memory is None else memory.total,
            temperature_celsius=temperature,
            power_watts=None if milliwatts is None else milliwatts / 1000,
            clock_mhz=clock,
        )

    def _find(self, index: int) -> Device:
        nvml = self._nvml
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            device = Device(
                key=nvml.nvmlDeviceGetUUID(handle),
                name=nvml.nvmlDeviceGetName(handle),
                vendor="nvidia",
                pci_address=_sysfs_address(nvml.nvmlDeviceGetPciInfo(handle).busId),
            )
        except nvml.NVMLError as error:
            # NVML counts a GPU that fell off the bus but gives no handle for it.
            _log.warning("NVML gives no handle for GPU %d: error %d", index, error.value)
            device = Device(key=f"nvidia-{index}", name="NVIDIA GPU", vendor="nvidia")
            self._lost.add(device.key)
        else:
            self._handles[device.key] = handle
        return device

    def _read_sm_clock(self, handle: pynvml.Handle) -> int:
        return self._nvml.nvmlDeviceGetClockInfo(handle, self._nvml.NVML_CLOCK_SM)

    def _query(self, read: Callable[[pynvml.Handle], T], handle: pynvml.Handle) -> T | None:
        """Return what ``read`` says of a device, or None when NVML cannot tell.

        Raises:
            _DeviceLostError: This device is gone.
            ProviderError: All of NVML is gone.

        """
        nvml = self._nvml
        try:
            return read(handle)
        except nvml.NVMLError as error:
            if error.value in _DEVICE_LOST:
                raise _DeviceLostError from None
            if error.value in _DRIVER_GONE:
                raise ProviderError(
                    "unavailable",
                    "The NVIDIA driver was unloaded or restarted.",
                    "It is looked for again by itself.",
                ) from None
            return None


class _NewestWay(Generic[T]):
    """Reads a value the newest way that this driver knows, and remembers which one that is."""

    def __init__(self, *ways: Callable[[pynvml.Handle], T]) -> None:
        self._ways = list(ways)

    def __call__(self, handle: pynvml.Handle) -> T:
        import pynvml

        while True:
            try:
                return self._ways[0](handle)
            except pynvml.NVMLError as error:
                if error.value not in _OLDER_WAY or len(self._ways) == 1:
                    raise
                del self._ways[0]


class _DeviceLostError(Exception):
    """The device is gone until NVML is initialised again."""


# Error codes of nvml.h by what follows from them; any other leaves the one value unknown.
_OLDER_WAY = frozenset({13, 25, 26})  # FUNCTION_NOT_FOUND, ARGUMENT_VERSION_MISMATCH, DEPRECATED
_DEVICE_LOST = frozenset({15, 16, 28})  # GPU_IS_LOST, RESET_REQUIRED, GPU_NOT_FOUND
_DRIVER_GONE = frozenset({1, 2, 9})  # UNINITIALIZED, INVALID_ARGUMENT (stale), DRIVER_NOT_LOADED


def _why_not_initialised(code: int) -> ProviderError:
    _log.info("NVML cannot be initialised: error %d", code)
    match code:
        case 12:  # LIBRARY_NOT_FOUND
            return ProviderError(
                "absent",
                "No NVIDIA driver was found (its library NVML is not installed).",
                "If this computer has an NVIDIA GPU, install NVIDIA's driver.",
            )
        case 9:  # DRIVER_NOT_LOADED
            return ProviderError(
                "unavailable",
                "The NVIDIA driver is installed but not running.",
                "Restart the computer; if that does not help, install the driver again.",
            )
        case 18:  # LIB_RM_VERSION_MISMATCH
            return ProviderError(
                "unavailable",
                "The NVIDIA driver was updated while its old version is still running.",
                "Restart the computer.",
            )
        case 4:  # NO_PERMISSION
            return ProviderError(
                "unavailable",
                "This user may not use the NVIDIA driver.",
                "Give the user, or the container, access to the NVIDIA devices.",
            )
        case _:
            return ProviderError(
                "unavailable",
                "The NVIDIA driver could not be initialised.",
                "The sidecar's log has the error number; restarting the computer may help.",
            )


def _sysfs_address(bus_id: str) -> str:
    """Return NVML's ``00000000:01:00.0`` as sysfs writes it, ``0000:01:00.0``."""
    domain, _, rest = bus_id.lower().partition(":")
    return f"{domain[-4:]}:{rest}"
