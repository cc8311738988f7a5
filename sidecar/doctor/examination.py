"""Asks every provider what it sees, as the sidecar would, and the vendors' tools for the same."""

import time
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import UNSET, Struct

from sidecar.contract import GpuMetrics, ProviderStatus, Vendor
from sidecar.demand import Demand
from sidecar.doctor.reference import Tool, Values
from sidecar.providers.amd.provider import SWEEPS_BEFORE_SMI
from sidecar.providers.amd.smi import library_is_installed
from sidecar.providers.provider import Provider
from sidecar.sampler import CALL_DEADLINE_SECONDS, Sampler
from sidecar.snapshot import Snapshot

SWEEP_INTERVAL_SECONDS = 1.0
PATIENCE_SECONDS = 2 * (SWEEP_INTERVAL_SECONDS + CALL_DEADLINE_SECONDS)
"""Two sweeps, each with a driver that takes as long as it may."""

AMD_LIBRARY_SWEEPS = SWEEPS_BEFORE_SMI + 3
"""In so many sweeps more, AMD's library has told what it can: it is started in one, asked in the
next, and takes some 0.3 s for its first answer."""

_LOOK_AGAIN_SECONDS = 0.05

ToolState = Literal["answered", "silent", "missing", "spared"]
"""Silent: it failed. Spared: it was not asked, since that would wake a GPU."""


class ExaminedGpu(Struct, frozen=True, kw_only=True, rename="camel"):
    """One GPU, and what its vendor's own tool says of it.

    Attributes:
        gpu: What the sidecar answers.
        tool: Name of the tool, or empty where none was asked or it does not know this GPU.
        reference: What the tool says, under the names and in the units of the wire.

    """

    gpu: GpuMetrics
    tool: str
    reference: Values


class Examination(Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found.

    Attributes:
        providers: How each provider is.
        gpus: What each GPU says.
        tools: By name, what became of the tools of those GPUs' vendors.

    """

    providers: list[ProviderStatus]
    gpus: list[ExaminedGpu]
    tools: dict[str, ToolState]

    @property
    def found_nothing(self) -> bool:
        """Whether there is no sign of a GPU, not even of one that does not work."""
        return not self.gpus and all(each.state == "absent" for each in self.providers)


def examine(providers: Iterable[Provider], tools: Mapping[Vendor, Tool]) -> Examination:
    """Ask every provider and every tool, each within its own bounds."""
    sampler = Sampler(Demand(SWEEP_INTERVAL_SECONDS))
    sampler.start(providers)
    # Power and utilization of some GPUs are differences between two sweeps.
    snapshot = _second_snapshot(sampler)
    if library_is_installed():
        snapshot = _with_amd_library(sampler, snapshot)
    addresses = sampler.pci_addresses()
    answers = {
        tool.name: _ask(tool, gpus)
        for vendor, tool in tools.items()
        if (gpus := [gpu for gpu in snapshot.gpus if gpu.vendor == vendor])
    }
    references = {
        address: (name, values)
        for name, (_, answer) in answers.items()
        for address, values in answer.items()
    }
    return Examination(
        providers=snapshot.report.providers,
        gpus=[
            ExaminedGpu(gpu=gpu, tool=tool, reference=values)
            for gpu in snapshot.gpus
            for tool, values in [references.get(addresses.get(gpu.gpu_id, ""), ("", {}))]
        ],
        tools={name: state for name, (state, _) in answers.items()},
    )


def lacks_values_of_amd(gpu: GpuMetrics) -> bool:
    """Whether an AMD GPU does not tell everything that AMD's library could know."""
    values = (gpu.utilization, gpu.temperature_c, gpu.power_usage_w, gpu.clock_mhz)
    is_asked = gpu.vendor == "amd" and gpu.status == "ok"
    return is_asked and any(value is None or value is UNSET for value in values)


def _ask(tool: Tool, gpus: Iterable[GpuMetrics]) -> tuple[ToolState, Mapping[str, Values]]:
    # A tool looks at every GPU of its vendor, and thereby wakes those that sleep.
    if any(gpu.status == "asleep" for gpu in gpus):
        return "spared", {}
    if not tool.is_installed:
        return "missing", {}
    answer = tool.ask()
    return "answered" if any(answer.values()) else "silent", answer


def _second_snapshot(sampler: Sampler) -> Snapshot:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    first: Snapshot | None = None
    while True:
        latest = sampler.latest()
        first = first or latest
        if latest is not None and (_all_newer(latest, first) or time.monotonic() > give_up_at):
            return latest
        # Nobody waits meanwhile but the person at the terminal, and PATIENCE_SECONDS bounds it.
        time.sleep(_LOOK_AGAIN_SECONDS)


def _with_amd_library(sampler: Sampler, snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with what AMD's library adds, or the last one when it adds nothing."""
    give_up_at = time.monotonic() + AMD_LIBRARY_SWEEPS * SWEEP_INTERVAL_SECONDS
    while any(map(lacks_values_of_amd, snapshot.gpus)) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_AGAIN_SECONDS)
        snapshot = sampler.latest() or snapshot
    return snapshot


def _all_newer(latest: Snapshot, first: Snapshot | None) -> bool:
    if first is None or not latest.gpus:
        return first is not None
    before = {gpu.gpu_id: gpu.sampled_at for gpu in first.gpus}
    return all(gpu.sampled_at > before.get(gpu.gpu_id, 0) for gpu in latest.gpus)
