"""What NVML's values mean: which of them are believed, merged, added up, or left out."""

import os

import pytest
from support.nvidia_bench import MEMORY, POWER, UTILIZATION
from support.nvidia_bench import NvidiaBench as Bench

from sidecar.providers.nvidia.gpu import MIG_MODE_SECONDS

MIB = 1 << 20
MEMORY_V1 = "nvmlDeviceGetMemoryInfo"
MIG_MODE = "nvmlDeviceGetMigMode"
NO_MEMORY = (f"0 {MEMORY} return 3", f"0 {MEMORY_V1} return 3")
OLD_NO_MEMORY = (f"0 {MEMORY} return 13", f"0 {MEMORY_V1} return 3")
ATS = "0 addressing_mode 2"
FIRST_PID_NAMESPACE = "pid:[4026531836]"


def test_used_memory_is_what_is_allocated_and_not_what_the_driver_reserves(bench: Bench) -> None:
    bench.driver.script(
        "devices 1", "0 memory_total_mib 1000", "0 memory_used_mib 300", "0 memory_reserved_mib 50"
    )
    (reading,) = bench.readings()
    assert reading.memory_used_bytes == 300 * MIB
    assert reading.memory_free_bytes == 650 * MIB
    assert reading.memory_total_bytes == 1000 * MIB


@pytest.mark.parametrize("no_memory", [NO_MEMORY, OLD_NO_MEMORY])
@pytest.mark.parametrize(
    "which", [ATS, "0 name NVIDIA GB10", "0 name Orin (nvgpu)", "0 name NVIDIA Thor"]
)
def test_an_integrated_gpu_without_memory_of_its_own_reports_the_computers(
    bench: Bench, no_memory: tuple[str, ...], which: str
) -> None:
    bench.driver.script(
        "devices 1", *no_memory, which, "0 compute_process 10 700", "0 graphics_process 11 300"
    )
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "unified"
    assert reading.memory_used_bytes == 1000 * MIB
    assert reading.memory_total_bytes == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_processes_of_unknown_size_leave_used_unified_memory_unknown(bench: Bench) -> None:
    bench.driver.script("devices 1", *NO_MEMORY, ATS, "0 compute_process 10 unknown")
    (reading,) = bench.readings()
    assert reading.memory_used_bytes is None
    assert reading.memory_total_bytes is not None


@pytest.mark.parametrize("code", [4, 10, 13, 25, 26, 999])
def test_any_other_failure_of_memory_does_not_make_a_gpu_unified(bench: Bench, code: int) -> None:
    """As it did in nvtop#424, where every card showed the computer's memory."""
    bench.driver.script(
        "devices 1", ATS, f"0 {MEMORY} return {code}", f"0 {MEMORY_V1} return {code}"
    )
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "dedicated"
    assert reading.memory_total_bytes is None


@pytest.mark.parametrize("function", [MEMORY, "nvmlDeviceGetAddressingMode"])
@pytest.mark.parametrize("code", [10, 999])
def test_an_integrated_gpu_that_failed_to_tell_at_first_is_unified_as_soon_as_it_tells(
    bench: Bench, function: str, code: int
) -> None:
    telling = ("devices 1", *NO_MEMORY, ATS, "0 compute_process 10 700")
    # The last rule for a function is the one that holds.
    bench.driver.script(*telling, f"0 {function} return {code}")
    ((device, reading),) = bench.sweep()
    assert (device.memory_kind, reading.memory_total_bytes) == ("dedicated", None)
    bench.driver.script(*telling)
    ((device, reading),) = bench.sweep()
    assert (device.memory_kind, reading.memory_used_bytes) == ("unified", 700 * MIB)
    asked = bench.calls_of_sweep()
    assert not asked[MEMORY], "it is decided, and not asked again"


@pytest.mark.parametrize("mode", [0, 1])
def test_a_card_that_does_not_support_memory_is_not_unified(bench: Bench, mode: int) -> None:
    bench.driver.script("devices 1", *NO_MEMORY, f"0 addressing_mode {mode}")
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "dedicated"
    assert reading.memory_total_bytes is None


