"""A program on two raw pipes: nothing between it and the clock but the kernel."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Self

METRICS_REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n'
HELLO_REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"sidecar:hello"}\n'

_CHUNK_BYTES = 1 << 16
_END_SECONDS = 10.0
"""A killed process ends at once; only one inside the kernel takes longer."""


class Peer:
    """Answers lines with lines. Leaving the context ends it.

    Attributes:
        pid: Its process id.

    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0
        )
        assert self._process.stdin
        assert self._process.stdout
        self.pid = self._process.pid
        self._to, self._from = self._process.stdin, self._process.stdout
        self._write_fd, self._read_fd = self._to.fileno(), self._from.fileno()

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait(_END_SECONDS)
        self._to.close()
        self._from.close()

    def ask(self, request: bytes = METRICS_REQUEST) -> bytes:
        """Send one line and return the one that comes back."""
        os.write(self._write_fd, request)
        answer = os.read(self._read_fd, _CHUNK_BYTES)
        while not answer.endswith(b"\n"):
            answer += self._read()
        return answer

    def seconds_to_answer(self) -> float:
        """Return how long one request takes."""
        start = perf_counter()
        self.ask()
        return perf_counter() - start

    def seconds_to_answer_many(self, count: int, in_flight: int) -> float:
        """Return how long ``count`` requests take while ``in_flight`` are always on their way."""
        start = perf_counter()
        os.write(self._write_fd, METRICS_REQUEST * in_flight)
        asked, answered = in_flight, 0
        while answered < count:
            arrived = self._read().count(b"\n")
            answered += arrived
            more = min(arrived, count - asked)
            os.write(self._write_fd, METRICS_REQUEST * more)
            asked += more
        return perf_counter() - start

    def _read(self) -> bytes:
        chunk = os.read(self._read_fd, _CHUNK_BYTES)
        assert chunk, "the program ended instead of answering"
        return chunk
