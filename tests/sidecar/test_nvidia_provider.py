"""The NVIDIA provider over time: GPUs that sleep, get lost and come back, drivers that restart."""

import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pynvml  # noqa: TID251 - loads our library in place of the computer's
import pytest
from fakes.nvidia_driver import FakeNvidiaDriver

from sidecar.providers.nvidia.provider import LOOK_AROUND_SECONDS, NvidiaProvider
from sidecar.providers.provider import ProviderError
from sidecar.snapshot import Device, Reading

MIB = 1 << 20


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """The provider on the real pynvml, a fake driver, a sysfs tree and a clock of its own."""

    def __init__(self, driver: FakeNvidiaDriver, sysfs: Path) -> None:
        self.driver = driver
        self.clock = Clock()
        self._sysfs = sysfs
        self.provider = NvidiaProvider(sysfs=sysfs, clock=self.clock)
        self.provider.open()

    def put_on_bus(self, address: str, runtime_status: str, driver: str = "nvidia") -> None:
        folder = self._sysfs / "bus" / "pci" / "devices" / address
        (folder / "power").mkdir(parents=True, exist_ok=True)
        for name, text in (("class", "0x030000"), ("vendor", "0x10de"), ("device", "0x2684")):
            (folder / name).write_text(f"{text}\n")
        (folder / "power" / "runtime_status").write_text(f"{runtime_status}\n")
        (folder / "driver").unlink(missing_ok=True)
        (folder / "driver").symlink_to(self._sysfs / "bus" / "pci" / "drivers" / driver)

    def sweep(self, after_seconds: float = 2.0) -> list[tuple[Device, Reading]]:
        self.clock.now += after_seconds
        return [(device, self.provider.read(device)) for device in self.provider.devices()]

    def readings(self, after_seconds: float = 2.0) -> list[Reading]:
        return [reading for _, reading in self.sweep(after_seconds)]

    def calls(self) -> dict[str, int]:
        return self.driver.calls()


@pytest.fixture
def bench(nvml_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Return a provider whose pynvml has loaded a library of this test's own."""
    driver_folder = tmp_path / "driver"
    driver_folder.mkdir()
    # A copy: the loader takes links to one file for one library, and its script for one script.
    library = shutil.copy(nvml_library, tmp_path / "libnvidia-ml.so.1")
    driver = FakeNvidiaDriver(Path(library), driver_folder)
    monkeypatch.setattr(
        pynvml, "nvmlLib", ctypes.CDLL(str(driver_folder / "libnvidia-ml.so.1")), raising=True
    )
    monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})
    made = Bench(driver, tmp_path / "sys")
    yield made
    driver.script("devices 0")
    made.provider.close()


def changed(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] > before[name]}


def test_static_facts_are_asked_once_and_five_values_every_sweep(bench: Bench) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    before = bench.calls()
    bench.sweep()
    assert changed(before, bench.calls()) == {
        "nvmlDeviceGetUtilizationRates": 1,
        "nvmlDeviceGetMemoryInfo_v2": 1,
        "nvmlDeviceGetTemperatureV": 1,
        "nvmlDeviceGetPowerUsage": 1,
        "nvmlDeviceGetClockInfo": 1,
    }


