"""The stub of AMD's library: built once, linked into a folder of each test's own."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("stub_library.c")
_LIBRARY = "libamd_smi.so"
CARD = "0000:03:00.0"
COMPLETE = (
    f"gpus {CARD}",
    f"{CARD} gfx_activity 42",
    f"{CARD} temp_edge 54",
    f"{CARD} temp_hotspot 67",
    f"{CARD} temp_vram 72",
    f"{CARD} average_socket_power 187",
    f"{CARD} gfx_clock 1904",
)
"""A script of a library that knows all about one GPU."""

_NOT_SUPPORTED = 2  # AMDSMI_STATUS_NOT_SUPPORTED


def build(folder: Path, without: str = "") -> Path:
    """Compile the library into ``folder`` and return its path.

    Args:
        folder: Where to.
        without: A function that it is to lack, as the library of another version would.

    """
    compiler = shutil.which("cc")
    assert compiler, "the stub library needs a C compiler named cc (Debian package gcc)"
    other_functions = folder / "other_functions.c"
    other_functions.write_text(_other_functions(without), encoding="utf-8")
    library = folder / _LIBRARY
    flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(
        [compiler, *flags, str(_SOURCE), str(other_functions), "-o", str(library), "-ldl"],
        check=True,
        timeout=120,
    )
    return library


def functions_that_amdsmi_binds() -> set[str]:
    """Return the names of the C functions that importing the installed amdsmi looks up."""
    amdsmi = importlib.util.find_spec("amdsmi")
    assert amdsmi, "amdsmi is not installed"
    assert amdsmi.origin
    wrapper = Path(amdsmi.origin).with_name("amdsmi_wrapper.py").read_text("utf-8")
    return set(re.findall(r"_libraries\['libamd_smi\.so'\]\.(\w+)", wrapper))


def _other_functions(without: str) -> str:
    here = set(re.findall(r"^status (\w+)\(", _SOURCE.read_text("utf-8"), re.MULTILINE))
    names = functions_that_amdsmi_binds() - here - {without}
    return "".join(
        f"int {name}(void);\nint {name}(void) {{ return {_NOT_SUPPORTED}; }}\n"
        for name in sorted(names)
    )


class StubLibrary:
    """AMD's library with GPUs that say what a script tells them to, also while they are read.

    Attributes:
        folder: What LD_LIBRARY_PATH must have for programs to find it.

    """

    def __init__(self, library: Path, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / _LIBRARY).symlink_to(library)

    def script(self, *lines: str) -> None:
        """Replace the script; the next call of any program sees it. See README.md."""
        new = self.folder / "script.new"
        new.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        new.rename(self.folder / "script.txt")

    def calls(self) -> list[str]:
        """Return the functions that were called so far; ``load`` is for each process."""
        try:
            return (self.folder / "calls.txt").read_text("utf-8").split()
        except FileNotFoundError:
            return []
