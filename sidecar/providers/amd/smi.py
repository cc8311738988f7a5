"""Asks AMD's own library for what sysfs leaves open, and never waits for it.

The library runs in a child process (``smi_child``). A sweep takes what has been answered since
the last one and asks anew. Whatever is wrong with the child costs what it would have told, and
nothing else.
"""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

import msgspec

from sidecar.providers.amd.smi_child import Answer
from sidecar.providers.metric import Values

FIELDS = ("utilization_percent", "temperature_celsius", "power_watts", "clock_mhz")
"""The fields of a Reading that the library can fill in."""

ANSWER_SECONDS = 10.0
"""A child that takes longer hangs: its first answer takes some 0.3 s, the others some ms."""

ANSWER_SWEEPS = 3
"""In how many sweeps an answer is used when no newer one comes."""

OLDEST_ANSWER_SECONDS = 30.0
"""An older one is from before a pause in which nobody asked for metrics."""

FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 60.0, 3600.0
"""Between two starts; doubles from the first to the last while starting does not help."""

REAP_SECONDS = 0.5
"""A killed child is gone in some ms; one that the driver holds is left for later."""

LINKER_CACHE = Path("/etc/ld.so.cache")

_LIBRARY = "libamd_smi.so"
_MAX_ANSWER_BYTES = 1 << 16  # of 64 GPUs it is about 8,000; a pipe holds no more
_log = logging.getLogger(__name__)


def child_command() -> list[str]:
    """Return how the child is started. In a frozen program, sys.executable is not Python."""
    return [sys.executable, "-I", "-m", "sidecar.providers.amd.smi_child", str(os.getpid())]


def library_is_installed(linker_cache: Path = LINKER_CACHE) -> bool:
    """Whether amdsmi would find its library. Looks for the file only, and loads nothing."""
    rocm = [os.environ.get("ROCM_HOME"), os.environ.get("ROCM_PATH"), "/opt/rocm"]
    folders = [Path(root, "lib") for root in rocm if root]
    folders += [Path(each) for each in os.environ.get("LD_LIBRARY_PATH", "").split(":") if each]
    if any((folder / _LIBRARY).exists() for folder in folders):
        return True
    try:
        return f"{_LIBRARY}\0".encode() in linker_cache.read_bytes()
    except OSError:
        return False


class Smi:
    """AMD's library, with one child at a time, started when it is needed and no sooner."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._dying: _Child | None = None
        self._may_start_at = 0.0
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._gpus: dict[str, dict[str, int]] = {}
        self._answered_at = 0.0
        self._sweeps_since_answer = 0
        self._logged = ""

    def ask(self, addresses: Sequence[str], now: float) -> None:
        """Take what has been answered, and ask about the GPUs at these PCI addresses anew.

        Once a sweep, and only while no GPU of AMD's sleeps: the library wakes them all.

        Args:
            addresses: As in sysfs.
            now: Monotonic seconds.

        """
        self._sweeps_since_answer += 1
        try:
            self._child = self._child or self._start(now)
            if self._child is not None:
                self._take(self._child.answers(), now)
                self._child.ask(addresses, now)
        except (OSError, msgspec.MsgspecError, _UselessError) as error:
            self._fail(f"{type(error).__name__}: {error}", now)

    def values(self, address: str, now: float) -> Values:
        """Return what was lately told about the GPU at a PCI address: fields of a Reading."""
        is_old = now - self._answered_at > OLDEST_ANSWER_SECONDS
        if is_old or self._sweeps_since_answer > ANSWER_SWEEPS:
            return {}
        return self._gpus.get(address, {})

    def close(self) -> None:
        """End the child, and with it all that the library holds of the GPUs."""
        self._gpus = {}
        if self._child is not None:
            self._dying = None if self._child.end() else self._child
            self._child = None

    def _start(self, now: float) -> "_Child | None":
        if now < self._may_start_at or (self._dying and not self._dying.is_gone()):
            return None
        self._dying = None
        self._may_start_at = now + FIRST_PAUSE_SECONDS
        return _Child() if library_is_installed() else None

    def _take(self, answers: Sequence[Answer], now: float) -> None:
        for answer in answers:
            if not answer.gpus:
                raise _UselessError(answer.error or "it knows none of the GPUs")
            self._gpus = answer.gpus
            self._answered_at = now
            self._sweeps_since_answer = 0
            self._pause_seconds = FIRST_PAUSE_SECONDS

    def _fail(self, reason: str, now: float) -> None:
        self.close()
        self._may_start_at = now + self._pause_seconds
        self._pause_seconds = min(2 * self._pause_seconds, LAST_PAUSE_SECONDS)
        if reason != self._logged:
            self._logged = reason
            _log.info("amdsmi is left out: %s", reason)


class _UselessError(Exception):
    """The child will not tell anything."""


class _Child:
    """One child from its start until it is killed. No call waits, but for its death."""

    def __init__(self) -> None:
        from subprocess import DEVNULL, PIPE, Popen  # slow to import, and rarely needed

        self._process = Popen(  # noqa: S603 - it starts ourselves
            child_command(), bufsize=0, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        os.set_blocking(self._stdout.fileno(), False)
        self._partial = b""
        self._asked_at: float | None = None

    def ask(self, addresses: Sequence[str], now: float) -> None:
        """Write a question, unless there is one without an answer.

        Raises:
            _UselessError: It has had its time to answer.
            OSError: It has ended.

        """
        if self._asked_at is None:
            # So small that the pipe, which is empty, takes it without waiting.
            self._stdin.write(msgspec.json.encode(addresses) + b"\n")
            self._asked_at = now
        elif now - self._asked_at > ANSWER_SECONDS:
            raise _UselessError("it does not answer")

    def answers(self) -> list[Answer]:
        """Return what has come since the last call.

        Raises:
            _UselessError: It has ended, or writes without end.
            msgspec.MsgspecError: It writes something else.

        """
        chunk = cast("bytes | None", self._stdout.read(_MAX_ANSWER_BYTES))
        if chunk is None:  # nothing new
            return []
        if not chunk or len(self._partial) > _MAX_ANSWER_BYTES:
            raise _UselessError("it has ended" if not chunk else "it writes without end")
        *lines, self._partial = (self._partial + chunk).split(b"\n")
        if lines:
            self._asked_at = None
        return [msgspec.json.decode(line, type=Answer) for line in lines]

    def end(self) -> bool:
        """Kill it. Return whether it is gone."""
        from subprocess import TimeoutExpired

        self._process.kill()
        self._stdin.close()
        self._stdout.close()
        try:
            self._process.wait(REAP_SECONDS)
        except TimeoutExpired:
            return False
        return True

    def is_gone(self) -> bool:
        """Whether it has ended and left nothing behind."""
        return self._process.poll() is not None
