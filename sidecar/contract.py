"""Everything that goes over the wire, once: the TypeScript types are generated from here.

Imports nothing of ours. A required field that is unknown is ``None`` (``null`` on the wire), an
optional one is ``UNSET`` (absent); neither is ever 0 or a text. The meaning of each field is part
of the contract in ``docs/protocol.md``.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

PROTOCOL_VERSION = 1
"""Rises when an older client could misread an answer; new fields and methods do not raise it."""

Percent = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0)]
IntervalMs = Annotated[int, Meta(ge=500, le=60_000)]
# A limit of 100 % is never exceeded; below the lowest, what clears an alert could not be reached.
PercentThreshold = Annotated[int, Meta(ge=20, le=100)]
TemperatureThreshold = Annotated[int, Meta(ge=40, le=110)]
WindowSeconds = Annotated[int, Meta(ge=1, le=3600)]
PointCount = Annotated[int, Meta(ge=1, le=600)]
OpenRpcDocument = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": True})]

Vendor = Literal["nvidia", "amd", "intel", "apple", "other", "simulated"]
GpuStatus = Literal["ok", "asleep", "stale", "lost"]
MemoryKind = Literal["dedicated", "unified"]
ProviderState = Literal["ready", "absent", "unavailable", "unresponsive"]
HostState = Literal["ready", "connecting", "unavailable"]
AlertRule = Literal[
    "utilization", "memory", "temperature", "thermalThrottling", "powerBrake", "unavailable"
]
AlertSeverity = Literal["info", "warning", "critical"]


class GpuAlert(Struct, frozen=True, kw_only=True, gc=False):
    """Something about a GPU that has lasted long enough to tell somebody.

    Attributes:
        rule: utilization, memory or temperature (above its threshold), thermalThrottling (the
            hardware slows itself down, being too hot), powerBrake (the power supply has it
            slow down), unavailable (lost or stale).
        severity: info, warning or critical; may change while the alert fires.
        since: When it began, in milliseconds since the epoch; stays the same while it fires.

    """

    rule: AlertRule
    severity: AlertSeverity
    since: Count


class GpuMetrics(Struct, frozen=True, kw_only=True, gc=False):
    """One GPU as it was at ``sampledAt``.

    The first eight fields are those of the ``useGpuMetrics`` hook, which ignores the others.

    Attributes:
        gpu_id: Unique, friendly and kept for a device as long as the sidecar lives: GPU-0, GPU-1.
        utilization: Share of the last sample period in which the GPU was busy, in percent (0-100).
        memory_used_mb: Memory in use, in MiB (2^20 bytes), as nvidia-smi counts it.
        memory_total_mb: Memory in all, in MiB (2^20 bytes).
        temperature_c: Core (edge) temperature in degrees Celsius.
        power_usage_w: Power drawn, in watts, one decimal.
        clock_mhz: Clock of the shaders (NVIDIA: SM clock), in MHz.
        processes: Base names of the programs that use the GPU; only when asked for by option.
        name: Marketing name.
        vendor: Who made it; `simulated` when no hardware was measured.
        status: ok, asleep (powered down and not woken by us), stale (the driver has not answered
            for three intervals), lost (it was there and is gone).
        memory_kind: dedicated, or unified with the machine's own memory.
        sampled_at: When the numbers were read, in milliseconds since the epoch.
        process_count: How many programs use the GPU, this sidecar not counted.
        memory_free_mb: Memory that can still be allocated, in MiB (2^20 bytes).
        power_limit_w: Power limit in force, in watts, one decimal.
        fan_percent: Intended fan speed in percent; some boards go above 100.
        temperature_limit_c: Temperature at which the GPU slows itself down, in degrees Celsius.
        throttle_reasons: Why the clock is held back, in plain words; empty when it is not.
        encoder_utilization: Share of time in which the video encoder was busy, in percent (0-100).
        decoder_utilization: Share of time in which the video decoder was busy, in percent (0-100).
        energy_consumed_j: Energy used since its driver was loaded, in joules; it only grows, and
            begins anew with the driver.
        alerts: What fires now; empty when nothing does.
        host: Name of the other computer that it is in, added by the bridge; absent for this one.

    """

    gpu_id: str = field(name="gpuId")
    utilization: Percent | None
    memory_used_mb: Count | None = field(name="memoryUsedMB")
    memory_total_mb: Count | None = field(name="memoryTotalMB")
    temperature_c: int | None = field(name="temperatureC")
    power_usage_w: float | UnsetType = field(name="powerUsageW", default=UNSET)
    clock_mhz: Count | UnsetType = field(name="clockMHz", default=UNSET)
    processes: list[str] | UnsetType = UNSET
    name: str
    vendor: Vendor
    status: GpuStatus
    memory_kind: MemoryKind = field(name="memoryKind")
    sampled_at: Count = field(name="sampledAt")
    process_count: Count | UnsetType = field(name="processCount", default=UNSET)
    memory_free_mb: Count | UnsetType = field(name="memoryFreeMB", default=UNSET)
    power_limit_w: float | UnsetType = field(name="powerLimitW", default=UNSET)
    fan_percent: Count | UnsetType = field(name="fanPercent", default=UNSET)
    temperature_limit_c: int | UnsetType = field(name="temperatureLimitC", default=UNSET)
    throttle_reasons: list[str] | UnsetType = field(name="throttleReasons", default=UNSET)
    encoder_utilization: Percent | UnsetType = field(name="encoderUtilization", default=UNSET)
    decoder_utilization: Percent | UnsetType = field(name="decoderUtilization", default=UNSET)
    energy_consumed_j: Count | UnsetType = field(name="energyConsumedJ", default=UNSET)
    alerts: list[GpuAlert]
    host: str | UnsetType = UNSET


class ProviderStatus(Struct, frozen=True, kw_only=True):
    """What became of one source of GPUs, in words for the person at the screen.

    Attributes:
        name: nvidia, amd, intel, simulated ...
        state: ready, absent (nothing of this vendor here), unavailable (something is here but
            cannot be read), unresponsive (the driver does not answer).
        device_count: How many GPUs it shows now.
        reason: Why it is in this state; empty when it is ready.
        action: The one thing that helps; empty when nothing needs doing.
        host: Name of the other computer that it is on, added by the bridge; absent for this one.

    """

    name: str
    state: ProviderState
    device_count: Count = field(name="deviceCount")
    reason: str
    action: str
    host: str | UnsetType = UNSET


class HostStatus(Struct, frozen=True, kw_only=True):
    """How the connection to another computer is, in words for the person at the screen.

    Attributes:
        name: What its GPUs' `host` says.
        state: ready, connecting (its last values, if any, are shown meanwhile), unavailable (the
            same, and reason and action say what is wrong; it is tried again by itself).
        reason: Why it is in this state; empty when nothing is wrong.
        action: The one thing that helps; empty when nothing needs doing.

    """

    name: str
    state: HostState
    reason: str
    action: str


class GpuStatusReport(Struct, frozen=True, kw_only=True):
    """Where the numbers come from, and why there are none if there are none.

    Attributes:
        providers: One entry per provider, in the order in which they number GPUs.
        interval_ms: Milliseconds between two sweeps while somebody asks.
        asleep: The gpuId of each GPU that is powered down and was not woken.
        hosts: One entry per other computer, added by the bridge; absent when it has none.

    """

    providers: list[ProviderStatus]
    interval_ms: Count = field(name="intervalMs")
    asleep: list[str]
    hosts: list[HostStatus] | UnsetType = UNSET


class Hello(Struct, frozen=True, kw_only=True):
    """Who answers: the first thing a client asks.

    Attributes:
        protocol_version: Newest version of this contract that it speaks.
        oldest_protocol_version: Oldest version that it speaks; absent when it is the same. A client
            that knows none from here to there must stop.
        sidecar_version: Version of the program.
        pid: Process id of the sidecar.
        methods: Names of all methods it answers.

    """

    protocol_version: Count = field(name="protocolVersion")
    oldest_protocol_version: Count | UnsetType = field(name="oldestProtocolVersion", default=UNSET)
    sidecar_version: str = field(name="sidecarVersion")
    pid: Count
    methods: list[str]


class DriverNotAnswering(Struct, frozen=True, kw_only=True):
    """The data of error -32001.

    Attributes:
        providers: Names of the providers whose driver does not answer.

    """

    providers: list[str]


class AlertThresholdChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New thresholds: what is left out stays as it is.

    Attributes:
        utilization_percent: Utilization above which a GPU counts as busy, in percent (20-100).
        memory_percent: Used memory above which it counts as nearly full, in percent (20-100).
        temperature_c: Temperature above which it counts as hot, in degrees Celsius (40-110).

    """

    utilization_percent: PercentThreshold | UnsetType = field(
        name="utilizationPercent", default=UNSET
    )
    memory_percent: PercentThreshold | UnsetType = field(name="memoryPercent", default=UNSET)
    temperature_c: TemperatureThreshold | UnsetType = field(name="temperatureC", default=UNSET)


