"""The AMD provider on trees of files that look like amdgpu's sysfs.

The tests named after a row of amd.md section 5 say so in their docstring.
"""

import errno
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fakes.amdgpu_tree import APU, GIB, MI300, MIB, POLARIS, RDNA, AmdgpuTree
from fakes.linux_tree import APP_PID

from sidecar.metrics import gpu_metrics
from sidecar.providers.amd import smi
from sidecar.providers.amd.names import marketing_name
from sidecar.providers.amd.provider import LOOK_AROUND_SECONDS, AmdProvider
from sidecar.providers.metric import OFTEN_SECONDS, SELDOM_SECONDS
from sidecar.providers.pci import pci_gpus
from sidecar.providers.provider import ProviderError
from sidecar.providers.system_memory import total_memory_bytes
from sidecar.snapshot import Device, Reading

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="amdgpu is a driver of Linux")

HWMON = "hwmon/hwmon3"
ERRORS = [errno.EPERM, errno.EBUSY, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO, errno.ENODEV]
MEMORY_BYTES = total_memory_bytes() or 0


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[AmdgpuTree]:
    """Return an empty computer, watched, on which AMD's library is not installed."""
    monkeypatch.setattr(smi, "_LIBRARY", "libamd_smi.so.of-nobody")
    with AmdgpuTree(tmp_path).watched() as tree:
        yield tree


def provider_of(tree: AmdgpuTree, *, names: bool = False) -> AmdProvider:
    return AmdProvider(
        APP_PID, lambda: names, sysfs=tree.sysfs, proc=tree.proc, clock=lambda: tree.now
    )


def opened(tree: AmdgpuTree) -> AmdProvider:
    provider = provider_of(tree)
    provider.open()
    return provider


def sweep(provider: AmdProvider) -> dict[str, Reading]:
    return {device.key: provider.read(device) for device in provider.devices()}


def only(provider: AmdProvider) -> Reading:
    (reading,) = sweep(provider).values()
    return reading


def device_of(tree: AmdgpuTree) -> Device:
    (device,) = opened(tree).devices()
    return device


def known(reading: Reading) -> dict[str, Any]:
    """Return the fields that are not unknown, and check that they are new."""
    values = msgspec.structs.asdict(reading)
    assert values.pop("age_seconds") == 0
    return {field: value for field, value in values.items() if value is not None}


RDNA_VALUES = {
    "status": "ok",
    "utilization_percent": 42,
    "memory_used_bytes": 8123 * MIB,
    "memory_free_bytes": (24560 - 8123) * MIB,
    "memory_total_bytes": 24560 * MIB,
    "temperature_celsius": 54,
    "power_watts": 187,
    "power_limit_watts": 339,
    "clock_mhz": 1904,
    "fan_percent": 40,
    "temperature_limit_celsius": 100,
}


# What is read


def test_a_card_tells_every_value(tree: AmdgpuTree) -> None:
    """Rows util, VRAM, temp, power, clock, fan of section 5."""
    tree.add(RDNA)
    assert known(only(opened(tree))) == RDNA_VALUES


def test_an_accelerator_tells_its_hottest_spot_since_it_has_no_edge(tree: AmdgpuTree) -> None:
    tree.add(MI300)
    assert known(only(opened(tree))) == {
        "status": "ok",
        "utilization_percent": 42,
        "memory_used_bytes": 100 * GIB,
        "memory_free_bytes": 92 * GIB,
        "memory_total_bytes": 192 * GIB,
        "temperature_celsius": 67,
        "power_watts": 650,
        "power_limit_watts": 750,
        "clock_mhz": 2100,
        "temperature_limit_celsius": 100,
    }


def test_an_integrated_gpu_adds_what_it_borrowed_to_its_own_memory(tree: AmdgpuTree) -> None:
    """Row GTT and gotcha (g) of section 5. Its only temperature has no label."""
    tree.add(APU)
    assert known(only(opened(tree))) == {
        "status": "ok",
        "utilization_percent": 42,
        "memory_used_bytes": (400 + 600) * MIB,
        "memory_total_bytes": (512 + 1024) * MIB,
        "temperature_celsius": 48,
        "power_watts": 15,
        "clock_mhz": 800,
    }


