"""Which alerts fire: ok → pending → firing → ok, for each GPU and rule.

Pure: it is told the time together with the GPUs. The ``sampler`` calls it once per snapshot;
``alert_rules`` says what is watched.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from sidecar.alert_rules import RULES, Excess, Rule
from sidecar.contract import AlertThresholds, GpuAlert, GpuMetrics, GpuStatus


class Moment(Struct, frozen=True, kw_only=True):
    """When and by what the GPUs are judged.

    Attributes:
        seconds: Monotonic seconds.
        unknown_after_seconds: After so long without a value, what it said before is no evidence.
        thresholds: The limits in force.

    """

    seconds: float
    unknown_after_seconds: float
    thresholds: AlertThresholds


class Alerts:
    """Remembers per GPU what has been so for how long."""

    def __init__(self) -> None:
        self._watches: dict[str, _Watch] = {}

    def judge(self, gpus: Iterable[GpuMetrics], moment: Moment) -> tuple[GpuMetrics, ...]:
        """Return the GPUs with what fires for each. One that is no longer there is forgotten."""
        before, self._watches = self._watches, {}
        judged: list[GpuMetrics] = []
        for gpu in gpus:
            watch = before.get(gpu.gpu_id)
            # What was wrong with a GPU is over when it powers down.
            if watch is None or gpu.status == "asleep":
                watch = _Watch()
            self._watches[gpu.gpu_id] = watch
            alerts = watch.alerts(gpu, moment)
            judged.append(msgspec.structs.replace(gpu, alerts=alerts) if alerts else gpu)
        return tuple(judged)


class _Watch:
    """All rules for one GPU."""

    def __init__(self) -> None:
        self._rules = [
            (
                rule,
                _Signal(rule, rule.excess),
                _Signal(rule, rule.critical_excess) if rule.critical_excess else None,
            )
            for rule in RULES
        ]
        self._judged: tuple[int, GpuStatus] | None = None
        self._alerts: list[GpuAlert] = []

    def alerts(self, gpu: GpuMetrics, moment: Moment) -> list[GpuAlert]:
        sample = gpu.sampled_at, gpu.status
        # Another vendor's sweep makes a snapshot too: the same sample twice proves no duration.
        if gpu.status != "ok" or sample != self._judged:
            self._judged = sample
            self._alerts = self._judge(gpu, moment)
        return self._alerts

    def _judge(self, gpu: GpuMetrics, moment: Moment) -> list[GpuAlert]:
        alerts: list[GpuAlert] = []
        for rule, raised, critical in self._rules:
            raised.see(gpu, moment)
            if critical:
                critical.see(gpu, moment)
            if raised.on:
                severity = "critical" if critical and critical.on else rule.severity
                alerts.append(GpuAlert(rule=rule.name, severity=severity, since=raised.since_ms))
        return alerts


class _Signal:
    """On once the excess has lasted, off once it has been gone, for the rule's times.

    Attributes:
        on: Whether it is on.
        since_ms: Since when the excess lasts, in milliseconds since the epoch; while it is on.

    """

    def __init__(self, rule: Rule, excess: Excess) -> None:
        self.on = False
        self.since_ms = 0
        self._rule = rule
        self._excess = excess
        # Since when, and until when so far, the samples have said the opposite of `on`.
        self._turning_since: float | None = None
        self._turning_since_ms = 0
        self._turning_until_ms = 0

    def see(self, gpu: GpuMetrics, moment: Moment) -> None:
        excess = self._excess(gpu, moment.thresholds)
        if excess is None:
            return
        on = excess >= -self._rule.eased_by if self.on else excess > 0
        if on == self.on:
            self._turning_since = None
            return
        # By the wall clock: the monotonic one may stand still while the computer sleeps.
        gap_seconds = (gpu.sampled_at - self._turning_until_ms) / 1000
        if self._turning_since is None or gap_seconds > moment.unknown_after_seconds:
            self._turning_since, self._turning_since_ms = moment.seconds, gpu.sampled_at
        self._turning_until_ms = gpu.sampled_at
        needed = self._rule.for_seconds if on else self._rule.clear_for_seconds
        if moment.seconds - self._turning_since >= needed:
            self.on, self.since_ms = on, self._turning_since_ms
            self._turning_since = None
