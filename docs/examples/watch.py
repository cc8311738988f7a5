"""Prints how busy the GPUs are: a whole client of the sidecar, from which to start another.

python watch.py TIMES COMMAND [ARGUMENT ...], where the command starts the sidecar.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Self

PROTOCOL_VERSION = 1
INTERVAL_MS = 1000

ANSWER_SECONDS = 10.0
"""Bounds a call: the sidecar waits 2.5 s for a driver, and a remote one takes a while to start."""

END_SECONDS = 5.0
"""Bounds the sidecar's end: for its last answers it takes 3 s."""


class CallError(Exception):
    """What the sidecar answered instead of a result. Other calls still work."""


class SidecarEnded(Exception):  # noqa: N818 - not every end is an error
    """There will be no more answers."""


class Sidecar:
    """A running sidecar that is asked one thing at a time. Leaving the context ends it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ids = count(1)

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End its stdin, which ends it."""
        try:
            self._process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Return a method's result.

        Raises:
            CallError: The sidecar answered with an error.
            SidecarEnded: It did not answer in time, if at all.

        """
        request = {
            "jsonrpc": "2.0",
            "id": next(self._ids),
            "method": method,
            "params": params or {},
        }
        answer = json.loads(self._exchange(json.dumps(request).encode()))
        assert answer["id"] == request["id"], "nothing else was asked"
        if "error" in answer:
            raise CallError(answer["error"]["message"])
        return answer["result"]

    def _exchange(self, line: bytes) -> bytes:
        assert self._process.stdin
        assert self._process.stdout
        watchdog = threading.Timer(ANSWER_SECONDS, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            watchdog.cancel()
        if not answer:
            raise SidecarEnded("The sidecar has ended.")
        return answer


def main(times: int, command: Sequence[str]) -> None:
    """Print the GPUs that often, a line each."""
    with Sidecar(command) as sidecar:
        if sidecar.call("sidecar:hello")["protocolVersion"] != PROTOCOL_VERSION:
            sys.exit("This sidecar speaks another version of the protocol.")
        sidecar.call("dashboard:set-gpu-options", {"intervalMs": INTERVAL_MS})
        for time_left in reversed(range(times)):
            try:
                for gpu in sidecar.call("dashboard:get-gpu-metrics"):
                    print(row(gpu))
            except CallError as error:  # such as a driver that does not answer now
                print(error, file=sys.stderr)
            if time_left:
                time.sleep(INTERVAL_MS / 1000)


def row(gpu: Mapping[str, Any]) -> str:
    """Return one GPU in words. What is unknown is null, or not there at all."""
    utilization, used, total, temperature = (
        "?" if gpu[name] is None else gpu[name]
        for name in ("utilization", "memoryUsedMB", "memoryTotalMB", "temperatureC")
    )
    power = f", {gpu['powerUsageW']} W" if "powerUsageW" in gpu else ""
    return f"{gpu['gpuId']}: {utilization} %, {used} of {total} MiB, {temperature} °C{power}"


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), sys.argv[2:])
    except SidecarEnded as error:
        sys.exit(str(error))
