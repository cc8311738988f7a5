"""Device + reading → ``GpuMetrics``: checks the range, rounds, and converts to the wire's units."""

from msgspec import UNSET, UnsetType

from sidecar.contract import GpuMetrics
from sidecar.snapshot import Device, Reading

_MIB = 1 << 20
# Outside these no GPU works: 255 °C, 655 % and 2^64-1 bytes are what drivers say for "unknown".
_MAX_TEMPERATURE_C = 150
_MAX_POWER_W = 10_000
_MAX_CLOCK_MHZ = 20_000
_MAX_FAN_PERCENT = 200  # the intended speed may lie above 100 %
_MAX_MEMORY_BYTES = 1 << 50
_MAX_ENERGY_J = 10**13  # thirty years of the greatest power


def gpu_metrics(gpu_id: str, device: Device, reading: Reading, swept_at_ms: int) -> GpuMetrics:
    """Return what the wire says about one device; a value that cannot be true becomes unknown."""
    total = _within(reading.memory_total_bytes, 1, _MAX_MEMORY_BYTES)
    most = _MAX_MEMORY_BYTES if total is None else total
    used = _within(reading.memory_used_bytes, 0, most)
    free = _within(reading.memory_free_bytes, 0, most)
    return GpuMetrics(
        gpu_id=gpu_id,
        utilization=_whole(reading.utilization_percent, 0, 100),
        memory_used_mb=None if used is None else int(used) // _MIB,
        memory_total_mb=None if total is None else int(total) // _MIB,
        temperature_c=_whole(reading.temperature_celsius, 1, _MAX_TEMPERATURE_C),
        power_usage_w=_watts(reading.power_watts),
        clock_mhz=_optional(reading.clock_mhz, _MAX_CLOCK_MHZ),
        processes=_list(reading.process_names),
        name=device.name,
        vendor=device.vendor,
        status=reading.status,
        memory_kind=device.memory_kind,
        sampled_at=swept_at_ms - round(1000 * reading.age_seconds),
        process_count=UNSET if reading.process_count is None else reading.process_count,
        memory_free_mb=UNSET if free is None else int(free) // _MIB,
        power_limit_w=_watts(reading.power_limit_watts),
        fan_percent=_optional(reading.fan_percent, _MAX_FAN_PERCENT),
        temperature_limit_c=_optional(reading.temperature_limit_celsius, _MAX_TEMPERATURE_C, 1),
        throttle_reasons=_list(reading.throttle_reasons),
        encoder_utilization=_optional(reading.encoder_percent, 100),
        decoder_utilization=_optional(reading.decoder_percent, 100),
        # 0 is a counter that does not count.
        energy_consumed_j=_optional(reading.energy_joules, _MAX_ENERGY_J, 1),
        alerts=[],
    )


def without_numbers(gpu: GpuMetrics) -> GpuMetrics:
    """Return the same GPU as stale: a number that nobody has confirmed for long is unknown."""
    return GpuMetrics(
        gpu_id=gpu.gpu_id,
        utilization=None,
        memory_used_mb=None,
        memory_total_mb=gpu.memory_total_mb,
        temperature_c=None,
        name=gpu.name,
        vendor=gpu.vendor,
        status="stale",
        memory_kind=gpu.memory_kind,
        sampled_at=gpu.sampled_at,
        alerts=[],
    )


def _within(value: float | None, low: float, high: float) -> float | None:
    return value if value is not None and low <= value <= high else None


def _whole(value: float | None, low: float, high: float) -> int | None:
    return round(value) if value is not None and low <= value <= high else None


def _optional(value: float | None, high: float, low: float = 0) -> int | UnsetType:
    return round(value) if value is not None and low <= value <= high else UNSET


def _watts(value: float | None) -> float | UnsetType:
    return round(float(value), 1) if value is not None and 0 <= value <= _MAX_POWER_W else UNSET


def _list(texts: tuple[str, ...] | None) -> list[str] | UnsetType:
    return UNSET if texts is None else list(texts)
