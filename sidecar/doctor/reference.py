"""The same values from the vendors' own tools, where they are installed, to compare with."""

import csv
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from sidecar.providers.nvidia.address import sysfs_address

TOOL_SECONDS = 10.0
"""How long a tool may take; one that hangs in its driver is given up."""

Values = Mapping[str, float]
"""What a tool says of one GPU, under the names and in the units of the wire."""

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
# Section and name in the output of `amd-smi metric --json` (ROCm 6 and 7).
_AMD_SMI_PATHS = {
    "utilization": ("usage", "gfx_activity"),
    "memoryUsedMB": ("mem_usage", "used_vram"),
    "memoryFreeMB": ("mem_usage", "free_vram"),
    "memoryTotalMB": ("mem_usage", "total_vram"),
    "temperatureC": ("temperature", "edge"),
    "powerUsageW": ("power", "socket_power"),
}


def nvidia_smi() -> dict[str, Values]:
    """Return what nvidia-smi says, by PCI address; nothing where it is missing or fails."""
    query = ",".join(["pci.bus_id", *_NVIDIA_SMI_FIELDS.values()])
    output = _run("nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader,nounits")
    rows = csv.reader(output.splitlines(), skipinitialspace=True)
    return {sysfs_address(address): _numbers(texts) for address, *texts in rows}


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


def _json(text: str) -> list[dict[str, Any]]:
    try:
        return msgspec.json.decode(text.encode(), type=list[dict[str, Any]])
    except msgspec.DecodeError:
        return []


def _found_at(paths: Mapping[str, tuple[str, str]], entry: Mapping[str, Any]) -> Values:
    """Keep what is a number: the tool writes "N/A" for what it cannot tell."""
    found: dict[str, float] = {}
    for field, (section, name) in paths.items():
        quantity = _member(entry.get(section), name)
        value = _member(quantity, "value")
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
        finished = subprocess.run(  # noqa: S603 - a tool by its full path, arguments of ours
            [path, *arguments], capture_output=True, timeout=TOOL_SECONDS, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return finished.stdout
