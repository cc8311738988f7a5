"""Alerts over time: what raises one, what clears it, and what does neither."""

from typing import Any

import msgspec
import pytest
from fakes.quiet_gpu import GONE, QUIET
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct

from sidecar.alerts import Alerts, Moment
from sidecar.contract import AlertRule, AlertSeverity, AlertThresholds, GpuAlert
from sidecar.demand import DEFAULT_THRESHOLDS
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT

EPOCH_MS = 1_700_000_000_000
INTERVAL_SECONDS = 2
UNKNOWN_AFTER_SECONDS = 6


class Watched:
    """One GPU, sampled at the interval by a clock of the test's own."""

    def __init__(self) -> None:
        self.alerts = Alerts()
        self.seconds = 0
        self.thresholds = DEFAULT_THRESHOLDS

    def firing(self, **values: Any) -> list[GpuAlert]:  # noqa: ANN401 - any field of a GPU
        """Return what fires after one more interval with these values."""
        self.seconds += INTERVAL_SECONDS
        return self.judged(sampled_at=EPOCH_MS + 1000 * self.seconds, **values)

    def judged(self, **values: Any) -> list[GpuAlert]:  # noqa: ANN401 - the same
        (gpu,) = self.alerts.judge([msgspec.structs.replace(QUIET, **values)], self.moment())
        return gpu.alerts

    def moment(self) -> Moment:
        return Moment(
            seconds=self.seconds,
            unknown_after_seconds=UNKNOWN_AFTER_SECONDS,
            thresholds=self.thresholds,
        )

    def rules(self, *, seconds: int = INTERVAL_SECONDS, **values: Any) -> list[str]:  # noqa: ANN401
        """Return which rules fire after these values have been seen for so long."""
        alerts: list[GpuAlert] = []
        for _ in range(seconds // INTERVAL_SECONDS):
            alerts = self.firing(**values)
        return [alert.rule for alert in alerts]

    def severities(self, *, seconds: int, **values: Any) -> list[str]:  # noqa: ANN401
        self.rules(seconds=seconds - INTERVAL_SECONDS, **values)
        return [alert.severity for alert in self.firing(**values)]


@pytest.fixture
def gpu() -> Watched:
    return Watched()


class Row(Struct):
    """A row of the table in docs/protocol.md, as values of a GPU and seconds."""

    rule: AlertRule
    severity: AlertSeverity
    raises: dict[str, Any]
    for_seconds: int
    keeps: dict[str, Any]
    clears: dict[str, Any]
    clear_for_seconds: int


TABLE = [
    Row(
        "utilization", "info", {"utilization": 91}, 30, {"utilization": 80}, {"utilization": 79}, 10
    ),
    Row(
        "memory",
        "warning",
        {"memory_used_mb": 18_001},
        10,
        {"memory_used_mb": 17_400},
        {"memory_used_mb": 17_399},
        10,
    ),
    Row(
        "temperature",
        "warning",
        {"temperature_c": 81},
        10,
        {"temperature_c": 78},
        {"temperature_c": 77},
        10,
    ),
    # 5 s are over at the sample after 6 s.
    Row(
        "thermalThrottling",
        "critical",
        {"throttle_reasons": ["power limit reached", HARDWARE_TOO_HOT]},
        6,
        {"throttle_reasons": UNSET},
        {"throttle_reasons": []},
        10,
    ),
    Row(
        "powerBrake",
        "warning",
        {"throttle_reasons": [EXTERNAL_POWER_BRAKE]},
        6,
        {"throttle_reasons": UNSET},
        {"throttle_reasons": []},
        10,
    ),
    Row(
        "unavailable",
        "warning",
        {"status": "lost", **GONE},
        2,
        {"status": "stale", **GONE},
        {"status": "ok"},
        0,
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.rule)
def test_it_is_raised_and_cleared_after_the_times_of_its_rule(gpu: Watched, row: Row) -> None:
    assert gpu.rules(seconds=row.for_seconds, **row.raises) == []
    began_ms = EPOCH_MS + 1000 * INTERVAL_SECONDS
    assert gpu.firing(**row.raises) == [
        GpuAlert(rule=row.rule, severity=row.severity, since=began_ms)
    ]
    assert gpu.rules(seconds=60, **row.keeps) == [row.rule]
    assert gpu.rules(seconds=row.clear_for_seconds, **row.clears) == (
        [row.rule] if row.clear_for_seconds else []
    )
    assert gpu.rules(**row.clears) == []


@pytest.mark.parametrize(
    "values",
    [
        {"utilization": 90},
        {"memory_used_mb": 18_000},
        {"temperature_c": 80},
        {"throttle_reasons": ["power limit reached", "too hot: slowed down by the driver"]},
        {"status": "asleep", **GONE},
    ],
)
def test_what_is_normal_never_raises_anything(gpu: Watched, values: dict[str, Any]) -> None:
    assert gpu.rules(seconds=120, **values) == []


def test_an_excess_that_pauses_starts_anew(gpu: Watched) -> None:
    assert gpu.rules(seconds=10, temperature_c=81) == []
    assert gpu.rules(temperature_c=80) == []
    assert gpu.rules(seconds=10, temperature_c=81) == []
    assert gpu.rules(temperature_c=81) == ["temperature"]


def test_relief_that_pauses_starts_anew_and_the_alert_keeps_its_beginning(gpu: Watched) -> None:
    gpu.rules(seconds=10, temperature_c=81)
    (before,) = gpu.firing(temperature_c=81)
    gpu.rules(seconds=10, temperature_c=77)
    assert gpu.firing(temperature_c=78) == [before]
    assert gpu.rules(seconds=10, temperature_c=77) == ["temperature"]
    assert gpu.rules(temperature_c=77) == []


def test_a_value_that_flaps_around_its_threshold_raises_and_clears_nothing(gpu: Watched) -> None:
    seen = {tuple(gpu.rules(temperature_c=celsius)) for celsius in [81, 80] * 30}
    assert seen == {()}
    gpu.rules(seconds=12, temperature_c=81)
    seen = {tuple(gpu.rules(temperature_c=celsius)) for celsius in [77, 81] * 30}
    assert seen == {("temperature",)}


def test_memory_that_is_nearly_all_used_is_critical_until_it_is_clearly_less(gpu: Watched) -> None:
    assert gpu.severities(seconds=12, memory_used_mb=19_000) == ["warning"]
    assert gpu.severities(seconds=10, memory_used_mb=19_401) == ["warning"]
    assert gpu.severities(seconds=2, memory_used_mb=19_401) == ["critical"]
    assert gpu.severities(seconds=30, memory_used_mb=18_800) == ["critical"]
    assert gpu.severities(seconds=10, memory_used_mb=18_799) == ["critical"]
    assert gpu.severities(seconds=2, memory_used_mb=18_799) == ["warning"]


def test_little_free_memory_is_critical_whatever_its_share(gpu: Watched) -> None:
    values = {"memory_used_mb": 19_000}
    assert gpu.severities(seconds=12, memory_free_mb=512, **values) == ["warning"]
    assert gpu.severities(seconds=12, memory_free_mb=511, **values) == ["critical"]


def test_little_free_memory_is_no_alert_of_a_small_gpu_that_is_mostly_empty(gpu: Watched) -> None:
    small = {"memory_total_mb": 500, "memory_used_mb": 50, "memory_free_mb": 450}
    assert gpu.rules(seconds=60, **small) == []


@pytest.mark.parametrize(("limit", "warm", "critical"), [(UNSET, 89, 90), (100, 94, 95)])
def test_heat_near_what_the_device_bears_is_critical(
    gpu: Watched,
    limit: Any,  # noqa: ANN401 - a number or UNSET
    warm: int,
    critical: int,
) -> None:
    values = {"temperature_limit_c": limit}
    assert gpu.severities(seconds=12, temperature_c=warm, **values) == ["warning"]
    assert gpu.severities(seconds=12, temperature_c=critical, **values) == ["critical"]


def test_heat_that_is_critical_at_once_is_raised_as_critical_in_the_usual_time(
    gpu: Watched,
) -> None:
    assert gpu.rules(seconds=10, temperature_c=99) == []
    assert gpu.severities(seconds=2, temperature_c=99) == ["critical"]


def test_nothing_is_critical_below_a_threshold_that_was_raised(gpu: Watched) -> None:
    gpu.thresholds = AlertThresholds(utilization_percent=100, memory_percent=100, temperature_c=110)
    worst = {"utilization": 100, "memory_used_mb": 20_000, "temperature_c": 110}
    assert gpu.rules(seconds=60, **worst) == []


def test_a_missing_value_neither_raises_nor_clears(gpu: Watched) -> None:
    gpu.rules(seconds=8, temperature_c=81)
    assert gpu.rules(seconds=4, temperature_c=None) == []
    assert gpu.rules(temperature_c=81) == ["temperature"]
    assert gpu.rules(seconds=600, temperature_c=None) == ["temperature"]
    # What was said before does not count any more, neither does what was not said.
    assert gpu.rules(seconds=10, temperature_c=40) == ["temperature"]
    assert gpu.rules(temperature_c=40) == []


def test_three_intervals_without_a_value_and_what_was_pending_starts_anew(gpu: Watched) -> None:
    gpu.rules(seconds=10, temperature_c=81)
    assert gpu.rules(seconds=UNKNOWN_AFTER_SECONDS, temperature_c=None) == []
    assert gpu.rules(seconds=10, temperature_c=81) == []
    assert gpu.rules(temperature_c=81) == ["temperature"]


def test_a_computer_that_slept_starts_what_was_pending_anew(gpu: Watched) -> None:
    gpu.rules(seconds=8, temperature_c=81)
    # Where the monotonic clock stands still meanwhile, the time of the sample does not.
    hour_later_ms = EPOCH_MS + 1000 * (gpu.seconds + 3600)
    gpu.seconds += 4
    assert gpu.judged(temperature_c=81, sampled_at=hour_later_ms) == []
    gpu.seconds += 10
    (alert,) = gpu.judged(temperature_c=81, sampled_at=hour_later_ms + 6000)
    assert alert.since == hour_later_ms


def test_the_same_sample_seen_again_proves_no_duration(gpu: Watched) -> None:
    gpu.rules(temperature_c=81)
    sampled_at = EPOCH_MS + 1000 * gpu.seconds
    gpu.seconds += 60
    assert gpu.judged(temperature_c=81, sampled_at=sampled_at) == []
    # Below the time after which a sample is no evidence any more.
    assert len(gpu.judged(temperature_c=81, sampled_at=sampled_at + 5000)) == 1


def test_at_a_long_interval_the_second_sample_raises() -> None:
    alerts = Alerts()

    def rules_at(seconds: int) -> list[str]:
        moment = Moment(seconds=seconds, unknown_after_seconds=180, thresholds=DEFAULT_THRESHOLDS)
        hot = msgspec.structs.replace(QUIET, temperature_c=81, sampled_at=1000 * seconds)
        return [alert.rule for alert in alerts.judge([hot], moment)[0].alerts]

    assert rules_at(60) == []
    assert rules_at(120) == ["temperature"]


def test_another_threshold_keeps_what_fires_and_what_is_pending(gpu: Watched) -> None:
    gpu.rules(seconds=8, temperature_c=85)
    gpu.thresholds = msgspec.structs.replace(DEFAULT_THRESHOLDS, temperature_c=84)
    assert gpu.rules(seconds=4, temperature_c=85) == ["temperature"]
    gpu.thresholds = msgspec.structs.replace(DEFAULT_THRESHOLDS, temperature_c=95)
    assert gpu.rules(seconds=10, temperature_c=85) == ["temperature"]
    assert gpu.rules(temperature_c=85) == []


def test_a_lost_gpu_is_unavailable_and_keeps_what_it_last_complained_about(gpu: Watched) -> None:
    gpu.rules(seconds=12, temperature_c=99)
    lost = {"status": "lost", **GONE}
    assert gpu.rules(seconds=60, **lost) == ["temperature", "unavailable"]
    assert gpu.rules(temperature_c=40) == ["temperature"]
    assert gpu.rules(seconds=10, temperature_c=40) == []


def test_a_stale_gpu_is_unavailable_since_its_last_sample(gpu: Watched) -> None:
    last_sample_ms = EPOCH_MS + 1000 * gpu.seconds
    stale = {"status": "stale", "sampled_at": last_sample_ms, **GONE}
    assert gpu.judged(**stale) == []
    gpu.seconds += INTERVAL_SECONDS
    alerts = gpu.judged(**stale)
    assert [(alert.rule, alert.since) for alert in alerts] == [("unavailable", last_sample_ms)]


def test_powering_down_clears_everything_at_once(gpu: Watched) -> None:
    values = {"utilization": 100, "memory_used_mb": 20_000, "temperature_c": 99}
    assert gpu.rules(seconds=32, **values) == ["utilization", "memory", "temperature"]
    assert gpu.rules(status="asleep", **GONE) == []
    assert gpu.rules(**values) == []


def test_gpus_are_judged_each_for_itself_and_forgotten_when_they_vanish() -> None:
    watched = Watched()
    hot = msgspec.structs.replace(QUIET, gpu_id="GPU-1", temperature_c=99)
    fires: dict[str, list[str]] = {}
    for _ in range(6):
        watched.seconds += 2
        at = EPOCH_MS + 1000 * watched.seconds
        gpus = [msgspec.structs.replace(each, sampled_at=at) for each in (QUIET, hot)]
        judged = watched.alerts.judge(gpus, watched.moment())
        fires = {each.gpu_id: [alert.rule for alert in each.alerts] for each in judged}
    assert fires == {"GPU-0": [], "GPU-1": ["temperature"]}
    watched.alerts.judge([QUIET], watched.moment())
    (again,) = watched.alerts.judge([hot], watched.moment())
    assert again.alerts == []


@given(st.lists(st.one_of(st.none(), st.integers(min_value=30, max_value=78)), max_size=60))
def test_a_temperature_that_never_exceeds_its_threshold_never_fires(
    temperatures: list[int | None],
) -> None:
    watched = Watched()
    assert not any(watched.firing(temperature_c=celsius) for celsius in temperatures)
