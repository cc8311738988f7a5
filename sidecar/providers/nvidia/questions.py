"""The questions that are put to NVML: each asks one GPU, and returns fields of a Reading."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pynvml
from pynvml import c_nvmlDevice_t as Handle

from sidecar.providers.metric import Values
from sidecar.providers.nvidia import errors
from sidecar.providers.nvidia.processes import running_processes
from sidecar.providers.system_memory import total_memory_bytes
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT

_LAST_TRUSTED_THRESHOLDS = 7  # NVML_DEVICE_ARCH_AMPERE: from Ada on NVML discourages them
_INTEGRATED = ("(nvgpu)", "GB10", "Thor")  # in the name: Jetson up to Orin, DGX Spark, Jetson Thor
_THROTTLE_REASONS = (
    (0x04, "power limit reached"),
    (0x08, "slowed down by the hardware"),
    (0x20, "too hot: slowed down by the driver"),
    (0x40, HARDWARE_TOO_HOT),
    (0x80, EXTERNAL_POWER_BRAKE),
)

_Answer = TypeVar("_Answer")
Ask = Callable[[Handle], Values]


def newest(*ways: Callable[[Handle], _Answer]) -> Callable[[Handle], _Answer]:
    """Return a question that is put in the newest way this driver knows, and remembers which."""
    way, *older_ways = ways

    def ask(handle: Handle) -> _Answer:
        nonlocal way
        try:
            return way(handle)
        except pynvml.NVMLError as error:
            if error.value not in errors.OLDER_WAY or not older_ways:
                raise
        way = older_ways.pop(0)
        return ask(handle)

    return ask


def utilization(handle: Handle) -> Values:
    """Ask for the share of the last sample period (1/6 to 1 s) in which a kernel was running."""
    return {"utilization_percent": pynvml.nvmlDeviceGetUtilizationRates(handle).gpu}


def memory() -> Ask:
    """Return how to ask for the memory of a GPU that has its own."""
    info = newest(_memory, _memory_the_old_way)

    def ask(handle: Handle) -> Values:
        memory = info(handle)
        return {
            "memory_used_bytes": memory.used,
            "memory_free_bytes": memory.free,
            "memory_total_bytes": memory.total,
        }

    return ask


def memory_of_children() -> Ask:
    """Return how to ask with MIG on, when the GPU's own figures leave its instances' out."""
    info = newest(_memory, _memory_the_old_way)

    def ask(handle: Handle) -> Values:
        children = [info(child) for child in _children(handle)]
        return {
            "memory_used_bytes": sum(child.used for child in children),
            "memory_free_bytes": sum(child.free for child in children),
            "memory_total_bytes": sum(child.total for child in children),
        }

    return ask


def memory_of_processes(proc: Path) -> Ask:
    """Return how to ask for the computer's memory as the total, and for what processes use of it.

    What the computer uses besides (MemAvailable) is not the GPU's, and would show an idle GPU
    as half full.
    """

    def ask(handle: Handle) -> Values:
        total = total_memory_bytes()
        used = running_processes(handle, total, proc).values()
        known = [each for each in used if each is not None]
        return {
            "memory_used_bytes": sum(known) if len(known) == len(used) else None,
            "memory_total_bytes": total,
        }

    return ask


def has_no_memory_of_its_own(handle: Handle) -> bool | None:
    """Whether a GPU that is part of the computer's chip says that it has no memory to tell of.

    Either alone is not enough: a card may fail to tell, and GH200 has memory of its own. None when
    a question failed for the moment, so that it must be put again.
    """
    try:
        newest(_memory, _memory_the_old_way)(handle)
    except pynvml.NVMLError as error:
        if error.value == errors.NOT_SUPPORTED:
            return _is_integrated(handle)
        return _no_or_unknown(error)
    return False


def temperature() -> Ask:
    """Return how to ask for the temperature of the GPU's core."""
    return newest(_temperature, _temperature_the_old_way)


