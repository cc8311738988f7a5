"""What is worth an alert, above which value, and for how long it must be so.

Full utilization is what a model at work looks like, hence information only. Critical is what costs
the model that runs: no memory left, or a GPU that slows itself down.
"""

from collections.abc import Callable

from msgspec import UNSET, Struct

from sidecar.contract import AlertRule, AlertSeverity, AlertThresholds, GpuMetrics
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT

_CRITICAL_MEMORY_PERCENT, _CRITICAL_FREE_MB = 97, 512
_CRITICAL_TEMPERATURE_C, _CRITICAL_BELOW_SLOWDOWN_C = 90, 5

Excess = Callable[[GpuMetrics, AlertThresholds], float | None]
"""By how much a value is above its limit, in its own unit; None when it is not known."""


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of alert.

    Attributes:
        name: Its name on the wire.
        severity: How bad it is.
        excess: What is watched: it is raised above 0.
        critical_excess: What makes it critical, with the same times and the same easing.
        eased_by: It clears only when the excess is below minus this, so that it does not flap.
        for_seconds: How long the excess must last before it is raised.
        clear_for_seconds: How long the excess must be gone before it is cleared.

    """

    name: AlertRule
    severity: AlertSeverity
    excess: Excess
    critical_excess: Excess | None = None
    eased_by: float = 0
    for_seconds: float
    clear_for_seconds: float


def _utilization(gpu: GpuMetrics, thresholds: AlertThresholds) -> float | None:
    return None if gpu.utilization is None else gpu.utilization - thresholds.utilization_percent


def _memory(gpu: GpuMetrics, thresholds: AlertThresholds) -> float | None:
    used_percent = _used_memory_percent(gpu)
    return None if used_percent is None else used_percent - thresholds.memory_percent


def _critical_memory(gpu: GpuMetrics, _: AlertThresholds) -> float | None:
    used_percent = _used_memory_percent(gpu)
    if used_percent is None or not gpu.memory_total_mb:
        return None
    excess = used_percent - _CRITICAL_MEMORY_PERCENT
    if gpu.memory_free_mb is UNSET:
        return excess
    # What the driver keeps for itself is neither used nor free.
    return max(excess, 100 * (_CRITICAL_FREE_MB - gpu.memory_free_mb) / gpu.memory_total_mb)


def _used_memory_percent(gpu: GpuMetrics) -> float | None:
    if gpu.memory_used_mb is None or not gpu.memory_total_mb:
        return None
    return 100 * gpu.memory_used_mb / gpu.memory_total_mb


def _temperature(gpu: GpuMetrics, thresholds: AlertThresholds) -> float | None:
    return None if gpu.temperature_c is None else gpu.temperature_c - thresholds.temperature_c


def _critical_temperature(gpu: GpuMetrics, _: AlertThresholds) -> float | None:
    if gpu.temperature_c is None:
        return None
    lowest = (
        _CRITICAL_TEMPERATURE_C
        if gpu.temperature_limit_c is UNSET
        else gpu.temperature_limit_c - _CRITICAL_BELOW_SLOWDOWN_C
    )
    # In whole degrees: critical from the lowest on, not only above it.
    return gpu.temperature_c - lowest + 1


def _throttled_by(reason: str) -> Excess:
    def excess(gpu: GpuMetrics, _: AlertThresholds) -> float | None:
        if gpu.throttle_reasons is UNSET:
            return None
        return 1 if reason in gpu.throttle_reasons else -1

    return excess


def _unavailable(gpu: GpuMetrics, _: AlertThresholds) -> float:
    return 1 if gpu.status in ("lost", "stale") else -1


RULES = (
    Rule(
        name="utilization",
        severity="info",
        excess=_utilization,
        eased_by=10,
        for_seconds=30,
        clear_for_seconds=10,
    ),
    Rule(
        name="memory",
        severity="warning",
        excess=_memory,
        critical_excess=_critical_memory,
        eased_by=3,
        for_seconds=10,
        clear_for_seconds=10,
    ),
    Rule(
        name="temperature",
        severity="warning",
        excess=_temperature,
        critical_excess=_critical_temperature,
        eased_by=2,
        for_seconds=10,
        clear_for_seconds=10,
    ),
    # Only what the hardware does to save itself: a driver that holds a temperature it was told to
    # hold is the normal state of many laptops.
    Rule(
        name="thermalThrottling",
        severity="critical",
        excess=_throttled_by(HARDWARE_TOO_HOT),
        for_seconds=5,
        clear_for_seconds=10,
    ),
    Rule(
        name="powerBrake",
        severity="warning",
        excess=_throttled_by(EXTERNAL_POWER_BRAKE),
        for_seconds=5,
        clear_for_seconds=10,
    ),
    # Seen at two polls in succession, at the interval of the hand-off.
    Rule(
        name="unavailable",
        severity="warning",
        excess=_unavailable,
        for_seconds=2,
        clear_for_seconds=0,
    ),
)
"""In the order of the wire."""
