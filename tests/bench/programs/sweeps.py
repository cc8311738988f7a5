"""Times sweeps over all GPUs by the readers that are named, in turns, and prints the seconds.

The output is a JSON list of lists: per turn, the seconds that each reader took. What the provider
reads only every 10 s or more seldom, it has read before the clock starts.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nvitop import Device

TURNS, WARM_UP_TURNS = 300, 20

Sweep = Callable[[], object]


def provider() -> Sweep:
    """Return the sidecar's own reader."""
    from sidecar.providers.nvidia.provider import NvidiaProvider  # noqa: PLC0415 - only if named

    # No PCI bus: the fake driver's GPUs are not on this computer's.
    nvidia = NvidiaProvider(sysfs=Path("no-such-folder"))
    nvidia.open()
    return lambda: [nvidia.read(device) for device in nvidia.devices()]


def bare_pynvml() -> Sweep:
    """Return the shortest loop that reads with pynvml what the provider reads in every sweep."""
    import pynvml  # noqa: PLC0415, TID251 - the baseline

    pynvml.nvmlInit()
    handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
    return lambda: [
        (
            pynvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            (memory := pynvml.nvmlDeviceGetMemoryInfo(handle, pynvml.nvmlMemory_v2)).used,
            memory.free,
            memory.total,
            pynvml.nvmlDeviceGetTemperatureV(handle, pynvml.NVML_TEMPERATURE_GPU),
            pynvml.nvmlDeviceGetPowerUsage(handle) / 1000,
            pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM),
        )
        for handle in handles
    ]


def nvitop() -> Sweep:
    """Return the shortest loop that gives every field of a sweep but the programs, with nvitop."""
    from nvitop import Device  # noqa: PLC0415 - only if named

    devices = Device.all()
    return lambda: [_fields(device) for device in devices]


def _fields(device: "Device") -> tuple[object, ...]:
    with device.oneshot():
        return (
            device.name(),
            device.utilization_rates(),
            device.memory_info(),
            device.temperature(),
            device.power_usage(),
            device.sm_clock(),
            device.power_limit(),
            device.fan_speed(),
        )


def seconds(sweep: Sweep) -> float:
    """Return the processor time of one sweep: the fake driver never makes it wait."""
    start = thread_time()
    sweep()
    return thread_time() - start


READERS = {reader.__name__: reader for reader in (provider, bare_pynvml, nvitop)}

if __name__ == "__main__":
    sweeps = [READERS[name]() for name in sys.argv[1:]]
    turns = [[seconds(sweep) for sweep in sweeps] for _ in range(WARM_UP_TURNS + TURNS)]
    json.dump(turns[WARM_UP_TURNS:], sys.stdout)
