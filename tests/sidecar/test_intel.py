"""Which GPUs the Intel provider finds, when it leaves them alone, and what a failing read costs."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from fakes.intel_tree import DISCRETE, INTEGRATED, IntelTree
from fakes.linux_tree import APP_PID, FakeGpu

from sidecar.providers.intel.provider import IntelProvider, marketing_name
from sidecar.providers.pci import SEARCH_SECONDS, pci_gpus
from sidecar.providers.provider import ProviderError
from sidecar.providers.system_memory import total_memory_bytes
from sidecar.snapshot import Device, Reading

LLAMA = 5_000_001  # above every pid that Linux gives
GIB = 1 << 30

Plug = Callable[[IntelTree], FakeGpu]


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[IntelTree]:
    with IntelTree(tmp_path).watched() as tree:
        yield tree


@pytest.fixture
def provider(computer: IntelTree) -> IntelProvider:
    return IntelProvider(
        APP_PID,
        sysfs=computer.sysfs,
        proc=computer.proc,
        clock=lambda: computer.now,
    )


def sweep(provider: IntelProvider) -> dict[str, Reading]:
    """Return what one sweep reads, by key."""
    provider.open()
    return {device.key: provider.read(device) for device in provider.devices()}


def second_sweep(
    computer: IntelTree, provider: IntelProvider, *changed: tuple[FakeGpu, str, int]
) -> Reading:
    """Return the only GPU's values two seconds after a first sweep, with its counters grown."""
    sweep(provider)
    computer.now += 2
    for gpu, file, amount in changed:
        gpu.add(file, amount)
    (reading,) = sweep(provider).values()
    return reading


def name_in(computer: IntelTree) -> str:
    """Return what the only GPU is called."""
    (gpu,) = pci_gpus("8086", computer.sysfs)
    return marketing_name(gpu, (computer.pci_ids,))


def only_device(provider: IntelProvider) -> Device:
    (device,) = provider.devices()
    return device


# --- which GPUs there are


def test_without_an_intel_gpu_the_provider_is_absent(provider: IntelProvider) -> None:
    with pytest.raises(ProviderError) as error:
        provider.devices()
    assert (error.value.state, error.value.action) == ("absent", "")
    assert error.value.reason == "This computer has no Intel GPU."


@pytest.mark.parametrize(
    ("driver", "reason", "action"),
    [
        ("vfio-pci", "set aside for a virtual machine", "inside the virtual machine"),
        ("", "no driver runs it", "Install the driver i915 or xe"),
    ],
)
def test_a_gpu_that_no_intel_driver_runs_is_unavailable_for_that_reason(
    computer: IntelTree, provider: IntelProvider, driver: str, reason: str, action: str
) -> None:
    computer.xe_discrete().bind(driver)
    with pytest.raises(ProviderError) as error:
        provider.devices()
    assert error.value.state == "unavailable"
    assert "This computer has an Intel GPU" in error.value.reason
    assert reason in error.value.reason
    assert action in error.value.action


def test_a_gpu_of_another_vendor_is_not_listed(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_integrated()
    computer.xe_discrete().set("vendor", "0x1002")
    assert [device.key for device in provider.devices()] == [INTEGRATED]


@pytest.mark.parametrize("plug", [IntelTree.i915_integrated, IntelTree.xe_integrated])
def test_an_integrated_gpu_shares_the_computers_memory(
    computer: IntelTree, provider: IntelProvider, plug: Plug
) -> None:
    plug(computer)
    device = only_device(provider)
    assert (device.key, device.pci_address) == (INTEGRATED, INTEGRATED)
    assert (device.vendor, device.memory_kind) == ("intel", "unified")


@pytest.mark.parametrize("plug", [IntelTree.i915_discrete, IntelTree.xe_discrete])
def test_a_card_has_memory_of_its_own(
    computer: IntelTree, provider: IntelProvider, plug: Plug
) -> None:
    plug(computer)
    device = only_device(provider)
    assert (device.key, device.pci_address) == (DISCRETE, DISCRETE)
    assert (device.vendor, device.memory_kind) == ("intel", "dedicated")


def test_a_card_in_the_place_of_an_integrated_gpu_is_known_by_its_sensors(
    computer: IntelTree, provider: IntelProvider
) -> None:
    computer.xe_integrated().set("hwmon/hwmon0/name", "xe")
    assert only_device(provider).memory_kind == "dedicated"


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        ("DG2 [Arc A770]", "Intel Arc A770"),
        ("Lunar Lake [Intel Arc Graphics 130V / 140V]", "Intel Arc Graphics 130V / 140V"),
        ("HD Graphics 620", "Intel HD Graphics 620"),
    ],
)
def test_a_gpu_is_called_by_its_product_name(computer: IntelTree, listed: str, name: str) -> None:
    computer.i915_discrete()
    computer.pci_ids.write_text(
        "# a comment\n\n1002  Advanced Micro Devices\n\t56a0  Not this one\n"
        "8086  Intel Corporation\n\t56a\tNor this\n\t4905  DG1\n\t\t56a0 56a0  Nor this board\n"
        f"\t56a0  {listed}\n\t\t8086 1020  A board\n8087  Intel again\n\t56a0  Nor this\n",
        "utf-8",
    )
    assert name_in(computer) == name


