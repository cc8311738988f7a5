"""AMD's library in its child process: the real amdsmi, on a library that does as it is told.

The tests named after a row of amd.md section 3, or a fact of its other sections, say so in their
docstring.
"""

import errno
import json
import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path

import pytest
from fakes.amdgpu_tree import APU, MI300, RDNA, SILENT, AmdgpuTree
from fakes.amdsmi import stub_library
from fakes.amdsmi.stub_library import CARD, COMPLETE, StubLibrary
from fakes.linux_tree import APP_PID, FakeGpu

from sidecar.providers.amd import smi
from sidecar.providers.amd.provider import SWEEPS_BEFORE_SMI, AmdProvider
from sidecar.providers.amd.smi import (
    ANSWER_SECONDS,
    ANSWER_SWEEPS,
    FIRST_PAUSE_SECONDS,
    OLDEST_ANSWER_SECONDS,
    Smi,
    child_command,
    library_is_installed,
)
from sidecar.providers.runtime_pm import IDLE_READINGS
from sidecar.snapshot import Reading

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="amdsmi is for Linux only")

WAIT_SECONDS = 20.0
OTHER = "0000:83:00.0"
Four = tuple[float | None, float | None, float | None, int | None]
NOTHING: Four = (None, None, None, None)


def four(reading: Reading) -> Four:
    """Return what the library can fill in."""
    return (
        reading.utilization_percent,
        reading.temperature_celsius,
        reading.power_watts,
        reading.clock_mhz,
    )


class Family:
    """The children of this process that were started since then."""

    def __init__(self) -> None:
        self._before = self._all()

    def pids(self) -> set[int]:
        """Return them, those included that are dead but were not yet reaped."""
        return self._all() - self._before

    def _all(self) -> set[int]:
        # Those of the main thread, which runs the tests and with them the provider.
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8")
        return {int(pid) for pid in children.split()}


class Computer:
    """A computer with AMD GPUs, AMD's library, and the provider that reads them.

    Attributes:
        tree: The files of the driver.
        stub: The library. It knows the GPU at CARD.
        provider: What reads them; open after the first sweep.
        children: The processes that the provider has started.

    """

    def __init__(self, tree: AmdgpuTree, stub: StubLibrary, log: pytest.LogCaptureFixture) -> None:
        self.tree = tree
        self.stub = stub
        self._log = log
        self.children = Family()
        self.provider = AmdProvider(
            APP_PID, sysfs=tree.sysfs, proc=tree.proc, clock=lambda: tree.now
        )

    @property
    def log(self) -> list[str]:
        """What the provider wrote to the log."""
        return self._log.messages

    def sweep(self, times: int = 1) -> dict[str, Reading]:
        """Sweep, and return the last readings by address."""
        self.provider.open()
        readings: dict[str, Reading] = {}
        for _ in range(times):
            readings = {
                device.key: self.provider.read(device) for device in self.provider.devices()
            }
        return readings

    def sweep_until(self, done: Callable[[Reading], bool]) -> Reading:
        """Sweep until the reading of CARD is as it should be. The test's time-out bounds it."""
        while not done(reading := self.sweep()[CARD]):
            pass
        return reading

    def sweep_until_answered(self) -> Four:
        """Return what the library has filled in, as soon as it has."""
        return four(self.sweep_until(lambda reading: four(reading) != NOTHING))

    def reason_why_not(self, meanwhile: Four = NOTHING) -> str:
        """Sweep until the child is let go of; check that nothing is left of it, and return why."""
        before = len(self.log)
        while len(self.log) == before:
            assert four(self.sweep()[CARD]) == meanwhile
        assert not self.children.pids()
        return self.log[-1]

    def starts(self) -> int:
        """Return how often a child has loaded the library."""
        return self.stub.calls().count("load")


