"""The NVIDIA provider: the real pynvml in the real sidecar, on a driver that does as it is told."""

import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from fakes.nvidia_driver import LOADED, FakeNvidiaDriver
from support.nvidia_bench import NvidiaBench
from support.running_sidecar import ANSWER_SECONDS, RunningSidecar

from sidecar import demand, provider_thread
from sidecar.__main__ import EXIT_FOR_A_NEW_PROCESS
from sidecar.demand import Demand
from sidecar.sampler import Sampler

SHORT_SECONDS = 0.05
METRICS = "dashboard:get-gpu-metrics"
STATUS = "dashboard:get-gpu-status"


def gpus(nvidia: FakeNvidiaDriver, *script: str) -> list[dict[str, Any]]:
    """Return the metrics that a new sidecar answers with under ``script``."""
    nvidia.script(*script)
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        return sidecar.ask(METRICS)["result"]


def nvidia_status(sidecar: RunningSidecar) -> dict[str, Any]:
    """Return what the status says of NVIDIA."""
    providers = sidecar.ask(STATUS)["result"]["providers"]
    return next(each for each in providers if each["name"] == "nvidia")


def provider(nvidia: FakeNvidiaDriver, *script: str) -> dict[str, Any]:
    """Return the provider's status that a new sidecar answers with under ``script``."""
    nvidia.script(*script)
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        return nvidia_status(sidecar)


def test_every_value_is_the_drivers(nvidia: FakeNvidiaDriver) -> None:
    (gpu,) = gpus(nvidia, "devices 1", *LOADED)
    assert gpu.pop("sampledAt") > 1_700_000_000_000
    assert gpu == {
        "gpuId": "GPU-0",
        "utilization": 97,
        "memoryUsedMB": 20011,
        "memoryTotalMB": 24564,
        "temperatureC": 83,
        "powerUsageW": 401.2,
        "clockMHz": 2520,
        "name": "NVIDIA GeForce RTX 4090",
        "vendor": "nvidia",
        "status": "ok",
        "memoryKind": "dedicated",
        "memoryFreeMB": 4000,
        "processCount": 2,
        "powerLimitW": 450.0,
        "fanPercent": 71,
        "throttleReasons": ["power limit reached", "too hot: slowed down by the hardware"],
        "encoderUtilization": 3,
        "decoderUtilization": 4,
        "energyConsumedJ": 1234568,
        "alerts": [],
    }


@pytest.mark.parametrize("count", [1, 2, 8, 64])
def test_each_gpu_has_an_entry_and_a_name_of_its_own(nvidia: FakeNvidiaDriver, count: int) -> None:
    found = gpus(nvidia, f"devices {count}")
    assert [gpu["gpuId"] for gpu in found] == [f"GPU-{number}" for number in range(count)]


def test_gpus_are_numbered_by_their_place_and_not_by_nvmls_order(nvidia: FakeNvidiaDriver) -> None:
    found = gpus(
        nvidia,
        "devices 2",
        "0 pci 00000000:81:00.0",
        "0 name Second",
        "1 pci 00000000:01:00.0",
        "1 name First",
    )
    assert [gpu["name"] for gpu in found] == ["First", "Second"]


@pytest.mark.parametrize(
    ("function", "field"),
    [
        ("nvmlDeviceGetUtilizationRates", "utilization"),
        ("nvmlDeviceGetPowerUsage", "powerUsageW"),
        ("nvmlDeviceGetClockInfo", "clockMHz"),
        ("nvmlDeviceGetEnforcedPowerLimit", "powerLimitW"),
        ("nvmlDeviceGetFanSpeed", "fanPercent"),
        ("nvmlDeviceGetTotalEnergyConsumption", "energyConsumedJ"),
        ("nvmlDeviceGetEncoderUtilization", "encoderUtilization"),
        ("nvmlDeviceGetGraphicsRunningProcesses_v3", "processCount"),
    ],
)
@pytest.mark.parametrize("code", [3, 4, 6, 10, 17, 21, 999])
def test_a_value_that_nvml_cannot_tell_is_unknown_and_alone(
    nvidia: FakeNvidiaDriver, function: str, field: str, code: int
) -> None:
    (gpu,) = gpus(nvidia, "devices 1", *LOADED, f"0 {function} return {code}")
    assert gpu.get(field) is None
    assert len([name for name in gpu if gpu[name] is not None]) == 20


