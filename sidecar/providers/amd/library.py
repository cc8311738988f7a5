"""What AMD's library tells about GPUs. For the child process only: importing this may crash it.

The meaning of the values is that of the comments in the library's header, amdsmi.h.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import amdsmi

if TYPE_CHECKING:
    from amdsmi import ProcessorHandle  # only our stub has a name for it

LIBRARY_MAJOR = 26
"""The library that amdsmi 7 is made for, that of ROCm 7. Structures differ between the majors, and
another one writes beyond what it is given."""

# What stands for "unknown" in fields of 16, 32 and 64 bits. Only some become "N/A" in amdsmi.
_UNKNOWN = frozenset({0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF})


class WrongVersionError(Exception):
    """The library is not the one that amdsmi was made for."""


class Library:
    """AMD's library from its initialisation to the end of the process.

    Raises:
        WrongVersionError: It must not be used.
        amdsmi.AmdSmiException: It cannot be used.

    """

    def __init__(self) -> None:
        major = amdsmi.amdsmi_get_lib_version()["major"]
        if major != LIBRARY_MAJOR:
            raise WrongVersionError(f"libamd_smi is version {major}, not {LIBRARY_MAJOR}")
        amdsmi.amdsmi_init()
        self._handles = {
            amdsmi.amdsmi_get_gpu_device_bdf(handle): handle
            for handle in amdsmi.amdsmi_get_processor_handles()
        }

    def read(self, address: str) -> dict[str, int]:
        """Return fields of a Reading for the GPU at a PCI address; none when it is not known.

        Without access to the render nodes, amdsmi gives every GPU the same random address, for
        which nobody asks.
        """
        handle = self._handles.get(address)
        return {} if handle is None else _values(handle)


def _values(handle: "ProcessorHandle") -> dict[str, int]:
    values: dict[str, int] = {}
    for field, ask in _QUESTIONS.items():
        try:
            value = ask(handle)
        except amdsmi.AmdSmiException:
            continue
        if value is not None:
            values[field] = value
    return values


def _utilization(handle: "ProcessorHandle") -> int | None:
    return _known(amdsmi.amdsmi_get_gpu_activity(handle)["gfx_activity"])


def _temperature(handle: "ProcessorHandle") -> int | None:
    """Return the edge in °C, which accelerators do not have, or else the hottest spot or memory."""
    places = amdsmi.AmdSmiTemperatureType
    for place in (places.EDGE, places.HOTSPOT, places.VRAM):
        try:
            return amdsmi.amdsmi_get_temp_metric(
                handle, place, amdsmi.AmdSmiTemperatureMetric.CURRENT
            )
        except amdsmi.AmdSmiException:
            continue
    return None


def _power(handle: "ProcessorHandle") -> int | None:
    """Return watts: each generation fills in another of three fields; no GPU draws 0."""
    told = amdsmi.amdsmi_get_power_info(handle)
    fields = ("socket_power", "current_socket_power", "average_socket_power")
    return next((watts for field in fields if (watts := _known(told[field]))), None)


def _clock(handle: "ProcessorHandle") -> int | None:
    return _known(amdsmi.amdsmi_get_clock_info(handle, amdsmi.AmdSmiClkType.GFX)["clk"])


def _known(value: int | str) -> int | None:
    return value if isinstance(value, int) and value not in _UNKNOWN else None


# Memory is not among them: for that, amdsmi reads the same files as we do.
_QUESTIONS: dict[str, Callable[["ProcessorHandle"], int | None]] = {
    "utilization_percent": _utilization,
    "temperature_celsius": _temperature,
    "power_watts": _power,
    "clock_mhz": _clock,
}