class AlertThresholds(Struct, frozen=True, kw_only=True):
    """The thresholds in force.

    Attributes:
        utilization_percent: Utilization above which a GPU counts as busy, in percent (20-100).
        memory_percent: Used memory above which it counts as nearly full, in percent (20-100).
        temperature_c: Temperature above which it counts as hot, in degrees Celsius (40-110).

    """

    utilization_percent: PercentThreshold = field(name="utilizationPercent")
    memory_percent: PercentThreshold = field(name="memoryPercent")
    temperature_c: TemperatureThreshold = field(name="temperatureC")


class GpuOptionChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The params of dashboard:set-gpu-options: what is left out stays as it is.

    Attributes:
        interval_ms: Milliseconds between two sweeps while somebody asks (500-60000).
        process_names: Whether the names of the programs that use a GPU are told.
        thresholds: Above which values alerts are raised.

    """

    interval_ms: IntervalMs | UnsetType = field(name="intervalMs", default=UNSET)
    process_names: bool | UnsetType = field(name="processNames", default=UNSET)
    thresholds: AlertThresholdChanges | UnsetType = UNSET


class GpuOptions(Struct, frozen=True, kw_only=True):
    """The options in force.

    Attributes:
        interval_ms: Milliseconds between two sweeps while somebody asks (500-60000).
        process_names: Whether the names of the programs that use a GPU are told.
        thresholds: Above which values alerts are raised.

    """

    interval_ms: IntervalMs = field(name="intervalMs")
    process_names: bool = field(name="processNames")
    thresholds: AlertThresholds


class GpuHistoryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The params of dashboard:get-gpu-history.

    Attributes:
        window_seconds: How far back from now, in seconds (1-3600).
        max_points: How many points the answer may have at most (1-600).

    """

    window_seconds: WindowSeconds = field(name="windowSeconds", default=600)
    max_points: PointCount = field(name="maxPoints", default=300)


