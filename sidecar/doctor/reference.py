"""The same values from the vendors' own tools, where they are installed, to compare with."""

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from typing import IO, Any, cast

import msgspec
from msgspec import Struct

from sidecar.contract import Vendor
from sidecar.providers.nvidia.address import sysfs_address

TOOL_SECONDS = 10.0
"""How long a tool may take; one that hangs in its driver is given up."""

KILLED_SECONDS = 1.0
"""How long a killed tool may take to end; one that its driver holds never does, and is left."""

Values = Mapping[str, float]
"""What a tool says of one GPU, under the names and in the units of the wire."""


class Tool(Struct, frozen=True):
    """A vendor's own tool.

    Attributes:
        name: Of the program.
        ask: Returns what it says, by PCI address; nothing where it is missing or fails.

    """

    name: str
    ask: Callable[[], Mapping[str, Values]]

    @property
    def is_installed(self) -> bool:
        """Whether the program is found."""
        return shutil.which(self.name) is not None


# Names of `nvidia-smi --help-query-gpu`.
_NVIDIA_SMI_FIELDS = {
    "utilization": "utilization.gpu",
    "memoryUsedMB": "memory.used",
    "memoryFreeMB": "memory.free",
    "memoryTotalMB": "memory.total",
    "temperatureC": "temperature.gpu",
    "powerUsageW": "power.draw",
    "powerLimitW": "enforced.power.limit",
    "clockMHz": "clocks.sm",
    "fanPercent": "fan.speed",
}
# Where each value is in the output of `amd-smi metric --json` (ROCm 6 and 7).
_AMD_SMI_PATHS = {
    "utilization": ("usage", "gfx_activity"),
    "memoryUsedMB": ("mem_usage", "used_vram"),
    "memoryFreeMB": ("mem_usage", "free_vram"),
    "memoryTotalMB": ("mem_usage", "total_vram"),
    "temperatureC": ("temperature", "edge"),
    "powerUsageW": ("power", "socket_power"),
    "clockMHz": ("clock", "gfx_0", "clk"),
    "fanPercent": ("fan", "usage"),
}


def nvidia_smi() -> dict[str, Values]:
    """Return what nvidia-smi says, by PCI address; nothing where it is missing or fails."""
    query = ",".join(["pci.bus_id", *_NVIDIA_SMI_FIELDS.values()])
    output = _run("nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader,nounits")
    rows = csv.reader(output.splitlines(), skipinitialspace=True)
    return {sysfs_address(row[0]): _numbers(row[1:]) for row in rows if row}


def amd_smi() -> dict[str, Values]:
    """Return what amd-smi says, by PCI address; nothing where it is missing or fails."""
    addresses = {
        entry["gpu"]: str(entry["bdf"]).lower()
        for entry in _json(_run("amd-smi", "list", "--json"))
        if "gpu" in entry and "bdf" in entry
    }
    metrics = _json(_run("amd-smi", "metric", "--json"))
    return {
        addresses[entry["gpu"]]: _found_at(_AMD_SMI_PATHS, entry)
        for entry in metrics
        if entry.get("gpu") in addresses
    }


TOOLS: Mapping[Vendor, Tool] = {
    "nvidia": Tool("nvidia-smi", nvidia_smi),
    "amd": Tool("amd-smi", amd_smi),
}
"""By vendor, what can be asked about its GPUs."""


class _Wrapped(Struct):
    """What `amd-smi metric --json` of ROCm 7 puts around the list."""

    gpu_data: list[dict[str, Any]]


def _json(text: str) -> list[dict[str, Any]]:
    try:
        decoded = msgspec.json.decode(text, type=list[dict[str, Any]] | _Wrapped)
    except msgspec.DecodeError:
        return []
    return decoded.gpu_data if isinstance(decoded, _Wrapped) else decoded


def _found_at(paths: Mapping[str, tuple[str, ...]], entry: object) -> Values:
    """Keep what is a number: the tool writes "N/A" for what it cannot tell."""
    found: dict[str, float] = {}
    for field, path in paths.items():
        value = reduce(_member, (*path, "value"), entry)
        if isinstance(value, int | float):
            found[field] = value
    return found


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _numbers(texts: Sequence[str]) -> Values:
    """Keep what is a number: the tool writes "[N/A]" and the like for what it cannot tell."""
    found: dict[str, float] = {}
    for field, text in zip(_NVIDIA_SMI_FIELDS, texts, strict=False):
        try:
            found[field] = float(text)
        except ValueError:
            continue
    return found


def _run(tool: str, *arguments: str) -> str:
    path = shutil.which(tool)
    if path is None:
        return ""
    try:
        with tempfile.TemporaryFile() as output:
            succeeded = _succeeds([path, *arguments], output)
            output.seek(0)
            return output.read().decode(errors="replace") if succeeded else ""
    except OSError:
        return ""


def _succeeds(command: Sequence[str], output: IO[bytes]) -> bool:
    # A file and no pipe: nobody need wait for what a tool that does not end might still write.
    process = subprocess.Popen(  # noqa: S603 - a tool by its full path, arguments of ours
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL
    )
    try:
        return process.wait(TOOL_SECONDS) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_SECONDS)
        return False
