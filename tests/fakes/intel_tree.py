"""A computer with Intel GPUs as i915 and xe show it, and its pci.ids.

The four kinds of GPU have the files, and the values the format, of the kernel's sources: i915
(drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c, i915_hwmon.c) and xe (xe_gt_freq.c, xe_gt_idle.c,
xe_gt_throttle.c, xe_hwmon.c). Each has idled for 600 s and used 2 kJ.
"""

from pathlib import Path

from fakes.linux_tree import FakeGpu, LinuxTree

INTEGRATED = "0000:00:02.0"
DISCRETE = "0000:03:00.0"

_I915_GT = {
    "drm/{card}/gt/gt0/rps_act_freq_mhz": "1300",
    "drm/{card}/gt/gt0/rps_cur_freq_mhz": "1350",
    "drm/{card}/gt_act_freq_mhz": "1300",
    "drm/{card}/gt_cur_freq_mhz": "1350",
    "drm/{card}/gt/gt0/rc6_residency_ms": "600000",
    "drm/{card}/power/rc6_residency_ms": "500000",
    "drm/{card}/gt/gt0/throttle_reason_status": "0",
    "drm/{card}/gt/gt0/throttle_reason_pl1": "0",
    "drm/{card}/gt/gt0/throttle_reason_pl2": "0",
    "drm/{card}/gt/gt0/throttle_reason_pl4": "0",
    "drm/{card}/gt/gt0/throttle_reason_thermal": "0",
    "drm/{card}/gt/gt0/throttle_reason_prochot": "0",
    "drm/{card}/gt/gt0/throttle_reason_ratl": "0",
    "drm/{card}/gt/gt0/throttle_reason_vr_thermalert": "0",
    "drm/{card}/gt/gt0/throttle_reason_vr_tdc": "0",
}
_XE_GT = {
    "tile0/gt0/freq0/act_freq": "2400",
    "tile0/gt0/freq0/cur_freq": "2450",
    "tile0/gt0/gtidle/idle_residency_ms": "600000",
    "tile0/gt0/freq0/throttle/status": "0",
    "tile0/gt0/freq0/throttle/reason_pl1": "0",
    "tile0/gt0/freq0/throttle/reason_pl2": "0",
    "tile0/gt0/freq0/throttle/reason_pl4": "0",
    "tile0/gt0/freq0/throttle/reason_thermal": "0",
    "tile0/gt0/freq0/throttle/reason_prochot": "0",
    "tile0/gt0/freq0/throttle/reason_ratl": "0",
    "tile0/gt0/freq0/throttle/reason_vr_thermalert": "0",
    "tile0/gt0/freq0/throttle/reason_vr_tdc": "0",
    "tile0/gt1/freq0/act_freq": "1200",
    "tile0/gt1/gtidle/idle_residency_ms": "900000",
}
_I915_SENSORS = {
    "hwmon/hwmon3/name": "i915",
    "hwmon/hwmon3/energy1_input": "2000000000",
    "hwmon/hwmon3/power1_max": "190000000",
    "hwmon/hwmon3/power1_rated_max": "225000000",
    "hwmon/hwmon3/temp1_input": "54000",
    "hwmon/hwmon3/fan1_input": "1100",
    "hwmon/hwmon2/name": "i915_gt0",
    "hwmon/hwmon2/energy1_input": "1",
}
_XE_SENSORS = {
    "hwmon/hwmon4/name": "xe",
    "hwmon/hwmon4/energy1_label": "card",
    "hwmon/hwmon4/energy1_input": "2000000000",
    "hwmon/hwmon4/energy2_label": "pkg",
    "hwmon/hwmon4/energy2_input": "1000000000",
    "hwmon/hwmon4/power1_cap": "190000000",
    "hwmon/hwmon4/power1_crit": "380000000",
    "hwmon/hwmon4/power2_max": "120000000",
    "hwmon/hwmon4/temp2_label": "pkg",
    "hwmon/hwmon4/temp2_input": "61000",
    "hwmon/hwmon4/temp3_label": "vram",
    "hwmon/hwmon4/temp3_input": "72000",
    "hwmon/hwmon4/fan1_input": "1029",
}


class IntelTree(LinuxTree):
    """The whole computer.

    Attributes:
        pci_ids: Its list of names.

    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.pci_ids = folder / "pci.ids"

    def i915_integrated(self) -> FakeGpu:
        """Plug in an Alder Lake processor."""
        return self._gpu(INTEGRATED, "i915", "46a6", _I915_GT, card=0)

    def i915_discrete(self) -> FakeGpu:
        """Plug in an Arc A770 (DG2)."""
        return self._gpu(DISCRETE, "i915", "56a0", _I915_GT | _I915_SENSORS, card=1)

    def xe_integrated(self) -> FakeGpu:
        """Plug in a Lunar Lake processor."""
        return self._gpu(INTEGRATED, "xe", "64a0", _XE_GT, card=0)

    def xe_discrete(self) -> FakeGpu:
        """Plug in an Arc B580 (BMG)."""
        return self._gpu(DISCRETE, "xe", "e20b", _XE_GT | _XE_SENSORS, card=1)

    def dmem(self, file: str, *lines: str) -> None:
        """Set what a file of the root control group says of device memory."""
        cgroups = self.sysfs / "fs" / "cgroup"
        cgroups.mkdir(parents=True, exist_ok=True)
        (cgroups / f"dmem.{file}").write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def client(
        self, pid: int, fd: int, gpu: FakeGpu, used: dict[str, str | int], client_id: int = 7
    ) -> None:
        """Let a process have a GPU open, and its driver tell what it used."""
        told = {
            "drm-driver": (gpu.folder / "driver").resolve().name,
            "drm-client-id": client_id,
            "drm-pdev": gpu.address,
        }
        lines = (f"{key}:\t{value}" for key, value in (told | used).items())
        self.open_drm(pid, fd, _render_node(gpu), *lines)

    def old_client(self, pid: int, fd: int, gpu: FakeGpu) -> None:
        """Let a process have a GPU open whose driver tells nothing, as before Linux 5.19."""
        self.open_drm(pid, fd, _render_node(gpu))

    def touches(self, path: str, gpu: FakeGpu) -> bool:
        """Whether opening a file asks the driver of a GPU: to read an fdinfo does so as well."""
        if "/fdinfo/" not in path:
            return super().touches(path, gpu)
        return Path(path.replace("/fdinfo/", "/fd/")).readlink().name == _render_node(gpu)

    def _gpu(
        self, address: str, driver: str, device_id: str, files: dict[str, str], card: int
    ) -> FakeGpu:
        gpu = FakeGpu(self, address, driver)
        gpu.set("class", "0x030000")
        gpu.set("vendor", "0x8086")
        gpu.set("device", f"0x{device_id}")
        (gpu.folder / "drm" / f"card{card}").mkdir(parents=True)
        (gpu.folder / "drm" / f"renderD{128 + card}").mkdir(parents=True)
        for file, text in files.items():
            gpu.set(file.format(card=f"card{card}"), text)
        gpu.wake()
        self.gpus.append(gpu)
        return gpu


def _render_node(gpu: FakeGpu) -> str:
    return next(each.name for each in (gpu.folder / "drm").glob("renderD*"))
