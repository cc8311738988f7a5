"""An examination in words, for a terminal, or as JSON, for a program."""

from collections.abc import Iterator

import msgspec

from sidecar.contract import GpuMetrics, GpuStatus, ProviderState, ProviderStatus
from sidecar.doctor.examination import Examination, ExaminedGpu, ToolState
from sidecar.doctor.surroundings import Surroundings

_STATES: dict[ProviderState, str] = {
    "ready": "found",
    "absent": "not here",
    "unavailable": "not working",
    "unresponsive": "not answering",
}
_VENDORS = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel", "simulated": "Simulated"}
# Field of the wire, what to call it, unit.
_ROWS = (
    ("utilization", "utilization", "%"),
    ("memoryUsedMB", "memory used", "MiB"),
    ("memoryFreeMB", "memory free", "MiB"),
    ("memoryTotalMB", "memory in all", "MiB"),
    ("temperatureC", "temperature", "°C"),
    ("temperatureLimitC", "slows down at", "°C"),
    ("powerUsageW", "power", "W"),
    ("powerLimitW", "power limit", "W"),
    ("clockMHz", "clock", "MHz"),
    ("fanPercent", "fan", "%"),
    ("encoderUtilization", "video encoder", "%"),
    ("decoderUtilization", "video decoder", "%"),
    ("processCount", "processes", ""),
)
_UNKNOWN = "—"
# Why a GPU has no numbers, and what helps.
_WITHOUT_NUMBERS: dict[GpuStatus, tuple[str, str]] = {
    "asleep": (
        "Powered down, and not woken for this.",
        "To see its numbers, run a model on it and look again.",
    ),
    "stale": (
        "Its driver has stopped answering.",
        "Look again; if it stays so, end the programs that use the GPU, or restart the computer.",
    ),
    "lost": (
        "It was here and is gone.",
        "If it was not removed on purpose, restart the computer.",
    ),
}
_TOOLS: dict[ToolState, str] = {
    "answered": "Compared with {}: busy GPUs change between two looks; expect small differences.",
    "silent": "Not compared with {}: it fails. Run it to see why.",
    "missing": "To compare: install {}, which comes with the driver.",
    "spared": "Not compared with {}: it would wake a GPU that is asleep.",
}


def as_text(surroundings: Surroundings, examination: Examination) -> str:
    """Return the examination as lines for a person."""
    return "\n".join(
        (
            *_heading(surroundings),
            *(line for status in examination.providers for line in _provider(status)),
            *(line for gpu in examination.gpus for line in _gpu(gpu)),
            *_conclusion(surroundings, examination),
        )
    )


def as_json(surroundings: Surroundings, examination: Examination) -> str:
    """Return the same as one JSON object."""
    whole = {"surroundings": surroundings, **msgspec.to_builtins(examination)}
    return msgspec.json.format(msgspec.json.encode(whole)).decode()


def _heading(surroundings: Surroundings) -> Iterator[str]:
    yield f"GPU metrics sidecar {surroundings.sidecar_version}"
    yield f"{surroundings.system}, Python {surroundings.python_version}"
    if surroundings.container:
        yield "Inside a container"
    if surroundings.wsl:
        yield "Inside Windows Subsystem for Linux"
    yield ""
    yield "Looked for"


def _provider(status: ProviderStatus) -> Iterator[str]:
    gpus = f"{status.device_count} GPU{'s' * (status.device_count != 1)}"
    told = gpus if status.state == "ready" else status.reason
    vendor = _VENDORS.get(status.name, status.name)
    yield f"  {vendor:<10} {_STATES[status.state]:<14} {told}"
    if status.action:
        yield f"  {'':<25} → {status.action}"


def _gpu(examined: ExaminedGpu) -> Iterator[str]:
    gpu = examined.gpu
    yield ""
    yield f"{gpu.gpu_id}  {gpu.name}  ({gpu.status}, {gpu.memory_kind} memory)"
    if gpu.status in _WITHOUT_NUMBERS:
        reason, action = _WITHOUT_NUMBERS[gpu.status]
        yield f"  {reason}"
        yield f"  → {action}"
        return
    tool = f"{examined.tool:>18} {'difference':>12}" if examined.tool else ""
    yield f"  {'':<16} {'sidecar':>14}{tool}"
    for field, label, unit in _ROWS:
        yield _row(label, unit, _value(gpu, field), examined.reference.get(field), examined.tool)
    yield f"  {'clock held back':<16} {_reasons(gpu):>14}"


def _row(label: str, unit: str, ours: float | None, theirs: float | None, tool: str) -> str:
    line = f"  {label:<16} {_quantity(ours, unit):>14}"
    if tool:
        difference = "" if ours is None or theirs is None else _number(ours - theirs, "+")
        line += f"{_quantity(theirs, unit):>18} {difference:>12}"
    return line.rstrip()


def _value(gpu: GpuMetrics, field: str) -> float | None:
    return msgspec.to_builtins(gpu).get(field)


def _quantity(value: float | None, unit: str) -> str:
    return _UNKNOWN if value is None else f"{_number(value)} {unit}".rstrip()


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}z.1f}".removesuffix(".0")


def _reasons(gpu: GpuMetrics) -> str:
    reasons = msgspec.to_builtins(gpu).get("throttleReasons")
    return _UNKNOWN if reasons is None else ", ".join(reasons) or "no"


def _conclusion(surroundings: Surroundings, examination: Examination) -> Iterator[str]:
    yield ""
    if examination.gpus:
        yield from (_TOOLS[state].format(name) for name, state in examination.tools.items())
        return
    yield "No GPU can be measured here. That is a normal result: the list of GPUs is empty, and"
    yield "the dashboard shows the reasons above."
    if surroundings.container:
        yield "A container sees only the GPUs it is given: start it with access to them."
    if surroundings.wsl:
        yield "In WSL the driver belongs to Windows: update it there."
