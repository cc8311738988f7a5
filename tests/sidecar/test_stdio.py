"""Lines in, lines out."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sidecar.stdio import MAX_LINE_BYTES, LineTooLong, Wire, binary_mode

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_fd, write_fd = os.pipe()
    yield read_fd, write_fd
    for fd in (read_fd, write_fd):
        with contextlib.suppress(OSError):
            os.close(fd)


def lines_of(*chunks: bytes) -> list[bytes | type[LineTooLong]]:
    """Return the lines that a reader gets when a writer writes ``chunks`` one by one."""
    read_fd, write_fd = os.pipe()

    def write() -> None:
        with os.fdopen(write_fd, "wb", buffering=0) as stream:
            for chunk in chunks:
                stream.write(chunk)

    writer = threading.Thread(target=write)
    writer.start()
    wire = Wire(read_fd, -1)
    found = [LineTooLong if isinstance(line, LineTooLong) else line for line in wire.lines()]
    writer.join()
    os.close(read_fd)
    return found


def test_a_last_line_without_a_newline_counts() -> None:
    assert lines_of(b"one\ntwo") == [b"one", b"two"]


def test_an_empty_stream_has_no_lines() -> None:
    assert lines_of() == []


def test_a_byte_order_mark_at_the_start_is_dropped() -> None:
    assert lines_of(b"\xef\xbb\xbf{}\n\xef\xbb\xbf\n") == [b"{}", b"\xef\xbb\xbf"]


def test_the_longest_allowed_line_comes_through() -> None:
    longest = b"x" * MAX_LINE_BYTES
    assert lines_of(longest + b"\nnext\n") == [longest, b"next"]


def test_a_longer_line_is_reported_once_and_the_stream_goes_on() -> None:
    too_long = b"x" * (3 * MAX_LINE_BYTES)
    assert lines_of(b"before\n", too_long, b"\nafter\n") == [b"before", LineTooLong, b"after"]


def test_a_longer_last_line_is_reported_even_without_a_newline() -> None:
    assert lines_of(b"x" * (MAX_LINE_BYTES + 1)) == [LineTooLong]


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=50), st.booleans())
def test_how_the_bytes_are_cut_changes_nothing(data: bytes, size: int, with_mark: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    assume(not data.startswith(BYTE_ORDER_MARK) and (data or not with_mark))
    whole = data.removesuffix(b"\n").split(b"\n") if data else []
    data = BYTE_ORDER_MARK + data if with_mark else data
    assert lines_of(*(data[i : i + size] for i in range(0, len(data), size))) == whole


def test_lines_written_from_many_threads_stay_whole(pipe: tuple[int, int]) -> None:
    read_fd, write_fd = pipe
    wire = Wire(-1, write_fd)
    line = b"x" * 5000

    def write() -> None:
        for _ in range(50):
            wire.write(line)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    with os.fdopen(os.dup(read_fd), "rb") as stream:
        assert all(stream.readline() == line + b"\n" for _ in range(200))
    for writer in writers:
        writer.join()


def test_a_line_of_which_the_system_takes_only_parts_is_written_whole(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_fd, write_fd = pipe
    write = os.write

    def write_little(fd: int, data: bytes) -> int:
        return write(fd, data[:3])

    monkeypatch.setattr("sidecar.stdio.os.write", write_little)
    Wire(-1, write_fd).write(b"0123456789")
    assert os.read(read_fd, 100) == b"0123456789\n"


def test_writing_to_nobody_is_an_os_error(pipe: tuple[int, int]) -> None:
    read_fd, write_fd = pipe
    os.close(read_fd)
    with pytest.raises(BrokenPipeError):
        Wire(-1, write_fd).write(b"line")


def test_on_windows_both_streams_are_told_to_leave_the_bytes_as_they_are() -> None:
    told: list[tuple[int, int]] = []
    o_binary = 0x8000

    def set_mode(fd: int, mode: int) -> int:
        told.append((fd, mode))
        return 0

    binary_mode(set_mode, o_binary)
    assert told == [(0, o_binary), (1, o_binary)]


def test_any_failure_to_write_means_that_nobody_reads() -> None:
    read_fd, write_fd = os.pipe()
    os.close(write_fd)
    # Windows says "invalid argument" of a closed pipe; here it is "bad file descriptor".
    with pytest.raises(BrokenPipeError):
        Wire(-1, read_fd).write(b"line")
    os.close(read_fd)


def test_what_others_print_does_not_get_between_the_lines() -> None:
    program = (
        "import os; from sidecar.stdio import claim; wire = claim();"
        "print('stray', flush=True); os.write(1, b'stray'); wire.write(b'line');"
        "assert os.read(0, 1) == b''"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        check=True,
        input=b"",
        timeout=30,
    )
    assert result.stdout == b"line\n"
    assert b"stray" in result.stderr


def writes_of(chunk: bytes) -> list[bytes]:
    """Return what each write held when all lines of a chunk were answered with ``ok``."""
    read_fd, request_fd = os.pipe()
    # A pipe of packets: each read returns what one write has written.
    answers_fd, write_fd = os.pipe2(os.O_DIRECT)
    os.write(request_fd, chunk)
    os.close(request_fd)
    wire = Wire(read_fd, write_fd)
    for _ in wire.lines():
        wire.write(b"ok")
    os.close(write_fd)
    writes = list(iter(lambda: os.read(answers_fd, 1 << 16), b""))
    os.close(answers_fd)
    os.close(read_fd)
    return writes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has pipes of packets")
def test_the_answers_to_what_came_at_once_go_out_at_once() -> None:
    assert writes_of(b"1\n2\n3\n") == [b"ok\nok\nok\n"]
    assert writes_of(b"1\n") == [b"ok\n"]
    # The last line is handed out when the stream has ended, after the others.
    assert writes_of(b"1\n2\n3") == [b"ok\nok\n", b"ok\n"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has pipes of packets")
def test_no_answer_waits_for_more_than_64_kib_of_others() -> None:
    read_fd, request_fd = os.pipe()
    answers_fd, write_fd = os.pipe()
    os.write(request_fd, b"1\n2\n3\n")
    os.set_blocking(answers_fd, False)
    wire = Wire(read_fd, write_fd)
    lines = wire.lines()
    next(lines)
    wire.write(b"x" * 1000)
    with pytest.raises(BlockingIOError):
        os.read(answers_fd, 1)
    next(lines)
    reader = threading.Thread(target=wire.write, args=(b"x" * (1 << 16),), daemon=True)
    reader.start()
    os.set_blocking(answers_fd, True)
    read = 0
    while read < 1000 + (1 << 16) + 2:
        read += len(os.read(answers_fd, 1 << 16))
    reader.join()
    for fd in (read_fd, request_fd, answers_fd, write_fd):
        os.close(fd)
