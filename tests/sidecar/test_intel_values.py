"""What the Intel provider makes of counters, bounds and device memory; where it says unknown."""

import errno
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from fakes.intel_tree import DISCRETE, INTEGRATED, IntelTree
from fakes.linux_tree import APP_PID, FakeGpu

from sidecar.providers.app_clients import FIND_SECONDS
from sidecar.providers.intel.counter import Counter
from sidecar.providers.intel.provider import IntelProvider
from sidecar.providers.metric import OFTEN_SECONDS, SELDOM_SECONDS
from sidecar.snapshot import Reading

# Above every pid that Linux gives.
LLAMA, WHISPER, STRANGER = 5_000_001, 5_000_002, 5_000_003
GIB = 1 << 30
SECOND_NS = 10**9
Plug = Callable[[IntelTree], FakeGpu]
IDLE = {
    "i915": "drm/card0/gt/gt0/rc6_residency_ms",
    "xe": "tile0/gt0/gtidle/idle_residency_ms",
}
CARD_ENERGY, PACKAGE_ENERGY = "hwmon/hwmon4/energy1_input", "hwmon/hwmon4/energy2_input"


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[IntelTree]:
    with IntelTree(tmp_path).watched() as tree:
        for pid, name in ((LLAMA, "llama-server"), (WHISPER, "whisper")):
            tree.start(pid, name, parent=APP_PID)
        tree.start(STRANGER, "ollama")
        yield tree


@pytest.fixture
def provider(computer: IntelTree) -> IntelProvider:
    return IntelProvider(
        APP_PID,
        lambda: True,
        sysfs=computer.sysfs,
        proc=computer.proc,
        clock=lambda: computer.now,
    )


def read(provider: IntelProvider) -> Reading:
    """Return what one sweep reads of the only GPU."""
    (device,) = provider.devices()
    return provider.read(device)


class Load:
    """Lets an integrated GPU work, two seconds from one sweep to the next.

    Attributes:
        gpu: The GPU.
        idle_file: Where its driver counts the milliseconds without power.

    """

    def __init__(self, computer: IntelTree, driver: str) -> None:
        plug = {"i915": computer.i915_integrated, "xe": computer.xe_integrated}
        self.gpu = plug[driver]()
        self.idle_file = IDLE[driver]
        self._computer = computer
        self._driver = driver
        self._used: dict[int, int] = {}
        self._elapsed = 10**6

    def pass_two_seconds(self, *, awake: float, work: Mapping[int, float] | None = None) -> None:
        """Let the GPU be awake, and work for processes by pid, for these shares of the time."""
        self._computer.now += 2
        self._elapsed += 2 * SECOND_NS
        self.gpu.add(self.idle_file, round(2000 * (1 - awake)))
        for pid, share in (work or {}).items():
            self.use(pid, share)

    def use(self, pid: int, share: float, client_id: int | None = None, capacity: int = 1) -> None:
        """Let a client of a process have used the GPU for a share of the last two seconds."""
        client_id = client_id or pid
        self._used[client_id] = self._used.get(client_id, 1000) + round(share * 2 * SECOND_NS)
        told: dict[str, str | int] = (
            {
                "drm-engine-render": f"{self._used[client_id]} ns",
                "drm-engine-capacity-render": capacity,
                "drm-engine-copy": "5 ns",
            }
            if self._driver == "i915"
            else {
                "drm-cycles-ccs": self._used[client_id],
                "drm-total-cycles-ccs": self._elapsed,
                "drm-engine-capacity-ccs": capacity,
                "drm-cycles-bcs": 5,
                "drm-total-cycles-bcs": self._elapsed,
            }
        )
        self._computer.client(pid, client_id % 1000, self.gpu, told, client_id)


@pytest.fixture(params=["i915", "xe"])
def load(computer: IntelTree, request: pytest.FixtureRequest) -> Load:
    return Load(computer, request.param)


# --- utilization: known where what is certain at most and at least lie close together


def test_an_idle_gpu_is_known_to_be_idle(load: Load, provider: IntelProvider) -> None:
    read(provider)
    load.pass_two_seconds(awake=0.02)
    assert read(provider).utilization_percent == pytest.approx(1)


def test_the_apps_model_is_known_to_keep_it_busy(load: Load, provider: IntelProvider) -> None:
    load.pass_two_seconds(awake=1, work={LLAMA: 0})
    read(provider)
    load.pass_two_seconds(awake=1, work={LLAMA: 0.94})
    assert read(provider).utilization_percent == pytest.approx(97)


