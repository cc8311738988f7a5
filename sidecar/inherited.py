"""Closes what the process that started the sidecar has open and never meant it to have."""

import os

_FIRST = 3  # what follows stdin, stdout and stderr
_END = 4096
"""Electron has a few hundred open; asking the system for the most there may be gives a million."""


def close_inherited() -> None:
    """Close every other file descriptor. To be called before anything is opened.

    Electron hands some thirty on to its children: without this the sidecar holds, also after the
    app has ended, its connection to the display, its shared memory and the ports it listens on.
    """
    os.closerange(_FIRST, _END)