def test_a_gpu_that_shares_addresses_but_has_its_own_memory_is_not_unified(bench: Bench) -> None:
    bench.driver.script("devices 1", ATS, "0 memory_total_mib 98304")
    ((device, reading),) = bench.sweep()
    assert device.memory_kind == "dedicated"
    assert reading.memory_total_bytes == 98304 * MIB


@pytest.mark.parametrize("code", [None, 13])
def test_a_gpu_with_mig_on_adds_up_its_instances_and_has_no_utilization(
    bench: Bench, code: int | None
) -> None:
    older = [] if code is None else [f"0 {MEMORY} return {code}"]
    bench.driver.script(
        "devices 1", "0 mig 1", *older, "0 mig_child 1000 20000", "0 mig_child 500 20000"
    )
    (reading,) = bench.readings()
    assert reading.utilization_percent is None
    assert reading.encoder_percent is None
    assert reading.memory_used_bytes == 1500 * MIB
    assert reading.memory_free_bytes == 38500 * MIB
    assert reading.memory_total_bytes == 40000 * MIB
    assert UTILIZATION not in bench.calls_of_sweep()


def test_switching_mig_is_noticed(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 mig 0")
    assert bench.readings()[0].utilization_percent is not None
    bench.driver.script("devices 1", "0 mig 1", "0 mig_child 1000 20000")
    (on,) = bench.readings(after_seconds=MIG_MODE_SECONDS)
    assert on.utilization_percent is None
    assert on.memory_used_bytes == 1000 * MIB
    bench.driver.script("devices 1", "0 mig 0", "0 memory_used_mib 7")
    (off,) = bench.readings(after_seconds=MIG_MODE_SECONDS)
    assert off.utilization_percent is not None
    assert off.memory_used_bytes == 7 * MIB


@pytest.mark.parametrize("code", [3, 10, 999])
def test_mig_stays_on_while_its_mode_cannot_be_told(bench: Bench, code: int) -> None:
    on = ("devices 1", "0 mig 1", "0 mig_child 1000 20000")
    bench.driver.script(*on)
    bench.sweep()
    bench.driver.script(*on, f"0 {MIG_MODE} return {code}")
    (reading,) = bench.readings(after_seconds=MIG_MODE_SECONDS)
    assert reading.memory_used_bytes == 1000 * MIB


@pytest.mark.parametrize(("architecture", "limit"), [(7, 90), (8, None), (10, None)])
def test_the_slowdown_temperature_is_told_where_it_can_be_trusted(
    bench: Bench, architecture: int, limit: int | None
) -> None:
    bench.driver.script("devices 1", f"0 architecture {architecture}", "0 slowdown_c 90")
    assert bench.readings()[0].temperature_limit_celsius == limit


@pytest.mark.parametrize(
    "function", ["nvmlDeviceGetArchitecture", "nvmlDeviceGetTemperatureThreshold"]
)
def test_the_slowdown_temperature_is_asked_again_when_it_failed_for_the_moment(
    bench: Bench, function: str
) -> None:
    bench.driver.script("devices 1", "0 architecture 7", f"0 {function} return 999")
    assert bench.readings()[0].temperature_limit_celsius is None
    bench.driver.script("devices 1", "0 architecture 7", "0 slowdown_c 90")
    assert bench.readings()[0].temperature_limit_celsius == 90


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0x04, ("power limit reached",)),
        (0x08, ("slowed down by the hardware",)),
        (0x20, ("too hot: slowed down by the driver",)),
        (0x40, ("too hot: slowed down by the hardware",)),
        (0x80, ("external power brake",)),
        # Idle, application clocks, sync boost, display clocks: nothing is held back by force.
        (0x01 | 0x02 | 0x10 | 0x100, ()),
        (0x01 | 0x24, ("power limit reached", "too hot: slowed down by the driver")),
    ],
)
def test_throttle_reasons_are_plain_words(bench: Bench, bits: int, words: tuple[str, ...]) -> None:
    bench.driver.script("devices 1", f"0 event_reasons {bits}")
    assert bench.readings()[0].throttle_reasons == words


@pytest.mark.parametrize("code", [3, 999])
def test_a_power_limit_is_told_also_where_the_power_is_not(bench: Bench, code: int) -> None:
    bench.driver.script("devices 1", f"0 {POWER} return {code}", "0 power_limit_mw 250000")
    (reading,) = bench.readings()
    assert (reading.power_watts, reading.power_limit_watts) == (None, 250)


