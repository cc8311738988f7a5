"""Tells which files this process opens, before it does: what is told may let the opening fail."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

_listeners: list[Callable[[str], None]] = []


@contextmanager
def opened_files(on_open: Callable[[str], None]) -> Generator[None]:
    """Call ``on_open`` with the path of each file that is opened within the block.

    An OSError that it raises is what the opening fails with. What it opens itself is not told.
    """
    _listeners.append(on_open)
    try:
        yield
    finally:
        _listeners.remove(on_open)


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not _listeners or not isinstance(arguments[0], str | os.PathLike):
        return
    listeners = tuple(_listeners)
    _listeners.clear()
    try:
        for on_open in listeners:
            on_open(os.fspath(arguments[0]))
    finally:
        _listeners[:] = listeners


# There is no way to remove an audit hook; without a listener this one does nothing.
sys.addaudithook(_on_event)