class GpuHistoryColumns(Struct, frozen=True, kw_only=True):
    """The past of one GPU: in each column a value per timestamp, null where there is none.

    Attributes:
        gpu_id: The gpuId of its metrics.
        utilization: Mean share of time in which the GPU was busy, in percent (0-100).
        memory_used_mb: Most memory in use, in MiB (2^20 bytes).
        temperature_c: Highest core (edge) temperature, in degrees Celsius.
        power_usage_w: Mean power drawn, in watts, one decimal.

    """

    gpu_id: str = field(name="gpuId")
    utilization: list[Percent | None]
    memory_used_mb: list[Count | None] = field(name="memoryUsedMB")
    temperature_c: list[int | None] = field(name="temperatureC")
    power_usage_w: list[float | None] = field(name="powerUsageW")


class GpuHistory(Struct, frozen=True, kw_only=True):
    """What the GPUs did lately, for a chart.

    Attributes:
        timestamps: When each point begins, in milliseconds since the epoch: evenly spaced, oldest
            first, the same for all GPUs.
        gpus: One entry per GPU that was there in this time, in the order of their numbers.

    """

    timestamps: list[Count]
    gpus: list[GpuHistoryColumns]


DRIVER_NOT_ANSWERING = -32001
LINE_TOO_LONG = -32002
TOO_MANY_REQUESTS = -32003
"""Error codes of our own, beside those of JSON-RPC 2.0."""


class MethodContract(Struct, frozen=True, kw_only=True):
    """One method.

    Attributes:
        summary: What it is for, in one line.
        result: The type of its result.
        params: The type of its params; None when it takes none.
        needs_sweep: Whether it tells what a driver said, and fails while that one says nothing.

    """

    summary: str
    result: Any
    params: type[Struct] | None = None
    needs_sweep: bool = False


METHODS = {
    "dashboard:get-gpu-metrics": MethodContract(
        summary="The GPUs as they are now; an empty list when there is none.",
        result=list[GpuMetrics],
        needs_sweep=True,
    ),
    "dashboard:get-gpu-history": MethodContract(
        summary="What the GPUs did in the last hour or less, for charts.",
        params=GpuHistoryQuery,
        result=GpuHistory,
        needs_sweep=True,
    ),
    "dashboard:get-gpu-status": MethodContract(
        summary="Where the numbers come from, and why there are none if there are none.",
        result=GpuStatusReport,
    ),
    "dashboard:set-gpu-options": MethodContract(
        summary="Changes options, and returns those now in force.",
        params=GpuOptionChanges,
        result=GpuOptions,
    ),
    "sidecar:hello": MethodContract(
        summary="Who answers: the first thing a client asks.",
        result=Hello,
    ),
    "rpc.discover": MethodContract(
        summary="This contract as an OpenRPC document.",
        result=OpenRpcDocument,
    ),
}
"""Every method, in the order in which they are listed."""
