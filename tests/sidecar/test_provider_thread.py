"""One provider's thread: when it sweeps, how long it pauses, when it rests."""

import threading

import pytest
from fakes.provider import FakeProvider, absent

from sidecar import provider_thread
from sidecar.demand import Demand
from sidecar.provider_thread import ProviderThread
from sidecar.providers.provider import Provider, ProviderError
from sidecar.snapshot import Device, Reading

WAIT_SECONDS = 10.0
ROW = (Device(key="a", name="a", vendor="other"), Reading(utilization_percent=42))


class Time:
    """Time that passes only while a thread pauses. Somebody asks at the end of so many pauses."""

    def __init__(self, requests: int) -> None:
        self.pauses: list[float] = []
        self.demand = Demand(clock=self.now)
        self._now = 1000.0
        self._requests = requests
        self.demand.asked_at = self._now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._now += seconds
        if len(self.pauses) <= self._requests:
            self.demand.asked_at = self._now


def pauses(provider: Provider, requests: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Run a provider's thread until it rests and has closed the driver; return its pauses."""
    time = Time(requests)
    monkeypatch.setattr(provider_thread, "HANDLES_HELD_SECONDS", 0)
    rests = threading.Event()

    def on_report() -> None:
        if thread.report is None and time.pauses:
            rests.set()

    thread = ProviderThread(provider, time.demand, on_report, clock=time.now, sleep=time.sleep)
    thread.start()
    assert rests.wait(WAIT_SECONDS)
    return time.pauses


def test_one_request_is_followed_by_15_seconds_of_sweeps_and_then_by_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = FakeProvider("here", ROW)
    assert pauses(provider, 0, monkeypatch) == [2.0] * 8
    assert provider.calls.count("read") == 8


def test_a_driver_that_fails_is_tried_again_after_2_seconds_and_up_to_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = FakeProvider("failing")
    provider.error = ProviderError("unavailable", "Restarting.")
    assert pauses(provider, 6, monkeypatch) == [2, 4, 8, 16, 32, 60, 60]
    assert provider.calls.count("open") == provider.calls.count("close") == 7


def test_a_vendor_that_is_absent_is_looked_for_within_each_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = FakeProvider("nowhere")
    provider.error = absent()
    assert pauses(provider, 2, monkeypatch) == [45, 45, 45]


def test_a_driver_that_worked_in_between_is_tried_again_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = FakeProvider("flaky", ROW)
    outcomes = [True, True, False, True, True]

    def devices() -> list[Device]:
        if outcomes and outcomes.pop(0):
            raise ProviderError("unavailable", "Restarting.")
        return [ROW[0]]

    monkeypatch.setattr(provider, "devices", devices)
    assert pauses(provider, 5, monkeypatch)[:5] == [2, 4, 2, 2, 4]
