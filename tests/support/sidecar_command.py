"""Which sidecar the tests of processes start: the source tree's, or a bundled one."""

import os
import sys

_BUNDLED = os.environ.get("SIDECAR_PROGRAM")

PYTHON = _BUNDLED or sys.executable
"""What runs the sidecar's child processes."""

SIDECAR = [_BUNDLED] if _BUNDLED else [sys.executable, "-I", "-m", "sidecar"]
"""How the sidecar is started."""
