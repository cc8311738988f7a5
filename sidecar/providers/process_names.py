"""Base names of processes, for whoever asked to see them. Never command lines or users."""

import sys
from collections.abc import Iterable
from pathlib import Path

from sidecar.providers.pci import read_text

# The inode of the first pid namespace, PROC_PID_INIT_INO in linux/proc_ns.h.
_FIRST_PID_NAMESPACE = "pid:[4026531836]"


def process_names(pids: Iterable[int], proc: Path = Path("/proc")) -> tuple[str, ...] | None:
    """Return the distinct names, sorted; None where pids cannot be trusted.

    Drivers give the pids of the host. In a container the same number is somebody else.
    """
    if not sees_host_pids(proc):
        return None
    names = {read_text(proc / str(pid) / "comm") for pid in pids}
    return tuple(sorted(name for name in names if name))


def sees_host_pids(proc: Path = Path("/proc")) -> bool:
    """Whether a pid that a driver gives is the same process here."""
    if sys.platform != "linux":
        return False
    try:
        return str((proc / "self" / "ns" / "pid").readlink()) == _FIRST_PID_NAMESPACE
    except OSError:
        return False
