"""The NVIDIA provider beside nvitop: two readers of one driver must say the same.

Where they mean different things, a test says which, and what each of them says.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.nvidia_driver import LOADED, FakeNvidiaDriver
from support.running_sidecar import ANSWER_SECONDS, RunningSidecar

_READ_WITH_NVITOP = Path(__file__).parent.parent / "support" / "read_with_nvitop.py"

Gpu = dict[str, Any]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a number or a text
    return value


def _mib(size_bytes: int) -> int:
    return size_bytes >> 20


def _watts(milliwatts: int) -> float:
    return round(milliwatts / 1000, 1)


_SHARED_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "name": ("name", _as_it_is),
    "utilization": ("gpu_utilization", _as_it_is),
    "memoryUsedMB": ("memory_used", _mib),
    "memoryTotalMB": ("memory_total", _mib),
    "memoryFreeMB": ("memory_free", _mib),
    "temperatureC": ("temperature", _as_it_is),
    "powerUsageW": ("power_usage", _watts),
    "clockMHz": ("sm_clock", _as_it_is),
    "powerLimitW": ("power_limit", _watts),
    "fanPercent": ("fan_speed", _as_it_is),
    "encoderUtilization": ("encoder_utilization", _as_it_is),
    "decoderUtilization": ("decoder_utilization", _as_it_is),
    "processCount": ("process_count", _as_it_is),
}
"""Each field that both know: its name in nvitop, and nvitop's unit → the wire's."""


def _of_nvitop(nvidia: FakeNvidiaDriver) -> list[Gpu]:
    """Return what nvitop reads, in nvitop's names and units."""
    result = subprocess.run(
        [sys.executable, "-I", str(_READ_WITH_NVITOP)],
        env={"PATH": os.environ["PATH"], **nvidia.environment},
        stdout=subprocess.PIPE,
        check=True,
        timeout=ANSWER_SECONDS,
    )
    return json.loads(result.stdout)


def _of_both(nvidia: FakeNvidiaDriver, *script: str) -> tuple[list[Gpu], list[Gpu]]:
    """Return what the sidecar answers and what nvitop reads while the driver does ``script``."""
    nvidia.script(*script)
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        gpus = sidecar.ask("dashboard:get-gpu-metrics")["result"]
    return gpus, _of_nvitop(nvidia)


def _shared(gpu: Gpu) -> Gpu:
    """Return the fields of the sidecar's GPU that nvitop knows too; None for unknown ones."""
    return {field: gpu.get(field) for field in _SHARED_FIELDS}


def _on_the_wire(gpu: Gpu) -> Gpu:
    """Return nvitop's GPU with the names and units of the wire."""
    return {
        field: None if gpu[name] is None else convert(gpu[name])
        for field, (name, convert) in _SHARED_FIELDS.items()
    }


_BUSY = ("devices 2", *LOADED, "0 fan_percent 171", "1 compute_process 4000003 unknown")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(("devices 1",), id="1 GPU"),
        pytest.param(("devices 8",), id="8 GPUs"),
        pytest.param(("devices 64",), id="64 GPUs"),
        pytest.param(_BUSY, id="a model runs"),
        pytest.param(
            ("devices 1", "0 utilization 0", "0 memory_used_mib 0", "0 fan_percent 0"), id="idle"
        ),
    ],
)
def test_every_shared_field_is_the_same(nvidia: FakeNvidiaDriver, script: tuple[str, ...]) -> None:
    ours, nvitops = _of_both(nvidia, *script)
    assert [_shared(gpu) for gpu in ours] == [_on_the_wire(gpu) for gpu in nvitops]
    assert all(value is not None for gpu in ours for value in _shared(gpu).values())


@pytest.mark.parametrize(
    ("function", "field"),
    [
        ("nvmlDeviceGetUtilizationRates", "utilization"),
        ("nvmlDeviceGetTemperatureV", "temperatureC"),
        ("nvmlDeviceGetPowerUsage", "powerUsageW"),
        ("nvmlDeviceGetClockInfo", "clockMHz"),
        ("nvmlDeviceGetFanSpeed", "fanPercent"),
        ("nvmlDeviceGetEncoderUtilization", "encoderUtilization"),
        ("nvmlDeviceGetDecoderUtilization", "decoderUtilization"),
    ],
)
def test_what_a_gpu_cannot_tell_is_unknown_to_both(
    nvidia: FakeNvidiaDriver, function: str, field: str
) -> None:
    (ours,), (nvitops,) = _of_both(nvidia, "devices 1", f"0 {function} return 3")
    assert _shared(ours) == _on_the_wire(nvitops)
    assert ours.get(field) is None


def test_unified_memory_has_the_same_total_and_another_meaning_of_used(
    nvidia: FakeNvidiaDriver,
) -> None:
    (ours,), (nvitops,) = _of_both(
        nvidia,
        "devices 1",
        "0 name NVIDIA GB10",
        "* nvmlDeviceGetMemoryInfo_v2 return 3",
        "* nvmlDeviceGetMemoryInfo return 3",
        "0 compute_process 4000001 700",
        "0 graphics_process 4000002 300",
    )
    expected = _on_the_wire(nvitops)
    # nvitop counts what the whole computer uses; we what programs use on the GPU, so that an idle
    # GPU is not shown as half full. How much more a program may have, nobody knows.
    assert expected["memoryUsedMB"] != 1000
    assert expected["memoryFreeMB"] is not None
    expected |= {"memoryUsedMB": 1000, "memoryFreeMB": None}
    assert _shared(ours) == expected


def test_with_mig_on_the_memory_is_that_of_nvitops_instances_together(
    nvidia: FakeNvidiaDriver,
) -> None:
    (ours,), (nvitops,) = _of_both(
        nvidia,
        "devices 1",
        "0 mig 1",
        "0 nvmlDeviceGetUtilizationRates return 3",
        "0 nvmlDeviceGetEncoderUtilization return 3",
        "0 nvmlDeviceGetDecoderUtilization return 3",
        "0 mig_child 1000 20000",
        "0 mig_child 500 20000",
    )
    # nvitop lists the instances beside their GPU; on the wire there is one entry a GPU.
    memory = ("memory_used", "memory_total", "memory_free")
    together = {name: sum(nvitops[f"mig_{name}"]) for name in memory}
    assert _shared(ours) == _on_the_wire(nvitops | together)
    assert ours["memoryUsedMB"] == 1500


def test_a_lost_gpu_has_no_numbers_in_either(nvidia: FakeNvidiaDriver) -> None:
    ours, nvitops = _of_both(nvidia, "devices 2", "1 * return 15")
    numbers = [field for field in _SHARED_FIELDS if field not in ("name", "processCount")]
    (lost,) = [gpu for gpu in ours if gpu["status"] == "lost"]
    assert all(lost.get(field) is None for field in numbers)
    assert all(_on_the_wire(nvitops[1])[field] is None for field in numbers)
    # Of its programs nvitop says 0 where nobody knows; the other GPU is the same to both.
    assert (lost.get("processCount"), nvitops[1]["process_count"]) == (None, 0)
    (well,) = [gpu for gpu in ours if gpu["status"] == "ok"]
    assert _shared(well) == _on_the_wire(nvitops[0])


def test_what_no_gpu_can_have_is_unknown_to_us_alone(nvidia: FakeNvidiaDriver) -> None:
    (ours,), (nvitops,) = _of_both(nvidia, "devices 1", "0 temperature_c 255", "0 utilization 655")
    assert (ours["temperatureC"], ours["utilization"]) == (None, None)
    assert (nvitops["temperature"], nvitops["gpu_utilization"]) == (255, 655)