@pytest.fixture
def computer(
    stub: StubLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Generator[Computer]:
    """Return a computer without a GPU."""
    caplog.set_level(logging.INFO)
    with AmdgpuTree(tmp_path).watched() as tree:
        computer = Computer(tree, stub, caplog)
        yield computer
        computer.provider.close()


@pytest.fixture
def silent_gpu(computer: Computer) -> FakeGpu:
    """Return a GPU whose driver tells nothing of what the library could."""
    return computer.tree.add(SILENT)


# What the library tells


@pytest.mark.usefixtures("silent_gpu")
def test_dgpu_complete(computer: Computer) -> None:
    """Section 3, row "dGPU complete": the power is only in the average, "N/A" elsewhere."""
    assert computer.sweep_until_answered() == (42, 54, 187, 1904)
    assert computer.stub.calls().count("amdsmi_init") == 1


@pytest.mark.usefixtures("silent_gpu")
def test_no_render_node_access(computer: Computer) -> None:
    """Section 3, row "no render node access": every GPU has the same random address."""
    random_address = "4bd439c84a35:dd:00.2"
    lines = (line.replace(CARD, random_address) for line in COMPLETE)
    computer.stub.script(*lines, "amdsmi_get_power_info 2", "amdsmi_get_clock_info 2")
    assert "knows none of the GPUs" in computer.reason_why_not()


@pytest.mark.usefixtures("silent_gpu")
def test_no_kfd(computer: Computer) -> None:
    """Section 3, row "no KFD"."""
    computer.stub.script(*COMPLETE, "amdsmi_init 32")
    assert "NOT_INIT" in computer.reason_why_not()


def test_no_usable_gpu_metrics_dgpu(computer: Computer, silent_gpu: FakeGpu) -> None:
    """Section 3, row "no usable gpu_metrics (dGPU)": what sysfs tells is not made unknown."""
    computer.stub.script(
        f"gpus {CARD}",
        f"{CARD} temp_edge 54",
        "amdsmi_get_gpu_activity 43",
        "amdsmi_get_clock_info 43",
    )
    silent_gpu.set("gpu_busy_percent", 42)
    reading = computer.sweep_until(lambda reading: reading.temperature_celsius is not None)
    assert four(reading) == (42, 54, None, None)


def test_apu_like_no_usable_gpu_metrics(computer: Computer) -> None:
    """Section 3, row "APU-like, no usable gpu_metrics": all else stays as sysfs tells it."""
    computer.stub.script(
        f"gpus {CARD}",
        f"{CARD} temp_edge 48",
        "amdsmi_get_gpu_activity 43",
        "amdsmi_get_clock_info 43",
    )
    computer.tree.add(APU).delete("hwmon/hwmon3/temp1_input")
    before = computer.sweep()[CARD]
    reading = computer.sweep_until(lambda reading: reading.temperature_celsius is not None)
    assert four(reading) == (42, 48, 15, 800)
    assert reading.memory_total_bytes == before.memory_total_bytes


@pytest.mark.usefixtures("silent_gpu")
def test_wrapper_7_with_library_25(computer: Computer) -> None:
    """Section 3, row "wrapper 7.0.2 + lib 25.2": it is not even initialised."""
    computer.stub.script("version 25", *COMPLETE, "amdsmi_get_power_info crash")
    assert "WrongVersionError" in computer.reason_why_not()
    assert "amdsmi_init" not in computer.stub.calls()


def test_a_library_that_crashes(computer: Computer, silent_gpu: FakeGpu) -> None:
    """Section 3, the same row: SIGSEGV in amdsmi_get_power_info."""
    computer.stub.script(*COMPLETE, "amdsmi_get_power_info crash")
    silent_gpu.set("gpu_busy_percent", 42)
    assert "it has ended" in computer.reason_why_not(meanwhile=(42, None, None, None))


@pytest.mark.usefixtures("silent_gpu")
def test_no_driver(computer: Computer) -> None:
    """Section 2: status 34."""
    computer.stub.script(*COMPLETE, "amdsmi_init 34")
    assert "DRIVER_NOT_LOADED" in computer.reason_why_not()


@pytest.mark.usefixtures("silent_gpu")
def test_the_hottest_spot_is_told_where_there_is_no_edge(computer: Computer) -> None:
    """Section 7: MI300."""
    computer.stub.script(*(line for line in COMPLETE if "temp_edge" not in line))
    assert computer.sweep_until_answered() == (42, 67, 187, 1904)


@pytest.mark.usefixtures("silent_gpu")
def test_the_power_is_that_of_now_where_it_is_told(computer: Computer) -> None:
    """Section 7: MI300 and newer."""
    computer.stub.script(*COMPLETE, f"{CARD} current_socket_power 650", f"{CARD} socket_power 0")
    assert computer.sweep_until_answered() == (42, 54, 650, 1904)


@pytest.mark.usefixtures("silent_gpu")
@pytest.mark.parametrize("unknown", [0xFFFF, 0xFFFF_FFFF])
def test_what_stands_for_unknown_is_unknown(computer: Computer, unknown: int) -> None:
    """Section 7: 0xFFFF becomes "N/A", 0xFFFFFFFF leaks."""
    names = ("gfx_activity", "socket_power", "average_socket_power", "gfx_clock")
    computer.stub.script(*COMPLETE, *(f"{CARD} {name} {unknown}" for name in names))
    assert computer.sweep_until_answered() == (None, 54, None, None)


def test_sysfs_comes_first(computer: Computer, silent_gpu: FakeGpu) -> None:
    silent_gpu.set("gpu_busy_percent", 7)
    silent_gpu.set("hwmon/hwmon3/power1_input", 99_000_000)
    reading = computer.sweep_until(lambda reading: reading.temperature_celsius is not None)
    assert four(reading) == (7, 54, 99, 1904)


@pytest.mark.usefixtures("silent_gpu")
def test_each_gpu_gets_its_own_values_by_its_address(computer: Computer) -> None:
    computer.stub.script(
        f"gpus {OTHER} {CARD}", f"{OTHER} gfx_activity 83", f"{CARD} gfx_activity 3"
    )
    computer.tree.add(SILENT, OTHER)
    computer.sweep_until_answered()
    readings = computer.sweep()
    assert readings[CARD].utilization_percent == 3
    assert readings[OTHER].utilization_percent == 83


@pytest.mark.usefixtures("silent_gpu")
def test_values_follow_the_library(computer: Computer) -> None:
    computer.sweep_until_answered()
    computer.stub.script(*COMPLETE, f"{CARD} gfx_activity 99")
    computer.sweep_until(lambda reading: reading.utilization_percent == 99)
    assert computer.starts() == 1


# When it is asked


@pytest.mark.parametrize("files", [RDNA, MI300, APU])
def test_a_gpu_that_sysfs_tells_all_about_needs_no_child(
    computer: Computer, files: Mapping[str, str | int]
) -> None:
    computer.tree.add(files)
    computer.sweep(times=10)
    assert not computer.children.pids()


def test_a_value_that_is_missing_for_a_moment_needs_no_child(computer: Computer) -> None:
    gpu = computer.tree.add(RDNA)
    for _ in range(3):
        gpu.fail("gpu_busy_percent", errno.EBUSY)
        computer.sweep(SWEEPS_BEFORE_SMI - 1)
        gpu.work("gpu_busy_percent")
        computer.sweep()
    assert not computer.children.pids()


def test_a_gpu_that_woke_up_has_time_to_tell_its_values(
    computer: Computer, silent_gpu: FakeGpu
) -> None:
    computer.sweep(SWEEPS_BEFORE_SMI)
    silent_gpu.sleep()
    computer.sweep()
    silent_gpu.wake()
    computer.sweep(SWEEPS_BEFORE_SMI)
    assert not computer.children.pids()
    computer.sweep()
    assert computer.children.pids()


@pytest.mark.usefixtures("silent_gpu")
def test_no_child_is_started_while_another_gpu_sleeps(computer: Computer) -> None:
    """Gotcha (a) of section 5: initialising the library wakes every GPU."""
    other = computer.tree.add(RDNA, OTHER)
    other.sleep()
    computer.sweep(times=10)
    assert not computer.children.pids()
    other.wake()
    computer.sweep_until_answered()


@pytest.mark.parametrize("sleeping", [CARD, OTHER])
def test_the_child_ends_when_a_gpu_falls_asleep(computer: Computer, sleeping: str) -> None:
    gpus = {address: computer.tree.add(SILENT, address) for address in (CARD, OTHER)}
    computer.sweep_until_answered()
    gpus[sleeping].sleep()
    computer.sweep(times=2)
    assert not computer.children.pids()


def test_the_library_is_not_asked_about_a_gpu_that_is_left_alone(
    computer: Computer, silent_gpu: FakeGpu
) -> None:
    silent_gpu.may_sleep(delay_ms=5000)
    computer.stub.script(*COMPLETE, f"{CARD} gfx_activity 0")
    computer.sweep_until(lambda reading: reading.utilization_percent == 0)
    computer.sweep(IDLE_READINGS)
    before = computer.stub.calls().count("amdsmi_get_gpu_activity")
    computer.sweep(times=200)
    # The last question from before may have been answered meanwhile.
    assert computer.stub.calls().count("amdsmi_get_gpu_activity") <= before + 1


@pytest.mark.usefixtures("silent_gpu")
def test_the_child_ends_with_the_provider(computer: Computer) -> None:
    computer.sweep_until_answered()
    assert computer.children.pids()
    computer.provider.close()
    assert not computer.children.pids()


@pytest.mark.usefixtures("silent_gpu")
def test_without_the_library_nothing_is_started(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smi, "_LIBRARY", "libamd_smi.so.of-nobody")
    computer.sweep(times=10)
    assert not computer.children.pids()
    assert computer.log == []


@pytest.mark.parametrize(
    ("variable", "folder"), [("LD_LIBRARY_PATH", "lib"), ("ROCM_PATH", ""), ("ROCM_HOME", "")]
)
def test_the_library_is_found_where_amdsmi_would_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, folder: str
) -> None:
    """Section 1: the search order."""
    monkeypatch.setattr(smi, "_LIBRARY", "libamd_smi.so.of-nobody")
    monkeypatch.setenv(variable, f"/nowhere:{tmp_path / folder}" if folder else f"{tmp_path}")
    no_cache = tmp_path / "ld.so.cache"
    assert not library_is_installed(no_cache)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libamd_smi.so.of-nobody").touch()
    assert library_is_installed(no_cache)


