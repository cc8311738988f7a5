"""The fake NVML library as tests use it: built once, linked into a folder of each test's own."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

_SOURCES = Path(__file__).parent / "nvml"
_LIBRARY = "libnvidia-ml.so.1"

LOADED = (
    "0 name NVIDIA GeForce RTX 4090",
    "0 utilization 97",
    "0 memory_total_mib 24564",
    "0 memory_used_mib 20011",
    "0 memory_reserved_mib 553",
    "0 temperature_c 83",
    "0 power_mw 401250",
    "0 sm_clock_mhz 2520",
    "0 power_limit_mw 450000",
    "0 energy_mj 1234567890",
    "0 fan_percent 71",
    "0 event_reasons 0x44",
    "0 encoder_utilization 3",
    "0 decoder_utilization 4",
    "0 compute_process 4000001 18000",
    "0 graphics_process 4000001 18000",
    "0 graphics_process 4000002 200",
)
"""The first GPU while a model runs on it. The pids are above every one that Linux gives."""


def build(folder: Path) -> Path:
    """Compile the library into ``folder`` and return its path."""
    compiler = shutil.which("cc")
    assert compiler, "the fake driver needs a C compiler named cc (Debian package gcc)"
    library = folder / _LIBRARY
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(
        [compiler, *flags, "fake_nvml.c", "-o", str(library), "-ldl", "-lpthread"],
        cwd=_SOURCES,
        check=True,
        timeout=120,
    )
    return library


class FakeNvidiaDriver:
    """A driver whose GPUs say what a script tells them to, also while somebody reads them."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._library = library
        self._folder = folder
        self.install()

    def install(self) -> None:
        """Put the library where programs look for it, as it is at first."""
        (self._folder / _LIBRARY).symlink_to(self._library)

    def uninstall(self) -> None:
        """Take it away again."""
        (self._folder / _LIBRARY).unlink()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program find this driver."""
        return {"LD_LIBRARY_PATH": str(self._folder)}

    def script(self, *lines: str) -> None:
        """Replace the script; the next call of any program sees it. See nvml/README.md.

        A lone surrogate U+DCxx stands for the byte xx, which is no UTF-8.
        """
        new = self._folder / "script.new"
        new.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
        new.rename(self._folder / "script.txt")

    @property
    def loaded(self) -> bool:
        """Whether any program has loaded the library."""
        return (self._folder / "calls").exists()

    def calls(self) -> Counter[str]:
        """Return how often each function has been called."""
        if not self.loaded:
            return Counter()
        data = (self._folder / "calls").read_bytes()
        records = [data[start : start + 64] for start in range(0, len(data), 64)]
        return Counter(
            {
                record[:56].rstrip(b"\0").decode(): int.from_bytes(record[56:], "little")
                for record in records
            }
        )

    def check(self) -> None:
        """Fail if any program used a handle from before a shutdown: real drivers crash on it."""
        assert self.calls()["stale handle"] == 0
