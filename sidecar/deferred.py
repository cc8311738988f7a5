"""Lines that cannot be answered yet, on their way from the reader's thread to the loop."""

import threading
from collections import deque
from collections.abc import Callable

from sidecar.contract import TOO_MANY_REQUESTS
from sidecar.endpoint import Unfinished
from sidecar.jsonrpc import RpcError

MAX_IN_FLIGHT = 1024
"""Lines that may wait at a time: enough for any client that awaits answers."""

MAX_WAITING_BYTES = 4 << 20
"""Bytes that may wait at a time; bounds the memory of a client that asks without listening."""


class DeferredLines:
    """A bounded queue from one thread to another.

    Attributes:
        on_add: Called by add() when a line has been added.

    """

    def __init__(self) -> None:
        self.on_add: Callable[[], None] = lambda: None
        self._lines: deque[Unfinished] = deque()
        self._in_flight = 0
        self._waiting_bytes = 0
        self._changed = threading.Condition()

    def add(self, line: Unfinished) -> None:
        """Put a line in the queue.

        Raises:
            RpcError: As many lines or bytes wait already as may (-32003).

        """
        with self._changed:
            waiting_bytes = self._waiting_bytes + line.size
            if self._in_flight >= MAX_IN_FLIGHT or waiting_bytes > MAX_WAITING_BYTES:
                raise RpcError(TOO_MANY_REQUESTS, "Too many requests in flight; await answers")
            self._in_flight += 1
            self._waiting_bytes = waiting_bytes
            self._lines.append(line)
        self.on_add()

    def take(self) -> list[Unfinished]:
        """Take all lines out. Each stays in flight until answered()."""
        with self._changed:
            lines = list(self._lines)
            self._lines.clear()
        return lines

    def answered(self, line: Unfinished) -> None:
        """Say that one of the lines taken out has been answered."""
        with self._changed:
            self._in_flight -= 1
            self._waiting_bytes -= line.size
            self._changed.notify_all()

    def wait_until_answered(self, timeout_seconds: float) -> None:
        """Return when nothing is in flight any more, or after the time-out."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight == 0, timeout_seconds)
