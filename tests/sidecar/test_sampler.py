"""From several providers to one snapshot, and never a wait for a driver."""

import threading
from collections.abc import Iterator

import pytest
from fakes.provider import FakeProvider, absent

from sidecar import demand, provider_thread, sampler
from sidecar.demand import Demand
from sidecar.sampler import Sampler
from sidecar.snapshot import Device, Reading, Snapshot

SHORT_SECONDS = 0.05
WAIT_SECONDS = 10.0


def device(key: str, **fields: str) -> Device:
    return Device(key=key, name=key, vendor="other", **fields)  # type: ignore[arg-type]


ROW = (device("a"), Reading(utilization_percent=42))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a driver count as unresponsive, and its numbers as stale, after a moment."""
    monkeypatch.setattr(sampler, "CALL_DEADLINE_SECONDS", SHORT_SECONDS)


def sampling(*providers: FakeProvider, interval_seconds: float = SHORT_SECONDS) -> Sampler:
    started = Sampler(providers, Demand(interval_seconds))
    started.start()
    return started


def first_snapshot(started: Sampler) -> Snapshot:
    """Ask, and wait for the snapshot as the loop does."""
    appeared = threading.Event()
    started.on_snapshot = appeared.set
    snapshot = started.latest()
    if snapshot is None:
        assert appeared.wait(WAIT_SECONDS)
        snapshot = started.latest()
    assert snapshot is not None
    return snapshot


def snapshots(started: Sampler) -> Iterator[Snapshot]:
    """Ask again and again. The test's time-out bounds it."""
    while True:
        snapshot = started.latest()
        if snapshot is not None:
            yield snapshot


def states(snapshot: Snapshot) -> dict[str, str]:
    return {status.name: status.state for status in snapshot.report.providers}


def test_there_is_nothing_before_the_first_sweep_and_nobody_waits_for_it() -> None:
    hanging = FakeProvider("hanging", ROW)
    hanging.may_answer.clear()
    assert sampling(hanging).latest() is None


def test_the_first_snapshot_comes_when_every_provider_has_reported() -> None:
    here, nowhere = FakeProvider("here", ROW), FakeProvider("nowhere")
    nowhere.error = absent("Not on this computer.")
    snapshot = first_snapshot(sampling(here, nowhere))
    assert [gpu.utilization for gpu in snapshot.gpus] == [42]
    assert states(snapshot) == {"here": "ready", "nowhere": "absent"}
    assert snapshot.report.providers[1].reason == "Not on this computer."


def test_no_provider_is_opened_before_somebody_asks() -> None:
    provider = FakeProvider("patient", ROW)
    started = sampling(provider)
    assert provider.calls == []
    first_snapshot(started)
    assert provider.calls[:3] == ["open", "devices", "read"]


def test_sweeps_follow_each_other_while_somebody_asks() -> None:
    provider = FakeProvider("here", ROW)
    started = sampling(provider)
    first_snapshot(started)
    provider.rows = ((ROW[0], Reading(utilization_percent=7)),)
    assert next(s for s in snapshots(started) if s.gpus[0].utilization == 7)
    assert provider.calls.count("open") == 1


@pytest.mark.usefixtures("impatient")
def test_a_provider_that_hangs_costs_only_its_own_gpus() -> None:
    hanging, healthy = FakeProvider("hanging"), FakeProvider("healthy", ROW)
    hanging.may_answer.clear()
    started = sampling(hanging, healthy)
    snapshot = next(snapshots(started))
    assert states(snapshot) == {"hanging": "unresponsive", "healthy": "ready"}
    assert [gpu.utilization for gpu in snapshot.gpus] == [42]
    assert hanging.calls == ["open"]


@pytest.mark.usefixtures("impatient")
def test_numbers_that_nobody_confirms_become_unknown_and_come_back() -> None:
    provider = FakeProvider("here", ROW)
    started = sampling(provider)
    first_snapshot(started)
    provider.may_answer.clear()
    stale = next(s for s in snapshots(started) if s.gpus[0].status == "stale")
    assert stale.gpus[0].utilization is None
    assert states(stale) == {"here": "unresponsive"}
    threads = threading.active_count()
    provider.may_answer.set()
    assert next(s for s in snapshots(started) if s.gpus[0].utilization == 42)
    assert threading.active_count() == threads


def test_a_provider_that_breaks_is_reported_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_thread, "RETRY_SECONDS", SHORT_SECONDS)
    broken, healthy = FakeProvider("broken", ROW), FakeProvider("healthy", ROW)
    broken.error = ZeroDivisionError("a bug")
    started = sampling(broken, healthy)
    assert states(first_snapshot(started)) == {"broken": "unavailable", "healthy": "ready"}
    broken.error = None
    assert next(s for s in snapshots(started) if states(s)["broken"] == "ready")
    assert "close" in broken.calls


def test_a_pause_ends_the_sweeps_and_lets_go_of_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "_MIN_SECONDS_WITHOUT_REQUEST", SHORT_SECONDS)
    monkeypatch.setattr(provider_thread, "HANDLES_HELD_SECONDS", SHORT_SECONDS)
    provider = FakeProvider("here", ROW)
    closed = threading.Event()
    monkeypatch.setattr(provider, "close", closed.set)
    started = sampling(provider)
    first_snapshot(started)
    assert closed.wait(WAIT_SECONDS)
    calls = list(provider.calls)
    assert started.latest() is None, "numbers from before the pause must not be shown as new"
    assert provider.swept.wait(WAIT_SECONDS)
    assert next(snapshots(started)).gpus[0].utilization == 42
    assert len(provider.calls) > len(calls)


def test_gpus_are_numbered_over_all_providers_those_with_their_own_memory_first() -> None:
    integrated = FakeProvider("one", (device("i", memory_kind="unified"), Reading()))
    dedicated = FakeProvider(
        "two",
        (device("late", pci_address="0000:81:00.0"), Reading()),
        (device("early", pci_address="0000:02:00.0"), Reading()),
    )
    snapshot = first_snapshot(sampling(integrated, dedicated))
    assert [(gpu.gpu_id, gpu.name) for gpu in snapshot.gpus] == [
        ("GPU-0", "early"),
        ("GPU-1", "late"),
        ("GPU-2", "i"),
    ]


def test_a_gpu_whose_place_is_not_known_displaces_no_other() -> None:
    provider = FakeProvider(
        "here",
        (device("a"), Reading(status="lost")),
        (device("b", pci_address="0000:81:00.0"), Reading()),
    )
    snapshot = first_snapshot(sampling(provider))
    assert [gpu.name for gpu in snapshot.gpus] == ["b", "a"]


def test_a_gpu_keeps_its_number_whatever_comes_and_goes() -> None:
    first, second = (device("b", pci_address="2"), Reading()), (device("c"), Reading())
    provider = FakeProvider("here", first)
    started = sampling(provider)
    assert first_snapshot(started).gpus[0].gpu_id == "GPU-0"
    provider.rows = (second,)
    assert next(s for s in snapshots(started) if s.gpus[0].name == "c").gpus[0].gpu_id == "GPU-1"
    provider.rows = (second, first)
    both = next(s for s in snapshots(started) if len(s.gpus) == 2)
    assert [(gpu.gpu_id, gpu.name) for gpu in both.gpus] == [("GPU-0", "b"), ("GPU-1", "c")]
