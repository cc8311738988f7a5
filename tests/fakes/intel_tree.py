"""A computer with Intel GPUs as i915 and xe show it: sysfs, procfs and pci.ids under a folder.

What plain files cannot do, an audit hook adds while the tree is watched: reading fails with the
error that a driver would choose, and a read that would wake a sleeping GPU is noted.

The four kinds of GPU have the files, and the values the format, of the kernel's sources: i915
(drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c, i915_hwmon.c) and xe (xe_gt_freq.c, xe_gt_idle.c,
xe_hwmon.c). Each has idled for 600 s and used 2 kJ.
"""

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

INTEGRATED = "0000:00:02.0"
DISCRETE = "0000:03:00.0"
APP_PID = 4_000_000
FIRST_PID_NAMESPACE = "pid:[4026531836]"

# The PCI core and the power management core keep these in memory; the rest is the driver's.
_WAKES_NOTHING = frozenset({"class", "vendor", "device", "power/runtime_status"})

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


class FakeIntelGpu:
    """One GPU's folder in sysfs."""

    def __init__(self, tree: "IntelTree", address: str, driver: str) -> None:
        self.address = address
        self.folder = tree.sysfs / "bus" / "pci" / "devices" / address
        self._tree = tree
        self.bind(driver)

    @property
    def is_asleep(self) -> bool:
        """Whether its runtime status says so."""
        return (self.folder / "power" / "runtime_status").read_text("utf-8") != "active"

    def bind(self, driver: str) -> None:
        """Give it to another driver; to none, when empty."""
        link = self.folder / "driver"
        link.unlink(missing_ok=True)
        if driver:
            target = self._tree.sysfs / "bus" / "pci" / "drivers" / driver
            target.mkdir(parents=True, exist_ok=True)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)

    def set(self, file: str, text: str | int) -> None:
        """Change what a file says; a new file appears."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}", encoding="utf-8")

    def add(self, file: str, amount: int) -> None:
        """Let a counter grow."""
        self.set(file, int((self.folder / file).read_text("utf-8")) + amount)

    def delete(self, file: str) -> None:
        """Take away a file or a folder that this chip or kernel does not have."""
        path = self.folder / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def fail(self, file: str, error: int) -> None:
        """Let reading a file fail from now on."""
        self._tree.failing[str(self.folder / file)] = error

    def sleep(self, status: str = "suspended") -> None:
        """Power down."""
        self.set("power/runtime_status", status)

    def wake(self) -> None:
        """Power up."""
        self.set("power/runtime_status", "active")


class IntelTree:
    """The whole computer.

    Attributes:
        sysfs: Where its sysfs is.
        proc: Where its procfs is. The app is the process APP_PID.
        pci_ids: Its list of names.
        now: Monotonic seconds; a test lets them pass.
        failing: The error number with which reading each of these files fails.
        woken: Each read so far that would have woken a sleeping GPU.

    """

    def __init__(self, folder: Path) -> None:
        self.sysfs = folder / "sys"
        self.proc = folder / "proc"
        self.pci_ids = folder / "pci.ids"
        self.now = 1000.0
        self.failing: dict[str, int] = {}
        self.woken: list[str] = []
        self._gpus: list[FakeIntelGpu] = []
        self._children: list[int] = []
        self.start(APP_PID, "app")
        (self.proc / "self" / "ns").mkdir(parents=True)
        (self.proc / "self" / "ns" / "pid").symlink_to(FIRST_PID_NAMESPACE)

    def i915_integrated(self) -> FakeIntelGpu:
        """Plug in an Alder Lake processor."""
        return self._gpu(INTEGRATED, "i915", "46a6", _I915_GT, card=0)

    def i915_discrete(self) -> FakeIntelGpu:
        """Plug in an Arc A770 (DG2)."""
        return self._gpu(DISCRETE, "i915", "56a0", _I915_GT | _I915_SENSORS, card=1)

    def xe_integrated(self) -> FakeIntelGpu:
        """Plug in a Lunar Lake processor."""
        return self._gpu(INTEGRATED, "xe", "64a0", _XE_GT, card=0)

    def xe_discrete(self) -> FakeIntelGpu:
        """Plug in an Arc B580 (BMG)."""
        return self._gpu(DISCRETE, "xe", "e20b", _XE_GT | _XE_SENSORS, card=1)

    def unplug(self, gpu: FakeIntelGpu) -> None:
        """Take a GPU off the bus."""
        gpu.folder.rename(self.sysfs / gpu.address)

    def plug(self, gpu: FakeIntelGpu) -> None:
        """Put it back."""
        (self.sysfs / gpu.address).rename(gpu.folder)

    def dmem(self, file: str, *lines: str) -> None:
        """Set what a file of the root control group says of device memory."""
        cgroups = self.sysfs / "fs" / "cgroup"
        cgroups.mkdir(parents=True, exist_ok=True)
        (cgroups / f"dmem.{file}").write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def start(self, pid: int, name: str, *, by_app: bool = False) -> None:
        """Start a process; with ``by_app``, as a child of the app."""
        process = self.proc / str(pid)
        for folder in (f"task/{pid}", "fd", "fdinfo"):
            (process / folder).mkdir(parents=True, exist_ok=True)
        (process / "task" / str(pid) / "children").write_text("", "utf-8")
        (process / "comm").write_text(f"{name}\n", "utf-8")
        if by_app:
            self._children.append(pid)
            children = " ".join(map(str, self._children))
            (self.proc / f"{APP_PID}/task/{APP_PID}/children").write_text(children, "utf-8")

    def client(
        self, pid: int, fd: int, gpu: FakeIntelGpu, used: dict[str, str | int], client_id: int = 7
    ) -> None:
        """Let a process have a GPU open, and its driver tell what it used."""
        process = self.proc / str(pid)
        link = process / "fd" / str(fd)
        link.unlink(missing_ok=True)
        node = next(each.name for each in (gpu.folder / "drm").glob("renderD*"))
        link.symlink_to(f"/dev/dri/{node}")
        told = {
            "drm-driver": (gpu.folder / "driver").resolve().name,
            "drm-client-id": client_id,
            "drm-pdev": gpu.address,
        }
        text = "".join(f"{key}:\t{value}\n" for key, value in (told | used).items())
        (process / "fdinfo" / str(fd)).write_text(f"pos:\t0\nflags:\t02\n{text}", "utf-8")

    def old_client(self, pid: int, fd: int, gpu: FakeIntelGpu) -> None:
        """Let a process have a GPU open whose driver tells nothing, as before Linux 5.19."""
        self.client(pid, fd, gpu, {})
        (self.proc / str(pid) / "fdinfo" / str(fd)).write_text("pos:\t0\nflags:\t02\n", "utf-8")

    @contextmanager
    def watched(self) -> Generator["IntelTree"]:
        """Let reads fail, and note those that wake, until the end of the block."""
        _watched.append(self)
        try:
            yield self
        finally:
            _watched.remove(self)

    def opened(self, path: str) -> None:
        """Do what the kernel would do when a file is read.

        Raises:
            OSError: It was told to fail.

        """
        if path in self.failing:
            error = self.failing[path]
            raise OSError(error, os.strerror(error), path)
        for gpu in self._gpus:
            folder = f"{gpu.folder}/"
            inside = path.removeprefix(folder) if path.startswith(folder) else ""
            told = self._is_fdinfo_of(path, gpu)
            if inside not in _WAKES_NOTHING | {""} or told:
                self._note(path, gpu)

    def _note(self, path: str, gpu: FakeIntelGpu) -> None:
        _watched.remove(self)  # what is looked up here is not what is watched
        try:
            if gpu.is_asleep:
                self.woken.append(path)
        finally:
            _watched.append(self)

    def _is_fdinfo_of(self, path: str, gpu: FakeIntelGpu) -> bool:
        if "/fdinfo/" not in path:
            return False
        node = Path(path.replace("/fdinfo/", "/fd/")).readlink().name
        return (gpu.folder / "drm" / node).exists()

    def _gpu(
        self, address: str, driver: str, device_id: str, files: dict[str, str], card: int
    ) -> FakeIntelGpu:
        gpu = FakeIntelGpu(self, address, driver)
        gpu.set("class", "0x030000")
        gpu.set("vendor", "0x8086")
        gpu.set("device", f"0x{device_id}")
        (gpu.folder / "drm" / f"card{card}").mkdir(parents=True)
        (gpu.folder / "drm" / f"renderD{128 + card}").mkdir(parents=True)
        for file, text in files.items():
            gpu.set(file.format(card=f"card{card}"), text)
        gpu.wake()
        self._gpus.append(gpu)
        return gpu


_watched: list[IntelTree] = []


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        for tree in tuple(_watched):
            tree.opened(str(arguments[0]))


# There is no way to remove an audit hook; without a watched tree this one does nothing.
sys.addaudithook(_on_event)
