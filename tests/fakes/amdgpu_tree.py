"""A computer with AMD GPUs as amdgpu shows it: sysfs and procfs under a folder.

What plain files cannot do, an audit hook adds while the tree is watched: a file fails with the
error that the driver would choose, and every file that is opened is noted.

Which files a kind of GPU has is taken from drivers/gpu/drm/amd/pm/amdgpu_pm.c.
"""

import os
import shutil
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

FIRST_PID_NAMESPACE = "pid:[4026531836]"
APP_PID = 4000

MIB = 1 << 20
GIB = 1 << 30

# Reading these touches memory of the kernel only; anything else may wake a sleeping GPU.
_WAKES_NOTHING = frozenset(
    {"class", "vendor", "device", "revision", "power/runtime_status", "product_name"}
)

_ANY = {
    "class": "0x030000",
    "vendor": "0x1002",
    "power/runtime_status": "active",
    "product_name": "",
    "gpu_busy_percent": 42,
    "mem_info_vram_total": 24560 * MIB,
    "mem_info_vram_used": 8123 * MIB,
    "mem_info_gtt_total": 64 * GIB,
    "mem_info_gtt_used": 37 * MIB,
    "pp_dpm_sclk": "0: 500Mhz \n1: 1850Mhz *\n2: 2304Mhz",
    "hwmon/hwmon3/name": "amdgpu",
}

RDNA = _ANY | {
    "device": "0x744c",
    "revision": "0xc8",
    "product_name": "AMD Radeon RX 7900 XTX",
    "mem_busy_percent": 17,
    "hwmon/hwmon3/temp1_input": 54000,
    "hwmon/hwmon3/temp1_label": "edge",
    "hwmon/hwmon3/temp1_crit": 100000,
    "hwmon/hwmon3/temp2_input": 67000,
    "hwmon/hwmon3/temp2_label": "junction",
    "hwmon/hwmon3/temp2_crit": 110000,
    "hwmon/hwmon3/temp3_input": 72000,
    "hwmon/hwmon3/temp3_label": "mem",
    "hwmon/hwmon3/power1_average": 187000000,
    "hwmon/hwmon3/power1_cap": 339000000,
    "hwmon/hwmon3/freq1_input": 1904000000,
    "hwmon/hwmon3/freq1_label": "sclk",
    "hwmon/hwmon3/freq2_input": 1249000000,
    "hwmon/hwmon3/freq2_label": "mclk",
    "hwmon/hwmon3/fan1_input": 1200,
    "hwmon/hwmon3/pwm1": 102,
    "hwmon/hwmon3/pwm1_max": 255,
}
"""A Radeon RX 7900 XTX: a card for desktops."""

POLARIS = {
    file: value
    for file, value in RDNA.items()
    if file != "mem_busy_percent"
    and not file.startswith(("hwmon/hwmon3/temp2", "hwmon/hwmon3/temp3"))
} | {"device": "0x67df", "product_name": "AMD Radeon RX 580"}
"""An older card: one sensor of temperature, no load of its memory."""

MI300 = _ANY | {
    "class": "0x120000",
    "device": "0x74a1",
    "revision": "0x00",
    "product_name": "AMD Instinct MI300X OAM",
    "mem_busy_percent": 17,
    "mem_info_vram_total": 192 * GIB,
    "mem_info_vram_used": 100 * GIB,
    "hwmon/hwmon3/temp2_input": 67000,
    "hwmon/hwmon3/temp2_label": "junction",
    "hwmon/hwmon3/temp2_crit": 100000,
    "hwmon/hwmon3/temp3_input": 72000,
    "hwmon/hwmon3/temp3_label": "mem",
    "hwmon/hwmon3/power1_input": 650000000,
    "hwmon/hwmon3/power1_cap": 750000000,
    "hwmon/hwmon3/freq1_input": 2100000000,
    "hwmon/hwmon3/freq1_label": "sclk",
    "hwmon/hwmon3/freq2_input": 1300000000,
    "hwmon/hwmon3/freq2_label": "mclk",
}
"""An Instinct MI300X: no edge, no fan, and of PCI class processing accelerator."""

