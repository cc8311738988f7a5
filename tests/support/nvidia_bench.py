"""The NVIDIA provider in this process: the real pynvml, a fake driver, a bus and a clock."""

import ctypes
import shutil
from collections import Counter
from pathlib import Path

import pynvml  # noqa: TID251 - it loads our library in place of the computer's
import pytest
from fakes.nvidia_driver import FakeNvidiaDriver

from sidecar.providers.nvidia.provider import NvidiaProvider
from sidecar.snapshot import Device, Reading

SWEEP_SECONDS = 2.0
UTILIZATION, MEMORY, TEMPERATURE, POWER, CLOCK = EVERY_SWEEP = (
    "nvmlDeviceGetUtilizationRates",
    "nvmlDeviceGetMemoryInfo_v2",
    "nvmlDeviceGetTemperatureV",
    "nvmlDeviceGetPowerUsage",
    "nvmlDeviceGetClockInfo",
)


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class NvidiaBench:
    """Drives the provider by hand, sweep by sweep.

    Attributes:
        driver: What the provider's pynvml loads.
        clock: The provider's time.
        wants_names: Whether names of processes are asked for.
        proc: The provider's procfs.
        outdated: How often the provider said that only a new process can use the driver.

    """

    def __init__(self, nvml_library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        driver_folder = folder / "driver"
        driver_folder.mkdir()
        # A copy: the loader takes links to one file for one library, and its script for one script.
        library = shutil.copy(nvml_library, folder / "libnvidia-ml.so.1")
        self.driver = FakeNvidiaDriver(Path(library), driver_folder)

        def load(name: str) -> ctypes.CDLL:
            return ctypes.CDLL(str(driver_folder / name))

        self.clock = Clock()
        self.wants_names = False
        self.proc = folder / "proc"
        self._sysfs = folder / "sys"
        self.outdated = 0
        self.provider = NvidiaProvider(
            lambda: self.wants_names, self._sysfs, self.proc, self.clock, self._note_outdated
        )
        monkeypatch.setattr(pynvml, "CDLL", load)
        monkeypatch.setattr(pynvml, "nvmlLib", None)
        monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})

    def _note_outdated(self) -> None:
        self.outdated += 1

    def load_kernel_module(self, version: str) -> None:
        """Load another version of the driver's part in the kernel."""
        file = self.proc / "driver" / "nvidia" / "version"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {version}\n")

    def put_on_bus(self, address: str, runtime_status: str, driver: str = "nvidia") -> None:
        """Show a GPU on the bus, or change it; no driver runs it when that is empty."""
        folder = self._sysfs / "bus" / "pci" / "devices" / address
        (folder / "power").mkdir(parents=True, exist_ok=True)
        for name, text in (("class", "0x030000"), ("vendor", "0x10de"), ("device", "0x2684")):
            (folder / name).write_text(f"{text}\n")
        (folder / "power" / "runtime_status").write_text(f"{runtime_status}\n")
        (folder / "driver").unlink(missing_ok=True)
        if driver:
            (folder / "driver").symlink_to(self._sysfs / "bus" / "pci" / "drivers" / driver)

    def enter_pid_namespace(self, name: str) -> None:
        """Have other pids than the host has, unless it is the first namespace."""
        (self.proc / "self" / "ns").mkdir(parents=True, exist_ok=True)
        (self.proc / "self" / "ns" / "pid").symlink_to(name)

    def start(self, pid: int, name: str) -> None:
        """Start a process."""
        (self.proc / str(pid)).mkdir(parents=True)
        (self.proc / str(pid) / "comm").write_text(f"{name}\n")

    def sweep(self, after_seconds: float = SWEEP_SECONDS) -> list[tuple[Device, Reading]]:
        self.clock.now += after_seconds
        return [(device, self.provider.read(device)) for device in self.provider.devices()]

    def readings(self, after_seconds: float = SWEEP_SECONDS) -> list[Reading]:
        return [reading for _, reading in self.sweep(after_seconds)]

    def statuses(self, after_seconds: float = SWEEP_SECONDS) -> list[str]:
        return [reading.status for reading in self.readings(after_seconds)]

    def calls_of_sweep(self, after_seconds: float = SWEEP_SECONDS) -> Counter[str]:
        """Sweep, and return how often each function was called for it."""
        before = self.driver.calls()
        self.sweep(after_seconds)
        return self.driver.calls() - before