@pytest.mark.parametrize("code", [13, 25, 26])
def test_an_older_driver_is_asked_in_the_older_way(nvidia: FakeNvidiaDriver, code: int) -> None:
    (gpu,) = gpus(
        nvidia,
        "devices 1",
        *LOADED,
        f"* nvmlDeviceGetTemperatureV return {code}",
        f"* nvmlDeviceGetMemoryInfo_v2 return {code}",
    )
    assert gpu["temperatureC"] == 83
    # The first version of the call counts what the driver reserves as used.
    assert gpu["memoryUsedMB"] == 20011 + 553


@pytest.mark.parametrize("code", [15, 16, 28])
def test_a_lost_gpu_stays_listed_as_lost_and_hides_no_other(
    nvidia: FakeNvidiaDriver, code: int
) -> None:
    lost, other = gpus(nvidia, "devices 2", f"0 nvmlDeviceGetMemoryInfo_v2 return {code}")
    assert (lost["status"], lost["utilization"], lost["memoryUsedMB"]) == ("lost", None, None)
    assert (other["status"], other["utilization"] is None) == ("ok", False)


def test_a_gpu_without_a_handle_is_listed_as_lost(nvidia: FakeNvidiaDriver) -> None:
    found = gpus(nvidia, "devices 2", "0 nvmlDeviceGetHandleByIndex_v2 return 15")
    assert sorted(gpu["status"] for gpu in found) == ["lost", "ok"]


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        (9, "unavailable", "not running"),
        (18, "unavailable", "updated"),
        (4, "unavailable", "may not use"),
        (999, "unavailable", "could not be initialised"),
    ],
)
def test_a_driver_that_does_not_start_is_explained(
    nvidia: FakeNvidiaDriver, code: int, state: str, words: str
) -> None:
    status = provider(nvidia, "devices 1", f"- nvmlInit_v2 return {code}")
    assert (status["state"], status["deviceCount"]) == (state, 0)
    assert words in status["reason"]
    assert status["action"]


def test_a_driver_without_gpus_is_absent(nvidia: FakeNvidiaDriver) -> None:
    assert provider(nvidia, "devices 0")["state"] == "absent"


def test_no_driver_is_an_empty_list_and_says_what_to_do() -> None:
    with RunningSidecar() as sidecar:
        assert sidecar.ask(METRICS)["result"] == []
        status = nvidia_status(sidecar)
    assert status["state"] == "absent"
    assert "No NVIDIA driver was found" in status["reason"]
    assert "install" in status["action"]


