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

from sidecar.stdio import MAX_LINE_BYTES, LineTooLong, Wire

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


def test_writing_to_nobody_is_an_os_error(pipe: tuple[int, int]) -> None:
    read_fd, write_fd = pipe
    os.close(read_fd)
    with pytest.raises(BrokenPipeError):
        Wire(-1, write_fd).write(b"line")


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
