"""The program of the bundled sidecar, in which sys.executable is this program and not Python."""

import os
import sys

_SMI_CHILD = ["-I", "-m", "sidecar.providers.amd.smi_child"]
"""How the AMD provider has Python run its child; the one such command line understood here."""


def main() -> None:
    """Run the sidecar, or the child that holds AMD's library."""
    _restore_library_path()
    if sys.argv[1:4] == _SMI_CHILD:
        del sys.argv[1:4]
        from sidecar.providers.amd.smi_child import main as smi_child  # noqa: PLC0415 - AMD only

        smi_child()
    else:
        from sidecar.__main__ import main as sidecar  # noqa: PLC0415 - not needed in the child

        sidecar()


def _restore_library_path() -> None:
    """Give nvidia-smi and other children the LD_LIBRARY_PATH that PyInstaller's start-up replaced.

    https://pyinstaller.org/en/stable/common-issues-and-pitfalls.html
    """
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        os.environ["LD_LIBRARY_PATH"] = original
    elif "_PYI_ARCHIVE_FILE" in os.environ:
        os.environ.pop("LD_LIBRARY_PATH", None)


main()
