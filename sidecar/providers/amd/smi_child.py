"""AMD's library behind a pipe: a process that may print, hang or crash without harm to others.

``python -I -m sidecar.providers.amd.smi_child <pid of the parent>``

A line in is a list of PCI addresses, a line out an Answer. It ends when its stdin does. ``smi``
is the other end of the pipe.
"""

import os
import sys
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sidecar import stdio
from sidecar.parent import end_with_parent

if TYPE_CHECKING:
    from sidecar.providers.amd.library import Library


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the child.

    Attributes:
        gpus: Fields of a Reading for each GPU about which something is known, by PCI address.
        error: Why nothing will ever be known; empty otherwise.

    """

    gpus: dict[str, dict[str, int]] = {}
    error: str = ""


def main() -> None:
    """Answer until stdin ends; or once, with the reason why that cannot be."""
    wire = stdio.claim()  # before anything of AMD's is imported, since all of it prints
    end_with_parent(int(sys.argv[1]))
    try:
        from sidecar.providers.amd.library import Library

        library = Library()
    except Exception as error:  # noqa: BLE001 - amdsmi without its library is a KeyError, for instance
        _write(wire, Answer(error=f"{type(error).__name__}: {error}"))
    else:
        _answer_lines(wire, library)
    # Not sys.exit: the library is known to crash when it is torn down.
    os._exit(0)


def _answer_lines(wire: stdio.Wire, library: "Library") -> None:
    for line in wire.lines():
        if isinstance(line, bytes):
            addresses = msgspec.json.decode(line, type=list[str])
            gpus = {address: found for address in addresses if (found := library.read(address))}
            _write(wire, Answer(gpus=gpus))


def _write(wire: stdio.Wire, answer: Answer) -> None:
    wire.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
