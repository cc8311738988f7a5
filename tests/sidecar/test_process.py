"""The sidecar as a process: what its parent, its shell and its drivers can do to it."""

import json
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pytest
from fakes.nvidia_driver import FakeNvidiaDriver
from support.running_sidecar import ANSWER_SECONDS, RunningSidecar
from support.sidecar_command import SIDECAR

from sidecar.cli import parse_arguments

METRICS = "dashboard:get-gpu-metrics"
REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}'
SLOWEST_SWEEPS = (
    b'{"jsonrpc":"2.0","id":1,"method":"dashboard:set-gpu-options","params":{"intervalMs":60000}}'
)

HELLO = b'{"jsonrpc":"2.0","id":1,"method":"sidecar:hello"}'

QUIET_SECONDS = 1.0
"""A sidecar that takes nothing from a full pipe for so long has stopped reading."""


def test_what_was_asked_before_stdin_ended_is_answered_and_it_exits_well() -> None:
    with RunningSidecar() as sidecar:
        sidecar.send(REQUEST)
        answers = sidecar.end_input()
        assert [json.loads(line) for line in answers] == [{"jsonrpc": "2.0", "id": 1, "result": []}]
        assert sidecar.process.returncode == 0


def test_a_request_without_a_newline_is_answered_when_stdin_ends() -> None:
    with RunningSidecar() as sidecar:
        assert sidecar.process.stdin
        sidecar.process.stdin.write(REQUEST)
        assert len(sidecar.end_input()) == 1


def test_bad_lines_get_their_error_and_the_next_request_is_answered() -> None:
    with RunningSidecar() as sidecar:
        sidecar.send(b"nope", b"1", b'{"jsonrpc":"2.0","id":2,"method":"none"}', b"x" * (2 << 20))
        codes = [sidecar.receive()["error"]["code"] for _ in range(4)]
        assert codes == [-32700, -32600, -32601, -32002]
        assert "result" in sidecar.ask("sidecar:hello")


def test_a_thousand_requests_in_one_write_are_each_answered_once() -> None:
    with RunningSidecar() as sidecar:
        sidecar.send(*(HELLO.replace(b'"id":1', b'"id":%d' % number) for number in range(1000)))
        assert sorted(sidecar.receive()["id"] for _ in range(1000)) == list(range(1000))


