"""What a process has cost so far, as Linux accounts for it."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessCosts:
    """Sums over the threads of a process since they started.

    Attributes:
        cpu_seconds: Time on a processor.
        voluntary_switches: How often a thread went to sleep by itself, so that it was woken.

    """

    cpu_seconds: float
    voluntary_switches: int

    @classmethod
    def of(cls, pid: int) -> "ProcessCosts":
        """Return the costs of a process that runs."""
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        # Nanoseconds; /proc/<pid>/stat counts in hundredths of a second.
        cpu = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
        return cls(cpu, sum(_status(task, "voluntary_ctxt_switches") for task in tasks))

    def since(self, earlier: "ProcessCosts") -> "ProcessCosts":
        """Return what was added since an earlier moment."""
        return ProcessCosts(
            self.cpu_seconds - earlier.cpu_seconds,
            self.voluntary_switches - earlier.voluntary_switches,
        )


def resident_mib(pid: int) -> float:
    """Return the memory of a process that is in RAM, shared libraries included (VmRSS), in MiB."""
    return _status(Path(f"/proc/{pid}"), "VmRSS") / 1024


def _status(folder: Path, field: str) -> int:
    found = re.search(rf"^{field}:\s*(\d+)", (folder / "status").read_text(), re.MULTILINE)
    assert found, f"Linux does not tell {field}"
    return int(found[1])
