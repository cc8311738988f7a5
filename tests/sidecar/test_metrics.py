"""From a reading to what the wire says."""

import msgspec
import pytest

from sidecar.contract import GpuMetrics
from sidecar.metrics import gpu_metrics, without_numbers
from sidecar.snapshot import Device, Reading

MIB = 1 << 20
DEVICE = Device(key="GPU-secret-uuid", name="A GPU", vendor="nvidia", pci_address="0000:01:00.0")
FULL = Reading(
    utilization_percent=42,
    memory_used_bytes=8123 * MIB + 5,
    memory_free_bytes=16441 * MIB,
    memory_total_bytes=24564 * MIB,
    temperature_celsius=61,
    power_watts=287.456,
    clock_mhz=2520,
    power_limit_watts=450,
    fan_percent=30,
    energy_joules=1234.567,
    temperature_limit_celsius=90,
    encoder_percent=1,
    decoder_percent=2,
)


def on_the_wire(reading: Reading) -> GpuMetrics:
    return gpu_metrics("GPU-0", DEVICE, reading, 1_700_000_000_000)


def test_units_are_those_of_the_contract() -> None:
    gpu = on_the_wire(FULL)
    assert (gpu.utilization, gpu.temperature_c, gpu.clock_mhz) == (42, 61, 2520)
    assert (gpu.memory_used_mb, gpu.memory_free_mb, gpu.memory_total_mb) == (8123, 16441, 24564)
    assert (gpu.power_usage_w, gpu.energy_consumed_j) == (287.5, 1235)
    assert gpu.sampled_at == 1_700_000_000_000


def test_identifiers_stay_inside() -> None:
    text = msgspec.json.encode(on_the_wire(FULL))
    assert b"secret-uuid" not in text
    assert b"01:00" not in text


def test_unknown_required_values_are_null_and_unknown_optional_ones_absent() -> None:
    wire = msgspec.to_builtins(on_the_wire(Reading()))
    assert wire == {
        "gpuId": "GPU-0",
        "utilization": None,
        "memoryUsedMB": None,
        "memoryTotalMB": None,
        "temperatureC": None,
        "name": "A GPU",
        "vendor": "nvidia",
        "status": "ok",
        "memoryKind": "dedicated",
        "sampledAt": 1_700_000_000_000,
        "alerts": [],
    }


def test_zero_is_a_value() -> None:
    idle = Reading(utilization_percent=0, memory_used_bytes=0, power_watts=0, clock_mhz=0)
    gpu = on_the_wire(idle)
    assert (gpu.utilization, gpu.memory_used_mb, gpu.power_usage_w, gpu.clock_mhz) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "wire_field"),
    [
        ("utilization_percent", 655, "utilization"),
        ("utilization_percent", -1, "utilization"),
        ("temperature_celsius", 255, "temperatureC"),
        ("temperature_celsius", 0, "temperatureC"),
        ("memory_used_bytes", 2**64 - 1, "memoryUsedMB"),
        ("memory_used_bytes", 24565 * MIB, "memoryUsedMB"),
        ("memory_total_bytes", 2**64 - 1, "memoryTotalMB"),
        ("memory_total_bytes", 0, "memoryTotalMB"),
        ("memory_free_bytes", 2**64 - 1, "memoryFreeMB"),
        ("power_watts", 4_294_967.295, "powerUsageW"),
        ("clock_mhz", 2**32 - 1, "clockMHz"),
        ("power_limit_watts", 4_294_967.295, "powerLimitW"),
        ("fan_percent", 2**32 - 1, "fanPercent"),
        ("energy_joules", (2**64 - 1) / 1000, "energyConsumedJ"),
        ("energy_joules", 0, "energyConsumedJ"),
        ("temperature_limit_celsius", 255, "temperatureLimitC"),
        ("temperature_limit_celsius", 0, "temperatureLimitC"),
        ("encoder_percent", 655, "encoderUtilization"),
        ("decoder_percent", 655, "decoderUtilization"),
    ],
)
def test_a_value_that_cannot_be_true_is_unknown_and_alone(
    field: str, value: float, wire_field: str
) -> None:
    expected = msgspec.to_builtins(on_the_wire(FULL))
    wire = msgspec.to_builtins(on_the_wire(msgspec.structs.replace(FULL, **{field: value})))
    assert wire.pop(wire_field, None) is None
    del expected[wire_field]
    assert wire == expected


def test_a_stale_gpu_keeps_what_does_not_change_and_nothing_else() -> None:
    stale = msgspec.to_builtins(without_numbers(on_the_wire(FULL)))
    assert stale["status"] == "stale"
    assert stale["memoryTotalMB"] == 24564
    assert [name for name in stale if stale[name] is None] == [
        "utilization",
        "memoryUsedMB",
        "temperatureC",
    ]
    assert "powerUsageW" not in stale
