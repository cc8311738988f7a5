"""A value that is in one of several files: which of them a chip has shows when it is asked."""

import errno
from collections.abc import Iterable
from math import inf
from pathlib import Path

from sidecar.providers.pci import read_now

# How a driver says that the chip has no such sensor. Anything else may be better in the next sweep.
_LACKING = frozenset({errno.ENOENT, errno.EOPNOTSUPP})


class FirstFile:
    """The first of some files that answers.

    Those after it are given up: a value that came from another sensor now and then would seem to
    jump. Those before it only if the chip lacks them: they may have failed for the moment.

    Args:
        files: In the order of preference.
        at_least: A lower number is no answer.

    """

    def __init__(self, files: Iterable[Path], at_least: float = -inf) -> None:
        self._left = list(files)
        self._at_least = at_least

    def read(self) -> tuple[Path, int] | None:
        """Return the file that answers now and its number, or None when none does."""
        for file in tuple(self._left):
            try:
                number = int(read_now(file), 0)
            except ValueError:
                continue
            except OSError as error:
                if error.errno in _LACKING and len(self._left) > 1:
                    self._left.remove(file)
                continue
            if number >= self._at_least:
                del self._left[self._left.index(file) + 1 :]
                return file, number
        return None
