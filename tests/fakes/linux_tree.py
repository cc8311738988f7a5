"""A Linux computer with GPUs: sysfs and procfs under a folder. Each vendor's tree builds on it.

What plain files cannot do happens while the tree is watched: a file fails with the error that a
driver would choose, and every file that is opened is noted.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from fakes.opened_files import opened_files

FIRST_PID_NAMESPACE = "pid:[4026531836]"
APP_PID = 4_000_000  # the processes of a tree are above every pid that Linux gives

# The PCI core, the power management core and amdgpu keep these in memory. Anything else is the
# driver's to answer: it wakes a GPU that sleeps, and keeps one awake that would like to.
_TOUCHES_NOTHING = frozenset({"class", "vendor", "device", "revision", "product_name"})


class FakeGpu:
    """One GPU's folder in sysfs.

    Attributes:
        address: Its PCI address.
        folder: Where its files are.
        touched_at: Monotonic seconds of the tree when its driver was last asked for something.

    """

    def __init__(self, tree: "LinuxTree", address: str, driver: str) -> None:
        self.address = address
        self.folder = tree.sysfs / "bus" / "pci" / "devices" / address
        self.touched_at = tree.now
        self._tree = tree
        self.bind(driver)

    @property
    def is_asleep(self) -> bool:
        """Whether its runtime status says so."""
        return (self.folder / "power" / "runtime_status").read_text("utf-8") != "active\n"

    def set(self, file: str, value: str | int) -> None:
        """Change what a file says; a new file appears."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n", encoding="utf-8")

    def add(self, file: str, amount: int) -> None:
        """Let a counter grow."""
        self.set(file, int((self.folder / file).read_text("utf-8")) + amount)

    def delete(self, file: str) -> None:
        """Take away a file or a folder that this chip or kernel does not have."""
        path = self.folder / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def fail(self, file: str, error: int) -> None:
        """Let a file fail from now on."""
        self._tree.failing[str(self.folder / file)] = error

    def work(self, file: str) -> None:
        """Let it fail no longer."""
        del self._tree.failing[str(self.folder / file)]

    def bind(self, driver: str) -> None:
        """Give it to another driver; to none, when empty."""
        link = self.folder / "driver"
        link.unlink(missing_ok=True)
        if driver:
            target = self._tree.sysfs / "bus" / "pci" / "drivers" / driver
            target.mkdir(parents=True, exist_ok=True)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)

    def sleep(self, status: str = "suspended") -> None:
        """Power down."""
        self.set("power/runtime_status", status)

    def wake(self) -> None:
        """Power up."""
        self.set("power/runtime_status", "active")

    def may_sleep(self, delay_ms: int) -> None:
        """Let it power down by itself, as a laptop's GPU does, when nobody touches it for long."""
        self.set("power/control", "auto")
        self.set("power/autosuspend_delay_ms", delay_ms)

    def fall_asleep_if_idle(self, now: float) -> None:
        """Power down when it has not been touched for long enough; the kernel may be late."""
        delay_ms = int((self.folder / "power" / "autosuspend_delay_ms").read_text("utf-8"))
        if now - self.touched_at >= 1.25 * delay_ms / 1000:
            self.sleep()

    def unplug(self) -> None:
        """Leave the bus."""
        self.folder.rename(self._tree.sysfs / self.address)

    def plug(self) -> None:
        """Come back."""
        (self._tree.sysfs / self.address).rename(self.folder)


class LinuxTree:
    """The whole computer.

    Attributes:
        sysfs: Where its sysfs is.
        proc: Where its procfs is. The app is the process APP_PID.
        now: Monotonic seconds; a test lets them pass.
        failing: The error number with which each of these files fails.
        opened: The files that were opened, by their paths.
        woken: Those of them that would have woken a GPU from its sleep.
        gpus: The GPUs that were plugged in.

    """

    def __init__(self, folder: Path) -> None:
        self.sysfs = folder / "sys"
        self.proc = folder / "proc"
        self.now = 1000.0
        self.failing: dict[str, int] = {}
        self.opened: list[str] = []
        self.woken: list[str] = []
        self.gpus: list[FakeGpu] = []
        (self.sysfs / "bus" / "pci" / "devices").mkdir(parents=True)
        self.start(APP_PID, "app")
        (self.proc / "self" / "ns").mkdir(parents=True)
        self.enter_pid_namespace(FIRST_PID_NAMESPACE)

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
        link = process / "fd" / str(fd)
        link.unlink(missing_ok=True)
        link.symlink_to(f"/dev/dri/{node}")
        text = "".join(f"{line}\n" for line in ("pos:\t0", "flags:\t02100002", *lines))
        (process / "fdinfo" / str(fd)).write_text(text, encoding="utf-8")

    @contextmanager
    def watched(self) -> Generator[Self]:
        """Let files fail, and note those that are opened, until the end of the block."""
        with opened_files(self._note):
            yield self

    def touches(self, path: str, gpu: FakeGpu) -> bool:
        """Whether opening a file asks the driver of a GPU for something."""
        inside = path.removeprefix(f"{gpu.folder}/")
        return inside != path and inside not in _TOUCHES_NOTHING and not inside.startswith("power/")

    def _note(self, path: str) -> None:
        """Do what the kernel would do when a file is opened.

        Raises:
            OSError: It was told to fail.

        """
        self.opened.append(path)
        if path in self.failing:
            error = self.failing[path]
            raise OSError(error, os.strerror(error), path)
        if path.startswith("/dev/dri/"):
            self.woken.append(path)
        for gpu in self.gpus:
            if self.touches(path, gpu):
                gpu.touched_at = self.now
                if gpu.is_asleep:
                    self.woken.append(path)
