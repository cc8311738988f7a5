"""One Intel GPU while it is awake."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from sidecar.providers.app_clients import AppClients
from sidecar.providers.first_file import FirstFile
from sidecar.providers.intel.files import GpuFiles, files_of
from sidecar.providers.intel.memory import Memory, local_memory, shared_memory
from sidecar.providers.intel.power import Power
from sidecar.providers.intel.throttling import throttle_reasons
from sidecar.providers.intel.utilization import Utilization
from sidecar.providers.metric import OFTEN_SECONDS, SELDOM_SECONDS, Metric, Values
from sidecar.providers.pci import PciGpu, read_integer
from sidecar.providers.process_names import process_names
from sidecar.providers.runtime_pm import IdleRest
from sidecar.snapshot import Reading


class Surroundings(Struct, frozen=True):
    """What all GPUs of the provider have in common.

    Attributes:
        sysfs: Where sysfs is.
        app: What the app does on the GPUs.
        wants_names: Whether the names of programs are asked for.
        clock: Monotonic seconds.

    """

    sysfs: Path
    app: AppClients
    wants_names: Callable[[], bool]
    clock: Callable[[], float]


def is_integrated(gpu: PciGpu) -> bool:
    """Whether it is part of the processor and uses the computer's memory.

    Those are at bus 0, device 2. So may be a card in a virtual machine, but no integrated GPU has
    sensors: i915 and xe register hwmon for discrete ones only (i915_hwmon.c, xe_hwmon.c).
    """
    return gpu.address.endswith(":00:02.0") and not (gpu.folder / "hwmon").exists()


class IntelGpu:
    """Reads one GPU, and remembers its counters, until it sleeps or goes.

    Attributes:
        pci: Where it is, and which driver runs it.

    """

    def __init__(self, pci: PciGpu, around: Surroundings) -> None:
        self.pci = pci
        self._around = around
        self._rest = IdleRest(pci.folder, around.clock)
        self._use(files_of(pci))
        self._find_files_at = around.clock() + SELDOM_SECONDS
        self._is_integrated = is_integrated(pci)
        self._utilization = Utilization()
        self._power_limit = Metric(self._ask_power_limit, SELDOM_SECONDS)
        self._throttling = Metric(self._ask_throttling, OFTEN_SECONDS)

    def read(self) -> Reading:
        """Return the values of this moment; those of counters are averages since the last one."""
        return self._rest.read(self._read_awake)

    def _read_awake(self) -> Reading:
        now = self._around.clock()
        self._find_files(now)
        idle_ms = read_integer(self._files.gt.idle_ms)
        clients = self._around.app.of(self.pci)
        pids = None if clients is None else {each.pid for each in clients if each.has_worked}
        memory = self._memory()
        return Reading(
            utilization_percent=self._utilization.percent(idle_ms, clients, now),
            memory_used_bytes=memory.used,
            memory_total_bytes=memory.total,
            temperature_celsius=_scaled(read_integer(self._files.temperature_millicelsius), 1e3),
            clock_mhz=_number(self._clock_file),
            process_count=None if pids is None else len(pids),
            process_names=self._names(pids),
            **self._power.values(now),
            **self._power_limit.at(now),
            **self._throttling.at(now),
        )

    def _find_files(self, now: float) -> None:
        """Look again where the sensors are: while a driver starts, or anew, they come later."""
        if now < self._find_files_at:
            return
        self._find_files_at = now + SELDOM_SECONDS
        files = files_of(self.pci)
        if files != self._files:
            self._use(files)

    def _use(self, files: GpuFiles) -> None:
        self._files = files
        self._power = Power(files.energy_microjoules)
        # 0 is a limit that is switched off.
        self._power_limit_file = FirstFile(files.power_limit_microwatts, at_least=1)
        self._clock_file = FirstFile(files.gt.clock_mhz, at_least=0)

    def _ask_power_limit(self) -> Values:
        return {"power_limit_watts": _scaled(_number(self._power_limit_file), 1e6)}

    def _ask_throttling(self) -> Values:
        gt = self._files.gt
        return {"throttle_reasons": throttle_reasons(gt.throttle_status, gt.throttle_reason)}

    def _memory(self) -> Memory:
        if self._is_integrated:
            return shared_memory()
        return local_memory(self.pci.address, self._around.sysfs)

    def _names(self, pids: set[int] | None) -> tuple[str, ...] | None:
        if pids is None or not self._around.wants_names():
            return None
        return process_names(pids, self._around.app.proc)


def _number(file: FirstFile) -> int | None:
    found = file.read()
    return None if found is None else found[1]


def _scaled(value: float | None, divisor: float) -> float | None:
    return None if value is None else value / divisor
