"""The last hour of each GPU, in memory that does not grow.

A track holds two rings of rows: every half second for ten minutes, and every four seconds, thinned
from the first, for an hour. A row takes 10 bytes, a GPU 21 kB, MAX_GPUS 5.4 MB.

Thinning takes the mean of what is a share of time or a rate (utilization, power: the area under
the curve stays) and the highest of what has a limit to stay below (memory, temperature: a peak
stays visible).
"""

import threading
from collections.abc import Iterable, Sequence
from struct import Struct

import msgspec
from msgspec import UNSET, structs

from sidecar.contract import GpuHistory, GpuHistoryColumns, GpuHistoryQuery, GpuMetrics
from sidecar.sampler import STALE_AFTER_INTERVALS

FINE_STEP_MS, FINE_SLOTS = 500, 1200
"""The shortest interval, for ten minutes: what a chart of a short window can show."""

COARSE_STEP_MS, COARSE_SLOTS = 4000, 900
"""An hour, finer than any chart of an hour is drawn."""

MAX_GPUS = 256
"""How many GPUs are remembered; beyond, the one that was seen longest ago is forgotten."""

MAX_CLOCK_CORRECTION_MS = 5000
"""A clock set back by less is being corrected; by more, the past has lost its place in time."""

# utilization, temperature, memory in MiB, power in tenths of a watt
_LAYOUT = Struct("<BBII")
_Row = tuple[int, int, int, int]
_UNKNOWN: _Row = (254, 255, 0xFFFFFFFF, 0xFFFFFFFF)
_NO_SAMPLE = b"\xff" * _LAYOUT.size
_NOTHING_SAMPLED = 255  # the utilization of _NO_SAMPLE


class History:
    """Remembers snapshots; written by the providers' threads, read by whoever answers."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Track] = {}
        self._lock = threading.Lock()
        self._version = 0
        self._last: tuple[object, GpuHistory] | None = None

    def record(self, gpus: Iterable[GpuMetrics]) -> None:
        """Remember what is new in a snapshot."""
        with self._lock:
            for gpu in gpus:
                track = self._tracks.get(gpu.gpu_id) or self._new_track(gpu.gpu_id)
                self._version += track.record(gpu)

    def read(self, query: GpuHistoryQuery, now_ms: int, interval_seconds: float) -> GpuHistory:
        """Return the last part of what is remembered.

        Args:
            query: How much of it, and how fine.
            now_ms: Milliseconds since the epoch.
            interval_seconds: Between two sweeps: no points are closer to each other.

        """
        view = _View.of(query, round(interval_seconds * 1000), now_ms)
        with self._lock:
            # Several windows and a batch ask for the same: the work is that of one.
            key = view, self._version
            last = self._last
            if last is not None and last[0] == key:
                return last[1]
            tracks = self._tracks.items()
            shown = {gpu_id: each for gpu_id, each in tracks if each.sampled_at >= view.first_ms}
            since_ms = min((each.since for each in shown.values()), default=view.end_ms)
            view = view.beginning_at(since_ms)
            first, end = view.first_ms // view.slot_ms, view.end_ms // view.slot_ms
            rows = [each.rows(first, end, fine=view.is_fine) for each in shown.values()]
        history = GpuHistory(
            timestamps=list(range(view.start_ms, view.end_ms, view.step_ms)),
            gpus=[
                _columns(gpu_id, _thinned(each, view.step_slots, view.held_slots))
                for gpu_id, each in zip(shown, rows, strict=True)
            ],
        )
        self._last = key, history
        return history

    def _new_track(self, gpu_id: str) -> "_Track":
        if len(self._tracks) >= MAX_GPUS:
            del self._tracks[min(self._tracks, key=lambda each: self._tracks[each].sampled_at)]
        track = self._tracks[gpu_id] = _Track()
        return track


class _View(msgspec.Struct, frozen=True):
    """A part of the past, cut into steps.

    The steps are counted from the epoch, so that a point keeps its place and value from one poll
    to the next.
    """

    start_ms: int
    end_ms: int
    slot_ms: int
    step_slots: int
    held_slots: int

    @classmethod
    def of(cls, query: GpuHistoryQuery, interval_ms: int, now_ms: int) -> "_View":
        window_ms = query.window_seconds * 1000
        slot_ms = FINE_STEP_MS if window_ms <= FINE_STEP_MS * FINE_SLOTS else COARSE_STEP_MS
        step_slots = _ceil(max(_ceil(window_ms, query.max_points), interval_ms), slot_ms)
        step_ms = step_slots * slot_ms
        end_ms = (now_ms // step_ms + 1) * step_ms
        return cls(
            start_ms=end_ms - _ceil(window_ms, step_ms) * step_ms,
            end_ms=end_ms,
            slot_ms=slot_ms,
            step_slots=step_slots,
            held_slots=_ceil(STALE_AFTER_INTERVALS * interval_ms, slot_ms),
        )

    @property
    def is_fine(self) -> bool:
        return self.slot_ms == FINE_STEP_MS

    @property
    def step_ms(self) -> int:
        return self.step_slots * self.slot_ms

    @property
    def first_ms(self) -> int:
        """When a sample may have been taken that still holds at the start."""
        return self.start_ms - self.held_slots * self.slot_ms

    def beginning_at(self, since_ms: int) -> "_View":
        """Return it without the steps before ``since_ms``."""
        start_ms = max(self.start_ms, since_ms // self.step_ms * self.step_ms)
        return structs.replace(self, start_ms=start_ms)


class _Track:
    """What is remembered of one GPU.

    Attributes:
        since: When the first sample was taken, in milliseconds since the epoch.
        sampled_at: The same of the last one.

    """

    def __init__(self) -> None:
        self._forget()

    def record(self, gpu: GpuMetrics) -> bool:
        """Remember a sample. Return whether it was a new one."""
        if gpu.sampled_at <= self.sampled_at:
            if self.sampled_at - gpu.sampled_at < MAX_CLOCK_CORRECTION_MS:
                return False  # the same sample again, as a rule
            self._forget()
        row = _row(gpu)
        self._fine.put(gpu.sampled_at // FINE_STEP_MS, row)
        if gpu.sampled_at // COARSE_STEP_MS != self.sampled_at // COARSE_STEP_MS:
            self._thin()
            self._unthinned.clear()
        self._unthinned.append(row)
        self.since = self.since or gpu.sampled_at
        self.sampled_at = gpu.sampled_at
        return True

    def rows(self, first: int, end: int, *, fine: bool) -> list[_Row]:
        """Return the rows of the slots from ``first`` to before ``end``."""
        if fine:
            return self._fine.rows(first, end)
        self._thin()
        return self._coarse.rows(first, end)

    def _forget(self) -> None:
        self.since = 0
        self.sampled_at = 0
        self._fine = _Ring(FINE_SLOTS)
        self._coarse = _Ring(COARSE_SLOTS)
        self._unthinned: list[_Row] = []

    def _thin(self) -> None:
        """Bring the coarse ring up to the last sample."""
        if self._unthinned:
            self._coarse.put(self.sampled_at // COARSE_STEP_MS, _merged(self._unthinned))


class _Ring:
    """Rows by slot: the number of steps since the epoch. Holds those up to the newest one."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._bytes = bytearray(_NO_SAMPLE * size)
        self._newest = 0

    def put(self, slot: int, row: _Row) -> None:
        """Put a row into a slot that is not older than the newest."""
        skipped = min(slot - self._newest, self._size) - 1
        run = _NO_SAMPLE * skipped + _LAYOUT.pack(*row)
        end = (slot % self._size + 1) * _LAYOUT.size
        begin = end - len(run)
        if begin < 0:
            self._bytes[begin:] = run[:-end]
            run, begin = run[-end:], 0
        self._bytes[begin:end] = run
        self._newest = slot

    def rows(self, first: int, end: int) -> list[_Row]:
        """Return the rows of the slots from ``first`` to before ``end``, whatever is held."""
        oldest = self._newest - self._size + 1
        held_first = min(max(first, oldest), end)
        held_end = max(min(end, self._newest + 1), held_first)
        begin = held_first % self._size * _LAYOUT.size
        length = (held_end - held_first) * _LAYOUT.size
        held = self._bytes[begin : begin + length]
        held += self._bytes[: length - len(held)]
        before = _NO_SAMPLE * (held_first - first)
        after = _NO_SAMPLE * (end - held_end)
        return list(_LAYOUT.iter_unpack(before + held + after))


