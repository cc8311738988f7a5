"""An examination in words, for a terminal, or as JSON, for a program."""

from collections.abc import Iterator
from textwrap import wrap

import msgspec

from sidecar.contract import GpuStatus, ProviderState, ProviderStatus
from sidecar.doctor.examination import Examination, ExaminedGpu, ToolState
from sidecar.doctor.notes import Note, notes
from sidecar.doctor.surroundings import Enclosure, Surroundings

_WIDTH = 80
"""Columns of a terminal that nobody has widened."""

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
    ("throttleReasons", "clock held back", ""),
)
_ENCLOSURES: dict[Enclosure, str] = {
    "docker": "a Docker container",
    "podman": "a Podman container",
    "kubernetes": "a Kubernetes pod",
    "containerd": "a container of containerd",
    "lxc": "an LXC container",
    "container": "a container",
    "flatpak": "a Flatpak",
    "snap": "a snap",
    "wsl": "Windows Subsystem for Linux",
}
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
_NO_GPU = (
    "No GPU can be measured here. That is a normal result: the list of GPUs is empty, and the "
    "dashboard shows the reasons above."
)
_NO_WORKING_GPU = (
    "No GPU can be measured here before that is mended. Until then the list of GPUs is empty, and "
    "the dashboard shows the reasons above."
)
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
            *_conclusion(examination),
            *(line for note in notes(surroundings, examination) for line in _note(note)),
        )
    )


def as_json(surroundings: Surroundings, examination: Examination) -> str:
    """Return the same as one JSON object."""
    whole = {
        "surroundings": surroundings,
        **msgspec.to_builtins(examination),
        "notes": notes(surroundings, examination),
    }
    return msgspec.json.format(msgspec.json.encode(whole)).decode()


def _heading(surroundings: Surroundings) -> Iterator[str]:
    yield f"GPU metrics sidecar {surroundings.sidecar_version}"
    yield f"{surroundings.system}, Python {surroundings.python_version}"
    if surroundings.inside:
        yield f"Inside {', '.join(_ENCLOSURES[each] for each in surroundings.inside)}"
    yield ""
    yield "Looked for"


def _provider(status: ProviderStatus) -> Iterator[str]:
    gpus = f"{status.device_count} GPU{'s' * (status.device_count != 1)}"
    told = gpus if status.state == "ready" else status.reason
    vendor = _VENDORS.get(status.name, status.name)
    yield from _wrapped(f"  {vendor:<10} {_STATES[status.state]:<14} ", told)
    yield from _wrapped(f"  {'':<25} → ", status.action)


def _gpu(examined: ExaminedGpu) -> Iterator[str]:
    gpu = examined.gpu
    yield ""
    yield f"{gpu.gpu_id}  {gpu.name}  ({gpu.status}, {gpu.memory_kind} memory)"
    if gpu.status in _WITHOUT_NUMBERS:
        reason, action = _WITHOUT_NUMBERS[gpu.status]
        yield from _wrapped("  ", reason)
        yield from _wrapped("  → ", action)
        return
    yield from _values(examined)


def _values(examined: ExaminedGpu) -> Iterator[str]:
    """Yield what the vendor's tool says too, then what only we say, then what is unknown."""
    ours = msgspec.to_builtins(examined.gpu)
    theirs = examined.reference
    compared = [row for row in _ROWS if row[0] in theirs]
    others = [row for row in _ROWS if row[0] not in theirs]
    if compared:
        yield f"  {'':<16} {'sidecar':>14} {examined.tool:>17} {'difference':>12}"
    for field, label, unit in compared:
        yield _compared(label, unit, ours.get(field), theirs[field])
    if compared:
        yield f"  not compared with {examined.tool}:"
    for field, label, unit in others:
        if ours.get(field) is not None:
            yield from _wrapped(f"  {label:<16} ", f"{_quantity(ours[field], unit):>14}")
    unknown = (label for field, label, _ in others if ours.get(field) is None)
    yield from _wrapped("  unknown: ", ", ".join(unknown))


def _compared(label: str, unit: str, ours: float | None, theirs: float) -> str:
    told = "unknown" if ours is None else _quantity(ours, unit)
    difference = "" if ours is None else _number(ours - theirs, "+")
    return f"  {label:<16} {told:>14} {_quantity(theirs, unit):>17} {difference:>12}".rstrip()


def _quantity(value: float | list[str], unit: str) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "no"
    return f"{_number(value)} {unit}".rstrip()


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}z.1f}".removesuffix(".0")


def _conclusion(examination: Examination) -> Iterator[str]:
    if not examination.gpus:
        yield ""
        yield from _wrapped("", _NO_GPU if examination.found_nothing else _NO_WORKING_GPU)
    for name, state in examination.tools.items():
        yield ""
        yield from _wrapped("", _TOOLS[state].format(name))


def _note(note: Note) -> Iterator[str]:
    yield ""
    yield from _wrapped("", note.reason)
    yield from _wrapped("→ ", note.action)


def _wrapped(start: str, text: str) -> Iterator[str]:
    """Yield a text in lines that fit, all of them beginning below the first; none when empty."""
    lines = wrap(text, _WIDTH - len(start), break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"{start if number == 0 else ' ' * len(start)}{line.rstrip()}"