APU = _ANY | {
    "device": "0x15bf",
    "revision": "0xc1",
    "product_name": "AMD Radeon 780M",
    "mem_info_vram_total": 512 * MIB,
    "mem_info_vram_used": 400 * MIB,
    "mem_info_gtt_total": 1024 * MIB,
    "mem_info_gtt_used": 600 * MIB,
    "hwmon/hwmon3/temp1_input": 48000,
    "hwmon/hwmon3/power1_input": 15000000,
    "hwmon/hwmon3/in1_input": 900,
    "hwmon/hwmon3/freq1_input": 800000000,
    "hwmon/hwmon3/freq1_label": "sclk",
}
"""A Radeon 780M, part of a processor: one temperature without a label, memory of the computer."""


class FakeAmdGpu:
    """One GPU's folder in sysfs."""

    def __init__(self, tree: "AmdgpuTree", address: str) -> None:
        self.address = address
        self.folder = tree.sysfs / "devices" / address
        self._tree = tree

    def set(self, file: str, value: str | int) -> None:
        """Change what a file says; a new file appears."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n", encoding="utf-8")

    def delete(self, file: str) -> None:
        """Take away a file or a folder that this chip does not have."""
        path = self.folder / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def fail(self, file: str, error: int) -> None:
        """Let a file fail from now on."""
        self._tree.failing[str(self.path(file))] = error

    def work(self, file: str) -> None:
        """Let it fail no longer."""
        del self._tree.failing[str(self.path(file))]

    def path(self, file: str) -> Path:
        """Return the path by which a program gets to one of its files."""
        return self._tree.sysfs / "bus" / "pci" / "devices" / self.address / file

    def bind(self, driver: str) -> None:
        """Give it to another driver; to none, when empty."""
        link = self.folder / "driver"
        link.unlink(missing_ok=True)
        if driver:
            target = self._tree.sysfs / "bus" / "pci" / "drivers" / driver
            target.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)

    def sleep(self, status: str = "suspended") -> None:
        """Power down."""
        self.set("power/runtime_status", status)

    def wake(self) -> None:
        """Power up."""
        self.set("power/runtime_status", "active")

    def unplug(self) -> None:
        """Leave the bus."""
        self.path("").unlink()
        self.folder.rename(self._tree.sysfs / self.address)

    def plug(self) -> None:
        """Come back."""
        (self._tree.sysfs / self.address).rename(self.folder)
        self._tree.link(self)


class AmdgpuTree:
    """The whole computer.

    Attributes:
        sysfs: Where its sysfs is.
        proc: Where its procfs is. The app is the process APP_PID.
        now: Monotonic seconds; a test lets them pass.
        failing: The error number with which each of these files fails.
        opened: The files that were opened, by their paths.
        woken: Those of them that would have woken a GPU from its sleep.

    """

    def __init__(self, folder: Path) -> None:
        self.sysfs = folder / "sys"
        self.proc = folder / "proc"
        self.now = 1000.0
        self.failing: dict[str, int] = {}
        self.opened: list[str] = []
        self.woken: list[str] = []
        self._gpus: list[FakeAmdGpu] = []
        (self.sysfs / "bus" / "pci" / "devices").mkdir(parents=True)
        (self.sysfs / "class" / "drm").mkdir(parents=True)
        self.start(APP_PID, "app")
        (self.proc / "self" / "ns").mkdir(parents=True)
        self.enter_pid_namespace(FIRST_PID_NAMESPACE)

    def add(
        self, files: Mapping[str, str | int], address: str = "0000:03:00.0", driver: str = "amdgpu"
    ) -> FakeAmdGpu:
        """Plug in a GPU that has these files."""
        gpu = FakeAmdGpu(self, address)
        for file, value in files.items():
            gpu.set(file, value)
        gpu.bind(driver)
        for node in (f"card{len(self._gpus)}", f"renderD{128 + len(self._gpus)}"):
            (gpu.folder / "drm" / node).mkdir(parents=True)
            (gpu.folder / "drm" / node / "device").symlink_to(gpu.folder)
            (self.sysfs / "class" / "drm" / node).symlink_to(gpu.folder / "drm" / node)
        self.link(gpu)
        self._gpus.append(gpu)
        return gpu

    def link(self, gpu: FakeAmdGpu) -> None:
        """Show a GPU on the bus."""
        gpu.path("").symlink_to(gpu.folder)

    def add_connector(self, gpu: FakeAmdGpu, name: str) -> None:
        """Give a GPU a connector, which looks like another card to who does not look closely."""
        card = next(each for each in (gpu.folder / "drm").glob("card?"))
        connector = card / f"{card.name}-{name}"
        connector.mkdir()
        (connector / "device").symlink_to(card)
        (self.sysfs / "class" / "drm" / connector.name).symlink_to(connector)

    def enter_pid_namespace(self, name: str) -> None:
        """Have other pids than the host has, unless it is the first namespace."""
        link = self.proc / "self" / "ns" / "pid"
        link.unlink(missing_ok=True)
        link.symlink_to(name)

    def start(self, pid: int, name: str, parent: int | None = None) -> None:
        """Start a process."""
        process = self.proc / str(pid)
        for folder in (f"task/{pid}", "fd", "fdinfo"):
            (process / folder).mkdir(parents=True, exist_ok=True)
        (process / "task" / str(pid) / "children").touch()
        (process / "comm").write_text(f"{name}\n", encoding="utf-8")
        if parent is not None:
            children = self.proc / str(parent) / "task" / str(parent) / "children"
            children.write_text(f"{children.read_text('utf-8')}{pid} ", encoding="utf-8")

    def open_drm(self, pid: int, fd: int, node: str, *lines: str) -> None:
        """Let a process have a device node open, whose driver tells these lines."""
        process = self.proc / str(pid)
        (process / "fd" / str(fd)).symlink_to(f"/dev/dri/{node}")
        text = "".join(f"{line}\n" for line in ("pos:\t0", "flags:\t02100002", *lines))
        (process / "fdinfo" / str(fd)).write_text(text, encoding="utf-8")

    def add_to_kfd(self, number: int, domain: int, location: int) -> None:
        """Let amdkfd know a GPU by a number of its own."""
        node = self.sysfs / "class/kfd/kfd/topology/nodes" / str(number)
        node.mkdir(parents=True)
        (node / "gpu_id").write_text(f"{number}\n", encoding="utf-8")
        properties = f"cpu_cores_count 0\nsimd_count 304\nlocation_id {location}\ndomain {domain}\n"
        (node / "properties").write_text(properties, encoding="utf-8")

    def use_kfd(self, pid: int, number: int, vram_bytes: int) -> None:
        """Let a process compute by ROCm."""
        process = self.sysfs / "class/kfd/kfd/proc" / str(pid)
        process.mkdir(parents=True, exist_ok=True)
        (process / f"vram_{number}").write_text(f"{vram_bytes}\n", encoding="utf-8")

    @contextmanager
    def watched(self) -> Generator["AmdgpuTree"]:
        """Let files fail, and note those that are opened, until the end of the block."""
        _watched.append(self)
        try:
            yield self
        finally:
            _watched.remove(self)

    def note(self, path: str) -> None:
        """Do what the kernel would do when a file is opened.

        Raises:
            OSError: It was told to fail.

        """
        self.opened.append(path)
        if path in self.failing:
            error = self.failing[path]
            raise OSError(error, os.strerror(error), path)
        if path.startswith("/dev/"):
            self.woken.append(path)
        for gpu in self._gpus:
            inside = path.removeprefix(f"{gpu.path('')}/")
            if inside != path and inside not in _WAKES_NOTHING and self._sleeps(gpu):
                self.woken.append(path)

    def _sleeps(self, gpu: FakeAmdGpu) -> bool:
        _watched.remove(self)  # what is looked up here is not what is watched
        try:
            return (gpu.folder / "power/runtime_status").read_text("utf-8") != "active\n"
        finally:
            _watched.append(self)


_watched: list[AmdgpuTree] = []


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        for tree in tuple(_watched):
            tree.note(os.fspath(arguments[0]))


# There is no way to remove an audit hook; without a watched tree this one does nothing.
sys.addaudithook(_on_event)
