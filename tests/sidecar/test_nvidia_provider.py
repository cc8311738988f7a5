"""GPUs that sleep, come and go."""

import pytest
from support.nvidia_bench import EVERY_SWEEP
from support.nvidia_bench import NvidiaBench as Bench

from sidecar.providers.nvidia.provider import LOOK_AROUND_SECONDS
from sidecar.providers.provider import ProviderError


def test_sleeping_gpus_are_listed_without_a_single_call_of_the_driver(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "suspended")
    for _ in range(60):
        ((device, reading),) = bench.sweep()
        assert (device.pci_address, reading.status) == ("0000:01:00.0", "asleep")
    assert not bench.driver.loaded


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
    assert bench.statuses() == ["ok", "ok"]


def test_a_gpu_that_falls_asleep_is_not_called_any_more(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active")
    bench.sweep()
    bench.put_on_bus("0000:02:00.0", "suspended")
    assert bench.calls_of_sweep() == dict.fromkeys(EVERY_SWEEP, 1)
    assert bench.statuses() == ["ok", "asleep"]


def test_a_gpu_beside_a_sleeping_one_is_read_and_the_sleeper_left_alone(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "suspended")
    bench.put_on_bus("0000:02:00.0", "active")
    swept = bench.sweep()
    assert sorted(reading.status for _, reading in swept) == ["asleep", "ok"]
    calls = bench.driver.calls()
    assert calls["nvmlDeviceGetHandleByIndex_v2"] == 0
    assert calls["nvmlDeviceGetHandleByPciBusId_v2"] == 1


def test_a_gpu_of_another_driver_is_not_nvmls(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active", driver="nouveau")
    bench.put_on_bus("0000:03:00.0", "suspended", driver="vfio-pci")
    assert [device.pci_address for device, _ in bench.sweep()] == ["0000:01:00.0"]


@pytest.mark.parametrize(
    ("driver", "reason", "action"),
    [
        ("nouveau", "a driver that tells no values", "Switch to the driver nvidia"),
        ("vfio-pci", "set aside for a virtual machine", "inside the virtual machine"),
        ("", "no driver runs it", "Install the driver nvidia"),
    ],
)
@pytest.mark.parametrize("runtime_status", ["active", "suspended"])
def test_a_gpu_that_nvidias_driver_does_not_run_is_unavailable_and_nvml_left_alone(
    bench: Bench, driver: str, reason: str, action: str, runtime_status: str
) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", runtime_status, driver=driver)
    with pytest.raises(ProviderError) as caught:
        bench.sweep()
    assert caught.value.state == "unavailable"
    assert "This computer has an NVIDIA GPU" in caught.value.reason
    assert reason in caught.value.reason
    assert action in caught.value.action
    assert not bench.driver.loaded


def test_a_gpu_that_another_driver_took_is_lost_and_comes_back(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    assert bench.statuses() == ["ok"]
    bench.provider.close()
    bench.put_on_bus("0000:01:00.0", "active", driver="nouveau")
    assert bench.calls_of_sweep() == {}
    assert bench.statuses() == ["lost"]
    bench.put_on_bus("0000:01:00.0", "active")
    assert bench.statuses(after_seconds=LOOK_AROUND_SECONDS + 1) == ["ok"]


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


def test_gpus_that_all_fall_asleep_are_not_called_any_more(bench: Bench) -> None:
    bench.driver.script("devices 1", "0 pci 00000000:01:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.sweep()
    bench.put_on_bus("0000:01:00.0", "suspended")
    assert not sum(bench.calls_of_sweep(after_seconds=10).total() for _ in range(20))
    assert bench.statuses() == ["asleep"]
    bench.put_on_bus("0000:01:00.0", "active")
    assert bench.statuses() == ["ok"]


def test_a_gpu_that_wakes_after_nvml_was_let_go_is_read_at_once(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    bench.put_on_bus("0000:02:00.0", "active")
    bench.sweep()
    bench.provider.close()
    bench.put_on_bus("0000:01:00.0", "suspended")
    assert bench.statuses() == ["asleep", "ok"]
    bench.put_on_bus("0000:01:00.0", "active")
    assert bench.statuses() == ["ok", "ok"]


def test_a_gpu_that_was_moved_while_lost_is_asleep_where_it_is_now(bench: Bench) -> None:
    there, elsewhere = ("0000:01:00.0", "0000:05:00.0")
    bench.driver.script("devices 1", "0 uuid GPU-a", f"0 pci 0000{there}")
    bench.put_on_bus(there, "active")
    bench.sweep()
    bench.driver.script("devices 1", "0 uuid GPU-a", "0 * return 15")
    assert bench.statuses() == ["lost"]
    bench.driver.script("devices 1", "0 uuid GPU-a", f"0 pci 0000{elsewhere}")
    bench.put_on_bus(there, "active", driver="vfio-pci")
    bench.put_on_bus(elsewhere, "active")
    assert bench.statuses(after_seconds=61) == ["ok"]
    bench.put_on_bus(elsewhere, "suspended")
    assert bench.statuses() == ["asleep"]


def test_a_gpu_that_is_plugged_in_is_found_on_the_bus(bench: Bench) -> None:
    bench.driver.script("devices 2", "0 pci 00000000:01:00.0", "1 pci 00000000:02:00.0")
    bench.put_on_bus("0000:01:00.0", "active")
    assert len(bench.sweep()) == 1
    bench.put_on_bus("0000:02:00.0", "active")
    assert bench.statuses(after_seconds=LOOK_AROUND_SECONDS + 1) == ["ok", "ok"]
