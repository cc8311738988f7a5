# What we use of amdsmi, whose own types do not say what is in its dictionaries.
from enum import IntEnum
from typing import TypedDict

class ProcessorHandle: ...  # a ctypes pointer
class AmdSmiException(Exception): ...

class AmdSmiTemperatureType(IntEnum):
    EDGE = 0
    HOTSPOT = 1
    VRAM = 2

class AmdSmiTemperatureMetric(IntEnum):
    CURRENT = 0

class AmdSmiClkType(IntEnum):
    GFX = 0

class _Version(TypedDict):
    major: int

# "N/A" stands in some of these for a number that is unknown.
class _Activity(TypedDict):
    gfx_activity: int | str

class _Clock(TypedDict):
    clk: int | str

def amdsmi_init() -> None: ...
def amdsmi_get_lib_version() -> _Version: ...
def amdsmi_get_processor_handles() -> list[ProcessorHandle]: ...
def amdsmi_get_gpu_device_bdf(processor_handle: ProcessorHandle) -> str: ...
def amdsmi_get_gpu_activity(processor_handle: ProcessorHandle) -> _Activity: ...
def amdsmi_get_clock_info(
    processor_handle: ProcessorHandle, clock_type: AmdSmiClkType
) -> _Clock: ...
def amdsmi_get_power_info(processor_handle: ProcessorHandle) -> dict[str, int | str]: ...
def amdsmi_get_temp_metric(
    processor_handle: ProcessorHandle,
    sensor_type: AmdSmiTemperatureType,
    metric: AmdSmiTemperatureMetric,
) -> int: ...