def test_an_integrated_gpu_cannot_borrow_more_than_the_computer_has(tree: AmdgpuTree) -> None:
    """Gotcha (g) of section 5."""
    tree.add(APU).set("mem_info_gtt_total", 4 * MEMORY_BYTES)
    assert only(opened(tree)).memory_total_bytes == 512 * MIB + MEMORY_BYTES


@pytest.mark.parametrize("part", ["vram", "gtt"])
@pytest.mark.parametrize("field", ["used", "total"])
def test_half_of_an_integrated_gpus_memory_is_not_told_as_the_whole(
    tree: AmdgpuTree, part: str, field: str
) -> None:
    tree.add(APU).fail(f"mem_info_{part}_{field}", errno.EBUSY)
    values = msgspec.structs.asdict(only(opened(tree)))
    assert values[f"memory_{field}_bytes"] is None


@pytest.mark.parametrize("files", [RDNA, POLARIS, MI300])
def test_cards_and_accelerators_have_memory_of_their_own(
    tree: AmdgpuTree, files: dict[str, Any]
) -> None:
    tree.add(files)
    assert device_of(tree).memory_kind == "dedicated"


def test_an_integrated_gpu_has_unified_memory(tree: AmdgpuTree) -> None:
    tree.add(APU)
    assert device_of(tree).memory_kind == "unified"


@pytest.mark.parametrize(
    "file",
    [
        "mem_busy_percent",
        f"{HWMON}/freq2_input",
        f"{HWMON}/pwm1",
        f"{HWMON}/fan1_input",
        f"{HWMON}/temp2_input",
    ],
)
def test_any_file_that_no_integrated_gpu_has_tells_a_card(tree: AmdgpuTree, file: str) -> None:
    """Gotchas (b) and (g) of section 5."""
    tree.add(APU).set(file, 1)
    assert device_of(tree).memory_kind == "dedicated"


def test_a_gpu_without_sensors_is_a_card_in_a_virtual_machine(tree: AmdgpuTree) -> None:
    gpu = tree.add(MI300)
    gpu.delete("hwmon")
    gpu.delete("mem_busy_percent")
    provider = opened(tree)
    assert provider.devices()[0].memory_kind == "dedicated"
    reading = only(provider)
    assert (reading.utilization_percent, reading.temperature_celsius) == (42, None)


def test_sensors_are_known_by_label_and_not_by_number(tree: AmdgpuTree) -> None:
    """Row temp of section 5."""
    gpu = tree.add(RDNA)
    gpu.set(f"{HWMON}/temp1_label", "mem")
    gpu.set(f"{HWMON}/temp3_label", "edge")
    gpu.set(f"{HWMON}/freq1_label", "mclk")
    gpu.set(f"{HWMON}/freq2_label", "sclk")
    reading = only(opened(tree))
    assert (reading.temperature_celsius, reading.clock_mhz) == (72, 1249)


@pytest.mark.parametrize(("missing", "celsius"), [((), 54), ((1,), 67), ((1, 2), 72)])
def test_the_temperature_is_that_of_edge_or_junction_or_memory(
    tree: AmdgpuTree, missing: tuple[int, ...], celsius: int
) -> None:
    """Row temp of section 5."""
    gpu = tree.add(RDNA)
    for number in missing:
        gpu.fail(f"{HWMON}/temp{number}_input", errno.EOPNOTSUPP)
    assert only(opened(tree)).temperature_celsius == celsius


