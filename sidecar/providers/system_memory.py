"""The computer's own memory, which GPUs without memory of their own share."""

import os


def total_memory_bytes() -> int | None:
    """Return how much memory the computer has, or None where POSIX does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
