"""From several providers to one snapshot, and never a wait for a driver."""

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest
from fakes.provider import FakeProvider, absent

from sidecar import alerts, demand, provider_thread, sampler
from sidecar.demand import Demand
from sidecar.providers.provider import ProviderError
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
    started = Sampler(Demand(interval_seconds))
    started.start(providers)
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


def stale_gpus(snapshot: Snapshot) -> list[str]:
    return [gpu.gpu_id for gpu in snapshot.gpus if gpu.status == "stale"]


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
    expected = {"hanging": "unresponsive", "healthy": "ready"}
    snapshot = next(s for s in snapshots(started) if states(s) == expected and s.gpus)
    assert [gpu.utilization for gpu in snapshot.gpus] == [42]
    # No second call is stacked on the one that hangs.
    assert hanging.calls in ([], ["open"])


@pytest.mark.usefixtures("impatient")
def test_numbers_that_nobody_confirms_become_unknown_and_come_back() -> None:
    provider = FakeProvider("here", ROW)
    started = sampling(provider)
    first_snapshot(started)
    provider.may_answer.clear()
    stale = next(
        s for s in snapshots(started) if stale_gpus(s) and states(s) == {"here": "unresponsive"}
    )
    assert stale.gpus[0].utilization is None
    threads = threading.active_count()
    provider.may_answer.set()
    assert next(s for s in snapshots(started) if not stale_gpus(s)).gpus[0].utilization == 42
    assert threading.active_count() == threads


def test_numbers_read_before_a_driver_hung_are_not_shown_as_new_when_it_returns() -> None:
    slow = FakeProvider("slow", ROW, (device("b"), Reading()))
    started = sampling(slow)
    first_snapshot(started)
    slow.hang_at("read", 2)
    assert slow.hanging.wait(WAIT_SECONDS)
    slow.rows = ((ROW[0], Reading(utilization_percent=99)), slow.rows[1])
    released_at_ms = time.time_ns() // 10**6
    slow.may_answer.set()
    newer = next(s for s in snapshots(started) if s.gpus[0].sampled_at > released_at_ms)
    assert newer.gpus[0].utilization == 99


def test_numbers_of_a_driver_that_is_slow_but_answers_are_shown_with_their_age() -> None:
    slow = FakeProvider("slow", ROW)
    read = slow.read
    read_at_ms: list[int] = []

    def read_slowly(device: Device) -> Reading:
        read_at_ms.append(time.time_ns() // 10**6)
        threading.Event().wait((sampler.STALE_AFTER_INTERVALS + 1) * SHORT_SECONDS)
        return read(device)

    slow.read = read_slowly
    (gpu,) = next(s for s in snapshots(sampling(slow)) if not stale_gpus(s)).gpus
    assert (gpu.status, gpu.utilization) == ("ok", 42)
    assert gpu.sampled_at <= read_at_ms[-1]


def test_names_of_programs_are_told_no_longer_than_they_are_wanted() -> None:
    options = Demand(interval_seconds=WAIT_SECONDS, process_names=True)
    started = Sampler(options)
    started.start([FakeProvider("here", (ROW[0], Reading(process_names=("ollama",))))])
    assert first_snapshot(started).gpus[0].processes == ["ollama"]
    options.process_names = False
    snapshot = started.latest()
    assert snapshot is not None
    assert b"ollama" not in snapshot.gpus_json
    assert started.latest() is snapshot, "made anew once, and not for each request"


def test_a_provider_that_breaks_is_reported_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_thread, "FIRST_RETRY_SECONDS", SHORT_SECONDS)
    broken, healthy = FakeProvider("broken", ROW), FakeProvider("healthy", ROW)
    broken.error = ZeroDivisionError("a bug")
    started = sampling(broken, healthy)
    assert states(first_snapshot(started)) == {"broken": "unavailable", "healthy": "ready"}
    broken.error = None
    assert next(s for s in snapshots(started) if states(s)["broken"] == "ready")
    assert "close" in broken.calls


def test_what_a_driver_showed_stays_listed_as_lost_until_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_thread, "FIRST_RETRY_SECONDS", SHORT_SECONDS)
    provider = FakeProvider("here", ROW)
    started = sampling(provider)
    first_snapshot(started)
    provider.error = ProviderError("unavailable", "Restarting.")
    lost = next(s for s in snapshots(started) if states(s)["here"] == "unavailable")
    assert [(gpu.gpu_id, gpu.status, gpu.utilization) for gpu in lost.gpus] == [
        ("GPU-0", "lost", None)
    ]
    provider.error = None
    assert next(s for s in snapshots(started) if s.gpus[0].status == "ok").gpus[0].utilization == 42


def test_a_lost_gpu_stays_lost_until_its_driver_is_tried_again() -> None:
    provider = FakeProvider("here", ROW)
    started = sampling(provider)
    first_snapshot(started)
    provider.error = ProviderError("unavailable", "Restarting.")
    lost = next(s for s in snapshots(started) if states(s)["here"] == "unavailable")
    # Made anew when the report is three intervals old, long before the next try.
    later = next(s for s in snapshots(started) if s is not lost)
    assert [gpu.status for gpu in later.gpus] == ["lost"]
    assert later.valid_until > lost.valid_until


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
    provider.rows = ((ROW[0], Reading(utilization_percent=7)),)
    assert started.latest() is None, "numbers from before the pause must not be shown as new"
    assert next(snapshots(started)).gpus[0].utilization == 7
    assert len(provider.calls) > len(calls)


def test_a_provider_that_cannot_even_be_closed_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_thread, "FIRST_RETRY_SECONDS", SHORT_SECONDS)
    broken = FakeProvider("broken", ROW)
    broken.error = ZeroDivisionError("a bug")
    monkeypatch.setattr(broken, "close", lambda: 1 / 0)
    started = sampling(broken)
    assert states(first_snapshot(started)) == {"broken": "unavailable"}
    broken.error = None
    assert next(s for s in snapshots(started) if states(s)["broken"] == "ready")


def test_alerts_are_judged_by_the_thresholds_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = [
        msgspec.structs.replace(rule, for_seconds=0, clear_for_seconds=0) for rule in alerts.RULES
    ]
    monkeypatch.setattr(alerts, "RULES", at_once)
    options = Demand(SHORT_SECONDS)
    started = Sampler(options)
    started.start([FakeProvider("here", (ROW[0], Reading(temperature_celsius=70)))])
    assert first_snapshot(started).gpus[0].alerts == []
    options.thresholds = msgspec.structs.replace(options.thresholds, temperature_c=60)
    snapshot = next(s for s in snapshots(started) if s.gpus[0].alerts)
    assert b'"alerts":[{"rule":"temperature","severity":"warning",' in snapshot.gpus_json


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
