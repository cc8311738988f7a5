"""An hour of each GPU in bounded memory."""

import tracemalloc

import pytest

from sidecar import history as history_module
from sidecar.contract import GpuHistory, GpuHistoryQuery, GpuMetrics
from sidecar.history import COARSE_SLOTS, FINE_SLOTS, MAX_GPUS, History

START_MS = 1_763_800_000_000
INTERVAL_SECONDS = 2.0


def gpu(
    at_ms: int, utilization: int | None = 50, gpu_id: str = "GPU-0", **fields: object
) -> GpuMetrics:
    values: dict[str, object] = {
        "memory_used_mb": 1000,
        "temperature_c": 60,
        "power_usage_w": 100.0,
        "status": "ok",
    }
    return GpuMetrics(
        gpu_id=gpu_id,
        utilization=utilization,
        memory_total_mb=24_000,
        name="a GPU",
        vendor="other",
        memory_kind="dedicated",
        sampled_at=at_ms,
        alerts=[],
        **values | fields,  # type: ignore[arg-type]
    )


def history_of(*samples: GpuMetrics) -> History:
    history = History()
    for sample in samples:
        history.record([sample])
    return history


def read(
    history: History,
    now_ms: int,
    window_seconds: int = 60,
    max_points: int = 300,
    interval_seconds: float = INTERVAL_SECONDS,
) -> GpuHistory:
    query = GpuHistoryQuery(window_seconds=window_seconds, max_points=max_points)
    return history.read(query, now_ms, interval_seconds)