def test_what_a_desktop_draws_is_not_taken_for_full_use(
    load: Load, provider: IntelProvider
) -> None:
    read(provider)
    load.pass_two_seconds(awake=0.6)
    assert read(provider).utilization_percent is None


def test_somebody_elses_model_is_not_taken_for_an_idle_gpu(
    load: Load, provider: IntelProvider
) -> None:
    load.pass_two_seconds(awake=1, work={STRANGER: 0})
    read(provider)
    load.pass_two_seconds(awake=1, work={STRANGER: 1})
    assert read(provider).utilization_percent is None


@pytest.mark.parametrize(("awake", "known"), [(0.2, 10), (0.21, None)])
def test_bounds_further_apart_than_twenty_points_are_no_value(
    load: Load, provider: IntelProvider, awake: float, known: float | None
) -> None:
    read(provider)
    load.pass_two_seconds(awake=awake)
    assert read(provider).utilization_percent == (known and pytest.approx(known))


def test_the_work_of_several_programs_adds_up(load: Load, provider: IntelProvider) -> None:
    load.pass_two_seconds(awake=1, work={LLAMA: 0, WHISPER: 0})
    read(provider)
    load.pass_two_seconds(awake=1, work={LLAMA: 0.5, WHISPER: 0.44})
    assert read(provider).utilization_percent == pytest.approx(97)


def test_engines_of_one_kind_share_their_time(load: Load, provider: IntelProvider) -> None:
    load.use(LLAMA, 0, capacity=2)
    read(provider)
    load.pass_two_seconds(awake=1)
    load.use(LLAMA, 1, capacity=2)
    assert read(provider).utilization_percent is None


