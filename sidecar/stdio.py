"""The wire: lines in from stdin, lines out to stdout, and nothing else on either.

Works on raw file descriptors: a daemon thread that sits in ``sys.stdin.buffer`` makes the
interpreter abort at exit, and native libraries write to fd 1 behind Python's back.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import chain, islice

MAX_LINE_BYTES = 1 << 20
"""A longer line is skipped: it bounds what a broken client can make us hold (1 MiB)."""

_CHUNK_BYTES = 1 << 16
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineTooLong:
    """Stands in the stream of lines where one of more than MAX_LINE_BYTES was skipped."""


class Wire:
    """Both directions of one stream of lines.

    Reading belongs to one thread; writing may come from several.
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._write_lock = threading.Lock()
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._is_burst = False

    def lines(self) -> Iterator[bytes | LineTooLong]:
        """Return each line without its newline until the stream ends.

        A last line without a newline counts. A carriage return before the newline is left to
        the JSON parser, for which it is white space. A byte order mark at the start, as some
        shells send, is dropped.
        """
        lines = self._raw_lines()
        return chain(map(_without_byte_order_mark, islice(lines, 1)), lines)

    def _raw_lines(self) -> Iterator[bytes | LineTooLong]:
        partial = bytearray()
        skipping = False
        while chunk := os.read(self._read_fd, _CHUNK_BYTES):
            pieces = chunk.split(b"\n")
            rest = pieces.pop()
            self._is_burst = len(pieces) > 1
            for piece in pieces:
                if skipping:
                    skipping = False
                elif partial:
                    partial += piece
                    yield bytes(partial) if len(partial) <= MAX_LINE_BYTES else LineTooLong()
                    partial.clear()
                else:
                    yield piece
            if rest and not skipping:
                partial += rest
                if len(partial) > MAX_LINE_BYTES:
                    yield LineTooLong()
                    partial.clear()
                    skipping = True
            if self._is_burst:
                self._end_burst()
        if partial:
            yield bytes(partial)

    def write(self, line: bytes) -> None:
        """Write one line, whole, however many threads write.

        While lines are handed out that came at once, those written go out together: a system call
        costs as much as an answer.

        Raises:
            BrokenPipeError: Nobody reads any more.

        """
        with self._write_lock:
            if not self._is_burst:
                self._send(line + b"\n")
                return
            self._unsent.append(line)
            self._unsent_bytes += len(line)
            if self._unsent_bytes >= _CHUNK_BYTES:
                self._send_unsent()

    def _end_burst(self) -> None:
        with self._write_lock:
            self._is_burst = False
            self._send_unsent()

    def _send_unsent(self) -> None:
        data = b"\n".join((*self._unsent, b""))
        self._unsent.clear()
        self._unsent_bytes = 0
        self._send(data)

    def _send(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._write_fd, left) :]
        except OSError as error:
            # Windows says "invalid argument" when the other end is closed.
            raise BrokenPipeError from error


def _without_byte_order_mark(line: bytes | LineTooLong) -> bytes | LineTooLong:
    return line.removeprefix(_BYTE_ORDER_MARK) if isinstance(line, bytes) else line


def claim() -> Wire:
    """Take stdin and stdout away from everybody else in this process.

    Afterwards fd 0 is empty and fd 1 is stderr, so that ``print`` and what native libraries
    write (importing amdsmi without its library does) cannot end up between the answers.
    """
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        binary_mode(msvcrt.setmode, os.O_BINARY)
    else:
        # Whoever shares a pipe or a terminal with us may have set it to not block.
        for fd in (_STDIN, _STDOUT):
            os.set_blocking(fd, True)
    wire = Wire(os.dup(_STDIN), os.dup(_STDOUT))
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, _STDIN)
    os.close(empty)
    os.dup2(_STDERR, _STDOUT)
    return wire


def binary_mode(set_mode: Callable[[int, int], int], binary: int) -> None:
    r"""Have Windows leave the bytes as they are: no ``\r`` before ``\n``, no end at Ctrl-Z."""
    for fd in (_STDIN, _STDOUT):
        set_mode(fd, binary)