def test_the_temperature_does_not_jump_to_another_sensor_for_a_moment(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    assert only(provider).temperature_celsius == 54
    gpu.fail(f"{HWMON}/temp1_input", errno.EBUSY)
    assert only(provider).temperature_celsius is None
    gpu.work(f"{HWMON}/temp1_input")
    assert only(provider).temperature_celsius == 54


@pytest.mark.parametrize("error", [errno.EPERM, errno.EBUSY, errno.EINVAL, errno.EIO])
def test_a_sensor_that_fails_for_a_moment_at_first_is_not_given_up(
    tree: AmdgpuTree, error: int
) -> None:
    gpu = tree.add(RDNA)
    gpu.fail(f"{HWMON}/temp1_input", error)
    provider = opened(tree)
    assert only(provider).temperature_celsius == 67
    gpu.work(f"{HWMON}/temp1_input")
    assert only(provider).temperature_celsius == 54
    gpu.fail(f"{HWMON}/temp1_input", error)
    assert only(provider).temperature_celsius is None


def test_a_sensor_that_the_chip_lacks_is_asked_once(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    gpu.fail(f"{HWMON}/temp1_input", errno.EOPNOTSUPP)
    provider = opened(tree)
    assert only(provider).temperature_celsius == 67
    tree.opened.clear()
    assert only(provider).temperature_celsius == 67
    assert str(gpu.folder / f"{HWMON}/temp1_input") not in tree.opened


def test_newer_chips_tell_their_power_in_another_file(tree: AmdgpuTree) -> None:
    """Row power of section 5."""
    gpu = tree.add(RDNA)
    gpu.delete(f"{HWMON}/power1_average")
    gpu.set(f"{HWMON}/power1_input", 99_500_000)
    assert only(opened(tree)).power_watts == 99.5


@pytest.mark.parametrize(
    ("levels", "mhz"),
    [
        ("0: 500Mhz \n1: 1850Mhz *\n2: 2304Mhz", 1850),
        ("S: 19Mhz *\n0: 615Mhz \n1: 2575Mhz", 19),
        ("0: 500Mhz", None),
        ("", None),
    ],
)
def test_without_a_sensor_the_clock_is_that_of_the_active_level(
    tree: AmdgpuTree, levels: str, mhz: int | None
) -> None:
    """Row clock of section 5."""
    gpu = tree.add(RDNA)
    gpu.delete(f"{HWMON}/freq1_input")
    gpu.set("pp_dpm_sclk", levels)
    assert only(opened(tree)).clock_mhz == mhz


def test_sensors_of_something_else_on_the_same_device_are_not_the_gpus(tree: AmdgpuTree) -> None:
    """Gotcha (d) of section 5."""
    gpu = tree.add(RDNA)
    gpu.set("hwmon/hwmon1/name", "backlight")
    gpu.set("hwmon/hwmon1/temp1_input", 20000)
    assert only(opened(tree)).temperature_celsius == 54


@pytest.mark.parametrize("files", [RDNA, MI300, APU])
def test_two_cards_and_their_connectors_are_two_gpus(
    tree: AmdgpuTree, files: dict[str, Any]
) -> None:
    """The base of section 5: card0-DP-1 is no card. The address is the stable id (row id)."""
    for address in ("0000:83:00.0", "0000:03:00.0"):
        gpu = tree.add(files, address)
        tree.add_connector(gpu, "DP-1")
        tree.add_connector(gpu, "HDMI-A-1")
    devices = opened(tree).devices()
    assert [device.key for device in devices] == ["0000:03:00.0", "0000:83:00.0"]
    assert [device.pci_address for device in devices] == [device.key for device in devices]
    assert {device.vendor for device in devices} == {"amd"}


@pytest.mark.parametrize("pci_class", ["0x030000", "0x038000", "0x120000"])
def test_gpus_with_and_without_displays_are_found(tree: AmdgpuTree, pci_class: str) -> None:
    tree.add(MI300 | {"class": pci_class})
    assert device_of(tree).name == "AMD Instinct MI300X OAM"


# What fails


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("file", "fields"),
    [
        ("gpu_busy_percent", {"utilization_percent"}),
        ("mem_info_vram_used", {"memory_used_bytes", "memory_free_bytes"}),
        ("mem_info_vram_total", {"memory_total_bytes", "memory_free_bytes"}),
        (f"{HWMON}/temp1_crit", {"temperature_limit_celsius"}),
        (f"{HWMON}/power1_average", {"power_watts"}),
        (f"{HWMON}/power1_cap", {"power_limit_watts"}),
        (f"{HWMON}/pwm1", {"fan_percent"}),
        (f"{HWMON}/pwm1_max", {"fan_percent"}),
    ],
)
def test_a_file_that_fails_costs_its_own_value(
    tree: AmdgpuTree, file: str, fields: set[str], error: int
) -> None:
    """Gotchas (c) and (e) of section 5: unknown, and not 0."""
    tree.add(RDNA).fail(file, error)
    expected = {field: value for field, value in RDNA_VALUES.items() if field not in fields}
    assert known(only(opened(tree))) == expected


@pytest.mark.parametrize("error", ERRORS)
def test_a_gpu_that_tells_nothing_at_the_moment_stays_listed(tree: AmdgpuTree, error: int) -> None:
    """Gotcha (e) of section 5: during a reset every file fails."""
    gpu = tree.add(RDNA)
    for file in RDNA:
        if file.startswith(("hwmon/", "gpu_busy", "mem_info", "pp_dpm")):
            gpu.fail(file, error)
    assert known(only(opened(tree))) == {"status": "ok"}


def test_raven_does_not_support_its_utilization(tree: AmdgpuTree) -> None:
    """Row util of section 5."""
    tree.add(APU | {"device": "0x15d8"}).fail("gpu_busy_percent", errno.EOPNOTSUPP)
    reading = only(opened(tree))
    assert (reading.utilization_percent, reading.temperature_celsius) == (None, 48)


@pytest.mark.parametrize("percent", [655, 0xFFFF])
def test_a_utilization_that_cannot_be_is_unknown(tree: AmdgpuTree, percent: int) -> None:
    """Row util of section 5."""
    tree.add(RDNA).set("gpu_busy_percent", percent)
    provider = opened(tree)
    (device,) = provider.devices()
    assert gpu_metrics("GPU-0", device, provider.read(device), 0).utilization is None


@pytest.mark.parametrize("text", ["", "N/A", "-", "1 2"])
def test_a_text_is_no_number(tree: AmdgpuTree, text: str) -> None:
    gpu = tree.add(RDNA)
    for file in ("gpu_busy_percent", f"{HWMON}/temp1_crit", f"{HWMON}/pwm1_max"):
        gpu.set(file, text)
    reading = only(opened(tree))
    assert reading.utilization_percent is None
    assert reading.temperature_limit_celsius is None
    assert reading.fan_percent is None


def test_an_error_may_also_come_while_reading(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    gpu.delete("gpu_busy_percent")
    # A file of the kernel that can be opened and fails with EIO: nothing is mapped at address 0.
    (gpu.folder / "gpu_busy_percent").symlink_to("/proc/self/mem")
    assert only(opened(tree)).utilization_percent is None


def test_one_gpu_that_fails_does_not_harm_the_other(tree: AmdgpuTree) -> None:
    tree.add(RDNA, "0000:03:00.0").fail("gpu_busy_percent", errno.EIO)
    tree.add(RDNA, "0000:83:00.0")
    readings = sweep(opened(tree))
    assert readings["0000:03:00.0"].utilization_percent is None
    assert known(readings["0000:83:00.0"]) == RDNA_VALUES


# Sleep


@pytest.mark.parametrize("status", ["suspended", "suspending"])
@pytest.mark.parametrize("files", [RDNA, POLARIS, MI300, APU])
def test_a_gpu_that_sleeps_from_the_start_is_listed_and_not_touched(
    tree: AmdgpuTree, files: dict[str, Any], status: str
) -> None:
    """Row power state and gotcha (a) of section 5."""
    tree.add(files).sleep(status)
    provider = opened(tree)
    assert known(only(provider)) == {"status": "asleep"}
    assert tree.woken == []


def test_a_gpu_that_falls_asleep_is_left_alone_until_it_is_awake(tree: AmdgpuTree) -> None:
    """Gotcha (a) of section 5. Only its total memory is remembered."""
    gpu = tree.add(RDNA)
    provider = opened(tree)
    assert only(provider).status == "ok"
    gpu.sleep()
    for _ in range(5):
        tree.now += SELDOM_SECONDS
        reading = only(provider)
        assert known(reading) == {"status": "asleep", "memory_total_bytes": 24560 * MIB}
    assert tree.woken == []
    gpu.wake()
    assert known(only(provider)) == RDNA_VALUES


def test_of_a_sleeping_gpu_only_its_status_is_read(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    gpu.sleep()
    provider = opened(tree)
    tree.opened.clear()
    sweep(provider)
    assert tree.opened == [str(gpu.folder / "power/runtime_status")]


def test_one_that_sleeps_is_left_alone_while_the_other_works(tree: AmdgpuTree) -> None:
    tree.add(APU, "0000:c5:00.0")
    tree.add(RDNA, "0000:03:00.0").sleep()
    provider = opened(tree)
    for _ in range(5):
        tree.now += SELDOM_SECONDS
        statuses = {key: reading.status for key, reading in sweep(provider).items()}
        assert statuses == {"0000:03:00.0": "asleep", "0000:c5:00.0": "ok"}
    assert tree.woken == []


def test_a_kernel_without_power_management_has_no_sleeping_gpus(tree: AmdgpuTree) -> None:
    tree.add(RDNA).set("power/runtime_status", "unsupported")
    assert only(opened(tree)).status == "ok"


# Cost


def test_a_sweep_reads_six_files_of_a_card(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    sweep(provider)
    tree.opened.clear()
    sweep(provider)
    assert sorted(tree.opened) == sorted(
        str(gpu.folder / file)
        for file in (
            "power/runtime_status",
            "gpu_busy_percent",
            "mem_info_vram_used",
            f"{HWMON}/temp1_input",
            f"{HWMON}/power1_average",
            f"{HWMON}/freq1_input",
        )
    )


def test_what_rarely_changes_is_read_now_and_then(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    sweep(provider)
    gpu.set(f"{HWMON}/power1_cap", 200_000_000)
    gpu.set(f"{HWMON}/pwm1", 255)
    tree.now += OFTEN_SECONDS
    reading = only(provider)
    assert (reading.fan_percent, reading.power_limit_watts) == (100, 339)
    tree.now += SELDOM_SECONDS - OFTEN_SECONDS
    assert only(provider).power_limit_watts == 200


# Which GPUs there are


def absence(tree: AmdgpuTree, state: str = "absent") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        opened(tree)
    assert caught.value.state == state
    return caught.value


def test_a_computer_without_an_amd_gpu_says_so(tree: AmdgpuTree) -> None:
    tree.add(RDNA | {"vendor": "0x10de"}, driver="nvidia")
    tree.add(RDNA | {"class": "0x040300"}, "0000:03:00.1", driver="snd_hda_intel")
    assert absence(tree).reason == "This computer has no AMD GPU."


@pytest.mark.parametrize(
    ("driver", "reason", "action"),
    [
        ("radeon", "a driver that tells no values", "Switch to the driver amdgpu"),
        ("vfio-pci", "set aside for a virtual machine", "inside the virtual machine"),
        ("", "no driver runs it", "Install the driver amdgpu"),
    ],
)
def test_a_gpu_that_amdgpu_does_not_run_is_unavailable_for_that_reason(
    tree: AmdgpuTree, driver: str, reason: str, action: str
) -> None:
    tree.add(RDNA, driver=driver)
    error = absence(tree, "unavailable")
    assert "This computer has an AMD GPU" in error.reason
    assert reason in error.reason
    assert action in error.action


def test_a_gpu_of_another_driver_is_not_listed_beside_one_of_amdgpu(tree: AmdgpuTree) -> None:
    tree.add(RDNA, "0000:03:00.0", driver="radeon")
    tree.add(RDNA, "0000:83:00.0")
    assert [device.key for device in opened(tree).devices()] == ["0000:83:00.0"]


def test_wsl_is_told(tree: AmdgpuTree) -> None:
    """Gotcha (h) of section 5."""
    release = tree.proc / "sys" / "kernel" / "osrelease"
    release.parent.mkdir(parents=True)
    release.write_text("5.15.167.4-microsoft-standard-WSL2\n", "utf-8")
    assert "WSL" in absence(tree).reason


def test_a_container_without_the_bus_is_told(tree: AmdgpuTree) -> None:
    """Gotcha (i) of section 5."""
    (tree.sysfs / "bus" / "pci" / "devices").rmdir()
    assert "does not show its PCI devices" in absence(tree).reason


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_told(
    tree: AmdgpuTree, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    (tree.sysfs / "bus" / "pci" / "devices").rmdir()
    assert "on Linux only" in absence(tree).reason


def test_a_gpu_that_leaves_the_bus_stays_listed_as_lost_and_comes_back(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    sweep(provider)
    gpu.unplug()
    for _ in range(3):
        tree.now += LOOK_AROUND_SECONDS
        assert known(only(provider)) == {"status": "lost"}
    gpu.plug()
    assert known(only(provider)) == RDNA_VALUES


def test_a_gpu_whose_driver_is_loaded_again_has_sensors_elsewhere(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    sweep(provider)
    gpu.bind("")
    assert known(only(provider)) == {"status": "lost"}
    (gpu.folder / "hwmon" / "hwmon3").rename(gpu.folder / "hwmon" / "hwmon7")
    gpu.bind("amdgpu")
    assert known(only(provider)) == RDNA_VALUES


def test_a_gpu_that_is_added_later_is_found(tree: AmdgpuTree) -> None:
    tree.add(RDNA, "0000:03:00.0")
    provider = opened(tree)
    sweep(provider)
    tree.add(RDNA, "0000:83:00.0")
    assert len(sweep(provider)) == 1
    tree.now += LOOK_AROUND_SECONDS
    assert len(sweep(provider)) == 2


def test_sensors_that_the_driver_adds_while_it_starts_are_found(tree: AmdgpuTree) -> None:
    gpu = tree.add(APU)
    hwmon = gpu.folder / "hwmon"
    hwmon.rename(gpu.folder / "later")
    provider = opened(tree)
    assert only(provider).temperature_celsius is None
    (gpu.folder / "later").rename(hwmon)
    tree.now += LOOK_AROUND_SECONDS
    assert only(provider).temperature_celsius == 48
    assert provider.devices()[0].memory_kind == "unified"


def test_after_a_pause_the_same_gpus_are_there(tree: AmdgpuTree) -> None:
    gpu = tree.add(RDNA)
    provider = opened(tree)
    sweep(provider)
    provider.close()
    gpu.unplug()
    provider.open()
    assert known(only(provider)) == {"status": "lost"}


# Names


def name_in(tree: AmdgpuTree, amdgpu_ids: str, pci_ids: str) -> str:
    """Return what the only GPU is called when the lists say this."""
    files = tree.sysfs / "amdgpu.ids", tree.sysfs / "pci.ids"
    for file, text in zip(files, (amdgpu_ids, pci_ids), strict=True):
        file.write_text(text, "utf-8")
    (gpu,) = pci_gpus("1002", tree.sysfs)
    return marketing_name(gpu, [tree.sysfs / "missing", files[0]], [files[1]])


AMDGPU_IDS = "# List\n1.0.0\n744C,\tC4,\tAMD Radeon PRO\n744C,\tC8,\tAMD Radeon RX 7900 XTX\n"
PCI_IDS = """\
10de  NVIDIA Corporation
\t744c  Not this one
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t744b  Nor this one
\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX]
\t\t1002 0e3b  Nor this board
\t15d8  Picasso
1022  Advanced Micro Devices, Inc. [AMD]
"""


def test_the_board_tells_the_name(tree: AmdgpuTree) -> None:
    """Row name of section 5."""
    tree.add(RDNA | {"product_name": "AMD Instinct MI210"})
    assert device_of(tree).name == "AMD Instinct MI210"


@pytest.mark.parametrize(
    ("device", "amdgpu_ids", "pci_ids", "name"),
    [
        ("0x744c", AMDGPU_IDS, PCI_IDS, "AMD Radeon RX 7900 XTX"),
        ("0x744c", "", PCI_IDS, "AMD Radeon RX 7900 XT/7900 XTX"),
        ("0x15d8", AMDGPU_IDS, PCI_IDS, "AMD Picasso"),
        ("0x744c", "", "", "AMD GPU [1002:744c]"),
        ("0x1234", AMDGPU_IDS, PCI_IDS, "AMD GPU [1002:1234]"),
    ],
)
def test_a_name_comes_from_amds_list_or_that_of_all_devices(
    tree: AmdgpuTree, device: str, amdgpu_ids: str, pci_ids: str, name: str
) -> None:
    """Row name of section 5."""
    tree.add(RDNA | {"product_name": "", "device": device})
    assert name_in(tree, amdgpu_ids, pci_ids) == name


# Processes

CLIENT = ("drm-driver:\tamdgpu", "drm-pdev:\t0000:03:00.0", "drm-client-id:\t7")
WORK = "drm-engine-compute:\t123456 ns"
LLAMA, OTHER = 4100, 4200


def test_the_apps_programs_on_the_gpu_are_counted(tree: AmdgpuTree) -> None:
    """Per process in section 5: dedupe by client."""
    tree.add(RDNA)
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    tree.open_drm(LLAMA, 6, "renderD128", *CLIENT, WORK)
    tree.start(OTHER, "helper", parent=LLAMA)
    tree.open_drm(OTHER, 3, "card0", *CLIENT[:2], "drm-client-id:\t8", WORK)
    reading = only(opened(tree))
    assert (reading.process_count, reading.process_names) == (2, None)


def test_names_are_told_when_they_are_wanted(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    provider = provider_of(tree, names=True)
    provider.open()
    assert only(provider).process_names == ("llama-server",)


def test_each_gpu_has_its_own_programs(tree: AmdgpuTree) -> None:
    tree.add(RDNA, "0000:03:00.0")
    tree.add(RDNA, "0000:83:00.0")
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    readings = sweep(opened(tree))
    assert readings["0000:03:00.0"].process_count == 1
    assert readings["0000:83:00.0"].process_count is None


def test_who_only_opened_the_gpu_does_not_use_it(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    tree.start(LLAMA, "looks-for-gpus", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, "drm-memory-vram:\t2052 KiB")
    assert only(opened(tree)).process_count is None


def test_programs_that_are_not_the_apps_are_not_looked_at(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    tree.start(LLAMA, "of-somebody-else")
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    assert only(opened(tree)).process_count is None


def test_files_of_another_driver_are_not_read_since_that_may_wake_its_gpu(
    tree: AmdgpuTree,
) -> None:
    tree.add(RDNA, "0000:03:00.0")
    tree.add(RDNA, "0000:04:00.0", driver="xe")
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD129", "drm-driver:\txe", *CLIENT[1:], "drm-cycles-ccs:\t5")
    tree.opened.clear()
    assert only(opened(tree)).process_count is None
    assert not [path for path in tree.opened if "fdinfo" in path]


def test_programs_are_looked_for_now_and_then(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    provider = opened(tree)
    assert only(provider).process_count is None
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    assert only(provider).process_count is None
    tree.now += OFTEN_SECONDS
    assert only(provider).process_count == 1


def compute_by_rocm(tree: AmdgpuTree, pid: int, vram_bytes: int) -> None:
    tree.start(pid, "python3")
    tree.use_kfd(pid, 51234, vram_bytes)


@pytest.mark.parametrize(
    ("address", "domain", "location"),
    [
        ("0000:03:00.0", 0, 0x0300),
        ("0001:c5:1f.7", 1, 0xC5FF),
        ("0000:03:00.0", 0, 0x2000_0300),  # a partition
    ],
)
def test_whoever_computes_by_rocm_is_counted(
    tree: AmdgpuTree, address: str, domain: int, location: int
) -> None:
    """Per process in section 5: /sys/class/kfd, for the whole computer."""
    tree.add(MI300, address)
    tree.add_to_kfd(0, 0, 0)
    tree.add_to_kfd(51234, domain, location)
    compute_by_rocm(tree, LLAMA, GIB)
    assert only(opened(tree)).process_count == 1


def test_whoever_computes_by_rocm_is_counted_on_its_own_gpu(tree: AmdgpuTree) -> None:
    tree.add(MI300, "0000:03:00.0")
    tree.add(MI300, "0000:83:00.0")
    tree.add_to_kfd(51234, 0, 0x0300)
    tree.add_to_kfd(51235, 0, 0x8300)
    compute_by_rocm(tree, LLAMA, GIB)
    counts = {key: reading.process_count for key, reading in sweep(opened(tree)).items()}
    assert counts == {"0000:03:00.0": 1, "0000:83:00.0": None}


def test_a_program_that_is_seen_twice_is_counted_once(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    tree.add_to_kfd(51234, 0, 0x0300)
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    tree.use_kfd(LLAMA, 51234, GIB)
    assert only(opened(tree)).process_count == 1


def test_who_only_opened_rocm_does_not_compute_by_it(tree: AmdgpuTree) -> None:
    """ROCm issue 4411 in section 5: our own child is listed as well."""
    tree.add(MI300)
    tree.add_to_kfd(51234, 0, 0x0300)
    compute_by_rocm(tree, LLAMA, 0)
    assert only(opened(tree)).process_count is None


def test_the_sidecar_is_not_counted(tree: AmdgpuTree) -> None:
    tree.add(RDNA)
    tree.add_to_kfd(51234, 0, 0x0300)
    compute_by_rocm(tree, os.getpid(), GIB)
    assert only(opened(tree)).process_count is None


def test_in_a_container_the_hosts_pids_are_not_believed(tree: AmdgpuTree) -> None:
    tree.enter_pid_namespace("pid:[4026532000]")
    tree.add(RDNA)
    tree.add_to_kfd(51234, 0, 0x0300)
    compute_by_rocm(tree, OTHER, GIB)
    tree.start(LLAMA, "llama-server", parent=APP_PID)
    tree.open_drm(LLAMA, 5, "renderD128", *CLIENT, WORK)
    assert only(opened(tree)).process_count == 1
