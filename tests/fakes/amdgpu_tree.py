"""A computer with AMD GPUs as amdgpu shows it.

Which files a kind of GPU has is taken from drivers/gpu/drm/amd/pm/amdgpu_pm.c.
"""

from collections.abc import Mapping
from pathlib import Path

from fakes.linux_tree import FakeGpu, LinuxTree

MIB = 1 << 20
GIB = 1 << 30

_ANY = {
    "class": "0x030000",
    "vendor": "0x1002",
    "power/runtime_status": "active",
    "product_name": "",
    "gpu_busy_percent": 42,
    "mem_info_vram_total": 24560 * MIB,
    "mem_info_vram_used": 8123 * MIB,
    "mem_info_gtt_total": 64 * GIB,
    "mem_info_gtt_used": 37 * MIB,
    "pp_dpm_sclk": "0: 500Mhz \n1: 1850Mhz *\n2: 2304Mhz",
    "hwmon/hwmon3/name": "amdgpu",
}

RDNA = _ANY | {
    "device": "0x744c",
    "revision": "0xc8",
    "product_name": "AMD Radeon RX 7900 XTX",
    "mem_busy_percent": 17,
    "hwmon/hwmon3/temp1_input": 54000,
    "hwmon/hwmon3/temp1_label": "edge",
    "hwmon/hwmon3/temp1_crit": 100000,
    "hwmon/hwmon3/temp2_input": 67000,
    "hwmon/hwmon3/temp2_label": "junction",
    "hwmon/hwmon3/temp2_crit": 110000,
    "hwmon/hwmon3/temp3_input": 72000,
    "hwmon/hwmon3/temp3_label": "mem",
    "hwmon/hwmon3/power1_average": 187000000,
    "hwmon/hwmon3/power1_cap": 339000000,
    "hwmon/hwmon3/freq1_input": 1904000000,
    "hwmon/hwmon3/freq1_label": "sclk",
    "hwmon/hwmon3/freq2_input": 1249000000,
    "hwmon/hwmon3/freq2_label": "mclk",
    "hwmon/hwmon3/fan1_input": 1200,
    "hwmon/hwmon3/pwm1": 102,
    "hwmon/hwmon3/pwm1_max": 255,
}
"""A Radeon RX 7900 XTX: a card for desktops."""

POLARIS = {
    file: value
    for file, value in RDNA.items()
    if file != "mem_busy_percent"
    and not file.startswith(("hwmon/hwmon3/temp2", "hwmon/hwmon3/temp3"))
} | {"device": "0x67df", "product_name": "AMD Radeon RX 580"}
"""An older card: one sensor of temperature, no load of its memory."""

MI300 = _ANY | {
    "class": "0x120000",
    "device": "0x74a1",
    "revision": "0x00",
    "product_name": "AMD Instinct MI300X OAM",
    "mem_busy_percent": 17,
    "mem_info_vram_total": 192 * GIB,
    "mem_info_vram_used": 100 * GIB,
    "hwmon/hwmon3/temp2_input": 67000,
    "hwmon/hwmon3/temp2_label": "junction",
    "hwmon/hwmon3/temp2_crit": 100000,
    "hwmon/hwmon3/temp3_input": 72000,
    "hwmon/hwmon3/temp3_label": "mem",
    "hwmon/hwmon3/power1_input": 650000000,
    "hwmon/hwmon3/power1_cap": 750000000,
    "hwmon/hwmon3/freq1_input": 2100000000,
    "hwmon/hwmon3/freq1_label": "sclk",
    "hwmon/hwmon3/freq2_input": 1300000000,
    "hwmon/hwmon3/freq2_label": "mclk",
}
"""An Instinct MI300X: no edge, no fan, and of PCI class processing accelerator."""

SILENT = {
    file: value
    for file, value in MI300.items()
    if not file.startswith(("gpu_busy", "pp_dpm", "hwmon/")) or file == "hwmon/hwmon3/name"
}
"""One whose driver tells nothing of what AMD's library could."""

APU = _ANY | {
    "device": "0x15bf",
    "revision": "0xc1",
    "product_name": "AMD Radeon 780M",
    "mem_info_vram_total": 512 * MIB,
    "mem_info_vram_used": 400 * MIB,
    "mem_info_gtt_total": 1024 * MIB,
    "mem_info_gtt_used": 600 * MIB,
    "hwmon/hwmon3/temp1_input": 48000,
    "hwmon/hwmon3/power1_input": 15000000,
    "hwmon/hwmon3/in1_input": 900,
    "hwmon/hwmon3/freq1_input": 800000000,
    "hwmon/hwmon3/freq1_label": "sclk",
}
"""A Radeon 780M, part of a processor: one temperature without a label, memory of the computer."""


class AmdgpuTree(LinuxTree):
    """The whole computer."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.sysfs / "class" / "drm").mkdir(parents=True)

    def add(
        self, files: Mapping[str, str | int], address: str = "0000:03:00.0", driver: str = "amdgpu"
    ) -> FakeGpu:
        """Plug in a GPU that has these files."""
        gpu = FakeGpu(self, address, driver)
        for file, value in files.items():
            gpu.set(file, value)
        for node in (f"card{len(self.gpus)}", f"renderD{128 + len(self.gpus)}"):
            (gpu.folder / "drm" / node).mkdir(parents=True)
            (gpu.folder / "drm" / node / "device").symlink_to(gpu.folder)
            (self.sysfs / "class" / "drm" / node).symlink_to(gpu.folder / "drm" / node)
        self.gpus.append(gpu)
        return gpu

    def add_connector(self, gpu: FakeGpu, name: str) -> None:
        """Give a GPU a connector, which looks like another card to who does not look closely."""
        card = next(each for each in (gpu.folder / "drm").glob("card?"))
        connector = card / f"{card.name}-{name}"
        connector.mkdir()
        (connector / "device").symlink_to(card)
        (self.sysfs / "class" / "drm" / connector.name).symlink_to(connector)

    def add_to_kfd(self, number: int, domain: int, location: int) -> None:
        """Let amdkfd know a GPU by a number of its own."""
        node = self.sysfs / "class/kfd/kfd/topology/nodes" / str(number)
        node.mkdir(parents=True)
        (node / "gpu_id").write_text(f"{number}\n", encoding="utf-8")
        properties = f"cpu_cores_count 0\nsimd_count 304\nlocation_id {location}\ndomain {domain}\n"
        (node / "properties").write_text(properties, encoding="utf-8")

    def use_kfd(self, pid: int, number: int, vram_bytes: int) -> None:
        """Let a process compute by ROCm."""
        process = self.sysfs / "class/kfd/kfd/proc" / str(pid)
        process.mkdir(parents=True, exist_ok=True)
        (process / f"vram_{number}").write_text(f"{vram_bytes}\n", encoding="utf-8")
