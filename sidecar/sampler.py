"""Merges what the providers report into one snapshot, and hands it out without waiting.

The provider threads call from one side, whoever answers requests from the other.
"""

import threading
import time
from collections.abc import Callable, Iterable
from itertools import count
from math import inf

import msgspec
from msgspec import UNSET, Struct, structs

from sidecar.alerts import Alerts, Moment
from sidecar.contract import GpuMetrics, GpuStatusReport, ProviderStatus
from sidecar.demand import Demand
from sidecar.metrics import gpu_metrics, without_numbers
from sidecar.provider_thread import ProviderThread, Report
from sidecar.providers.provider import LONGEST_REST_SECONDS, Provider
from sidecar.snapshot import Device, Reading, Snapshot

CALL_DEADLINE_SECONDS = 2.5
"""A provider that takes longer does not answer. Below the 3 s that a first request may wait."""

STALE_AFTER_INTERVALS = 3
"""After so many intervals without a report, a number is unknown rather than frozen.

They count from the end of the last sweep: a driver that is slow but answers is not silent.
"""

_encode = msgspec.json.encode


class Sampler:
    """Owns the providers' threads and the published snapshot."""

    def __init__(self, demand: Demand) -> None:
        self._demand = demand
        self._threads: list[ProviderThread] = []
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._ids: dict[str, str] = {}
        self._next_number = count()
        self._alerts = Alerts()
        self.on_snapshot: Callable[[], None] = lambda: None
        """Called in a provider's thread when its report makes the first snapshot."""
        self.on_publish: Callable[[Iterable[GpuMetrics]], None] = lambda _: None
        """Called with each new snapshot's GPUs, in the thread that made it."""

    def start(self, providers: Iterable[Provider]) -> None:
        """Give each provider its thread; none touches a driver before the first request.

        Requests may have come before: that is how the sidecar answers while it still imports.
        """
        self._threads = [ProviderThread(each, self._demand, self._on_report) for each in providers]
        for thread in self._threads:
            thread.start()

    def latest(self) -> Snapshot | None:
        """Return what is known, and keep the sweeps going. Never waits for a driver.

        None at first and after a pause, until each provider has reported, at the latest
        CALL_DEADLINE_SECONDS after the first request; ``on_snapshot`` tells when.
        """
        now = time.monotonic()
        self._demand.asked_at = now
        for thread in self._threads:
            if thread.resting:
                thread.wake(now)
        snapshot = self._snapshot
        if (
            snapshot is None
            or now >= snapshot.valid_until
            # It was made when they were wanted, and they are no longer.
            or (snapshot.has_process_names and not self._demand.process_names)
        ):
            snapshot = self._publish()
        return snapshot

    def pci_addresses(self) -> dict[str, str]:
        """Return where each GPU is, by gpuId: to find it in another tool, never for the wire."""
        reports = [thread.report for thread in self._threads if thread.report]
        devices = [device for report in reports for device, _ in report.rows]
        return {self._ids[each.key]: each.pci_address for each in devices if each.key in self._ids}

    def _on_report(self) -> None:
        before = self._snapshot
        if self._publish() and before is None:
            self.on_snapshot()

    def _publish(self) -> Snapshot | None:
        with self._lock:
            self._snapshot = self._merge(time.monotonic())
            if self._snapshot:
                self.on_publish(self._snapshot.gpus)
            return self._snapshot

    def _merge(self, now: float) -> Snapshot | None:
        views = [_View.of(thread, now) for thread in self._threads]
        reports = [view.report for view in views if view.report]
        if not views or any(view.report is None and not view.overdue for view in views):
            return None
        # Only now, when nobody is missing any more: the order of the reports must not matter.
        self._number_new_devices(reports)
        stale_after = STALE_AFTER_INTERVALS * self._demand.interval_seconds
        gpus = {gpu.gpu_id: gpu for report in reports for gpu in self._rows(report, now)}
        judged = self._alerts.judge(
            (gpu for gpu_id in self._ids.values() if (gpu := gpus.get(gpu_id))),
            Moment(
                seconds=now,
                unknown_after_seconds=evidence_seconds(self._demand.interval_seconds),
                thresholds=self._demand.thresholds,
            ),
        )
        # A call that begins after this moment can be overdue CALL_DEADLINE_SECONDS later at first.
        changes = [now + stale_after, now + CALL_DEADLINE_SECONDS]
        changes += [view.overdue_at for view in views]
        changes += [report.answered_at + stale_after for report in reports]
        return Snapshot(
            gpus=judged,
            gpus_json=_encode(judged),
            report=GpuStatusReport(
                providers=[view.status for view in views],
                interval_ms=round(self._demand.interval_seconds * 1000),
                asleep=[gpu.gpu_id for gpu in judged if gpu.status == "asleep"],
            ),
            has_process_names=any(gpu.processes is not UNSET for gpu in judged),
            valid_until=min(moment for moment in changes if moment > now),
        )

    def _rows(self, report: Report, now: float) -> Iterable[GpuMetrics]:
        stale_after = STALE_AFTER_INTERVALS * self._demand.interval_seconds
        stale = now - report.answered_at >= stale_after
        for device, reading in report.rows:
            told = reading if self._demand.process_names else _without_names(reading)
            gpu = gpu_metrics(self._ids[device.key], device, told, report.began_at_ms)
            # A GPU that sleeps or is lost has no numbers that could be out of date.
            yield without_numbers(gpu) if stale and gpu.status == "ok" else gpu

    def _number_new_devices(self, reports: Iterable[Report]) -> None:
        devices = [device for report in reports for device, _ in report.rows]
        for device in sorted(devices, key=_order):
            if device.key not in self._ids:
                self._ids[device.key] = f"GPU-{next(self._next_number)}"


def evidence_seconds(interval_seconds: float) -> float:
    """Return for how long a sample tells what still is so: until another is overdue for sure.

    Values that have no new sample since the GPU is left to fall asleep are not unknown.
    """
    return STALE_AFTER_INTERVALS * interval_seconds + LONGEST_REST_SECONDS


class _View(Struct, frozen=True):
    """One provider at one moment: its thread changes meanwhile."""

    name: str
    report: Report | None
    overdue: bool
    overdue_at: float

    @classmethod
    def of(cls, thread: ProviderThread, now: float) -> "_View":
        busy_since = thread.busy_since
        overdue_at = inf if busy_since is None else busy_since + CALL_DEADLINE_SECONDS
        return cls(thread.name, thread.report, now >= overdue_at, overdue_at)

    @property
    def status(self) -> ProviderStatus:
        if self.report is not None and not self.overdue:
            return self.report.status
        return ProviderStatus(
            name=self.name,
            state="unresponsive",
            device_count=len(self.report.rows) if self.report else 0,
            reason="The driver does not answer.",
            action="If it stays so, end the programs that use the GPU, or restart the computer.",
        )


def _without_names(reading: Reading) -> Reading:
    """Hold back the names: providers ask for them now and then only, and repeat them meanwhile."""
    if reading.process_names is None:
        return reading
    return structs.replace(reading, process_names=None)


def _order(device: Device) -> tuple[bool, bool, str, str]:
    """Put the GPUs that run models first: those with memory of their own, then by place.

    A GPU whose place is not known comes last: it is lost, and must not displace the first.
    """
    return device.memory_kind == "unified", not device.pci_address, device.pci_address, device.key