def test_the_library_is_found_where_the_linker_would_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smi, "_LIBRARY", "libamd_nobody.so")
    cache = tmp_path / "ld.so.cache"
    cache.write_bytes(b"\0libamd_nobody.so.26\0/usr/lib/libamd_nobody.so.26\0")
    assert not library_is_installed(cache)
    cache.write_bytes(b"\0libamd_nobody.so\0/opt/rocm/lib/libamd_nobody.so\0")
    assert library_is_installed(cache)


# What may go wrong


@pytest.mark.usefixtures("silent_gpu")
def test_a_library_that_cannot_be_loaded(computer: Computer) -> None:
    """Section 1: importing amdsmi without its library prints and raises KeyError."""
    (computer.stub.folder / "libamd_smi.so").unlink()
    (computer.stub.folder / "libamd_smi.so").write_text("not a library", encoding="utf-8")
    assert "KeyError" in computer.reason_why_not()


@pytest.mark.usefixtures("silent_gpu")
def test_a_library_that_lacks_a_function(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 1: an older library is an AttributeError, since amdsmi binds all when imported."""
    (tmp_path / "older").mkdir()
    stub_library.build(tmp_path / "older", without="amdsmi_get_gpu_xgmi_link_status")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "older"))
    assert "AttributeError" in computer.reason_why_not()


def test_a_child_that_hangs_while_it_starts_is_ended(
    computer: Computer, silent_gpu: FakeGpu
) -> None:
    """Section 7: amdsmi_init may block for ever."""
    computer.stub.script(*COMPLETE, "amdsmi_init hang")
    silent_gpu.set("gpu_busy_percent", 42)
    while "amdsmi_init" not in computer.stub.calls():
        assert four(computer.sweep()[CARD]) == (42, None, None, None)
    computer.tree.now += ANSWER_SECONDS
    computer.sweep(times=3)
    assert computer.children.pids()
    computer.tree.now += 1
    assert "does not answer" in computer.reason_why_not(meanwhile=(42, None, None, None))


@pytest.mark.usefixtures("silent_gpu")
def test_a_child_that_hangs_later_costs_its_values_and_is_ended(computer: Computer) -> None:
    computer.sweep_until_answered()
    computer.stub.script(*COMPLETE, "amdsmi_get_gpu_activity hang")
    computer.sweep_until(lambda reading: four(reading) == NOTHING)
    computer.tree.now += ANSWER_SECONDS + 1
    assert "does not answer" in computer.reason_why_not()


@pytest.fixture
def silenced(stub: StubLibrary) -> Generator[Smi]:
    """Return AMD's library with an answer, and stopped so that there will be no other."""
    del stub
    children, silenced = Family(), Smi()
    while not silenced.values(CARD, now=0):
        silenced.ask([CARD], now=0)
    (pid,) = children.pids()
    os.kill(pid, signal.SIGSTOP)
    silenced.ask([CARD], now=0)  # takes what was under way
    yield silenced
    silenced.close()


def test_an_answer_is_used_in_a_few_sweeps_only(silenced: Smi) -> None:
    def is_used(_: int) -> bool:
        silenced.ask([CARD], now=0)
        return bool(silenced.values(CARD, now=0))

    # One sweep fewer when nothing was under way.
    assert len(list(takewhile(is_used, count()))) in (ANSWER_SWEEPS - 1, ANSWER_SWEEPS)


def test_an_answer_from_before_a_pause_is_not_used(silenced: Smi) -> None:
    assert silenced.values(CARD, now=OLDEST_ANSWER_SECONDS)
    assert not silenced.values(CARD, now=OLDEST_ANSWER_SECONDS + 1)


@pytest.mark.usefixtures("silent_gpu")
def test_it_is_tried_again_after_pauses_that_grow(computer: Computer) -> None:
    computer.stub.script(*COMPLETE, "amdsmi_init 34")
    computer.reason_why_not()
    for failures, pause in enumerate((1, 2, 4), start=1):
        computer.tree.now += pause * FIRST_PAUSE_SECONDS - 1
        computer.sweep(times=5)
        assert not computer.children.pids()
        computer.tree.now += 1
        computer.sweep()
        assert computer.children.pids()
        while computer.children.pids():
            computer.sweep()
        assert computer.starts() == failures + 1
    assert len(computer.log) == 1, "the same reason is logged once"


@pytest.mark.usefixtures("silent_gpu")
def test_a_library_that_is_repaired_is_used_again(computer: Computer) -> None:
    computer.stub.script(*COMPLETE, "amdsmi_init 34")
    computer.reason_why_not()
    computer.stub.script(*COMPLETE)
    computer.tree.now += FIRST_PAUSE_SECONDS
    assert computer.sweep_until_answered() == (42, 54, 187, 1904)


def test_the_child_is_started_once_a_minute_at_most(
    computer: Computer, silent_gpu: FakeGpu
) -> None:
    computer.sweep_until_answered()
    silent_gpu.sleep()
    computer.sweep(times=2)
    silent_gpu.wake()
    computer.sweep(times=10)
    assert not computer.children.pids()
    computer.tree.now += FIRST_PAUSE_SECONDS
    computer.sweep_until_answered()


@pytest.mark.usefixtures("silent_gpu")
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/bin/echo", "no answer"], "malformed"),
        (["/bin/cat", "/dev/zero"], "without end"),
        (["/bin/false"], ""),
        (["/nonexistent"], "No such file"),
    ],
)
def test_a_child_that_is_no_child_of_ours_is_ended(
    computer: Computer, monkeypatch: pytest.MonkeyPatch, command: list[str], reason: str
) -> None:
    monkeypatch.setattr(smi, "child_command", lambda: command)
    assert reason in computer.reason_why_not()


