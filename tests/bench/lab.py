"""What measurements work with: compiled programs, fake drivers, sidecars."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from bench.peer import METRICS_REQUEST, Peer
from fakes import nvidia_driver
from fakes.nvidia_driver import FakeNvidiaDriver

PROGRAMS = Path(__file__).parent / "programs"
SIDECAR = (sys.executable, "-I", "-m", "sidecar")

_PROGRAM_SECONDS = 120.0
"""Bounds a helper program; the slowest takes a few seconds on a quiet machine."""

_WITH_ELECTRON = Path(__file__).parents[2] / "scripts" / "with-electron.mjs"
_NO_ELECTRON = 69
_ELECTRON_SECONDS = 900.0
"""The script bounds the program by 300; before that Electron may have to be downloaded."""


class NoElectronError(Exception):
    """Electron cannot run here. The text says why, and what would enable it."""


class Lab:
    """A temporary folder with everything that is measured.

    Attributes:
        runs: How often each measurement is repeated; the median counts.

    """

    def __init__(self, folder: Path, runs: int) -> None:
        self.runs = runs
        self._folder = folder
        self._numbers = count()
        self._library = nvidia_driver.build(folder)

    def driver(self, *script: str) -> FakeNvidiaDriver:
        """Return a fake driver of its own."""
        folder = self.folder()
        driver = FakeNvidiaDriver(self._library, folder)
        driver.script(*script)
        return driver

    def folder(self) -> Path:
        """Return a new empty folder."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    def compiled(self, name: str) -> Path:
        """Return a C program of ours, compiled."""
        program = self._folder / name
        if not program.exists():
            source = PROGRAMS / f"{name}.c"
            flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"]
            subprocess.run(
                ["cc", *flags, str(source), "-o", str(program)],  # noqa: S607 - wherever cc is
                check=True,
                timeout=_PROGRAM_SECONDS,
            )
        return program

    def output_of(self, command: list[str], environment: Mapping[str, str]) -> bytes:
        """Run a program to its end and return what it printed."""
        return subprocess.run(
            command,
            env=_minimal(environment),
            stdout=subprocess.PIPE,
            check=True,
            timeout=_PROGRAM_SECONDS,
        ).stdout

    def output_in_electron(
        self, program: str, *args: Path, environment: Mapping[str, str]
    ) -> bytes:
        """Run a Node program of ours that drives the demo app, and return what it printed.

        Raises:
            NoElectronError: There is no Electron that could run.

        """
        node = shutil.which("node")
        assert node, "needs node on the PATH"
        result = subprocess.run(
            [node, str(_WITH_ELECTRON), str(PROGRAMS / program), *map(str, args)],
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
            timeout=_ELECTRON_SECONDS,
        )
        if result.returncode == _NO_ELECTRON:
            raise NoElectronError(result.stderr.decode().splitlines()[-1])
        sys.stderr.buffer.write(result.stderr)
        result.check_returncode()
        return result.stdout

    def sidecar(self, driver: FakeNvidiaDriver, program: Sequence[str] = SIDECAR) -> Peer:
        """Return the sidecar on a fake driver, started."""
        return Peer(program, _minimal(driver.environment))

    def ready_sidecar(self, driver: FakeNvidiaDriver) -> Peer:
        """Return the sidecar when it has its first numbers."""
        sidecar = self.sidecar(driver)
        sidecar.ask()
        return sidecar

    def echoes_of(self, sidecar: Peer) -> tuple[Peer, Peer]:
        """Return programs that answer every line with what the sidecar answers now: C, Python."""
        answer = self.answer_of(sidecar)
        in_python = [sys.executable, "-I", str(PROGRAMS / "echo.py"), str(answer)]
        return Peer([str(self.compiled("echo")), str(answer)], {}), Peer(in_python, {})

    def answer_of(self, sidecar: Peer) -> Path:
        """Return a file with what the sidecar answers now, for a program that echoes it."""
        answer = self.folder() / "answer"
        answer.write_bytes(sidecar.ask(METRICS_REQUEST))
        return answer


def _minimal(environment: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **environment}