def test_engines_of_different_kinds_work_at_the_same_time(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.i915_integrated()
    for nanoseconds in (0, SECOND_NS):
        used = f"{nanoseconds} ns"
        computer.client(LLAMA, 9, gpu, {"drm-engine-render": used, "drm-engine-copy": used})
        reading = read(provider)
        computer.now += 2
    assert reading.utilization_percent is None


def test_a_client_seen_for_the_first_time_says_nothing_yet(
    load: Load, provider: IntelProvider
) -> None:
    for _ in range(round(FIND_SECONDS / 2)):
        read(provider)
        load.pass_two_seconds(awake=1)
    load.use(LLAMA, 1)
    reading = read(provider)
    assert (reading.process_count, reading.utilization_percent) == (1, None)


def test_a_client_whose_count_fell_did_not_work_backwards(
    load: Load, provider: IntelProvider
) -> None:
    load.pass_two_seconds(awake=1, work={LLAMA: 1, WHISPER: 0})
    read(provider)
    load.pass_two_seconds(awake=1, work={LLAMA: -0.5, WHISPER: 0.94})
    assert read(provider).utilization_percent == pytest.approx(97)


def test_time_that_is_entered_late_is_not_more_than_the_gpu_was_awake(
    load: Load, provider: IntelProvider
) -> None:
    load.pass_two_seconds(awake=1, work={LLAMA: 0})
    read(provider)
    load.pass_two_seconds(awake=0.5, work={LLAMA: 3})
    assert read(provider).utilization_percent == pytest.approx(50)


def test_a_gpu_that_never_is_power_gated_is_not_taken_for_busy(
    load: Load, provider: IntelProvider
) -> None:
    load.gpu.set(load.idle_file, 0)
    read(provider)
    load.pass_two_seconds(awake=1)
    assert read(provider).utilization_percent is None


def test_without_the_idle_time_the_apps_model_is_still_known(
    load: Load, provider: IntelProvider
) -> None:
    load.pass_two_seconds(awake=1, work={LLAMA: 0})
    read(provider)
    load.pass_two_seconds(awake=1, work={LLAMA: 0.94})
    load.gpu.delete(load.idle_file)
    assert read(provider).utilization_percent == pytest.approx(97)


def test_an_idle_time_that_wrapped_is_unknown_once(load: Load, provider: IntelProvider) -> None:
    read(provider)
    load.pass_two_seconds(awake=0)
    load.gpu.set(load.idle_file, 5)
    assert read(provider).utilization_percent is None
    load.pass_two_seconds(awake=0)
    assert read(provider).utilization_percent == 0


def test_an_idle_time_that_jumped_is_not_an_idle_gpu(load: Load, provider: IntelProvider) -> None:
    read(provider)
    load.pass_two_seconds(awake=-0.2)
    assert read(provider).utilization_percent is None


def test_an_idle_time_read_a_little_late_is_an_idle_gpu(
    load: Load, provider: IntelProvider
) -> None:
    read(provider)
    load.pass_two_seconds(awake=-0.05)
    assert read(provider).utilization_percent == 0


def test_an_older_i915_counts_in_another_place(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.i915_integrated()
    gpu.delete("drm/card0/gt")
    read(provider)
    computer.now += 2
    gpu.add("drm/card0/power/rc6_residency_ms", 1960)
    reading = read(provider)
    assert (reading.utilization_percent, reading.clock_mhz) == (pytest.approx(1), 1300)


# --- counters


@pytest.mark.parametrize(
    ("looks", "last"),
    [
        ([(0, 50)], None),
        ([(0, 50), (4, 58)], 2),
        ([(0, 50), (4, 50)], 0),
        ([(0, 50), (4, 49)], None),
        ([(0, 50), (4, 49), (8, 50)], 0.25),
        ([(0, 50), (4, None)], None),
        ([(0, 50), (4, None), (8, 58)], None),
        ([(0, 50), (4, None), (8, 58), (10, 59)], 0.5),
        ([(0, 50), (0, 58)], None),
    ],
)
def test_a_counter_grows_between_two_looks_that_succeed(
    looks: list[tuple[float, int | None]], last: float | None
) -> None:
    counter = Counter()
    assert [counter.per_second(count, now) for now, count in looks][-1] == last


# --- clock


@pytest.mark.parametrize(
    ("plug", "actual", "requested"),
    [
        (
            IntelTree.i915_integrated,
            ("drm/card0/gt/gt0/rps_act_freq_mhz", "drm/card0/gt_act_freq_mhz"),
            1350,
        ),
        (IntelTree.xe_integrated, ("tile0/gt0/freq0/act_freq",), 2450),
    ],
)
def test_the_requested_clock_stands_in_for_an_unknown_one(
    computer: IntelTree,
    provider: IntelProvider,
    plug: Plug,
    actual: tuple[str, ...],
    requested: int,
) -> None:
    gpu = plug(computer)
    for file in actual:
        gpu.delete(file)
    assert read(provider).clock_mhz == requested


def test_the_clock_of_a_power_gated_gpu_stands_still(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_integrated().set("tile0/gt0/freq0/act_freq", 0)
    assert read(provider).clock_mhz == 0


# --- power and temperature


def test_power_and_energy_are_unknown_once_when_the_counter_wraps(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    read(provider)
    computer.now += 2
    gpu.set(CARD_ENERGY, 1_000_000)
    wrapped = read(provider)
    assert (wrapped.power_watts, wrapped.energy_joules) == (None, None)
    computer.now += 2
    gpu.add(CARD_ENERGY, 300_000_000)
    counted = read(provider)
    assert (counted.power_watts, counted.energy_joules) == (150, 301)


def test_a_card_whose_counter_stays_at_zero_is_measured_at_its_package(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    gpu.set(CARD_ENERGY, 0)
    read(provider)
    computer.now += 2
    gpu.add(PACKAGE_ENERGY, 80_000_000)
    assert read(provider).power_watts == 40


def test_the_power_of_card_and_package_do_not_take_turns(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    gpu.delete(CARD_ENERGY)
    read(provider)
    computer.now += 2
    gpu.set(CARD_ENERGY, 9_000_000_000)
    gpu.add(PACKAGE_ENERGY, 80_000_000)
    assert read(provider).power_watts == 40


def test_a_counter_of_the_card_that_fails_for_a_moment_at_first_is_not_given_up(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    gpu.fail(CARD_ENERGY, errno.EBUSY)
    read(provider)
    gpu.work(CARD_ENERGY)
    computer.now += 2
    gpu.add(PACKAGE_ENERGY, 80_000_000)
    assert read(provider).power_watts is None
    computer.now += 2
    gpu.add(PACKAGE_ENERGY, 80_000_000)
    gpu.add(CARD_ENERGY, 120_000_000)
    assert read(provider).power_watts == 60


def test_the_power_is_unknown_while_its_counter_fails(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    read(provider)
    gpu.fail(CARD_ENERGY, errno.EBUSY)
    for _ in range(2):
        computer.now += 2
        gpu.add(PACKAGE_ENERGY, 80_000_000)
        assert read(provider).power_watts is None


@pytest.mark.parametrize("hwmon", ["hwmon4", "hwmon7"])
def test_sensors_that_the_driver_adds_or_moves_while_it_starts_are_found(
    computer: IntelTree, provider: IntelProvider, hwmon: str
) -> None:
    gpu = computer.xe_discrete()
    folder, later = gpu.folder / "hwmon" / "hwmon4", gpu.folder / "later"
    if hwmon == "hwmon4":
        folder.rename(later)
        assert read(provider).temperature_celsius is None
    else:
        assert read(provider).temperature_celsius == 61
        folder.rename(later)
    later.rename(gpu.folder / "hwmon" / hwmon)
    computer.now += SELDOM_SECONDS
    assert read(provider).temperature_celsius == 61
    computer.now += 2
    gpu.add(f"hwmon/{hwmon}/energy1_input", 80_000_000)
    assert read(provider).power_watts == 40


def test_more_power_than_any_of_these_gpus_draws_is_unknown(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    read(provider)
    computer.now += 2
    gpu.add(CARD_ENERGY, 2 * 3868 * 10**6)
    assert read(provider).power_watts is None


@pytest.mark.parametrize(
    ("limits", "watts"),
    [
        ({"power1_max": 180, "power1_cap": 190, "power2_max": 120}, 180),
        ({"power1_max": 0, "power1_cap": 190, "power2_max": 120}, 190),
        ({"power1_max": 0, "power2_max": 120, "power2_cap": 140}, 120),
        ({"power1_max": 0, "power2_max": 0, "power2_cap": 140}, 140),
        ({"power1_max": 0, "power2_max": 0, "power1_crit": 320}, None),
    ],
)
def test_the_power_limit_is_the_cards_sustained_one_or_the_next_that_is_on(
    computer: IntelTree, provider: IntelProvider, limits: dict[str, int], watts: int | None
) -> None:
    gpu = computer.xe_discrete()
    for file in ("power1_cap", "power2_max"):
        gpu.delete(f"hwmon/hwmon4/{file}")
    for file, limit in limits.items():
        gpu.set(f"hwmon/hwmon4/{file}", limit * 10**6)
    assert read(provider).power_limit_watts == watts


def test_the_power_limit_is_read_seldom(computer: IntelTree, provider: IntelProvider) -> None:
    gpu = computer.xe_discrete()
    read(provider)
    gpu.set("hwmon/hwmon4/power1_cap", 150 * 10**6)
    computer.now += SELDOM_SECONDS - 1
    assert read(provider).power_limit_watts == 190
    computer.now += 1
    assert read(provider).power_limit_watts == 150


def test_the_temperature_is_the_packages_wherever_its_number(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    gpu.set("hwmon/hwmon4/temp2_label", "vram")
    gpu.set("hwmon/hwmon4/temp3_label", "pkg")
    assert read(provider).temperature_celsius == 72


def test_an_xe_without_a_sensor_of_its_package_has_no_temperature(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_discrete().delete("hwmon/hwmon4/temp2_label")
    assert read(provider).temperature_celsius is None


# --- throttling

POWER, HEAT, HARDWARE = (
    "power limit reached",
    "too hot: slowed down by the hardware",
    "slowed down by the hardware",
)


class Throttling(NamedTuple):
    """Where a driver tells why the clock is held back."""

    plug: Plug
    status: str
    reason: str


THROTTLING = [
    Throttling(
        IntelTree.i915_integrated,
        "drm/card0/gt/gt0/throttle_reason_status",
        "drm/card0/gt/gt0/throttle_reason_",
    ),
    Throttling(
        IntelTree.xe_integrated,
        "tile0/gt0/freq0/throttle/status",
        "tile0/gt0/freq0/throttle/reason_",
    ),
]


@pytest.mark.parametrize(
    ("true", "reasons"),
    [
        (("pl1",), (POWER,)),
        (("pl2", "pl4"), (POWER,)),
        (("thermal",), (HEAT,)),
        (("ratl", "vr_thermalert"), (HEAT,)),
        (("prochot",), (HARDWARE,)),
        (("vr_tdc",), (HARDWARE,)),
        (("pl1", "thermal"), (POWER, HEAT)),
        (("psys_pl1", "iccmax", "mem_thermal"), (POWER, HARDWARE, HEAT)),
    ],
)
@pytest.mark.parametrize("files", THROTTLING)
def test_why_the_clock_is_held_back_is_told_in_words(
    computer: IntelTree,
    provider: IntelProvider,
    files: Throttling,
    true: tuple[str, ...],
    reasons: tuple[str, ...],
) -> None:
    gpu = files.plug(computer)
    gpu.set(files.status, 1)
    for name in true:
        gpu.set(f"{files.reason}{name}", 1)
    assert read(provider).throttle_reasons == reasons


@pytest.mark.parametrize("files", THROTTLING)
def test_without_a_word_on_throttling_it_is_unknown(
    computer: IntelTree, provider: IntelProvider, files: Throttling
) -> None:
    files.plug(computer).delete(files.status)
    assert read(provider).throttle_reasons is None


def test_throttling_is_looked_at_now_and_then(computer: IntelTree, provider: IntelProvider) -> None:
    gpu = computer.xe_integrated()
    read(provider)
    gpu.set("tile0/gt0/freq0/throttle/status", 1)
    gpu.set("tile0/gt0/freq0/throttle/reason_pl1", 1)
    computer.now += OFTEN_SECONDS - 1
    assert read(provider).throttle_reasons == ()
    computer.now += 1
    assert read(provider).throttle_reasons == (POWER,)


# --- memory


def test_the_memory_of_several_tiles_adds_up_and_that_of_others_is_left_out(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_discrete()
    computer.dmem(
        "capacity",
        f"drm/0000:04:00.0/vram0 {99 * GIB}",
        f"drm/{DISCRETE}/vram0 {12 * GIB}",
        f"drm/{DISCRETE}/vram1 {12 * GIB}",
        f"drm/{DISCRETE}/stolen {GIB}",
    )
    computer.dmem(
        "current",
        f"drm/0000:04:00.0/vram0 {98 * GIB}",
        f"drm/{DISCRETE}/vram0 {3 * GIB}",
        f"drm/{DISCRETE}/vram1 0",
        f"drm/{DISCRETE}/stolen 8650752",
    )
    reading = read(provider)
    assert reading.memory_total_bytes == 24 * GIB
    assert reading.memory_used_bytes == 3 * GIB


def test_a_kernel_that_tells_the_capacity_alone_leaves_the_use_unknown(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_discrete()
    computer.dmem("capacity", f"drm/{DISCRETE}/vram0 {12 * GIB}")
    reading = read(provider)
    assert (reading.memory_total_bytes, reading.memory_used_bytes) == (12 * GIB, None)


def test_what_a_container_uses_is_not_taken_for_all_that_is_used(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_discrete()
    computer.dmem("current", f"drm/{DISCRETE}/vram0 {GIB}")
    reading = read(provider)
    assert (reading.memory_total_bytes, reading.memory_used_bytes) == (None, None)


def test_what_the_app_uses_is_not_taken_for_all_that_is_used(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.i915_integrated()
    used: dict[str, str | int] = {"drm-engine-render": "5 ns", "drm-resident-system0": "4 MiB"}
    computer.client(LLAMA, 9, gpu, used)
    assert read(provider).memory_used_bytes is None


# --- processes


def test_a_program_counts_once_it_has_worked(
    computer: IntelTree, load: Load, provider: IntelProvider
) -> None:
    load.use(LLAMA, 0.5)
    load.use(LLAMA, 0.1, client_id=8)
    computer.client(WHISPER, 9, load.gpu, {"drm-engine-render": "0 ns", "drm-cycles-rcs": 0})
    load.use(STRANGER, 0.5)
    reading = read(provider)
    assert (reading.process_count, reading.process_names) == (1, ("llama-server",))


def test_names_are_told_only_when_they_are_asked_for(computer: IntelTree) -> None:
    computer.client(LLAMA, 9, computer.xe_integrated(), {"drm-cycles-rcs": 5})
    silent = IntelProvider(
        APP_PID, sysfs=computer.sysfs, proc=computer.proc, clock=lambda: computer.now
    )
    reading = read(silent)
    assert (reading.process_count, reading.process_names) == (1, None)


def test_a_program_on_another_gpu_does_not_count(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_integrated()
    computer.client(LLAMA, 9, computer.xe_discrete(), {"drm-cycles-rcs": 5})
    counts = {each.key: provider.read(each).process_count for each in provider.devices()}
    assert counts == {INTEGRATED: 0, DISCRETE: 1}


def test_a_program_that_starts_is_found_within_ten_seconds(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_integrated()
    assert read(provider).process_count == 0
    computer.client(LLAMA, 9, gpu, {"drm-cycles-rcs": 5})
    computer.now += FIND_SECONDS - 1
    assert read(provider).process_count == 0
    computer.now += 1
    assert read(provider).process_count == 1


def test_a_driver_that_tells_nothing_of_clients_leaves_their_number_unknown(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.old_client(LLAMA, 9, computer.i915_integrated())
    reading = read(provider)
    assert (reading.process_count, reading.process_names) == (None, None)


def test_a_file_closed_since_it_was_found_is_passed_over(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_integrated()
    for pid in (LLAMA, WHISPER):
        computer.client(pid, 9, gpu, {"drm-cycles-rcs": 5}, client_id=pid)
    read(provider)
    for folder in ("fd", "fdinfo"):
        (computer.proc / str(LLAMA) / folder / "9").unlink()
    assert read(provider).process_count == 1