def test_a_gpu_that_the_list_does_not_know_is_an_intel_gpu(computer: IntelTree) -> None:
    computer.i915_discrete()
    computer.pci_ids.write_text(
        "8086  Intel Corporation\n\t4905  DG1\n9004  A\n\t56a0  B\n", "utf-8"
    )
    assert name_in(computer) == "Intel GPU"


def test_without_a_list_of_names_it_is_an_intel_gpu(computer: IntelTree) -> None:
    computer.i915_discrete()
    assert name_in(computer) == "Intel GPU"


# --- every value of the four kinds, at the first sweep and two seconds later

KNOWN_AT_ONCE = Reading(throttle_reasons=(), process_count=0)
IDLE_MS, USED_MICROJOULES = 1960, 85_000_000
"""What the counters grow by in the two seconds from the first sweep to the second."""


@pytest.mark.parametrize(
    ("plug", "idle_file", "clock_mhz"),
    [
        (IntelTree.i915_integrated, "drm/card0/gt/gt0/rc6_residency_ms", 1300),
        (IntelTree.xe_integrated, "tile0/gt0/gtidle/idle_residency_ms", 2400),
    ],
)
def test_each_driver_tells_this_of_an_integrated_gpu(
    computer: IntelTree, provider: IntelProvider, plug: Plug, idle_file: str, clock_mhz: int
) -> None:
    gpu = plug(computer)
    first = msgspec.structs.replace(
        KNOWN_AT_ONCE, memory_total_bytes=total_memory_bytes(), clock_mhz=clock_mhz
    )
    assert sweep(provider) == {INTEGRATED: first}
    second = second_sweep(computer, provider, (gpu, idle_file, IDLE_MS))
    assert second == msgspec.structs.replace(first, utilization_percent=1.0)


class Card(NamedTuple):
    """What a driver tells of a card at once, and where it counts."""

    plug: Plug
    idle_file: str
    energy_file: str
    told: dict[str, int]


@pytest.mark.parametrize(
    "card",
    [
        Card(
            IntelTree.i915_discrete,
            "drm/card1/gt/gt0/rc6_residency_ms",
            "hwmon/hwmon3/energy1_input",
            {"temperature_celsius": 54, "clock_mhz": 1300},
        ),
        Card(
            IntelTree.xe_discrete,
            "tile0/gt0/gtidle/idle_residency_ms",
            "hwmon/hwmon4/energy1_input",
            {
                "temperature_celsius": 61,
                "clock_mhz": 2400,
                "memory_used_bytes": 7 * GIB,
                "memory_total_bytes": 12 * GIB,
            },
        ),
    ],
)
def test_each_driver_tells_this_of_a_card(
    computer: IntelTree, provider: IntelProvider, card: Card
) -> None:
    gpu = card.plug(computer)
    if "memory_used_bytes" in card.told:  # of i915's cards nobody enters it
        computer.dmem("capacity", f"drm/{DISCRETE}/vram0 {12 * GIB}")
        computer.dmem("current", f"drm/{DISCRETE}/vram0 {7 * GIB}")
    first = msgspec.structs.replace(KNOWN_AT_ONCE, power_limit_watts=190, **card.told)
    assert sweep(provider) == {DISCRETE: first}
    counted = ((gpu, card.idle_file, IDLE_MS), (gpu, card.energy_file, USED_MICROJOULES))
    second = second_sweep(computer, provider, *counted)
    assert second == msgspec.structs.replace(
        first, utilization_percent=1.0, power_watts=42.5, energy_joules=2085.0
    )