def test_values_follow_the_driver_while_it_runs(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1", "0 utilization 5")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        assert sidecar.ask(METRICS)["result"][0]["utilization"] == 5
        nvidia.script("devices 1", "0 utilization 95")
        while sidecar.ask(METRICS)["result"][0]["utilization"] != 95:
            pass


def test_no_driver_is_touched_before_the_first_question(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.ask("sidecar:hello")
        assert not nvidia.loaded
        sidecar.ask(METRICS)
        assert nvidia.loaded


def test_nobody_asking_is_no_call_and_a_longer_silence_no_handle(
    bench: NvidiaBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than a busy machine takes to open the driver after the request.
    monkeypatch.setattr(demand, "_MIN_SECONDS_WITHOUT_REQUEST", 20 * SHORT_SECONDS)
    monkeypatch.setattr(provider_thread, "HANDLES_HELD_SECONDS", SHORT_SECONDS)
    bench.driver.script("devices 2")
    closed = threading.Event()
    let_go = bench.provider.close

    def close() -> None:
        let_go()
        closed.set()

    monkeypatch.setattr(bench.provider, "close", close)
    sampler = Sampler(Demand(SHORT_SECONDS / 10))
    sampler.start([bench.provider])
    assert not bench.driver.loaded
    first = threading.Event()
    sampler.on_snapshot = first.set
    assert sampler.latest() or first.wait(ANSWER_SECONDS)
    assert closed.wait(ANSWER_SECONDS)
    calls = bench.driver.calls()
    assert calls["nvmlInitWithFlags"] == calls["nvmlShutdown"] == 1
    # It waits for a request without a time-out: nothing but a request can make it call.
    closed.clear()
    sampler.latest()
    assert closed.wait(ANSWER_SECONDS)
    assert bench.driver.calls()["nvmlInitWithFlags"] == 2


def test_a_hung_call_makes_numbers_unknown_but_no_answer_slow_and_no_thread_more(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 2")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.send(
            b'{"jsonrpc":"2.0","method":"dashboard:set-gpu-options","params":{"intervalMs":500}}'
        )
        assert [gpu["status"] for gpu in sidecar.ask(METRICS)["result"]] == ["ok", "ok"]
        threads = sidecar.thread_count()
        nvidia.script("devices 2", "1 nvmlDeviceGetPowerUsage hang")
        while sidecar.ask(METRICS)["result"][0]["status"] != "stale":
            pass
        for gpu in sidecar.ask(METRICS)["result"]:
            assert (gpu["utilization"], gpu["memoryUsedMB"], gpu["status"]) == (None, None, "stale")
            assert "powerUsageW" not in gpu
        while nvidia_status(sidecar)["state"] != "unresponsive":
            pass
        calls = nvidia.calls()
        for _ in range(1000):
            sidecar.ask(METRICS)
        # Each was answered, and no call was stacked on the one that hangs.
        assert nvidia.calls() == calls
        assert sidecar.thread_count() == threads
        nvidia.script("devices 2")
        while [gpu["status"] for gpu in sidecar.ask(METRICS)["result"]] != ["ok", "ok"]:
            pass
        assert nvidia_status(sidecar)["state"] == "ready"
        assert sidecar.thread_count() == threads


def test_a_driver_that_goes_keeps_its_gpus_listed_and_is_picked_up_when_it_returns(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 2")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        before = sidecar.ask(METRICS)["result"]
        nvidia.script("devices 2", "* * return 9", "- * return 9")
        while nvidia_status(sidecar)["state"] != "unavailable":
            pass
        gone = sidecar.ask(METRICS)["result"]
        assert [gpu["status"] for gpu in gone] == ["lost", "lost"]
        nvidia.script("devices 2")
        while nvidia_status(sidecar)["state"] != "ready":
            pass
        after = sidecar.ask(METRICS)["result"]
    assert [gpu["status"] for gpu in after] == ["ok", "ok"]
    assert [gpu["gpuId"] for gpu in gone] == [gpu["gpuId"] for gpu in before]
    assert [gpu["gpuId"] for gpu in after] == [gpu["gpuId"] for gpu in before]


# Starts the sidecar with its procfs where the test can write.
WITH_PROC = """
import functools, pathlib, sys
from sidecar.providers import registry
proc = pathlib.Path(sys.argv.pop(1))
registry.NvidiaProvider = functools.partial(registry.NvidiaProvider, proc=proc)
from sidecar.__main__ import main
main()
"""


@pytest.mark.skipif("SIDECAR_PROGRAM" in os.environ, reason="the bundle has no interpreter to ask")
@pytest.mark.parametrize("supervised", [True, False])
def test_a_driver_that_is_replaced_ends_a_sidecar_that_is_started_again(
    nvidia: FakeNvidiaDriver, tmp_path: Path, *, supervised: bool
) -> None:
    version = tmp_path / "proc" / "driver" / "nvidia" / "version"
    version.parent.mkdir(parents=True)
    version.write_text("580.95.05")
    nvidia.script("devices 1")
    command = [sys.executable, "-I", "-c", WITH_PROC, str(tmp_path / "proc")]
    parent = ["--parent-pid", str(os.getpid())] if supervised else []
    with RunningSidecar(parent, nvidia.environment, command) as sidecar:
        assert sidecar.ask(METRICS)["result"][0]["status"] == "ok"
        version.write_text("585.10")
        nvidia.script("devices 1", "* * return 1", "- nvmlInit_v2 return 18")
        if supervised:
            assert sidecar.process.wait(ANSWER_SECONDS) == EXIT_FOR_A_NEW_PROCESS
        else:
            while "was replaced" not in nvidia_status(sidecar)["reason"]:
                pass
