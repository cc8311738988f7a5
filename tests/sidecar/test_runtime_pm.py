"""A GPU that does nothing falls asleep although it is watched, and one that works is watched."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from fakes.amdgpu_tree import RDNA, AmdgpuTree
from fakes.intel_tree import IntelTree
from fakes.linux_tree import APP_PID, FakeGpu, LinuxTree

from sidecar.alerts import Alerts, Moment
from sidecar.demand import DEFAULT_THRESHOLDS
from sidecar.metrics import gpu_metrics
from sidecar.providers.amd.provider import AmdProvider
from sidecar.providers.intel.provider import IntelProvider
from sidecar.providers.provider import Provider
from sidecar.sampler import evidence_seconds
from sidecar.snapshot import Reading

INTERVAL_SECONDS = 2.0
DELAY_MS = 5000  # amdgpu's; a GPU is then left alone for 7.5 s, which is three sweeps
LLAMA = 4_000_100
XE_IDLE_FILE = "tile0/gt0/gtidle/idle_residency_ms"


class Bench(NamedTuple):
    """A computer with one GPU that may sleep, and the provider that reads it.

    Attributes:
        idle: Lets the GPU do nothing for an interval.
        work: Lets it work for one.

    """

    tree: LinuxTree
    gpu: FakeGpu
    provider: Provider
    idle: Callable[[], None]
    work: Callable[[], None]

    def sweep(self, live: Callable[[], None]) -> Reading:
        """Return what is read after an interval in which the GPU lived like this."""
        self.tree.now += INTERVAL_SECONDS
        live()
        # What the GPU does itself is not a look at it.
        with self.tree.watched():
            (device,) = self.provider.devices()
            return self.provider.read(device)

    def ages(self, live: Callable[[], None], sweeps: int = 20) -> list[float]:
        """Return how old the values of some sweeps were."""
        return [self.sweep(live).age_seconds for _ in range(sweeps)]

    def sweep_until_it_rests(self) -> None:
        """Sweep until an idle GPU is left alone. The test's time-out bounds it."""
        while not self.sweep(self.idle).age_seconds:
            pass


def amd(folder: Path) -> Bench:
    tree = AmdgpuTree(folder)
    gpu = tree.add(RDNA)
    return Bench(
        tree=tree,
        gpu=gpu,
        provider=AmdProvider(APP_PID, sysfs=tree.sysfs, proc=tree.proc, clock=lambda: tree.now),
        idle=lambda: gpu.set("gpu_busy_percent", 0),
        work=lambda: gpu.set("gpu_busy_percent", 60),
    )


def intel(folder: Path) -> Bench:
    tree = IntelTree(folder)
    gpu = tree.xe_discrete()
    return Bench(
        tree=tree,
        gpu=gpu,
        provider=IntelProvider(APP_PID, sysfs=tree.sysfs, proc=tree.proc, clock=lambda: tree.now),
        idle=lambda: gpu.add(XE_IDLE_FILE, round(1000 * INTERVAL_SECONDS)),
        work=lambda: None,
    )


@pytest.fixture(params=[amd, intel])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    bench: Bench = request.param(tmp_path)
    bench.gpu.may_sleep(DELAY_MS)
    bench.provider.open()
    return bench


def test_an_idle_gpu_falls_asleep_while_it_is_watched_and_is_not_woken(bench: Bench) -> None:
    def live() -> None:
        bench.idle()
        bench.gpu.fall_asleep_if_idle(bench.tree.now)

    statuses = [bench.sweep(live).status for _ in range(20)]
    assert statuses[:4] == ["ok"] * 4
    assert statuses[-10:] == ["asleep"] * 10
    assert bench.tree.woken == []


def test_a_gpu_that_stays_awake_is_looked_at_now_and_then(bench: Bench) -> None:
    bench.sweep_until_it_rests()
    assert bench.ages(bench.idle, sweeps=7) == [4, 6, 0, 2, 4, 6, 0]


def test_a_gpu_that_works_is_read_in_every_sweep(bench: Bench) -> None:
    assert not any(bench.ages(bench.work))


def test_work_that_begins_is_seen_when_the_rest_is_over_and_from_then_on(bench: Bench) -> None:
    bench.sweep_until_it_rests()
    assert bench.ages(bench.work, sweeps=7) == [4, 6, 0, 0, 0, 0, 0]


def test_a_short_pause_between_two_prompts_is_not_idle(bench: Bench) -> None:
    for _ in range(10):
        assert bench.ages(bench.work, 1) == [0]
        assert bench.ages(bench.idle, 2) == [0, 0]


def test_a_value_that_is_repeated_tells_when_it_was_read(bench: Bench) -> None:
    bench.sweep_until_it_rests()
    (device,) = bench.provider.devices()
    reading = bench.provider.read(device)
    assert gpu_metrics("GPU-0", device, reading, 100_000).sampled_at == 98_000


def test_an_alert_clears_on_a_gpu_that_is_left_alone(tmp_path: Path) -> None:
    bench, alerts = amd(tmp_path), Alerts()
    bench.gpu.may_sleep(DELAY_MS)
    bench.provider.open()

    def rules(live: Callable[[], None], celsius: int) -> list[str]:
        bench.gpu.set("hwmon/hwmon3/temp1_input", 1000 * celsius)
        reading = bench.sweep(live)
        (device,) = bench.provider.devices()
        moment = Moment(
            seconds=bench.tree.now,
            unknown_after_seconds=evidence_seconds(INTERVAL_SECONDS),
            thresholds=DEFAULT_THRESHOLDS,
        )
        gpu = gpu_metrics("GPU-0", device, reading, round(1000 * bench.tree.now))
        return [alert.rule for alert in alerts.judge([gpu], moment)[0].alerts]

    assert [rules(bench.work, 99) for _ in range(20)][-1] == ["temperature"]
    assert [rules(bench.idle, 99) for _ in range(20)][-1] == ["temperature"]
    assert [rules(bench.idle, 40) for _ in range(20)][-1] == []


@pytest.mark.parametrize(
    ("file", "value"),
    [
        ("control", "on"),
        ("autosuspend_delay_ms", "-1"),
        ("autosuspend_delay_ms", "0"),
        ("autosuspend_delay_ms", "15000"),
        ("runtime_usage", "1"),
    ],
)
def test_a_gpu_that_will_not_fall_asleep_soon_is_read_in_every_sweep(
    bench: Bench, file: str, value: str
) -> None:
    bench.gpu.set(f"power/{file}", value)
    assert not any(bench.ages(bench.idle))


def test_a_rest_ends_when_something_holds_the_gpu_awake(bench: Bench) -> None:
    bench.sweep_until_it_rests()
    bench.gpu.set("power/runtime_usage", 1)
    assert not any(bench.ages(bench.work))


def test_a_gpu_with_a_program_of_the_app_is_read_in_every_sweep(bench: Bench) -> None:
    bench.tree.start(LLAMA, "llama-server", parent=APP_PID)
    bench.tree.open_drm(
        LLAMA,
        5,
        next(each.name for each in (bench.gpu.folder / "drm").glob("renderD*")),
        "drm-driver:\tany",
        "drm-client-id:\t7",
        "drm-engine-compute:\t5 ns",
    )
    assert not any(bench.ages(bench.idle))
