"""``gpu-metrics-sidecar export`` as a process."""

import os
import queue
import subprocess
import threading
import urllib.request
from collections.abc import Mapping
from typing import Self

from support.sidecar_command import SIDECAR

EXPORT_SECONDS = 20.0
"""Bounds a wait that would never end; far above what a loaded machine needs."""

ANY_PORT = "127.0.0.1:0"


class RunningExporter:
    """One exporter. Leaving the context ends it.

    Attributes:
        url: What it said it serves.
        before_url: What it said before that.

    """

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
        self.process = subprocess.Popen(
            [*SIDECAR, "export", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**inherited, **(environment or {})},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.before_url = ""
        while " http://" not in (line := self._lines.get(timeout=EXPORT_SECONDS)):
            self.before_url += line
        self.url = line.split()[-1]

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever state it is in."""
        self.process.kill()
        self.process.wait(EXPORT_SECONDS)
        assert self.process.stdout
        self.process.stdout.close()

    def scrape(self, accept: str = "*/*") -> tuple[str, str]:
        """Return the text and its content type."""
        request = urllib.request.Request(self.url, headers={"Accept": accept})  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=EXPORT_SECONDS) as answer:  # noqa: S310 - the same
            return answer.read().decode(), answer.headers["Content-Type"]

    def _read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as stderr:
            for line in stderr:
                self._lines.put(line)