# --- sleep


@pytest.mark.parametrize("status", ["suspended", "suspending"])
@pytest.mark.parametrize("plug", [IntelTree.i915_discrete, IntelTree.xe_discrete])
def test_nothing_of_a_sleeping_gpu_is_read(
    computer: IntelTree, provider: IntelProvider, plug: Plug, status: str
) -> None:
    gpu = plug(computer)
    computer.start(LLAMA, "llama-server", parent=APP_PID)
    computer.client(LLAMA, 9, gpu, {"drm-engine-render": "5 ns", "drm-cycles-rcs": 5})
    gpu.sleep(status)
    for _ in range(3):
        assert sweep(provider) == {DISCRETE: Reading(status="asleep")}
        computer.now += 30
    assert computer.woken == []


def test_a_gpu_that_falls_asleep_is_left_alone_while_another_works(
    computer: IntelTree, provider: IntelProvider
) -> None:
    card, processor = computer.xe_discrete(), computer.xe_integrated()
    computer.start(LLAMA, "llama-server", parent=APP_PID)
    computer.client(LLAMA, 9, card, {"drm-cycles-rcs": 5})
    computer.client(LLAMA, 10, processor, {"drm-cycles-rcs": 5})
    sweep(provider)
    card.sleep()
    readings = sweep(provider)
    assert (readings[DISCRETE].status, readings[INTEGRATED].status) == ("asleep", "ok")
    assert readings[INTEGRATED].process_count == 1
    assert computer.woken == []


def test_a_read_that_wakes_would_be_noticed(computer: IntelTree) -> None:
    gpu = computer.xe_discrete()
    computer.start(LLAMA, "llama-server", parent=APP_PID)
    computer.client(LLAMA, 9, gpu, {})
    gpu.sleep()
    fdinfo = computer.proc / str(LLAMA) / "fdinfo" / "9"
    temperature = gpu.folder / "hwmon" / "hwmon4" / "temp2_input"
    for file in (gpu.folder / "class", temperature, fdinfo):
        file.read_bytes()
    assert computer.woken == [str(temperature), str(fdinfo)]


def test_counters_start_anew_after_a_sleep(computer: IntelTree, provider: IntelProvider) -> None:
    gpu = computer.xe_discrete()
    sweep(provider)
    gpu.sleep()
    sweep(provider)
    computer.now += 2
    gpu.wake()
    gpu.add("tile0/gt0/gtidle/idle_residency_ms", 1960)
    gpu.add("hwmon/hwmon4/energy1_input", 1)
    reading = sweep(provider)[DISCRETE]
    assert (reading.status, reading.utilization_percent, reading.power_watts) == ("ok", None, None)


