"""One provider in a daemon thread of its own: sweeps while somebody asks, and rests otherwise.

A driver call cannot be interrupted. One that hangs keeps this thread and nothing else: no second
call is made meanwhile, the other providers go on, and the process can still end.
"""

import threading
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from sidecar.contract import ProviderState, ProviderStatus
from sidecar.demand import Demand
from sidecar.log import log
from sidecar.providers.provider import Provider, ProviderError
from sidecar.snapshot import Device, Reading

ABSENT_RETRY_SECONDS = 45.0
"""How long a vendor without a driver is left alone: what comes is seen within a minute."""

FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 2.0, 60.0
"""A driver that is there but fails is tried again at intervals that double from first to last."""

HANDLES_HELD_SECONDS = 30.0
"""How long after the last sweep the driver is kept open: after that a laptop's GPU may sleep."""

Rows = tuple[tuple[Device, Reading], ...]


class Report(Struct, frozen=True, kw_only=True):
    """What one provider said in one sweep.

    Attributes:
        status: How the provider is.
        rows: What it read, a row per device.
        began_at_ms: When the sweep began, in milliseconds since the epoch: none of its values is
            older, and a driver that took long has told them long ago.
        answered_at: When the sweep ended, in monotonic seconds: the driver answers, if slowly.

    """

    status: ProviderStatus
    rows: Rows
    began_at_ms: int
    answered_at: float


class ProviderThread:
    """Sweeps one provider.

    Args:
        provider: What it sweeps.
        demand: Whether somebody asks, and how often to sweep.
        on_report: Called in this thread when there is a new report, or the old one is withdrawn.
        clock: Monotonic seconds.
        sleep: Lets seconds pass.

    Attributes:
        report: The outcome of the last sweep; None while there is none that may still be shown.
        busy_since: Monotonic seconds since when a report is awaited; None when none is.
        resting: Whether it must be woken to sweep.

    """

    def __init__(
        self,
        provider: Provider,
        demand: Demand,
        on_report: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = provider.name
        self.report: Report | None = None
        self.busy_since: float | None = None
        self._provider = provider
        self._demand = demand
        self._on_report = on_report
        self._clock = clock
        self._sleep = sleep
        self._is_open = False
        self._devices: Sequence[Device] = ()
        self._retry_seconds = FIRST_RETRY_SECONDS
        self.resting = True
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=provider.name, daemon=True)

    def start(self) -> None:
        """Start the thread; it rests until wake()."""
        self._thread.start()

    def wake(self, now: float) -> None:
        """Tell a resting provider that somebody asks."""
        self.resting = False
        self.busy_since = now
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._rest_until_asked()
            self._sweep_while_asked()

    def _rest_until_asked(self) -> None:
        self.report = None
        self._on_report()
        self.resting = True
        # Whoever asked before the line above did not wake us, but left its mark here.
        if not self._demand.is_recent():
            asked = self._wake.wait(HANDLES_HELD_SECONDS if self._is_open else None)
            if not asked:
                self._close()
                self._wake.wait()
        self.resting = False
        self._wake.clear()

    def _sweep_while_asked(self) -> None:
        while self._demand.is_recent():
            self.busy_since = self._clock()
            self.report = self._sweep()
            self.busy_since = None
            self._on_report()
            # Not an event: nobody needs to wake a provider that is awake, and one set late by a
            # caller of wake() would end every pause at once.
            self._sleep(self._pause_seconds(self.report.status.state))

    def _pause_seconds(self, state: ProviderState) -> float:
        if state == "absent":
            return ABSENT_RETRY_SECONDS
        if state == "ready":
            self._retry_seconds = FIRST_RETRY_SECONDS
            return self._demand.interval_seconds
        pause = self._retry_seconds
        self._retry_seconds = min(2 * pause, LAST_RETRY_SECONDS)
        return pause

    def _sweep(self) -> Report:
        began_at_ms = time.time_ns() // 10**6
        state, reason, action = "ready", "", ""
        try:
            rows = self._read_all()
        except ProviderError as error:
            state, reason, action = error.state, error.reason, error.action
            rows = self._lose_all()
        except Exception:  # noqa: BLE001 - a fault in a provider costs its own GPUs only
            log().exception("provider %s failed", self.name)
            state = "unavailable"
            reason = "Reading these GPUs failed in an unexpected way."
            action = "Please report it, with the sidecar's log."
            rows = self._lose_all()
        status = ProviderStatus(
            name=self.name, state=state, device_count=len(rows), reason=reason, action=action
        )
        return Report(status=status, rows=rows, began_at_ms=began_at_ms, answered_at=self._clock())

    def _read_all(self) -> Rows:
        if not self._is_open:
            self._provider.open()
            self._is_open = True
        self._devices = self._provider.devices()
        return tuple((device, self._provider.read(device)) for device in self._devices)

    def _lose_all(self) -> Rows:
        """Let go of the driver; what it showed before stays listed as lost until it is back."""
        self._close()
        return tuple((device, Reading(status="lost")) for device in self._devices)

    def _close(self) -> None:
        self._is_open = False
        try:
            self._provider.close()
        except Exception:  # noqa: BLE001 - a fault in a provider must not end its thread
            log().exception("provider %s cannot be closed", self.name)