def temperature_limit(handle: Handle) -> Values:
    """Return where the GPU slows itself down, on the generations that still tell it in °C."""
    if pynvml.nvmlDeviceGetArchitecture(handle) > _LAST_TRUSTED_THRESHOLDS:
        return {}
    which = pynvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN
    return {"temperature_limit_celsius": pynvml.nvmlDeviceGetTemperatureThreshold(handle, which)}


def power(handle: Handle) -> Values:
    """Ask for the power drawn: the last second's average from Ampere on (not GA100)."""
    return {"power_watts": pynvml.nvmlDeviceGetPowerUsage(handle) / 1000}


def power_limit(handle: Handle) -> Values:
    """Ask for the limit in force, whoever set it."""
    return {"power_limit_watts": pynvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000}


def energy(handle: Handle) -> Values:
    """Ask for the energy used since the driver was loaded, which Volta and newer count."""
    return {"energy_joules": pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1000}


def clock(handle: Handle) -> Values:
    """Ask for the clock of the shaders; a low one means idle."""
    return {"clock_mhz": pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM)}


def fan(handle: Handle) -> Values:
    """Ask for the intended speed; it may exceed 100 %, and a passive board has none."""
    return {"fan_percent": pynvml.nvmlDeviceGetFanSpeed(handle)}


def encoder(handle: Handle) -> Values:
    """Ask how busy the video encoder is."""
    return {"encoder_percent": pynvml.nvmlDeviceGetEncoderUtilization(handle)[0]}


def decoder(handle: Handle) -> Values:
    """Ask how busy the video decoder is."""
    return {"decoder_percent": pynvml.nvmlDeviceGetDecoderUtilization(handle)[0]}


def throttle_reasons() -> Ask:
    """Return how to ask why the clock is held back."""
    bits = newest(
        pynvml.nvmlDeviceGetCurrentClocksEventReasons,
        pynvml.nvmlDeviceGetCurrentClocksThrottleReasons,
    )

    def ask(handle: Handle) -> Values:
        held_back = bits(handle)
        words = tuple(words for mask, words in _THROTTLE_REASONS if held_back & mask)
        return {"throttle_reasons": words}

    return ask


def _memory(handle: Handle) -> pynvml.c_nvmlMemory_t:
    return pynvml.nvmlDeviceGetMemoryInfo(handle, pynvml.nvmlMemory_v2)


def _memory_the_old_way(handle: Handle) -> pynvml.c_nvmlMemory_t:
    """Count what the driver keeps for itself as used, which drivers before 510 cannot tell."""
    return pynvml.nvmlDeviceGetMemoryInfo(handle)


def _children(handle: Handle) -> list[Handle]:
    found: list[Handle] = []
    for index in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        try:
            found.append(pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index))
        except pynvml.NVMLError as error:
            if error.value != errors.NOT_FOUND:
                raise
    return found


def _is_integrated(handle: Handle) -> bool | None:
    answers = [_has_integrated_name(handle), _shares_addresses(handle)]
    return True if True in answers else None if None in answers else False


def _has_integrated_name(handle: Handle) -> bool | None:
    try:
        name = pynvml.nvmlDeviceGetName(handle)
    except UnicodeDecodeError:
        return False
    except pynvml.NVMLError as error:
        return _no_or_unknown(error)
    return any(part in name for part in _INTEGRATED)


def _shares_addresses(handle: Handle) -> bool | None:
    try:
        return pynvml.nvmlDeviceGetAddressingMode(handle) == pynvml.NVML_DEVICE_ADDRESSING_MODE_ATS
    except pynvml.NVMLError as error:
        return _no_or_unknown(error)


def _no_or_unknown(error: pynvml.NVMLError) -> bool | None:
    """Return what follows from an error: None when another try may have an answer."""
    return False if error.value in errors.UNSUPPORTED else None


def _temperature(handle: Handle) -> Values:
    sensor = pynvml.NVML_TEMPERATURE_GPU
    return {"temperature_celsius": pynvml.nvmlDeviceGetTemperatureV(handle, sensor)}


def _temperature_the_old_way(handle: Handle) -> Values:
    sensor = pynvml.NVML_TEMPERATURE_GPU
    return {"temperature_celsius": pynvml.nvmlDeviceGetTemperature(handle, sensor)}
