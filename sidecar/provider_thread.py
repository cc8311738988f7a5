"""One provider in a daemon thread of its own: sweeps while somebody asks, and rests otherwise.

A driver call cannot be interrupted. One that hangs keeps this thread and nothing else: no second
call is made meanwhile, the other providers go on, and the process can still end.
"""

import logging
import threading
import time
from collections.abc import Callable

from msgspec import Struct

from sidecar.contract import ProviderStatus
from sidecar.demand import Demand
from sidecar.providers.provider import Provider, ProviderError
from sidecar.snapshot import Device, Reading

RETRY_SECONDS = 30.0
"""How long a provider without a driver is left alone: what comes back is seen within a minute."""

HANDLES_HELD_SECONDS = 30.0
"""How long after the last sweep the driver is kept open: after that a laptop's GPU may sleep."""

_log = logging.getLogger(__name__)


class Report(Struct, frozen=True, kw_only=True):
    """What one provider said in one sweep.

    Attributes:
        status: How the provider is.
        rows: What it read, a row per device.
        at: When the sweep ended, in monotonic seconds.
        at_ms: The same in milliseconds since the epoch.

    """

    status: ProviderStatus
    rows: tuple[tuple[Device, Reading], ...]
    at: float
    at_ms: int


class ProviderThread:
    """Sweeps one provider.

    Attributes:
        report: The outcome of the last sweep; None while there is none that may still be shown.
        busy_since: Monotonic seconds since when a report is awaited; None when none is.

    """

    def __init__(self, provider: Provider, demand: Demand, on_report: Callable[[], None]) -> None:
        self.name = provider.name
        self.report: Report | None = None
        self.busy_since: float | None = None
        self._provider = provider
        self._demand = demand
        self._on_report = on_report
        self._is_open = False
        self._resting = True
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=provider.name, daemon=True)

    def start(self) -> None:
        """Start the thread; it rests until wake()."""
        self._thread.start()

    def wake(self, now: float) -> None:
        """Tell a resting provider that somebody asks. Costs next to nothing when it is awake."""
        if self._resting:
            self._resting = False
            self.busy_since = now
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._rest_until_asked()
            self._sweep_while_asked()

    def _rest_until_asked(self) -> None:
        self.report = None
        self._on_report()
        self._resting = True
        # Whoever asked before the line above did not wake us, but left its mark here.
        if not self._demand.is_recent():
            asked = self._wake.wait(HANDLES_HELD_SECONDS if self._is_open else None)
            if not asked:
                self._close()
                self._wake.wait()
        self._resting = False
        self._wake.clear()

    def _sweep_while_asked(self) -> None:
        while self._demand.is_recent():
            self.busy_since = time.monotonic()
            self.report = self._sweep()
            self.busy_since = None
            self._on_report()
            ready = self.report.status.state == "ready"
            self._wake.wait(self._demand.interval_seconds if ready else RETRY_SECONDS)

    def _sweep(self) -> Report:
        state, reason, action = "ready", "", ""
        rows: tuple[tuple[Device, Reading], ...] = ()
        try:
            if not self._is_open:
                self._provider.open()
                self._is_open = True
            rows = tuple(
                (device, self._provider.read(device)) for device in self._provider.devices()
            )
        except ProviderError as error:
            state, reason, action = error.state, error.reason, error.action
            self._close()
        except Exception:  # noqa: BLE001 - a fault in a provider costs its own GPUs only
            _log.exception("provider %s failed", self.name)
            state = "unavailable"
            reason = "Reading these GPUs failed in an unexpected way."
            action = "Please report it, with the sidecar's log."
            self._close()
        status = ProviderStatus(
            name=self.name, state=state, device_count=len(rows), reason=reason, action=action
        )
        return Report(status=status, rows=rows, at=time.monotonic(), at_ms=time.time_ns() // 10**6)

    def _close(self) -> None:
        self._is_open = False
        self._provider.close()
