"""What is exported: each metric's name, unit and meaning, and how it is taken from a snapshot.

Names, units and attributes are those of OpenTelemetry's conventions for hardware (version 1.44,
https://opentelemetry.io/docs/specs/semconv/hardware/); what they do not know begins with
``gpu_metrics``. Unknown is no point at all, and a GPU that is not ``ok`` has a state and no
numbers. Nothing here identifies a computer, a board or a person.
"""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from msgspec import UNSET, Struct, UnsetType

from sidecar.contract import GpuMetrics, GpuStatus, ProviderState
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT, Snapshot

Attributes = tuple[tuple[str, str], ...]
"""Names and values, in a fixed order."""

Number = Callable[[GpuMetrics], float | UnsetType | None]

_BYTES_PER_MB = 1 << 20
_HERTZ_PER_MHZ = 1_000_000

_STATES: dict[GpuStatus, str] = {"ok": "ok", "lost": "failed", "stale": "stale", "asleep": "asleep"}
"""``hw.state`` of each status: the convention's word where it has one."""

_PROVIDER_STATES: tuple[ProviderState, ...] = ("ready", "absent", "unavailable", "unresponsive")


class Point(NamedTuple):
    """One value and what it belongs to."""

    attributes: Attributes
    value: float


class Instrument(Struct, frozen=True, kw_only=True):
    """One metric.

    Attributes:
        name: As in OpenTelemetry.
        unit: In UCUM, as OpenTelemetry wants it.
        kind: What may be done with its values: those of an upDownCounter may be added up,
            those of a counter only grow.
        description: What it tells, in one line.
        points: Its values in a snapshot.

    """

    name: str
    unit: Literal["1", "By", "Cel", "Hz", "J", "W"]
    kind: Literal["counter", "gauge", "upDownCounter"]
    description: str
    points: Callable[[Snapshot], Iterable[Point]]


def _numbers(*numbers: tuple[Attributes, Number]) -> Callable[[Snapshot], Iterable[Point]]:
    """Return what yields these numbers of each GPU, where they are known."""

    def points(snapshot: Snapshot) -> Iterable[Point]:
        for gpu in snapshot.gpus:
            if gpu.status != "ok":
                continue
            identity = _identity(gpu)
            for attributes, number in numbers:
                value = number(gpu)
                if value is not None and value is not UNSET:
                    yield Point(identity + attributes, value)

    return points


def _number(number: Number) -> Callable[[Snapshot], Iterable[Point]]:
    return _numbers(((), number))


def _times(factor: float, number: Number) -> Number:
    def product(gpu: GpuMetrics) -> float | UnsetType | None:
        value = number(gpu)
        return value if value is None or value is UNSET else value * factor

    return product


def _ratio(percent: Number) -> Number:
    def ratio(gpu: GpuMetrics) -> float | UnsetType | None:
        value = percent(gpu)
        # Not times 0.01, which has no exact form: 29 % is 0.29.
        return value if value is None or value is UNSET else value / 100

    return ratio


def _used_share(gpu: GpuMetrics) -> float | None:
    if gpu.memory_used_mb is None or not gpu.memory_total_mb:
        return None
    return gpu.memory_used_mb / gpu.memory_total_mb


def _held_back_by(reason: str) -> Number:
    def is_so(gpu: GpuMetrics) -> int | UnsetType:
        return UNSET if gpu.throttle_reasons is UNSET else int(reason in gpu.throttle_reasons)

    return is_so


def _identity(gpu: GpuMetrics) -> Attributes:
    return (
        ("hw.id", gpu.gpu_id),
        ("hw.name", gpu.name),
        ("hw.type", "gpu"),
        ("hw.vendor", gpu.vendor),
    )


def _fans(snapshot: Snapshot) -> Iterable[Point]:
    for gpu in snapshot.gpus:
        if gpu.status == "ok" and gpu.fan_percent is not UNSET:
            attributes = (
                ("hw.id", f"{gpu.gpu_id} fan"),
                ("hw.name", gpu.name),
                ("hw.parent", gpu.gpu_id),
                ("hw.type", "fan"),
                ("hw.vendor", gpu.vendor),
            )
            yield Point(attributes, gpu.fan_percent / 100)


def _states(snapshot: Snapshot) -> Iterable[Point]:
    for gpu in snapshot.gpus:
        identity = _identity(gpu)
        for status, state in _STATES.items():
            yield Point((*identity, ("hw.state", state)), int(gpu.status == status))


