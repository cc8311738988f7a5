"""What the numbers were measured on, without names or paths."""

import os
import platform
import re
import subprocess
from pathlib import Path


def describe() -> str:
    """Return the processor, the versions, and how busy it is, in one sentence."""
    node = subprocess.run(
        ["node", "--version"],  # noqa: S607 - wherever it is
        capture_output=True,
        check=True,
        text=True,
        timeout=10,
    ).stdout.strip()
    return (
        f"{os.cpu_count()} cores of {_processor()}, Linux {platform.release()}, "
        f"Python {platform.python_version()}, Node {node.removeprefix('v')}, "
        f"{os.getloadavg()[0]:.1f} programs running besides"
    )


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()
