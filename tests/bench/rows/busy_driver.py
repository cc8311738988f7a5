"""How long the slowest answers take while the driver is slow, or does not come back at all."""

from statistics import quantiles

from bench.lab import Lab
from bench.outcome import Outcome
from bench.peer import Peer
from fakes.nvidia_driver import FakeNvidiaDriver

_SWEEP_MS = 30
_SWEEPS_OF_30_MS = ("devices 8", f"0 nvmlDeviceGetUtilizationRates delay_ms {_SWEEP_MS}")
_SWEEPS = 12
_HANG = ("devices 8", "0 nvmlDeviceGetUtilizationRates hang")
_REQUESTS = 3000
_MS = 1000

_OFTEN = (
    b'{"jsonrpc":"2.0","id":1,"method":"dashboard:set-gpu-options","params":{"intervalMs":500}}\n'
)


def measure(lab: Lab) -> list[Outcome]:
    """Return the 99th percentile of answers during slow sweeps and during a call that hangs."""
    during_sweep, well, hung = list[float](), list[float](), list[float]()
    for _ in range(lab.runs):
        driver = lab.driver(*_SWEEPS_OF_30_MS)
        with lab.ready_sidecar(driver) as sidecar:
            during_sweep.append(_p99(_during_sweeps(driver, sidecar)) * _MS / _SWEEP_MS)
        driver = lab.driver("devices 8")
        with lab.ready_sidecar(driver) as sidecar:
            well.append(_p99(_in_a_row(sidecar)) * _MS)
            _hang(driver, sidecar)
            hung.append(_p99(_in_a_row(sidecar)) * _MS)
    usual = Outcome("", "", 0, well, unit=" ms").cells()[3]
    return [
        Outcome("p99 of an answer while a 30 ms sweep runs", "the sweep", 0.1, during_sweep),
        Outcome(
            "p99 of an answer while a driver call hangs",
            "",
            50,
            hung,
            unit=" ms",
            note=f"in the same runs without a hang {usual}.",
        ),
    ]


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


def _in_a_row(sidecar: Peer) -> list[float]:
    return [sidecar.seconds_to_answer() for _ in range(_REQUESTS)]


def _during_sweeps(driver: FakeNvidiaDriver, sidecar: Peer) -> list[float]:
    """Return the seconds of answers to what was asked while the first GPU's delay lasted."""
    sidecar.ask(_OFTEN)
    last_sweep = driver.calls()["nvmlDeviceGetUtilizationRates"] + 8 * _SWEEPS
    seconds: list[float] = []
    while driver.calls()["nvmlDeviceGetUtilizationRates"] < last_sweep:
        if _is_sweeping(driver):
            seconds.append(sidecar.seconds_to_answer())
        else:
            sidecar.ask()
    return seconds


def _is_sweeping(driver: FakeNvidiaDriver) -> bool:
    """Whether a call that begins a GPU has been made, and the one that ends it has not."""
    calls = driver.calls()
    return calls["nvmlDeviceGetUtilizationRates"] > calls["nvmlDeviceGetClockInfo"]


def _hang(driver: FakeNvidiaDriver, sidecar: Peer) -> None:
    driver.script(*_HANG)
    while not _is_sweeping(driver):
        sidecar.ask()