def test_a_child_that_does_not_die_at_once_is_reaped_later(
    computer: Computer, silent_gpu: FakeGpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.sweep_until_answered()
    (first,) = computer.children.pids()
    silent_gpu.sleep()
    with monkeypatch.context() as impatient:
        impatient.setattr(smi, "REAP_SECONDS", 0.0)
        computer.sweep(times=2)
    silent_gpu.wake()
    computer.tree.now += FIRST_PAUSE_SECONDS
    computer.sweep_until_answered()
    (second,) = computer.children.pids()
    assert second != first


# The child itself


def child(library_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        child_command(),
        env={"LD_LIBRARY_PATH": str(library_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def test_what_the_library_prints_is_not_between_the_answers(stub: StubLibrary) -> None:
    """Section 1: amdsmi and its library print, on import and later."""
    with child(stub.folder) as process:
        output, _ = process.communicate(f'["{CARD}"]\n["{CARD}", "{OTHER}"]\n'.encode())
    values = {
        "utilization_percent": 42,
        "temperature_celsius": 54,
        "power_watts": 187,
        "clock_mhz": 1904,
    }
    assert [json.loads(line) for line in output.splitlines()] == [{"gpus": {CARD: values}}] * 2
    assert len(stub.calls()) > 10


def test_without_the_library_there_is_one_line_that_says_so(tmp_path: Path) -> None:
    """Section 1: two lines on stdout, and KeyError."""
    with child(tmp_path) as process:
        output, _ = process.communicate(f'["{CARD}"]\n'.encode())
    assert json.loads(output) == {"error": "KeyError: 'libamd_smi.so'"}
    assert process.returncode == 0


def test_the_child_ends_when_its_stdin_does(stub: StubLibrary) -> None:
    with child(stub.folder) as process:
        assert process.communicate(timeout=WAIT_SECONDS) == (b"", None)
    assert process.returncode == 0


def test_the_child_ends_with_its_parent_even_while_the_library_hangs(stub: StubLibrary) -> None:
    stub.script("amdsmi_init hang")
    parent = (
        "import subprocess, sys; from sidecar.providers.amd.smi import child_command;"
        "child = subprocess.Popen(child_command(), stdin=subprocess.PIPE);"
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        while "amdsmi_init" not in stub.calls():
            pass
        process.kill()
    with suppress(ProcessLookupError):
        assert select.select([os.pidfd_open(pid)], [], [], WAIT_SECONDS)[0]