def utilization(history: History, now_ms: int, **how: float) -> dict[int, int | None]:
    """Return the utilization of the only GPU by seconds after START_MS."""
    found = read(history, now_ms, **how)  # type: ignore[arg-type]
    (columns,) = found.gpus
    seconds = [(at_ms - START_MS) // 1000 for at_ms in found.timestamps]
    return dict(zip(seconds, columns.utilization, strict=True))


def test_points_are_evenly_spaced_and_no_closer_than_sweeps() -> None:
    # A sweep takes time of its own, so that they are never exactly the interval apart.
    history = history_of(*(gpu(START_MS + number * 2013, number) for number in range(10)))
    found = read(history, START_MS + 9 * 2013)
    steps = {
        after - before
        for before, after in zip(found.timestamps, found.timestamps[1:], strict=False)
    }
    assert steps == {2000}
    assert found.gpus[0].utilization == list(range(10))


def test_a_point_keeps_its_place_and_value_from_one_poll_to_the_next() -> None:
    history = History()
    seen: dict[int, int | None] = {}
    for number in range(200):
        now_ms = START_MS + number * 2013
        history.record([gpu(now_ms, number % 101)])
        points = utilization(history, now_ms, window_seconds=300, max_points=30)
        # The newest is still being made; the oldest may lose what is older than the window.
        for second in sorted(points)[1:-1]:
            assert seen.setdefault(second, points[second]) == points[second]
    assert len(seen) > 30


def test_a_pause_in_which_nobody_asked_is_null() -> None:
    history = history_of(gpu(START_MS, 1), gpu(START_MS + 30_000, 2))
    points = utilization(history, START_MS + 30_000)
    # A missing sample or two do not make a gap: a number is unknown after three intervals.
    assert points == {0: 1, 2: 1, 4: 1, 6: 1} | dict.fromkeys(range(8, 30, 2)) | {30: 2}


def test_an_answer_that_comes_late_ends_in_null() -> None:
    points = utilization(history_of(gpu(START_MS, 1)), START_MS + 20_000)
    assert points[6] == 1
    assert points[8] is points[20] is None


@pytest.mark.parametrize("status", ["asleep", "lost", "stale"])
def test_a_gpu_that_is_not_there_has_no_numbers(status: str) -> None:
    history = history_of(gpu(START_MS, 1), gpu(START_MS + 2000, 7, status=status))
    assert utilization(history, START_MS + 2000) == {0: 1, 2: None}


def test_a_metric_that_is_unknown_is_null_and_the_others_stay() -> None:
    history = history_of(gpu(START_MS, None, memory_used_mb=None, temperature_c=55))
    (columns,) = read(history, START_MS).gpus
    assert (columns.utilization, columns.memory_used_mb) == ([None], [None])
    assert (columns.temperature_c, columns.power_usage_w) == ([55], [100.0])


def test_zero_is_a_number_and_not_unknown() -> None:
    history = history_of(gpu(START_MS, 0, memory_used_mb=0, temperature_c=0, power_usage_w=0.0))
    (columns,) = read(history, START_MS).gpus
    assert (columns.utilization, columns.memory_used_mb) == ([0], [0])
    assert (columns.temperature_c, columns.power_usage_w) == ([0], [0.0])


@pytest.mark.parametrize("window_seconds", [60, 600, 601, 3600])
def test_thinning_keeps_the_mean_of_shares_and_the_peak_of_levels(window_seconds: int) -> None:
    history = History()
    for number in range(-1800, 0):
        peak = number == -10
        history.record(
            [
                gpu(
                    START_MS + number * 2000,
                    100 if peak else 20,
                    memory_used_mb=9000 if peak else 1000,
                )
            ]
        )
    found = read(history, START_MS - 2000, window_seconds, max_points=6)
    (columns,) = found.gpus
    assert len(found.timestamps) <= 6
    assert max(value or 0 for value in columns.memory_used_mb) == 9000
    assert 20 <= max(value or 0 for value in columns.utilization) < 60


@pytest.mark.parametrize(
    ("window_seconds", "max_points"), [(1, 1), (60, 7), (600, 600), (3599, 599)]
)
def test_there_are_never_more_points_than_asked_for(window_seconds: int, max_points: int) -> None:
    history = History()
    for number in range(2000):
        history.record([gpu(START_MS + number * 2000)])
    for late_ms in range(0, 4000, 500):
        found = read(history, START_MS + 1999 * 2000 + late_ms, window_seconds, max_points)
        assert 1 <= len(found.timestamps) <= max_points
        assert len(found.gpus[0].power_usage_w) == len(found.timestamps)


def test_an_hour_is_kept_and_no_more() -> None:
    history = History()
    for number in range(4000):
        history.record([gpu(START_MS + number * 2000, 1 if number < 2200 else 2)])
    points = utilization(history, START_MS + 3999 * 2000, window_seconds=3600, max_points=600)
    assert set(points.values()) == {2}
    assert max(points) - min(points) > 3500


def test_a_minute_between_sweeps_makes_no_gaps() -> None:
    history = history_of(*(gpu(START_MS + number * 60_400, number) for number in range(20)))
    now_ms = START_MS + 19 * 60_400
    points = utilization(history, now_ms, window_seconds=900, interval_seconds=60.0)
    assert None not in points.values()
    assert max(points.values(), key=lambda value: value or 0) == 19


def test_every_gpu_has_a_value_for_every_timestamp() -> None:
    history = History()
    history.record([gpu(START_MS, 1)])
    history.record([gpu(START_MS + 4000, 2), gpu(START_MS + 4500, 9, "GPU-1")])
    found = read(history, START_MS + 4500)
    assert [(each.gpu_id, each.utilization) for each in found.gpus] == [
        ("GPU-0", [1, 1, 2]),
        ("GPU-1", [None, None, 9]),
    ]


def test_a_gpu_that_was_not_there_in_the_window_is_left_out() -> None:
    history = history_of(gpu(START_MS, 1, "GPU-0"), gpu(START_MS + 120_000, 2, "GPU-1"))
    assert [each.gpu_id for each in read(history, START_MS + 120_000, 60).gpus] == ["GPU-1"]
    assert [each.gpu_id for each in read(history, START_MS + 120_000, 300).gpus] == [
        "GPU-0",
        "GPU-1",
    ]


def test_a_clock_that_is_set_back_starts_anew_and_one_that_is_corrected_does_not() -> None:
    history = history_of(gpu(START_MS, 1), gpu(START_MS - 1000, 2), gpu(START_MS + 2000, 3))
    assert utilization(history, START_MS + 2000) == {0: 1, 2: 3}
    history.record([gpu(START_MS - 3_600_000, 4)])
    assert list(utilization(history, START_MS - 3_600_000).values()) == [4]


def test_a_clock_that_jumps_ahead_leaves_a_gap() -> None:
    history = history_of(gpu(START_MS, 1), gpu(START_MS + 86_400_000, 2))
    points = utilization(history, START_MS + 86_400_000, window_seconds=3600)
    assert [value for value in points.values() if value is not None] == [2]


def test_a_second_look_sees_what_came_after_the_first() -> None:
    history = history_of(gpu(START_MS, 1))
    assert utilization(history, START_MS + 100) == {0: 1}
    history.record([gpu(START_MS + 1500, 3)])
    assert utilization(history, START_MS + 1600) == {0: 2}
    history.record([gpu(START_MS + 2000, 2)])
    assert utilization(history, START_MS + 2000) == {0: 2, 2: 2}
    assert utilization(history, START_MS + 2000, max_points=30) == {0: 2, 2: 2}
    assert list(utilization(history, START_MS + 2000, max_points=1).values()) == [2]


def test_memory_does_not_grow_with_time_or_with_gpus_that_come_and_go() -> None:
    history = History()
    for number in range(MAX_GPUS + 50):
        history.record([gpu(START_MS + number, gpu_id=f"GPU-{number}")])
    assert len(read(history, START_MS + 400).gpus) == MAX_GPUS
    tracemalloc.start()
    for number in range(20_000):
        history.record([gpu(START_MS + 1000 + number * 500, gpu_id=f"GPU-{MAX_GPUS}")])
    # Of the history alone: threads of other tests may still be at work.
    own = tracemalloc.Filter(inclusive=True, filename_pattern=history_module.__file__)
    grown = sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([own]).traces)
    tracemalloc.stop()
    assert grown < 20_000  # less than a byte a sample
    row_bytes = 10
    assert (FINE_SLOTS + COARSE_SLOTS) * row_bytes == 21_000