def _row(gpu: GpuMetrics) -> _Row:
    if gpu.status != "ok":
        return _UNKNOWN
    power = gpu.power_usage_w
    return (
        _UNKNOWN[0] if gpu.utilization is None else gpu.utilization,
        _UNKNOWN[1] if gpu.temperature_c is None else gpu.temperature_c,
        _UNKNOWN[2] if gpu.memory_used_mb is None else gpu.memory_used_mb,
        _UNKNOWN[3] if power is UNSET else round(power * 10),
    )


def _thinned(rows: Sequence[_Row], slots: int, held_slots: int) -> list[_Row]:
    """Return a row for each ``slots`` rows after the first ``held_slots``.

    Where nothing was sampled, the last sample holds for ``held_slots``, and then nothing does.
    """
    last, last_slot = _UNKNOWN, -held_slots - 1
    samples: list[list[_Row]] = [[] for _ in range(held_slots, len(rows), slots)]
    points: list[_Row] = []
    sampled = [(slot, row) for slot, row in enumerate(rows) if row[0] != _NOTHING_SAMPLED]
    for slot, row in sampled:
        if slot >= held_slots:
            samples[(slot - held_slots) // slots].append(row)
        else:
            last, last_slot = row, slot
    for begin, here in zip(range(held_slots, len(rows), slots), samples, strict=True):
        if here:
            points.append(_merged(here))
            last, last_slot = here[-1], begin + slots - 1
        else:
            points.append(last if begin - last_slot <= held_slots else _UNKNOWN)
    return points


def _merged(rows: Sequence[_Row]) -> _Row:
    if len(rows) == 1:
        return rows[0]
    unknown_busy, unknown_temperature, unknown_memory, unknown_power = _UNKNOWN
    busy = [row[0] for row in rows if row[0] != unknown_busy]
    temperature = [row[1] for row in rows if row[1] != unknown_temperature]
    memory = [row[2] for row in rows if row[2] != unknown_memory]
    power = [row[3] for row in rows if row[3] != unknown_power]
    return (
        round(sum(busy) / len(busy)) if busy else _UNKNOWN[0],
        max(temperature, default=_UNKNOWN[1]),
        max(memory, default=_UNKNOWN[2]),
        round(sum(power) / len(power)) if power else _UNKNOWN[3],
    )


def _columns(gpu_id: str, rows: Iterable[_Row]) -> GpuHistoryColumns:
    busy, temperature, memory, power = (
        [None if value == unknown else value for value in column]
        for column, unknown in zip(zip(*rows, strict=True), _UNKNOWN, strict=True)
    )
    return GpuHistoryColumns(
        gpu_id=gpu_id,
        utilization=busy,
        memory_used_mb=memory,
        temperature_c=temperature,
        power_usage_w=[None if tenths is None else tenths / 10 for tenths in power],
    )


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
