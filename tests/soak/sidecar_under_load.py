"""A sidecar that is written to and read from at full speed, and what it costs meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple, Self

ANSWER_SECONDS = 60.0
"""A sidecar that writes nothing for so long hangs; a loaded machine needs some seconds at most."""


class Cost(NamedTuple):
    """What a process holds. Linux only.

    Attributes:
        memory_kb: Resident memory, in KiB.
        threads: How many threads it has.
        descriptors: How many files it has open.

    """

    memory_kb: int
    threads: int
    descriptors: int


class SidecarUnderLoad:
    """One sidecar with simulated GPUs. Leaving the context kills it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "sidecar", "--simulate", "1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._stdin, self._stdout = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever state it is in."""
        self._process.kill()
        self._process.wait(ANSWER_SECONDS)

    def exchange(self, data: bytes) -> Generator[bytes]:
        """Write ``data`` and meanwhile yield each line that comes, without end.

        Raises:
            TimeoutError: No line came for ANSWER_SECONDS.

        """
        writer = threading.Thread(target=self._write, args=(data,), daemon=True)
        writer.start()
        hung = threading.Timer(ANSWER_SECONDS, self._process.kill)
        hung.start()
        try:
            # Not the stream itself: it would be closed with this generator.
            while line := self._stdout.readline():
                yield line
        finally:
            hung.cancel()
        msg = "the sidecar ended, or wrote nothing for too long and was killed"
        raise TimeoutError(msg)

    def cost(self) -> Cost:
        """Return what it holds now."""
        folder = Path("/proc", str(self._process.pid))
        lines = (folder / "status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        return Cost(
            memory_kb=int(status["VmRSS"].split()[0]),
            threads=int(status["Threads"]),
            descriptors=len(list((folder / "fd").iterdir())),
        )

    def end(self) -> tuple[int, bytes]:
        """End its stdin. Return its exit code and what it wrote after all was answered."""
        rest, _ = self._process.communicate(timeout=ANSWER_SECONDS)
        return self._process.returncode, rest

    def _write(self, data: bytes) -> None:
        self._stdin.write(data)
        self._stdin.flush()
