"""The log, on stderr. Nobody waits for it.

A host that does not read our stderr must not stop a driver's thread, and far less the reader, once
the pipe is full. ``logging`` is imported when there is something to say: it costs start-up time.
"""

import contextlib
import os
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger

MAX_WAITING_TEXTS = 100
"""Of what nobody reads, so much is kept and the rest is lost."""

LAST_TEXTS_SECONDS = 0.5
"""How long the end of the process may wait for somebody to read why."""

_STDERR = 2


def log() -> "Logger":
    """Return the sidecar's logger. Warnings and errors are shown; a host may configure more."""
    import logging  # noqa: PLC0415 - 7 ms that the first answer need not wait for

    return logging.getLogger("sidecar")


def log_without_waiting() -> None:
    """From now on, write what is logged in a thread of its own."""
    import logging  # noqa: PLC0415 - the same

    log().addHandler(logging.StreamHandler(_stderr))


def finish_log() -> None:
    """Wait until what was logged is written, or LAST_TEXTS_SECONDS."""
    _stderr.wait_until_written(LAST_TEXTS_SECONDS)


class PatientStream:
    """Takes texts at once, and writes them when they can be written. For ``StreamHandler``."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._texts: deque[str] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> None:
        """Take a text; it is lost when too many wait already."""
        with self._changed:
            if len(self._texts) >= MAX_WAITING_TEXTS:
                return
            self._texts.append(text)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_texts, name="log", daemon=True)
                self._thread.start()

    def wait_until_written(self, timeout_seconds: float) -> None:
        """Return when nothing waits any more, or after the time-out."""
        with self._changed:
            self._changed.wait_for(lambda: not self._texts, timeout_seconds)

    def _write_texts(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._texts)
                data = memoryview(self._texts[0].encode(errors="replace"))
            with contextlib.suppress(OSError):  # nobody will ever read it
                while data:
                    data = data[os.write(self._fd, data) :]
            with self._changed:
                self._texts.popleft()
                self._changed.notify_all()


_stderr = PatientStream(_STDERR)
