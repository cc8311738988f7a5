"""The command: examines, prints, and ends the process."""

import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from sidecar.doctor import reference, report
from sidecar.doctor.examination import examine
from sidecar.doctor.surroundings import look_around
from sidecar.providers.provider import Provider


def run_doctor(providers: Iterable[Provider], *, as_json: bool) -> NoReturn:
    """Print what was found on stdout and end, even when a driver hangs."""
    tools = {"nvidia-smi": reference.nvidia_smi, "amd-smi": reference.amd_smi}
    words = report.as_json if as_json else report.as_text
    sys.stdout.write(words(look_around(), examine(providers, tools)) + "\n")
    sys.stdout.flush()
    os._exit(0)