def test_counters_start_anew_after_a_long_silence(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    sweep(provider)
    provider.close()
    computer.now += 2000
    gpu.add("hwmon/hwmon4/energy1_input", 1)
    assert sweep(provider)[DISCRETE].power_watts is None


# --- coming and going


def test_a_gpu_that_vanishes_is_lost_and_comes_back(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    sweep(provider)
    gpu.unplug()
    computer.now += 2
    assert sweep(provider) == {DISCRETE: Reading(status="lost")}
    gpu.plug()
    computer.now += SEARCH_SECONDS
    gpu.add("hwmon/hwmon4/energy1_input", 1)
    back = sweep(provider)[DISCRETE]
    assert (back.status, back.clock_mhz, back.power_watts) == ("ok", 2400, None)


def test_a_gpu_that_is_given_to_a_virtual_machine_is_lost(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    sweep(provider)
    gpu.bind("vfio-pci")
    assert sweep(provider) == {DISCRETE: Reading(status="lost")}


def test_a_gpu_that_comes_later_is_listed_too(computer: IntelTree, provider: IntelProvider) -> None:
    computer.xe_integrated()
    sweep(provider)
    computer.xe_discrete()
    computer.now += SEARCH_SECONDS
    assert set(sweep(provider)) == {INTEGRATED, DISCRETE}


def test_a_gpu_that_changes_its_driver_is_read_in_the_new_way(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.i915_integrated()
    sweep(provider)
    gpu.bind("xe")
    gpu.set("tile0/gt0/freq0/act_freq", 1999)
    assert sweep(provider)[INTEGRATED].clock_mhz == 1999


# --- reads that fail

FAILURES = [errno.EPERM, errno.EACCES, errno.EBUSY, errno.EINVAL, errno.EOPNOTSUPP, errno.EIO]


class Broken(NamedTuple):
    """The files of a card that all fail, and the value that they cost."""

    plug: Plug
    files: tuple[str, ...]
    field: str


BROKEN = [
    Broken(IntelTree.xe_discrete, ("tile0/gt0/gtidle/idle_residency_ms",), "utilization_percent"),
    Broken(
        IntelTree.xe_discrete,
        ("tile0/gt0/freq0/act_freq", "tile0/gt0/freq0/cur_freq"),
        "clock_mhz",
    ),
    Broken(IntelTree.xe_discrete, ("hwmon/hwmon4/energy1_input",), "power_watts"),
    Broken(IntelTree.xe_discrete, ("hwmon/hwmon4/temp2_input",), "temperature_celsius"),
    Broken(IntelTree.i915_discrete, ("drm/card1/gt/gt0/rc6_residency_ms",), "utilization_percent"),
    Broken(
        IntelTree.i915_discrete,
        (
            "drm/card1/gt/gt0/rps_act_freq_mhz",
            "drm/card1/gt_act_freq_mhz",
            "drm/card1/gt/gt0/rps_cur_freq_mhz",
            "drm/card1/gt_cur_freq_mhz",
        ),
        "clock_mhz",
    ),
    Broken(IntelTree.i915_discrete, ("hwmon/hwmon3/energy1_input",), "power_watts"),
    Broken(IntelTree.i915_discrete, ("hwmon/hwmon3/temp1_input",), "temperature_celsius"),
]


@pytest.mark.parametrize("error", FAILURES, ids=errno.errorcode.get)
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.plug.__name__}-{broken[2]}")
def test_a_file_that_cannot_be_read_costs_its_value_and_no_other(
    computer: IntelTree, provider: IntelProvider, broken: Broken, error: int
) -> None:
    gpu = broken.plug(computer)
    sweep(provider)
    computer.now += 2
    for counter in ("tile0/gt0/gtidle/idle_residency_ms", "drm/card1/gt/gt0/rc6_residency_ms"):
        if (gpu.folder / counter).exists():
            gpu.add(counter, 2000)
    for file in broken.files:
        gpu.fail(file, error)
    reading = sweep(provider)[DISCRETE]
    values = ("utilization_percent", "clock_mhz", "power_watts", "temperature_celsius")
    assert [each for each in values if getattr(reading, each) is None] == [broken.field]


def test_a_power_limit_that_cannot_be_read_costs_nothing_else(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    for file in ("power1_cap", "power2_max"):
        gpu.fail(f"hwmon/hwmon4/{file}", errno.EBUSY)
    reading = sweep(provider)[DISCRETE]
    assert (reading.power_limit_watts, reading.temperature_celsius) == (None, 61)


def test_a_gpu_without_any_file_is_listed_with_everything_unknown(
    computer: IntelTree, provider: IntelProvider
) -> None:
    gpu = computer.xe_discrete()
    for folder in ("drm", "hwmon", "tile0"):
        gpu.delete(folder)
    assert sweep(provider) == {DISCRETE: Reading(process_count=0)}


@pytest.mark.parametrize("text", ["", "N/A", "-1", "1e3"])
def test_a_file_without_a_number_is_unknown(
    computer: IntelTree, provider: IntelProvider, text: str
) -> None:
    gpu = computer.xe_integrated()
    gpu.set("tile0/gt0/freq0/act_freq", text)
    gpu.set("tile0/gt0/freq0/cur_freq", text)
    assert sweep(provider)[INTEGRATED].clock_mhz is None