def _provider_states(snapshot: Snapshot) -> Iterable[Point]:
    for provider in snapshot.report.providers:
        for state in _PROVIDER_STATES:
            attributes = (
                ("gpu_metrics.provider", provider.name),
                ("gpu_metrics.state", state),
            )
            yield Point(attributes, int(provider.state == state))


INSTRUMENTS = (
    Instrument(
        name="hw.status",
        unit="1",
        kind="upDownCounter",
        description="1 for the state that the GPU is in, 0 for the others.",
        points=_states,
    ),
    Instrument(
        name="hw.gpu.utilization",
        unit="1",
        kind="gauge",
        description="Share of time in which the GPU, its encoder or its decoder was busy.",
        points=_numbers(
            ((("hw.gpu.task", "general"),), _ratio(lambda gpu: gpu.utilization)),
            ((("hw.gpu.task", "encoder"),), _ratio(lambda gpu: gpu.encoder_utilization)),
            ((("hw.gpu.task", "decoder"),), _ratio(lambda gpu: gpu.decoder_utilization)),
        ),
    ),
    Instrument(
        name="hw.gpu.memory.usage",
        unit="By",
        kind="upDownCounter",
        description="Memory in use.",
        points=_number(_times(_BYTES_PER_MB, lambda gpu: gpu.memory_used_mb)),
    ),
    Instrument(
        name="hw.gpu.memory.limit",
        unit="By",
        kind="upDownCounter",
        description="Memory in all.",
        points=_number(_times(_BYTES_PER_MB, lambda gpu: gpu.memory_total_mb)),
    ),
    Instrument(
        name="hw.gpu.memory.utilization",
        unit="1",
        kind="gauge",
        description="Memory in use as a share of all.",
        points=_number(_used_share),
    ),
    Instrument(
        name="hw.temperature",
        unit="Cel",
        kind="gauge",
        description="Temperature of the core (edge).",
        points=_number(lambda gpu: gpu.temperature_c),
    ),
    Instrument(
        name="hw.temperature.limit",
        unit="Cel",
        kind="gauge",
        description="Temperature at which the GPU slows itself down.",
        points=_numbers(
            ((("hw.limit_type", "high.degraded"),), lambda gpu: gpu.temperature_limit_c)
        ),
    ),
    Instrument(
        name="hw.power",
        unit="W",
        kind="gauge",
        description="Power drawn.",
        points=_number(lambda gpu: gpu.power_usage_w),
    ),
    Instrument(
        name="hw.energy",
        unit="J",
        kind="counter",
        description="Energy used since the driver was loaded.",
        points=_number(lambda gpu: gpu.energy_consumed_j),
    ),
    Instrument(
        name="hw.fan.speed_ratio",
        unit="1",
        kind="gauge",
        description="Intended fan speed; some boards go above 1.",
        points=_fans,
    ),
    Instrument(
        name="gpu_metrics.memory.free",
        unit="By",
        kind="upDownCounter",
        description="Memory that can still be allocated.",
        points=_number(_times(_BYTES_PER_MB, lambda gpu: gpu.memory_free_mb)),
    ),
    Instrument(
        name="gpu_metrics.power.limit",
        unit="W",
        kind="gauge",
        description="Power limit in force.",
        points=_number(lambda gpu: gpu.power_limit_w),
    ),
    Instrument(
        name="gpu_metrics.clock.frequency",
        unit="Hz",
        kind="gauge",
        description="Clock of the shaders.",
        points=_number(_times(_HERTZ_PER_MHZ, lambda gpu: gpu.clock_mhz)),
    ),
    Instrument(
        name="gpu_metrics.throttled",
        unit="1",
        kind="upDownCounter",
        description="1 while the hardware slows the GPU down for this reason, else 0.",
        points=_numbers(
            ((("gpu_metrics.reason", "too_hot"),), _held_back_by(HARDWARE_TOO_HOT)),
            ((("gpu_metrics.reason", "power_brake"),), _held_back_by(EXTERNAL_POWER_BRAKE)),
        ),
    ),
    Instrument(
        name="gpu_metrics.provider.status",
        unit="1",
        kind="upDownCounter",
        description="1 for the state that this source of GPUs is in, 0 for the others.",
        points=_provider_states,
    ),
)
"""In the order in which they are exported."""
