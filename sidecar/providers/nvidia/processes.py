"""Who uses an NVIDIA GPU."""

import os
from collections.abc import Iterable
from pathlib import Path

import pynvml
from pynvml import c_nvmlDevice_t as Handle

from sidecar.providers.nvidia import errors
from sidecar.providers.process_names import sees_host_pids

# What drivers 535.43 to 535.98 put where they had scrambled a list, and an unused slot.
_NO_PROCESS = frozenset({0, 2**32 - 1})


def running_processes(handle: Handle, most_bytes: int | None, proc: Path) -> dict[int, int | None]:
    """Return the memory in bytes that each process uses, by pid; None where NVML cannot tell.

    A process that computes and draws is in both of NVML's lists with the same figure, so that
    they are merged and not added. The sidecar itself is left out where ``proc`` shows that its pid
    is the host's, and so is what cannot be: a process that uses more than ``most_bytes``, all that
    there is.

    Raises:
        pynvml.NVMLError: NVML cannot list them.

    """
    most = float("inf") if most_bytes is None else most_bytes
    used = _merged(
        (process.pid, process.usedGpuMemory)
        for process in _listed_at_last(handle)
        if process.usedGpuMemory is None or process.usedGpuMemory <= most
    )
    if sees_host_pids(proc):
        used.pop(os.getpid(), None)
    return used


def _listed_at_last(handle: Handle) -> list[pynvml.c_nvmlProcessInfo_t]:
    """Ask again once when a list grew between the question for its size and that for itself."""
    try:
        return _listed(handle)
    except pynvml.NVMLError as error:
        if error.value != errors.INSUFFICIENT_SIZE:
            raise
        return _listed(handle)


def _listed(handle: Handle) -> list[pynvml.c_nvmlProcessInfo_t]:
    try:
        return [
            *pynvml.nvmlDeviceGetComputeRunningProcesses_v3(handle),
            *pynvml.nvmlDeviceGetGraphicsRunningProcesses_v3(handle),
        ]
    except pynvml.NVMLError as error:
        if error.value not in errors.OLDER_WAY:
            raise
    # Drivers before 510.
    return [
        *pynvml.nvmlDeviceGetComputeRunningProcesses_v2(handle),
        *pynvml.nvmlDeviceGetGraphicsRunningProcesses_v2(handle),
    ]


def _merged(listed: Iterable[tuple[int, int | None]]) -> dict[int, int | None]:
    memory: dict[int, int | None] = {}
    for pid, used in listed:
        if pid not in _NO_PROCESS:
            known = [each for each in (memory.get(pid), used) if each is not None]
            memory[pid] = max(known, default=None)
    return memory
