"""Where i915 and xe keep what every user may read of one GPU.

The kernel's own descriptions: Documentation/gpu/xe/xe_gt_freq.rst (clocks of xe), "Xe GT Idle" and
"Xe GT Throttle" in drivers/gpu/drm/xe, drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c (clocks, RC6 and
throttling of i915), and in Documentation/ABI/testing sysfs-driver-intel-i915-hwmon and
sysfs-driver-intel-xe-hwmon (power and temperature). Only discrete GPUs have a hwmon folder. Its
fan speed is in RPM without a maximum, so that no percentage follows from it.

Of several GTs the first is meant: it has the engines that render and compute, while a second one,
where there is one, has those for video.
"""

from pathlib import Path

from msgspec import Struct

from sidecar.providers.pci import PciGpu, read_text

DRIVERS = ("i915", "xe")


class GtFiles(Struct, frozen=True, kw_only=True):
    """The files of the GT. Those with several places are in the order of preference.

    Attributes:
        idle_ms: Milliseconds that it has spent power-gated (RC6, GT-C6).
        clock_mhz: The actual clock, 0 while it is power-gated; else the requested one, which
            is second choice: to read it, xe takes the GT out of power-gating.
        throttle_status: 1 while the clock is held back.
        throttle_reason: What the paths of the single reasons' files begin with.

    """

    idle_ms: Path
    clock_mhz: tuple[Path, ...]
    throttle_status: Path
    throttle_reason: str


class GpuFiles(Struct, frozen=True, kw_only=True):
    """The files of one GPU. Those with several places are in the order of preference.

    Attributes:
        gt: Those of its first GT.
        energy_microjoules: Energy used so far by the card, or else by its package alone.
        power_limit_microwatts: Sustained (PL1) or else burst (PL2) power limit of the card, or else
            of its package; 0 where it is switched off.
        temperature_millicelsius: Temperature of the package.

    """

    gt: GtFiles
    energy_microjoules: tuple[Path, ...]
    power_limit_microwatts: tuple[Path, ...]
    temperature_millicelsius: Path


def files_of(gpu: PciGpu) -> GpuFiles:
    """Return where the driver keeps the values of a GPU, which must be awake. Not all exist."""
    hwmon = _hwmon(gpu)
    return GpuFiles(
        gt=_i915_gt(gpu) if gpu.driver == "i915" else _xe_gt(gpu),
        energy_microjoules=(hwmon / "energy1_input", hwmon / "energy2_input"),
        power_limit_microwatts=(
            hwmon / "power1_max",
            hwmon / "power1_cap",
            hwmon / "power2_max",
            hwmon / "power2_cap",
        ),
        temperature_millicelsius=_temperature(hwmon),
    )


def _i915_gt(gpu: PciGpu) -> GtFiles:
    """Return the files in their places since Linux 5.18 or, of idle time and clock, in the old."""
    card = next((gpu.folder / "drm").glob("card*"), gpu.folder / "drm")
    gt = card / "gt" / "gt0"
    idle_ms = gt / "rc6_residency_ms"
    return GtFiles(
        idle_ms=idle_ms if idle_ms.exists() else card / "power" / "rc6_residency_ms",
        clock_mhz=(
            gt / "rps_act_freq_mhz",
            card / "gt_act_freq_mhz",
            gt / "rps_cur_freq_mhz",
            card / "gt_cur_freq_mhz",
        ),
        throttle_status=gt / "throttle_reason_status",
        throttle_reason=f"{gt}/throttle_reason_",
    )


def _xe_gt(gpu: PciGpu) -> GtFiles:
    gt = gpu.folder / "tile0" / "gt0"
    clocks = gt / "freq0"
    return GtFiles(
        idle_ms=gt / "gtidle" / "idle_residency_ms",
        clock_mhz=(clocks / "act_freq", clocks / "cur_freq"),
        throttle_status=clocks / "throttle" / "status",
        throttle_reason=f"{clocks}/throttle/reason_",
    )


def _hwmon(gpu: PciGpu) -> Path:
    """Return the folder of the whole GPU; i915 may have others for its GTs (``i915_gt0``)."""
    folders = sorted((gpu.folder / "hwmon").glob("hwmon*"))
    named = (folder for folder in folders if read_text(folder / "name") == gpu.driver)
    return next(named, gpu.folder / "hwmon")


def _temperature(hwmon: Path) -> Path:
    """Return the sensor of the package: xe labels it, i915 has no other."""
    for label in hwmon.glob("temp*_label"):
        if read_text(label) == "pkg":
            return label.with_name(label.name.replace("label", "input"))
    return hwmon / "temp1_input"
