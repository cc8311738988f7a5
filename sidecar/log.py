"""The log, on stderr. Imported when there is something to say: logging costs start-up time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger


def log() -> "Logger":
    """Return the sidecar's logger. Warnings and errors are shown; a host may configure more."""
    import logging  # noqa: PLC0415 - 7 ms that the first answer need not wait for

    return logging.getLogger("sidecar")