def test_requests_that_come_one_byte_at_a_time_are_answered() -> None:
    with RunningSidecar() as sidecar:
        assert sidecar.process.stdin
        for byte in HELLO + b"\r\n" + HELLO.replace(b'"id":1', '"id":"é"'.encode()) + b"\r\n":
            sidecar.process.stdin.write(bytes([byte]))
            sidecar.process.stdin.flush()
        assert [sidecar.receive()["id"] for _ in range(2)] == [1, "é"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"jsonrpc":', -32700),
        (b'"\xff"', -32700),
        (b"\xef\xbb\xbf{}", -32700),
        (b"\x00", -32700),
        (b'{"jsonrpc":"2.0","id":"\\ud800","method":"sidecar:hello"}', -32700),
        (b"[" * 100_000, -32600),
        (b"[" + b"1," * 1000 + b"1]", -32600),
        (b"x" * ((1 << 20) + 1), -32002),
    ],
    ids=[
        "broken",
        "not UTF-8",
        "late mark",
        "NUL",
        "half a pair",
        "too deep",
        "too many",
        "too long",
    ],
)
def test_a_line_that_is_refused_gets_one_error_and_the_stream_goes_on(
    line: bytes, code: int
) -> None:
    with RunningSidecar() as sidecar:
        sidecar.send(HELLO, line, HELLO)
        answers = [json.loads(each) for each in sidecar.end_input()]
        assert [(answer.get("error", {}).get("code"), answer["id"]) for answer in answers] == [
            (None, 1),
            (code, None),
            (None, 1),
        ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_client_that_does_not_read_is_slowed_down_and_then_gets_every_answer() -> None:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "sidecar"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    # The answer to a question to the drivers: everything is imported by then.
    process.stdin.write(REQUEST + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    before_kb = memory_kb(process.pid)
    os.set_blocking(process.stdin.fileno(), False)
    requests = HELLO + b"\n"
    written, refused_since = 0, time.monotonic()
    # It has stopped reading when the pipe takes nothing for a while.
    while time.monotonic() - refused_since < QUIET_SECONDS:
        try:
            rest = (requests * 100)[written % len(requests) :]
            written += os.write(process.stdin.fileno(), rest)
            refused_since = time.monotonic()
        except BlockingIOError:
            select.select([], [process.stdin], [], QUIET_SECONDS)
    assert memory_kb(process.pid) < before_kb + 2048
    writer = threading.Thread(target=finish, args=(process.stdin, requests, written))
    writer.start()
    answers = process.stdout.read().splitlines()
    writer.join()
    assert process.wait(ANSWER_SECONDS) == 0
    process.stdout.close()
    assert len(answers) == math.ceil(written / len(requests))
    assert {json.loads(answer)["id"] for answer in answers} == {1}


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    status = Path("/proc", str(pid), "status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0])


def finish(stdin: IO[bytes], request: bytes, written: int) -> None:
    """Write what is missing of the last request, and end the stream."""
    os.set_blocking(stdin.fileno(), True)
    if written % len(request):
        os.write(stdin.fileno(), request[written % len(request) :])
    stdin.close()


def test_a_stderr_that_nobody_reads_stops_neither_answers_nor_drivers() -> None:
    program = (
        "import sys, logging, sidecar.methods\n"
        "from sidecar import contract, __main__ as program\n"
        "def fail(*_): raise ValueError('x' * 5000)\n"
        "sidecar.methods._hello = fail\n"
        "program.main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    # Enough for its log to be set up: it is after the first answer to a question to a driver.
    process.stdin.write(REQUEST + b"\n")
    process.stdin.flush()
    assert "result" in json.loads(process.stdout.readline())
    # More than a pipe and the waiting messages hold.
    process.stdin.write((HELLO + b"\n") * 400 + REQUEST + b"\n")
    process.stdin.flush()
    codes = [json.loads(process.stdout.readline())["error"]["code"] for _ in range(400)]
    assert set(codes) == {-32603}
    assert "result" in json.loads(process.stdout.readline())
    process.stdin.close()
    assert process.wait(ANSWER_SECONDS) == 0
    for stream in (process.stdout, process.stderr):
        stream.close()


def test_a_hung_driver_delays_the_first_answer_only_and_nothing_else(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 1", "0 nvmlDeviceGetUtilizationRates hang")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.send(REQUEST)
        assert sidecar.ask("sidecar:hello")["result"]["protocolVersion"] == 1
        error = sidecar.receive()["error"]
        assert (error["code"], error["data"]) == (-32001, {"providers": ["nvidia"]})
        assert sidecar.ask("dashboard:get-gpu-status")["result"]["providers"][0]["state"] == (
            "unresponsive"
        )
        nvidia.script("devices 1")
        while "result" not in (answer := sidecar.ask(METRICS)):
            pass
        assert len(answer["result"]) == 1


def test_while_a_driver_call_hangs_every_request_is_answered_from_the_last_sweep(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 1", "0 utilization 42")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        last_sweep = sidecar.ask(METRICS)["result"]
        nvidia.script("devices 1", "0 utilization 99", "0 nvmlDeviceGetUtilizationRates hang")
        first_call, last_call = "nvmlDeviceGetUtilizationRates", "nvmlDeviceGetClockInfo"
        while (calls := nvidia.calls())[first_call] == calls[last_call]:
            last_sweep = sidecar.ask(METRICS)["result"]
        # So that the numbers do not get too old to be shown while a slow machine asks.
        sidecar.send(SLOWEST_SWEEPS)
        sidecar.receive()
        hanging = nvidia.calls()
        assert all(sidecar.ask(METRICS)["result"] == last_sweep for _ in range(200))
        # The one call has not come back, or the next of the sweep would have been made.
        assert nvidia.calls() == hanging
        nvidia.script("devices 1", "0 utilization 99")
        while sidecar.ask(METRICS)["result"][0]["utilization"] != 99:
            pass


def test_more_requests_than_may_wait_are_refused_and_the_others_answered(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 1", "- nvmlInit_v2 hang")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.ask("sidecar:hello")
        sidecar.send(REQUEST)
        sidecar.ask("sidecar:hello")
        sidecar.send(*[REQUEST] * 1099)
        refused = [sidecar.receive()["error"]["code"] for _ in range(76)]
        assert set(refused) == {-32003}
        # What is refused in a batch is refused by id; a notification has no answer at all.
        sidecar.send(
            REQUEST.replace(b'"id":1,', b""), b"[" + REQUEST.replace(b'"id":1', b'"id":7') + b"]"
        )
        assert sidecar.receive()[0]["id"] == 7
        nvidia.script("devices 1")
        assert all("result" in sidecar.receive() for _ in range(1024))


def test_a_gpu_that_stays_lost_is_an_alert_of_its_own(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 2")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.send(
            b'{"jsonrpc":"2.0","method":"dashboard:set-gpu-options","params":{"intervalMs":500}}'
        )

        def alerts() -> list[list[str]]:
            gpus = sidecar.ask(METRICS)["result"]
            return [[alert["rule"] for alert in gpu["alerts"]] for gpu in gpus]

        assert alerts() == [[], []]
        nvidia.script("devices 2", "1 * return 15")
        while alerts() != [[], ["unavailable"]]:
            pass


@pytest.mark.parametrize("function", ["- nvmlInit_v2", "0 nvmlDeviceGetMemoryInfo_v2"])
def test_the_end_of_stdin_ends_it_even_in_a_hung_driver_call(
    nvidia: FakeNvidiaDriver, function: str
) -> None:
    nvidia.script("devices 1", f"{function} hang")
    with RunningSidecar(environment=nvidia.environment) as sidecar:
        sidecar.send(REQUEST)
        (line,) = sidecar.end_input()
        assert json.loads(line)["error"]["code"] == -32001
        assert sidecar.process.returncode == 0


def test_a_byte_order_mark_in_a_write_of_its_own_does_no_harm() -> None:
    with RunningSidecar() as sidecar:
        assert sidecar.process.stdin
        sidecar.process.stdin.write(b"\xef\xbb\xbf")
        sidecar.process.stdin.flush()
        sidecar.send(b'{"jsonrpc":"2.0","id":1,"method":"sidecar:hello"}')
        assert sidecar.receive()["id"] == 1


def test_without_a_stdin_it_says_so_in_one_line() -> None:
    command = 'exec "$0" "$@" <&-'
    result = subprocess.run(
        ["sh", "-c", command, *SIDECAR],  # noqa: S607 - the shell of this computer
        capture_output=True,
        check=False,
        timeout=ANSWER_SECONDS,
    )
    assert result.returncode == 1
    assert result.stderr == b"gpu-metrics-sidecar: needs an open stdin and stdout\n"


def test_nobody_reading_its_answers_ends_it() -> None:
    read_fd, write_fd = os.pipe()
    process = subprocess.Popen(SIDECAR, stdin=subprocess.PIPE, stdout=write_fd)
    os.close(write_fd)
    os.close(read_fd)
    assert process.stdin
    process.stdin.write(REQUEST + b"\n")
    process.stdin.flush()
    assert process.wait(ANSWER_SECONDS) == 0
    process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread waits for it")
@pytest.mark.parametrize("script", ["", "- nvmlInit_v2 hang"], ids=["idle", "hung"])
def test_it_ends_with_its_parent_even_when_stdin_stays_open(
    tmp_path: Path, nvidia: FakeNvidiaDriver, script: str
) -> None:
    nvidia.script("devices 1", script)
    stdin = tmp_path / "stdin"
    os.mkfifo(stdin)
    holder = os.open(stdin, os.O_RDWR)
    start = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([*{SIDECAR}, '--parent-pid',\n"
        f"  str(os.getpid())], stdin=open({str(stdin)!r}), stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", start],
        stdout=subprocess.PIPE,
        env={**os.environ, **nvidia.environment},
    )
    os.write(holder, REQUEST + b"\n")
    assert parent.stdout
    child = int(parent.stdout.readline())
    pidfd = os.pidfd_open(child)
    parent.kill()
    parent.wait(ANSWER_SECONDS)
    try:
        # Readable when the process has ended, whoever its parent is by then.
        ended, _, _ = select.select([pidfd], [], [], ANSWER_SECONDS)
        assert ended
    finally:
        for fd in (pidfd, holder):
            os.close(fd)
        parent.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there a child inherits nothing unasked")
def test_it_keeps_nothing_open_of_the_app_that_starts_it() -> None:
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "sidecar", "--parent-pid", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[write_end],
    )
    os.close(write_end)
    try:
        # A pipe ends when nobody has its other end open any more.
        ended, _, _ = select.select([read_end], [], [], ANSWER_SECONDS)
        assert ended
        assert process.poll() is None
    finally:
        process.communicate(timeout=ANSWER_SECONDS)
        os.close(read_end)


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    process = subprocess.Popen(
        SIDECAR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(REQUEST + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=ANSWER_SECONDS)
    assert (process.returncode, errors) == (-signal.SIGINT, b"")


def test_what_only_costs_time_is_not_imported_before_it_can_answer() -> None:
    loaded = "import sys, sidecar.__main__; print(*sys.modules, sep='\\n')"
    modules = subprocess.check_output([sys.executable, "-I", "-c", loaded], text=True).split()
    assert "sidecar.reader" in modules
    assert not set(modules) & {
        "typing_extensions",
        "anyio",
        "asyncio",
        "pynvml",
        "logging",
        "inspect",
    }
    # It is there for who needs it later.
    later = "import sidecar.__main__, typing_extensions as t; t.Required"
    subprocess.check_call([sys.executable, "-I", "-c", later])


def test_simulated_gpus_say_so_everywhere() -> None:
    with RunningSidecar(["--simulate", "2"]) as sidecar:
        gpus = sidecar.ask(METRICS)["result"]
        assert [gpu["vendor"] for gpu in gpus] == ["simulated", "simulated"]
        assert all("Simulated" in gpu["name"] for gpu in gpus)
        (status,) = sidecar.ask("dashboard:get-gpu-status")["result"]["providers"]
        assert (status["name"], status["deviceCount"]) == ("simulated", 2)


@pytest.mark.parametrize(
    ("arguments", "app_pid"), [(["--parent-pid", "77"], 77), ([], os.getppid())]
)
def test_the_app_is_the_parent_that_is_named_or_whoever_started_the_sidecar(
    arguments: list[str], app_pid: int
) -> None:
    assert parse_arguments(arguments).app_pid == app_pid


def test_what_was_swept_is_remembered() -> None:
    with RunningSidecar(["--simulate", "2"]) as sidecar:
        history = sidecar.ask("dashboard:get-gpu-history")["result"]
        assert [columns["gpuId"] for columns in history["gpus"]] == ["GPU-0", "GPU-1"]
        # One point, or two when the sweep and the question fall into steps next to each other.
        assert len(history["timestamps"]) == len(history["gpus"][0]["utilization"])
        assert history["gpus"][0]["utilization"][0] is not None


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of this kind are POSIX's")
def test_pipes_that_do_not_block_lose_nothing() -> None:
    request_fd, request_end = os.pipe()
    answer_end, answer_fd = os.pipe()
    for fd in (request_fd, answer_fd):
        os.set_blocking(fd, False)
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "sidecar"], stdin=request_fd, stdout=answer_fd
    )
    os.close(request_fd)
    os.close(answer_fd)
    with os.fdopen(request_end, "wb") as requests, os.fdopen(answer_end, "rb") as answers:
        # It waits for the first, and the answers to the others are more than a pipe holds.
        for count in (1, 1000):
            requests.write((HELLO + b"\n") * count)
            requests.flush()
            assert all(json.loads(answers.readline())["id"] == 1 for _ in range(count))
        requests.close()
        assert answers.read() == b""
    assert process.wait(ANSWER_SECONDS) == 0


@pytest.mark.parametrize("arguments", [["--simulate", "0"], ["--simulate", "65"], ["--nope"]])
def test_a_mistake_on_the_command_line_is_explained_on_stderr(arguments: list[str]) -> None:
    result = subprocess.run(
        [*SIDECAR, *arguments],
        capture_output=True,
        timeout=ANSWER_SECONDS,
        check=False,
    )
    assert result.returncode == 2
    assert result.stdout == b""
    assert b"error:" in result.stderr