def test_processes_are_merged_by_pid_and_impossible_ones_left_out(bench: Bench) -> None:
    bench.enter_pid_namespace(FIRST_PID_NAMESPACE)
    bench.driver.script(
        "devices 1",
        "0 memory_total_mib 1000",
        "0 compute_process 10 5",
        "0 graphics_process 10 5",
        "0 graphics_process 11 unknown",
        "0 compute_process 0 5",
        f"0 compute_process {2**32 - 1} 5",
        "0 compute_process 12 1001",
        f"0 compute_process {os.getpid()} 5",
    )
    (reading,) = bench.readings()
    assert reading.process_count == 2
    assert reading.process_names is None


def test_in_a_container_the_hosts_process_with_the_sidecars_pid_is_counted(bench: Bench) -> None:
    bench.enter_pid_namespace("pid:[4026532000]")
    bench.driver.script("devices 1", *NO_MEMORY, ATS, f"0 compute_process {os.getpid()} 700")
    (reading,) = bench.readings()
    assert (reading.process_count, reading.memory_used_bytes) == (1, 700 * MIB)


def test_a_process_in_both_lists_uses_its_memory_once(bench: Bench) -> None:
    bench.driver.script(
        "devices 1", *NO_MEMORY, ATS, "0 compute_process 10 700", "0 graphics_process 10 700"
    )
    assert bench.readings()[0].memory_used_bytes == 700 * MIB


def test_processes_are_counted_where_their_memory_is_unknown(bench: Bench) -> None:
    """On Windows and in WSL NVML tells the memory of none of them: 2^64-1."""
    bench.driver.script("devices 1", "0 compute_process 10 unknown", "0 compute_process 11 unknown")
    assert bench.readings()[0].process_count == 2


def test_names_are_told_when_asked_for(bench: Bench) -> None:
    bench.enter_pid_namespace(FIRST_PID_NAMESPACE)
    bench.start(10, "ollama")
    bench.driver.script("devices 1", "0 compute_process 10 5", "0 compute_process 11 5")
    assert bench.readings()[0].process_names is None
    bench.wants_names = True
    assert bench.readings(after_seconds=11)[0].process_names == ("ollama",)


def test_in_a_container_the_hosts_pids_are_given_no_names(bench: Bench) -> None:
    bench.enter_pid_namespace("pid:[4026532000]")
    bench.start(10, "bystander")
    bench.wants_names = True
    bench.driver.script("devices 1", "0 compute_process 10 5")
    (reading,) = bench.readings()
    assert (reading.process_count, reading.process_names) == (1, None)


@pytest.mark.parametrize(
    "function", ["nvmlDeviceGetName", "nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetUUID"]
)
@pytest.mark.parametrize("code", [3, 999])
def test_a_gpu_of_which_nvml_tells_little_is_read_all_the_same(
    bench: Bench, function: str, code: int
) -> None:
    bench.driver.script("devices 2", f"0 {function} return {code}")
    for _ in range(20):
        swept = bench.sweep(after_seconds=10)
        assert [reading.status for _, reading in swept] == ["ok", "ok"]
        assert all(device.name for device, _ in swept)


def test_a_name_that_is_no_text_costs_only_the_name(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 name NVIDIA \udcff", "1 name Good")
    swept = bench.sweep()
    assert [device.name for device, _ in swept] == ["NVIDIA GPU", "Good"]
    assert [reading.status for _, reading in swept] == ["ok", "ok"]


def test_an_integrated_gpu_whose_name_is_no_text_is_known_by_its_addresses(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 name GB10 \udcff", *NO_MEMORY, ATS)
    assert bench.sweep()[0][0].memory_kind == "unified"


def test_a_uuid_that_is_no_text_costs_no_gpu(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 uuid GPU-\udcff", f"0 {POWER} return 2")
    assert bench.statuses() == ["ok"]


def test_gpus_of_which_nvml_tells_nothing_stay_as_many_as_they_are(bench: Bench) -> None:
    untold = ("* nvmlDeviceGetUUID return 3", "* nvmlDeviceGetPciInfo_v3 return 3")
    bench.driver.script("devices 2", *untold)
    assert [bench.statuses(after_seconds=31) for _ in range(3)] == [["ok", "ok"]] * 3
