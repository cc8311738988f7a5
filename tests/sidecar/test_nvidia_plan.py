"""How often NVML is called, and what follows from each of its return codes.

A: the value is not supported. B: it failed for the moment. C: the GPU is lost. D: NVML has to be
initialised again.
"""

import logging
from collections import Counter

import pytest
from support.nvidia_bench import CLOCK, EVERY_SWEEP, MEMORY, POWER, TEMPERATURE, UTILIZATION
from support.nvidia_bench import NvidiaBench as Bench

from sidecar.providers.provider import ProviderError

COUNT = "nvmlDeviceGetCount_v2"
BY_INDEX = "nvmlDeviceGetHandleByIndex_v2"
BY_UUID = "nvmlDeviceGetHandleByUUID"
BY_PLACE = "nvmlDeviceGetHandleByPciBusId_v2"
INIT, SHUTDOWN = "nvmlInitWithFlags", "nvmlShutdown"
UUID = "nvmlDeviceGetUUID"
FAN, POWER_LIMIT = "nvmlDeviceGetFanSpeed", "nvmlDeviceGetEnforcedPowerLimit"
OFTEN = (
    "nvmlDeviceGetEncoderUtilization",
    "nvmlDeviceGetDecoderUtilization",
    "nvmlDeviceGetCurrentClocksEventReasons",
    FAN,
    "nvmlDeviceGetTotalEnergyConsumption",
    "nvmlDeviceGetComputeRunningProcesses_v3",
    "nvmlDeviceGetGraphicsRunningProcesses_v3",
)
ONCE = (
    BY_INDEX,
    UUID,
    "nvmlDeviceGetName",
    "nvmlDeviceGetPciInfo_v3",
    "nvmlDeviceGetArchitecture",
    "nvmlDeviceGetTemperatureThreshold",
)
TRUSTED_THRESHOLDS = ("* architecture 7", "* mig 0")
TWO = ("devices 2", "0 uuid GPU-a", "1 uuid GPU-b")


def looked_for(bench: Bench, function: str, seconds: int) -> list[int]:
    """Return in which of the next seconds, with a sweep in each, a function was called."""
    return [second for second in range(1, seconds + 1) if function in bench.calls_of_sweep(1.0)]


def lose(bench: Bench, code: int = 15) -> None:
    """Sweep once with a GPU, and once without it."""
    bench.driver.script("devices 1")
    bench.sweep()
    bench.driver.script("devices 1", f"0 * return {code}")
    assert bench.statuses() == ["lost"]


def test_plan_static_facts_are_asked_once(bench: Bench) -> None:
    bench.driver.script("devices 2", *TRUSTED_THRESHOLDS)
    calls = bench.calls_of_sweep()
    # Memory tells at first whether the GPU has its own.
    expected = {
        **dict.fromkeys((*ONCE, *EVERY_SWEEP, *OFTEN, POWER_LIMIT, "nvmlDeviceGetMigMode"), 2),
        INIT: 1,
        COUNT: 1,
        MEMORY: 4,
    }
    assert calls == expected
    bench.driver.script("devices 2", *TRUSTED_THRESHOLDS, "* compute_process 10 5")
    minutes = sum((bench.calls_of_sweep() for _ in range(200)), Counter[str]())
    assert not set(minutes) & {*ONCE, INIT}


@pytest.mark.parametrize("count", [1, 2, 64])
def test_plan_one_sweep_is_five_calls_a_gpu(bench: Bench, count: int) -> None:
    bench.driver.script(f"devices {count}")
    bench.sweep()
    assert bench.calls_of_sweep() == dict.fromkeys(EVERY_SWEEP, count)


def test_plan_what_changes_slowly_is_asked_every_10_30_or_60_seconds(bench: Bench) -> None:
    bench.driver.script("devices 2", *TRUSTED_THRESHOLDS)
    bench.sweep()
    minute = sum((bench.calls_of_sweep() for _ in range(30)), Counter[str]())
    assert minute == {
        **dict.fromkeys(EVERY_SWEEP, 2 * 30),
        **dict.fromkeys(OFTEN, 2 * 6),
        POWER_LIMIT: 2 * 2,
        "nvmlDeviceGetMigMode": 2,
        COUNT: 2,
    }