def test_slow_changing_values_are_asked_now_and_then_and_kept_between(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 fan_percent 30", "0 power_limit_mw 400000")
    bench.sweep()
    bench.driver.script("devices 1", "0 fan_percent 60", "0 power_limit_mw 300000")
    (kept,) = bench.readings(after_seconds=2)
    assert (kept.fan_percent, kept.power_limit_watts) == (30, 400)
    (often,) = bench.readings(after_seconds=10)
    assert (often.fan_percent, often.power_limit_watts) == (60, 400)
    (seldom,) = bench.readings(after_seconds=30)
    assert seldom.power_limit_watts == 300


@pytest.mark.parametrize("code", [3, 4, 13, 17, 25, 26])
def test_class_a_an_unsupported_value_is_not_asked_for_a_minute(bench: Bench, code: int) -> None:
    bench.driver.script("devices 1", f"0 nvmlDeviceGetPowerUsage return {code}")
    (first,) = bench.readings()
    assert first.power_watts is None
    bench.driver.script("devices 1", "0 power_mw 100000")
    before = bench.calls()
    bench.sweep(after_seconds=50)
    assert "nvmlDeviceGetPowerUsage" not in changed(before, bench.calls())
    (later,) = bench.readings(after_seconds=11)
    assert later.power_watts == 100


@pytest.mark.parametrize("code", [6, 10, 11, 14, 19, 20, 21, 23, 27, 29, 999])
def test_class_b_a_transient_failure_costs_one_sample_of_one_value(bench: Bench, code: int) -> None:
    bench.driver.script("devices 1", f"0 nvmlDeviceGetPowerUsage return {code}")
    (failed,) = bench.readings()
    assert failed.power_watts is None
    assert failed.utilization_percent is not None
    bench.driver.script("devices 1", "0 power_mw 100000")
    (later,) = bench.readings()
    assert later.power_watts == 100


@pytest.mark.parametrize("code", [8, 15, 16, 28])
def test_class_c_a_lost_gpu_is_left_alone_and_comes_back_by_its_uuid(
    bench: Bench, code: int
) -> None:
    bench.driver.script("devices 2", "0 uuid GPU-a", "1 uuid GPU-b")
    keys = [device.key for device, _ in bench.sweep()]
    bench.driver.script("devices 2", "0 uuid GPU-a", "1 uuid GPU-b", f"0 * return {code}")
    lost, other = bench.readings()
    assert (lost.status, other.status) == ("lost", "ok")
    before = bench.calls()
    bench.sweep()
    # Five calls of the other GPU, none of the lost one.
    assert sum(changed(before, bench.calls()).values()) == 5
    # It comes back in the other's place.
    bench.driver.script("devices 2", "0 uuid GPU-b", "1 uuid GPU-a", "1 utilization 77")
    swept = bench.sweep(after_seconds=11)
    assert [device.key for device, _ in swept] == keys
    assert [reading.status for _, reading in swept] == ["ok", "ok"]
    assert swept[0][1].utilization_percent == 77


def test_class_c_unknown_on_all_values_three_times_is_a_lost_gpu(bench: Bench) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    bench.driver.script("devices 1", "0 * return 999")
    assert [bench.readings()[0].status for _ in range(3)] == ["ok", "ok", "lost"]


def test_class_d_one_value_that_finds_its_argument_invalid_is_only_unknown(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 nvmlDeviceGetClockInfo return 2")
    (reading,) = bench.readings()
    assert reading.clock_mhz is None
    assert reading.utilization_percent is not None


def test_class_d_a_handle_that_became_invalid_is_replaced(bench: Bench) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    bench.driver.script("devices 1", "0 * return 2")
    with pytest.raises(ProviderError, match="unloaded or restarted"):
        bench.sweep()


@pytest.mark.parametrize("code", [1, 9])
def test_class_d_a_driver_that_went_away_is_initialised_again(bench: Bench, code: int) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    bench.driver.script("devices 1", f"0 nvmlDeviceGetUtilizationRates return {code}")
    with pytest.raises(ProviderError, match="unloaded or restarted"):
        bench.sweep()
    bench.provider.close()
    bench.driver.script("devices 1", "0 utilization 12")
    (reading,) = bench.readings()
    assert reading.utilization_percent == 12


@pytest.mark.parametrize("function", ["nvmlDeviceGetName", "nvmlDeviceGetPciInfo_v3"])
def test_a_gpu_of_which_nvml_tells_little_is_read_all_the_same(bench: Bench, function: str) -> None:
    bench.driver.script("devices 1", f"0 {function} return 999")
    ((device, reading),) = bench.sweep()
    assert device.name
    assert reading.status == "ok"


def test_handles_do_not_outlive_an_initialisation(bench: Bench) -> None:
    bench.driver.script("devices 2")
    bench.sweep()
    bench.provider.close()
    # A handle from before would be INVALID_ARGUMENT now, and raise.
    assert [reading.status for reading in bench.readings()] == ["ok", "ok"]


def test_a_list_that_grows_while_it_is_read_is_read_again(bench: Bench) -> None:
    bench.driver.script(
        "devices 1", "0 compute_process 10 5", "0 nvmlDeviceGetGraphicsRunningProcesses_v3 return 7"
    )
    before = bench.driver.calls() if bench.driver.loaded else {}
    (reading,) = bench.readings()
    assert reading.process_count is None
    calls = changed(dict.fromkeys(bench.calls(), 0) | before, bench.calls())
    assert calls["nvmlDeviceGetGraphicsRunningProcesses_v3"] >= 2


def test_processes_are_merged_by_pid_and_impossible_ones_left_out(bench: Bench) -> None:
    bench.driver.script(
        "devices 1",
        "0 compute_process 10 5",
        "0 graphics_process 10 5",
        "0 graphics_process 11 unknown",
        "0 compute_process 0 5",
        f"0 compute_process {2**32 - 1} 5",
        f"0 compute_process {os.getpid()} 5",
    )
    (reading,) = bench.readings()
    assert reading.process_count == 2
    assert reading.process_names is None


def test_a_gpu_with_mig_on_adds_up_its_instances_and_has_no_utilization(bench: Bench) -> None:
    bench.driver.script(
        "devices 1",
        "0 mig 1",
        "0 nvmlDeviceGetUtilizationRates return 3",
        "0 mig_child 1000 20000",
        "0 mig_child 500 20000",
    )
    (reading,) = bench.readings()
    assert reading.utilization_percent is None
    assert reading.memory_used_bytes == 1500 * MIB
    assert reading.memory_total_bytes == 40000 * MIB


def test_switching_mig_is_noticed(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 mig 0")
    assert bench.readings()[0].utilization_percent is not None
    bench.driver.script("devices 1", "0 mig 1", "0 mig_child 1000 20000")
    (reading,) = bench.readings(after_seconds=LOOK_AROUND_SECONDS + 1)
    assert reading.utilization_percent is None
    assert reading.memory_used_bytes == 1000 * MIB


def test_a_gpu_without_memory_of_its_own_reports_the_computers(bench: Bench) -> None:
    bench.driver.script(
        "devices 1",
        "0 nvmlDeviceGetMemoryInfo_v2 return 3",
        "0 nvmlDeviceGetMemoryInfo return 3",
        "0 compute_process 10 700",
        "0 graphics_process 11 300",
    )
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "unified"
    assert reading.memory_used_bytes == 1000 * MIB
    assert reading.memory_total_bytes == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("code", [4, 10, 999])
def test_any_other_failure_of_memory_does_not_make_a_gpu_unified(bench: Bench, code: int) -> None:
    bench.driver.script(
        "devices 1",
        f"0 nvmlDeviceGetMemoryInfo_v2 return {code}",
        f"0 nvmlDeviceGetMemoryInfo return {code}",
    )
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "dedicated"
    assert reading.memory_total_bytes is None


@pytest.mark.parametrize(("architecture", "limit"), [(7, 90), (8, None), (10, None)])
def test_the_slowdown_temperature_is_told_where_it_can_be_trusted(
    bench: Bench, architecture: int, limit: int | None
) -> None:
    bench.driver.script("devices 1", f"0 architecture {architecture}", "0 slowdown_c 90")
    assert bench.readings()[0].temperature_limit_celsius == limit


def test_sleeping_gpus_are_listed_without_a_single_call_of_the_driver(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "suspended")
    before = bench.calls()
    ((device, reading),) = bench.sweep()
    assert (device.pci_address, reading.status) == ("0000:01:00.0", "asleep")
    assert changed(before, bench.calls()) == {}


def test_a_gpu_that_wakes_keeps_its_key_and_gets_its_name(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0", "0 name NVIDIA RTX A1000")
    bench.put_on_bus("0000:01:00.0", "suspended")
    ((asleep, _),) = bench.sweep()
    bench.put_on_bus("0000:01:00.0", "active")
    ((awake, reading),) = bench.sweep(after_seconds=LOOK_AROUND_SECONDS + 1)
    assert (awake.key, awake.name, reading.status) == (asleep.key, "NVIDIA RTX A1000", "ok")


def test_a_gpu_that_wakes_beside_another_is_read_at_once(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "suspended")
    bench.put_on_bus("0000:02:00.0", "active")
    bench.sweep()
    bench.put_on_bus("0000:01:00.0", "active")
    assert [reading.status for reading in bench.readings()] == ["ok", "ok"]


def test_a_gpu_that_falls_asleep_is_not_called_any_more(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active")
    bench.sweep()
    bench.put_on_bus("0000:02:00.0", "suspended")
    before = bench.calls()
    assert [reading.status for reading in bench.readings()] == ["ok", "asleep"]
    assert sum(changed(before, bench.calls()).values()) == 5


def test_a_gpu_beside_a_sleeping_one_is_read_and_the_sleeper_left_alone(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "suspended")
    bench.put_on_bus("0000:02:00.0", "active")
    swept = bench.sweep()
    assert sorted(reading.status for _, reading in swept) == ["asleep", "ok"]
    calls: dict[str, Any] = bench.calls()
    assert calls["nvmlDeviceGetHandleByIndex_v2"] == 0
    assert calls["nvmlDeviceGetHandleByPciBusId_v2"] == 1


def test_a_gpu_of_another_driver_is_not_nvmls(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active", driver="nouveau")
    bench.put_on_bus("0000:03:00.0", "suspended", driver="vfio-pci")
    assert [device.pci_address for device, _ in bench.sweep()] == ["0000:01:00.0"]


def test_a_gpu_on_the_bus_that_nvml_does_not_know_is_left_out(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active")
    assert [device.pci_address for device, _ in bench.sweep()] == ["0000:01:00.0"]


def test_a_gpu_that_is_plugged_in_is_found(bench: Bench) -> None:
    bench.driver.script("devices 1")
    assert len(bench.sweep()) == 1
    bench.driver.script("devices 2")
    assert len(bench.sweep(after_seconds=LOOK_AROUND_SECONDS + 1)) == 2
