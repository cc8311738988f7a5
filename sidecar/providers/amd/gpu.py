"""One AMD GPU that is awake: which files say what, and how often each is read."""

import re
from collections.abc import Callable
from pathlib import Path

from sidecar.providers.amd.hwmon import hwmon_folder, sensors
from sidecar.providers.first_file import FirstFile
from sidecar.providers.metric import OFTEN_SECONDS, SELDOM_SECONDS, Metric, Values
from sidecar.providers.pci import read_integer, read_text
from sidecar.providers.runtime_pm import IdleRest
from sidecar.providers.system_memory import total_memory_bytes

DRIVER = "amdgpu"

# The first that the chip has; the others are hotter places of the same chip.
_TEMPERATURES = ("edge", "junction", "mem")

# amdgpu_pm.c gives none of them to an integrated GPU, and at least one to any other.
_NOT_INTEGRATED = ("freq2_input", "pwm1", "fan1_input", "temp2_input")

_MILLI, _MICRO, _MEGA = 1e3, 1e6, 1e6
_ACTIVE_LEVEL = re.compile(r"(\d+)mhz\s*\*", re.IGNORECASE)  # "1: 1900Mhz *"


def is_integrated(device: Path) -> bool:
    """Whether the GPU is part of the processor. Looks which files there are, and reads none.

    amdgpu has no flag for it that a user may read. Without any sensors (in a virtual machine)
    their absence says nothing; integrated GPUs are not lent to those.
    """
    folders = list((device / "hwmon").glob("hwmon*"))
    if not folders or (device / "mem_busy_percent").exists():
        return False
    return not any((folder / file).exists() for folder in folders for file in _NOT_INTEGRATED)


class AmdGpu:
    """Reads one GPU.

    Args:
        device: Its folder in sysfs.
        rest: When to leave it alone.
        is_unified: Whether it uses the computer's memory.
        users: Finds out who uses it.

    Attributes:
        rest: When to leave it alone.
        has_sensors: Whether it has shown sensors; while the driver starts, it has none yet.

    """

    def __init__(
        self, device: Path, rest: IdleRest, *, is_unified: bool, users: Callable[[], Values]
    ) -> None:
        self.rest = rest
        self._is_unified = is_unified
        hwmon = hwmon_folder(device, DRIVER)
        self.has_sensors = hwmon is not None
        self._metrics = (
            Metric(_number("utilization_percent", 1, device / "gpu_busy_percent")),
            Metric(_unified_memory_used(device) if is_unified else _memory_used(device)),
            Metric(
                _unified_memory_total(device) if is_unified else _memory_total(device),
                SELDOM_SECONDS,
            ),
            *(() if hwmon is None else _sensor_metrics(hwmon)),
            Metric(_clock(device, hwmon)),
            Metric(users, OFTEN_SECONDS),
        )

    def read(self, now: float) -> Values:
        """Return the values of this moment, and the last ones of what is read less often.

        Args:
            now: Monotonic seconds.

        """
        values: Values = {}
        for metric in self._metrics:
            values |= metric.at(now)
        used, total = values.get("memory_used_bytes"), values.get("memory_total_bytes")
        # What an integrated GPU can still get depends on what the programs leave.
        if not self._is_unified and used is not None and total is not None:
            values["memory_free_bytes"] = total - used
        return values


def _sensor_metrics(hwmon: Path) -> tuple[Metric, ...]:
    labelled = sensors(hwmon, "temp", unlabelled="edge")
    places = [labelled[label] for label in _TEMPERATURES if label in labelled]
    inputs = [Path(f"{place}_input") for place in places]
    limits = [Path(f"{place}_crit") for place in places[:1]]
    # Newer chips have only the second; on an integrated GPU it includes the processor.
    power = (hwmon / "power1_average", hwmon / "power1_input")
    return (
        Metric(_number("temperature_celsius", _MILLI, *inputs)),
        Metric(_number("temperature_limit_celsius", _MILLI, *limits), SELDOM_SECONDS),
        Metric(_number("power_watts", _MICRO, *power)),
        Metric(_number("power_limit_watts", _MICRO, hwmon / "power1_cap"), SELDOM_SECONDS),
        Metric(_fan(hwmon), OFTEN_SECONDS),
    )


def _number(field: str, unit: float, *files: Path) -> Callable[[], Values]:
    """Return the question for a field that one of the files tells."""
    first = FirstFile(files)

    def ask() -> Values:
        found = first.read()
        return {} if found is None else {field: found[1] / unit}

    return ask


def _memory_used(device: Path) -> Callable[[], Values]:
    return lambda: {"memory_used_bytes": read_integer(device / "mem_info_vram_used")}


def _memory_total(device: Path) -> Callable[[], Values]:
    return lambda: {"memory_total_bytes": read_integer(device / "mem_info_vram_total")}


def _unified_memory_used(device: Path) -> Callable[[], Values]:
    """Add what lies in the part set aside for the GPU to what it borrowed: models do that."""

    def ask() -> Values:
        set_aside = read_integer(device / "mem_info_vram_used")
        borrowed = read_integer(device / "mem_info_gtt_used")
        if set_aside is None or borrowed is None:
            return {}
        return {"memory_used_bytes": set_aside + borrowed}

    return ask


def _unified_memory_total(device: Path) -> Callable[[], Values]:
    """Add what the GPU may borrow to the part set aside, but no more than the computer has."""

    def ask() -> Values:
        set_aside = read_integer(device / "mem_info_vram_total")
        borrowable = read_integer(device / "mem_info_gtt_total")
        if set_aside is None or borrowable is None:
            return {}
        # The limit is a setting, and may be set above what is there.
        borrowable = min(borrowable, total_memory_bytes() or borrowable)
        return {"memory_total_bytes": set_aside + borrowable}

    return ask


def _fan(hwmon: Path) -> Callable[[], Values]:
    def ask() -> Values:
        level, highest = read_integer(hwmon / "pwm1"), read_integer(hwmon / "pwm1_max")
        return {} if level is None or not highest else {"fan_percent": 100 * level / highest}

    return ask


def _clock(device: Path, hwmon: Path | None) -> Callable[[], Values]:
    """Ask for the shaders' clock; where no sensor tells it, for the level marked as active."""
    sensor = sensors(hwmon, "freq", unlabelled="sclk").get("sclk") if hwmon else None

    def ask() -> Values:
        hertz = None if sensor is None else read_integer(Path(f"{sensor}_input"))
        if hertz is not None:
            return {"clock_mhz": round(hertz / _MEGA)}
        active = _ACTIVE_LEVEL.search(read_text(device / "pp_dpm_sclk") or "")
        return {"clock_mhz": int(active[1])} if active else {}

    return ask