def test_plan_where_the_bus_is_seen_a_look_around_needs_no_call(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.sweep()
    minute = sum((bench.calls_of_sweep() for _ in range(30)), Counter[str]())
    assert not set(minute) & {COUNT, *ONCE}


def test_plan_a_list_of_processes_is_two_calls_and_read_every_10_seconds(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 compute_process 10 5", "0 graphics_process 11 5")
    bench.sweep()
    minute = sum((bench.calls_of_sweep() for _ in range(30)), Counter[str]())
    assert minute["nvmlDeviceGetComputeRunningProcesses_v3"] == 2 * 6
    assert minute["nvmlDeviceGetGraphicsRunningProcesses_v3"] == 2 * 6


def test_plan_slow_changing_values_are_kept_between(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 fan_percent 30", "0 power_limit_mw 400000")
    bench.sweep()
    bench.driver.script("devices 1", "0 fan_percent 60", "0 power_limit_mw 300000")
    (kept,) = bench.readings(after_seconds=2)
    assert (kept.fan_percent, kept.power_limit_watts) == (30, 400)
    (often,) = bench.readings(after_seconds=10)
    assert (often.fan_percent, often.power_limit_watts) == (60, 400)
    (seldom,) = bench.readings(after_seconds=30)
    assert seldom.power_limit_watts == 300


def test_plan_static_facts_are_asked_again_after_an_initialisation(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 name Before", *TRUSTED_THRESHOLDS)
    ((before, _),) = bench.sweep()
    bench.provider.close()
    bench.driver.script("devices 1", "0 name After", *TRUSTED_THRESHOLDS)
    ((after, _),) = bench.sweep()
    assert (before.name, after.name, after.key) == ("Before", "After", before.key)


@pytest.mark.parametrize("code", [3, 4, 13, 17, 25, 26])
@pytest.mark.parametrize(
    ("function", "field"), [(POWER, "power_watts"), (POWER_LIMIT, "power_limit_watts")]
)
def test_class_a_an_unsupported_value_is_not_asked_for_a_minute(
    bench: Bench, code: int, function: str, field: str
) -> None:
    bench.driver.script("devices 1", f"0 {function} return {code}")
    (first,) = bench.readings()
    assert getattr(first, field) is None
    bench.driver.script("devices 1", "0 power_mw 100000", "0 power_limit_mw 100000")
    assert looked_for(bench, function, 60) == [60]
    assert getattr(bench.readings()[0], field) == 100


def test_class_a_an_unsupported_value_is_asked_again_after_an_initialisation(
    bench: Bench,
) -> None:
    bench.driver.script("devices 1", f"0 {POWER} return 3")
    bench.sweep()
    bench.provider.close()
    bench.driver.script("devices 1", "0 power_mw 100000")
    assert bench.readings()[0].power_watts == 100


@pytest.mark.parametrize("code", [13, 25, 26])
@pytest.mark.parametrize(
    ("new", "old"),
    [
        (TEMPERATURE, "nvmlDeviceGetTemperature"),
        (MEMORY, "nvmlDeviceGetMemoryInfo"),
        (
            "nvmlDeviceGetCurrentClocksEventReasons",
            "nvmlDeviceGetCurrentClocksThrottleReasons",
        ),
    ],
)
def test_class_a_the_older_way_is_tried_first_and_remembered(
    bench: Bench, code: int, new: str, old: str
) -> None:
    bench.driver.script("devices 1", f"0 {new} return {code}")
    (reading,) = bench.readings()
    assert reading.temperature_celsius is not None
    assert reading.memory_used_bytes is not None
    assert reading.throttle_reasons is not None
    later = bench.calls_of_sweep(after_seconds=10)
    assert (later[new], later[old]) == (0, 1)


@pytest.mark.parametrize("code", [13, 25, 26])
def test_class_a_drivers_before_510_list_processes_in_the_older_way(
    bench: Bench, code: int
) -> None:
    """Not by the functions without a version, whose NVMLLibraryMismatchError is no NVMLError."""
    bench.driver.script(
        "devices 1",
        f"0 nvmlDeviceGetComputeRunningProcesses_v3 return {code}",
        f"0 nvmlDeviceGetGraphicsRunningProcesses_v3 return {code}",
        "0 compute_process 10 5",
        "0 graphics_process 11 5",
    )
    assert bench.readings()[0].process_count == 2


@pytest.mark.parametrize("code", [4, 17])
def test_class_a_a_value_refused_to_this_user_is_logged_once(
    bench: Bench, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    bench.driver.script("devices 1", f"0 {POWER} return {code}")
    for _ in range(3):
        bench.sweep(after_seconds=61)
    assert caplog.messages == [f"NVML refuses a value to this user: error {code}"]


def test_class_a_a_gpu_that_supports_nothing_is_not_lost(bench: Bench) -> None:
    functions = (*EVERY_SWEEP, "nvmlDeviceGetMemoryInfo", *OFTEN, POWER_LIMIT)
    bench.driver.script("devices 1", *(f"0 {function} return 3" for function in functions))
    assert [bench.statuses() for _ in range(5)] == [["ok"]] * 5


@pytest.mark.parametrize("code", [6, 7, 10, 11, 14, 19, 20, 21, 23, 27, 29, 999])
@pytest.mark.parametrize(
    ("function", "field"), [(POWER, "power_watts"), (POWER_LIMIT, "power_limit_watts")]
)
def test_class_b_a_transient_failure_costs_one_sample_of_one_value(
    bench: Bench, code: int, function: str, field: str
) -> None:
    bench.driver.script("devices 1", f"0 {function} return {code}")
    (failed,) = bench.readings()
    assert getattr(failed, field) is None
    assert failed.utilization_percent is not None
    bench.driver.script("devices 1", "0 power_mw 100000", "0 power_limit_mw 100000")
    (later,) = bench.readings()
    assert getattr(later, field) == 100


def test_class_b_a_list_that_grew_is_read_again_once(bench: Bench) -> None:
    grown = "nvmlDeviceGetGraphicsRunningProcesses_v3"
    bench.driver.script("devices 1", "0 graphics_process 10 5", f"0 {grown} return 7 2")
    assert bench.readings()[0].process_count == 1
    bench.driver.script("devices 1", "0 graphics_process 10 5", f"0 {grown} return 7")
    # Each time for its size and for itself.
    assert bench.calls_of_sweep(after_seconds=11)[grown] == 4
    assert bench.readings()[0].process_count is None


def test_class_b_no_mig_instance_in_a_place_is_no_failure(bench: Bench) -> None:
    """NVML counts seven places, and answers NOT_FOUND for those without an instance."""
    bench.driver.script("devices 1", "0 mig 1", "0 mig_child 1 2")
    assert bench.readings()[0].memory_total_bytes == 2 << 20


@pytest.mark.parametrize("code", [8, 15, 16, 28])
@pytest.mark.parametrize("function", [UTILIZATION, POWER_LIMIT, "nvmlDeviceGetMigMode"])
def test_class_c_a_lost_gpu_is_listed_and_left_alone(
    bench: Bench, code: int, function: str
) -> None:
    bench.driver.script(*TWO, "0 name Lost")
    keys = [device.key for device, _ in bench.sweep()]
    bench.driver.script(*TWO, f"0 {function} return {code}")
    swept = bench.sweep(after_seconds=61)
    assert [reading.status for _, reading in swept] == ["lost", "ok"]
    assert [device.key for device, _ in swept] == keys
    assert swept[0][0].name == "Lost"
    assert bench.calls_of_sweep() == dict.fromkeys(EVERY_SWEEP, 1)


@pytest.mark.parametrize("code", [8, 15, 16, 28, 999])
def test_class_c_a_gpu_without_a_handle_hides_no_other_and_comes_back(
    bench: Bench, code: int
) -> None:
    bench.driver.script(*TWO, f"0 {BY_INDEX} return {code}")
    assert sorted(bench.statuses()) == ["lost", "ok"]
    bench.driver.script(*TWO)
    assert bench.statuses(after_seconds=31) == ["ok", "ok"]


@pytest.mark.parametrize("code", [8, 15, 16, 28, 999])
def test_class_c_a_gpu_without_a_handle_at_its_place_is_lost_and_comes_back(
    bench: Bench, code: int
) -> None:
    place = "0 pci 00000000:01:00.0"
    bench.driver.script("devices 1", place, f"0 {BY_PLACE} return {code}")
    bench.put_on_bus("0000:01:00.0", "active")
    assert bench.statuses() == ["lost"]
    bench.driver.script("devices 1", place)
    assert bench.statuses(after_seconds=61) == ["ok"]


def test_class_c_a_lost_gpu_comes_back_by_its_uuid_in_another_place(bench: Bench) -> None:
    bench.driver.script(*TWO)
    keys = [device.key for device, _ in bench.sweep()]
    bench.driver.script(*TWO, "0 * return 15")
    assert bench.statuses() == ["lost", "ok"]
    # In the other's place; the other is left where it was found.
    bench.driver.script("devices 2", "0 uuid GPU-b", "1 uuid GPU-a", "1 utilization 77")
    swept = bench.sweep(after_seconds=11)
    assert [device.key for device, _ in swept] == keys
    assert [reading.status for _, reading in swept] == ["ok", "ok"]
    assert swept[0][1].utilization_percent == 77
    assert bench.sweep()[0][0].pci_address == "0000:02:00.0"


def test_class_c_a_lost_gpu_is_looked_for_at_intervals_from_10_to_60_seconds(
    bench: Bench,
) -> None:
    bench.driver.script(*TWO)
    bench.sweep()
    bench.driver.script(*TWO, "0 * return 15")
    assert bench.statuses() == ["lost", "ok"]
    assert looked_for(bench, BY_UUID, 200) == [10, 30, 70, 130, 190]
    bench.driver.script(*TWO)
    assert bench.statuses(after_seconds=61) == ["ok", "ok"]
    bench.driver.script(*TWO, "0 * return 15")
    bench.sweep()
    assert looked_for(bench, BY_UUID, 10) == [10]


def test_class_c_unknown_on_all_values_three_times_is_a_lost_gpu(bench: Bench) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    bench.driver.script("devices 1", "0 * return 999")
    assert [bench.statuses() for _ in range(3)] == [["ok"], ["ok"], ["lost"]]


def test_class_c_unknown_on_all_values_but_one_is_no_lost_gpu(bench: Bench) -> None:
    bench.driver.script(
        "devices 1", "0 * return 999", f"0 {CLOCK} return 0", f"0 {BY_INDEX} return 0"
    )
    assert [bench.statuses() for _ in range(5)] == [["ok"]] * 5


def test_class_c_unknown_on_all_values_counts_only_when_it_lasts(bench: Bench) -> None:
    bench.driver.script("devices 1")
    bench.sweep()
    for _ in range(3):
        bench.driver.script("devices 1", "0 * return 999")
        assert [bench.statuses() for _ in range(2)] == [["ok"], ["ok"]]
        bench.driver.script("devices 1")
        assert bench.statuses() == ["ok"]


def test_class_c_when_every_gpu_is_lost_nvml_is_initialised_again_once_a_minute(
    bench: Bench,
) -> None:
    lose(bench)
    tries = looked_for(bench, INIT, 180)
    assert len(tries) == 3
    assert tries[1] - tries[0] == tries[2] - tries[1] == 60
    assert bench.driver.calls()[SHUTDOWN] == 3


def test_class_c_nvml_is_not_initialised_again_while_a_gpu_works_or_sleeps(bench: Bench) -> None:
    places = ("0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active")
    bench.driver.script(*TWO, *places)
    bench.sweep()
    bench.driver.script(*TWO, *places, "0 * return 15")
    assert not looked_for(bench, INIT, 120)
    bench.put_on_bus("0000:02:00.0", "suspended")
    assert not looked_for(bench, INIT, 120)


def test_class_c_a_search_for_a_lost_gpu_does_not_wake_one_that_sleeps(bench: Bench) -> None:
    places = ("0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "suspended")
    bench.driver.script(*TWO, *places)
    bench.sweep()
    bench.driver.script(*TWO, *places, "0 * return 15")
    assert bench.statuses() == ["asleep", "lost"]
    minutes = sum((bench.calls_of_sweep() for _ in range(60)), Counter[str]())
    # NVML attaches to every GPU in its search for a UUID, and for an index.
    assert set(minutes) == {BY_PLACE}
    bench.driver.script(*TWO, *places)
    assert bench.statuses(after_seconds=61) == ["asleep", "ok"]


def test_class_d_a_value_that_finds_its_argument_invalid_is_only_unsupported(
    bench: Bench,
) -> None:
    bench.driver.script("devices 1", f"0 {CLOCK} return 2")
    (reading,) = bench.readings()
    assert reading.clock_mhz is None
    assert reading.utilization_percent is not None
    assert CLOCK not in bench.calls_of_sweep()


def test_class_d_a_gpu_that_has_no_uuid_may_find_an_argument_invalid(bench: Bench) -> None:
    bench.driver.script("devices 1", f"0 {CLOCK} return 2", f"0 {UUID} return 3")
    assert bench.statuses() == ["ok"]


@pytest.mark.parametrize(("code", "function"), [(1, UTILIZATION), (9, FAN), (2, "*")])
def test_class_d_nvml_that_went_away_is_initialised_again(
    bench: Bench, code: int, function: str
) -> None:
    bench.driver.script(*TWO)
    bench.sweep()
    bench.driver.script(*TWO, f"0 {function} return {code}")
    with pytest.raises(ProviderError, match="unloaded or restarted") as caught:
        bench.sweep(after_seconds=11)
    assert caught.value.state == "unavailable"
    bench.provider.close()
    bench.driver.script(*TWO, "0 utilization 12")
    first, second = bench.readings()
    assert (first.utilization_percent, second.status) == (12, "ok")
    assert bench.driver.calls()[INIT] == 2


@pytest.mark.parametrize("code", [1, 9])
@pytest.mark.parametrize("function", [BY_INDEX, BY_PLACE])
def test_class_d_nvml_that_goes_away_during_a_look_up_is_initialised_again(
    bench: Bench, code: int, function: str
) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0", f"0 {function} return {code}")
    if function == BY_PLACE:
        bench.put_on_bus("0000:01:00.0", "active")
    with pytest.raises(ProviderError, match="unloaded or restarted"):
        bench.sweep()


@pytest.mark.parametrize("code", [1, 9])
def test_class_d_nvml_that_goes_away_during_a_search_is_initialised_again(
    bench: Bench, code: int
) -> None:
    lose(bench)
    bench.driver.script("devices 1", f"0 {BY_UUID} return {code}")
    with pytest.raises(ProviderError, match="unloaded or restarted"):
        bench.sweep(after_seconds=11)


def test_class_d_a_handle_from_before_is_never_used_again(bench: Bench) -> None:
    """The fake counts calls with such a handle, and the fixture fails the test for one."""
    bench.driver.script("devices 2", "0 mig 1", "0 mig_child 1 2", "1 compute_process 10 5")
    bench.sweep()
    bench.provider.close()
    assert bench.statuses() == ["ok", "ok"]
    assert bench.statuses(after_seconds=61) == ["ok", "ok"]


def test_a_failed_shutdown_does_not_keep_nvml_from_being_initialised_again(
    bench: Bench,
) -> None:
    bench.driver.script("devices 1", f"- {SHUTDOWN} return 999")
    bench.sweep()
    bench.provider.close()
    assert bench.statuses() == ["ok"]


@pytest.mark.parametrize(
    ("code", "state", "reason", "action"),
    [
        (12, "absent", "No NVIDIA driver was found", "install NVIDIA's driver"),
        (9, "unavailable", "installed but not running", "Restart the computer"),
        (18, "unavailable", "was updated while its old version", "Restart the computer."),
        (4, "unavailable", "may not use", "access to the NVIDIA devices"),
        (999, "unavailable", "could not be initialised", "restarting the computer may help"),
    ],
)
def test_a_driver_that_does_not_start_is_explained_and_tried_again(
    bench: Bench, code: int, state: str, reason: str, action: str
) -> None:
    bench.driver.script("devices 1", f"- {INIT} return {code}")
    for _ in range(2):
        with pytest.raises(ProviderError, match=reason) as caught:
            bench.sweep()
        bench.provider.close()
        assert caught.value.state == state
        assert action in caught.value.action
    bench.driver.script("devices 1")
    assert bench.statuses() == ["ok"]


def test_class_d_a_driver_that_is_replaced_needs_a_new_process(bench: Bench) -> None:
    bench.load_kernel_module("580.95.05")
    bench.driver.script("devices 1")
    assert bench.statuses() == ["ok"]
    bench.provider.close()
    bench.load_kernel_module("585.10")
    bench.driver.script("devices 1", f"- {INIT} return 18")
    with pytest.raises(ProviderError, match="was replaced while this program was running") as error:
        bench.sweep()
    assert error.value.action == "Start this program again."
    assert bench.outdated == 1


def test_class_d_a_driver_that_does_not_fit_from_the_start_needs_no_new_process(
    bench: Bench,
) -> None:
    bench.load_kernel_module("580.95.05")
    bench.driver.script("devices 1", f"- {INIT} return 18")
    for _ in range(2):
        with pytest.raises(ProviderError, match="was updated while its old version"):
            bench.sweep()
        bench.provider.close()
    assert bench.outdated == 0
    # What was loaded is the new library, which only waited for the new module.
    bench.load_kernel_module("585.10")
    bench.driver.script("devices 1")
    assert bench.statuses() == ["ok"]
    assert bench.outdated == 0


def test_a_driver_that_is_installed_later_is_found(bench: Bench) -> None:
    bench.driver.uninstall()
    for _ in range(2):
        with pytest.raises(ProviderError, match="No NVIDIA driver was found"):
            bench.sweep()
        bench.provider.close()
    bench.driver.install()
    bench.driver.script("devices 1")
    assert bench.statuses() == ["ok"]


def test_no_driver_is_no_warning(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.driver.uninstall()
    with pytest.raises(ProviderError):
        bench.sweep()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_driver_that_shows_no_gpu_yet_is_asked_again(bench: Bench) -> None:
    bench.driver.script("devices 0")
    with pytest.raises(ProviderError, match="shows no GPU") as caught:
        bench.sweep()
    assert caught.value.state == "absent"
    bench.provider.close()
    bench.driver.script("devices 1")
    assert bench.statuses() == ["ok"]
