"""How much memory the sidecar holds once it reads a driver."""

from bench.lab import Lab
from bench.outcome import Outcome
from bench.process_costs import resident_mib


def measure(lab: Lab) -> list[Outcome]:
    """Return the resident memory with the driver's library loaded."""
    return [Outcome("memory, with pynvml loaded", "", 32, _runs(lab), unit=" MB RSS")]


def _runs(lab: Lab) -> list[float]:
    sizes: list[float] = []
    for _ in range(lab.runs):
        with lab.ready_sidecar(lab.driver("devices 8")) as sidecar:
            sizes.append(resident_mib(sidecar.pid))
    return sizes
