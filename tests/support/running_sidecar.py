"""The real sidecar as a process, as its users start it."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from support.sidecar_command import SIDECAR

ANSWER_SECONDS = 20.0
"""Bounds a wait that would never end; far above what a loaded machine needs."""


class RunningSidecar:
    """One sidecar process with its pipes. Leaving the context ends it."""

    def __init__(
        self,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        program: Sequence[str] = SIDECAR,
    ) -> None:
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**inherited, **(environment or {})},
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever state it is in."""
        self.process.kill()
        self.process.wait(ANSWER_SECONDS)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()

    def send(self, *lines: bytes) -> None:
        """Write lines as they are."""
        assert self.process.stdin
        self.process.stdin.write(b"".join(line + b"\n" for line in lines))
        self.process.stdin.flush()

    def receive(self) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Return the next line that it wrote, decoded."""
        return json.loads(self._lines.get(timeout=ANSWER_SECONDS))

    def ask(self, method: str) -> Any:  # noqa: ANN401 - each method has its own result
        """Return the response to one request."""
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, "method": method}
        self.send(json.dumps(request).encode())
        response = self.receive()
        assert response["id"] == self._last_id
        return response

    def thread_count(self) -> int:
        """Return how many threads it has."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def end_input(self) -> list[bytes]:
        """End its stdin, wait for it to end by itself, and return what it wrote meanwhile."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(ANSWER_SECONDS)
        lines = list(iter(lambda: self._lines.get(timeout=ANSWER_SECONDS), b""))
        return [line.rstrip(b"\n") for line in lines]

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put(b"")
