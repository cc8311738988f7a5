"""NVML from its initialisation to its shutdown: finds the GPUs and gives a handle for each."""

import logging
from collections.abc import Callable

import pynvml
from msgspec import Struct
from pynvml import c_nvmlDevice_t as Handle

from sidecar.providers.nvidia import errors
from sidecar.providers.nvidia.address import sysfs_address

_log = logging.getLogger(__name__)


class Found(Struct, frozen=True):
    """A GPU that NVML knows of.

    Attributes:
        address: Its PCI address as in sysfs; empty when it is not told.
        uuid: Its UUID; empty when it is not told.
        name: Its marketing name; empty when it is not told.
        handle: How to ask for its values; None when NVML gives none, since it is lost.

    """

    address: str = ""
    uuid: str = ""
    name: str = ""
    handle: Handle | None = None


class Session:
    """One initialisation of NVML. Handles do not outlive it.

    Raises:
        ProviderError: NVML cannot be initialised.

    """

    def __init__(self) -> None:
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            raise errors.not_initialised(error.value) from None

    def close(self) -> None:
        """Shut NVML down, which makes every handle invalid."""
        try:
            pynvml.nvmlShutdown()
        except pynvml.NVMLError as error:
            _log.info("NVML cannot be shut down: error %d", error.value)

    def count(self) -> int:
        """Return how many GPUs there are, lost ones included.

        Raises:
            ProviderError: NVML is gone.

        """
        try:
            return pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError as error:
            raise errors.not_initialised(error.value) from None

    def find_index(self, index: int) -> Found:
        """Return the GPU that NVML counts as this one. May wake it.

        Raises:
            ProviderError: NVML is gone.

        """
        try:
            return _described(pynvml.nvmlDeviceGetHandleByIndex(index))
        except pynvml.NVMLError as error:
            return _lost(error.value, "")

    def find_at(self, address: str) -> Found | None:
        """Return the GPU at a PCI address, or None; leaves every other GPU alone.

        Raises:
            ProviderError: NVML is gone.

        """
        try:
            return _described(pynvml.nvmlDeviceGetHandleByPciBusId(address))
        except pynvml.NVMLError as error:
            if error.value == errors.NOT_FOUND:
                return None  # another driver has it, for a virtual machine for instance
            return _lost(error.value, address)

    def find_again(self, uuid: str) -> Found | None:
        """Return a GPU that was lost, wherever it is now, or None. May wake those that sleep.

        Raises:
            ProviderError: NVML is gone.

        """
        try:
            return _described(pynvml.nvmlDeviceGetHandleByUUID(uuid))
        except pynvml.NVMLError as error:
            if error.value in errors.DRIVER_GONE:
                raise errors.driver_gone() from None
            return None


def _described(handle: Handle) -> Found:
    """Return what NVML tells of a GPU; one that it tells little of is a GPU all the same."""
    return Found(
        address=_text(lambda: sysfs_address(pynvml.nvmlDeviceGetPciInfo(handle).busId)),
        uuid=_text(lambda: pynvml.nvmlDeviceGetUUID(handle)),
        name=_text(lambda: pynvml.nvmlDeviceGetName(handle)),
        handle=handle,
    )


def _text(ask: Callable[[], str]) -> str:
    """Return a text, or an empty one when it is not told; pynvml takes it for UTF-8."""
    try:
        return ask()
    except (pynvml.NVMLError, UnicodeDecodeError):
        return ""


def _lost(code: int, address: str) -> Found:
    """Return a GPU that is counted but cannot be used: it fell off the bus, for instance."""
    if code in errors.DRIVER_GONE:
        raise errors.driver_gone()
    _log.warning("NVML gives no handle for a GPU: error %d", code)
    return Found(address=address)
