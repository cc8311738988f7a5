"""The command: examines, prints, and ends the process."""

import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from sidecar.doctor import report
from sidecar.doctor.examination import examine
from sidecar.doctor.reference import TOOLS
from sidecar.doctor.surroundings import look_around
from sidecar.providers.provider import Provider


def run_doctor(providers: Iterable[Provider], *, as_json: bool) -> NoReturn:
    """Print what was found on stdout and end, even when a driver hangs."""
    words = report.as_json if as_json else report.as_text
    text = words(look_around(), examine(providers, TOOLS))
    # UTF-8 whatever the terminal is set to: some encodings lack an arrow, or a GPU's name.
    sys.stdout.buffer.write(f"{text}\n".encode(errors="replace"))
    sys.stdout.flush()
    os._exit(0)
