# What we use of nvidia-ml-py, which carries no types.
from typing import Final, NewType

Handle = NewType("Handle", object)

class NVMLError(Exception):
    value: Final[int]

# Not an NVMLError: a process function without a version on a driver that has only the others.
class NVMLLibraryMismatchError(Exception): ...

NVML_SUCCESS: Final = 0
NVML_ERROR_UNINITIALIZED: Final = 1
NVML_ERROR_INVALID_ARGUMENT: Final = 2
NVML_ERROR_NO_PERMISSION: Final = 4
NVML_ERROR_DRIVER_NOT_LOADED: Final = 9
NVML_ERROR_LIBRARY_NOT_FOUND: Final = 12
NVML_ERROR_FUNCTION_NOT_FOUND: Final = 13
NVML_ERROR_GPU_IS_LOST: Final = 15
NVML_ERROR_RESET_REQUIRED: Final = 16
NVML_ERROR_LIB_RM_VERSION_MISMATCH: Final = 18
NVML_ERROR_ARGUMENT_VERSION_MISMATCH: Final = 25
NVML_ERROR_DEPRECATED: Final = 26
NVML_ERROR_GPU_NOT_FOUND: Final = 28

NVML_TEMPERATURE_GPU: Final = 0
NVML_CLOCK_SM: Final = 1
nvmlMemory_v2: Final[int]

class _Utilization:
    gpu: int
    memory: int

class _Memory:
    total: int
    free: int
    used: int

class _PciInfo:
    busId: str

def nvmlInit() -> None: ...
def nvmlShutdown() -> None: ...
def nvmlDeviceGetCount() -> int: ...
def nvmlDeviceGetHandleByIndex(index: int) -> Handle: ...
def nvmlDeviceGetUUID(handle: Handle) -> str: ...
def nvmlDeviceGetName(handle: Handle) -> str: ...
def nvmlDeviceGetPciInfo(handle: Handle) -> _PciInfo: ...
def nvmlDeviceGetUtilizationRates(handle: Handle) -> _Utilization: ...
def nvmlDeviceGetMemoryInfo(handle: Handle, version: int | None = None) -> _Memory: ...
def nvmlDeviceGetTemperature(handle: Handle, sensor: int) -> int: ...
def nvmlDeviceGetTemperatureV(handle: Handle, sensor: int) -> int: ...
def nvmlDeviceGetPowerUsage(handle: Handle) -> int: ...
def nvmlDeviceGetClockInfo(handle: Handle, type: int) -> int: ...
