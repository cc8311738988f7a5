"""The protocol that every source of GPUs follows, and the one error that leaves it."""

from collections.abc import Sequence
from typing import Protocol

from sidecar.contract import ProviderState
from sidecar.snapshot import Device, Reading

LONGEST_REST_SECONDS = 20.0
"""A GPU that takes longer to fall asleep is not waited for: its numbers would be too old."""


class ProviderError(Exception):
    """A provider has no GPUs to show, and why.

    Attributes:
        state: absent, unavailable or unresponsive.
        reason: What happened, for a person, without paths or identifiers.
        action: The one thing that helps, or an empty text.

    """

    def __init__(self, state: ProviderState, reason: str, action: str = "") -> None:
        super().__init__(reason)
        self.state: ProviderState = state
        self.reason = reason
        self.action = action


class Provider(Protocol):
    """One source of GPUs. All calls come from one thread, and any of them may block."""

    @property
    def name(self) -> str:
        """The name in the status: nvidia, amd, intel, simulated."""
        ...

    def open(self) -> None:
        """Get ready to read.

        Raises:
            ProviderError: There is nothing to read here now; open() is tried again later.

        """
        ...

    def devices(self) -> Sequence[Device]:
        """Return every device known since open(), one that is lost included.

        Raises:
            ProviderError: The driver went away; the provider is closed and opened again later.

        """
        ...

    def read(self, device: Device) -> Reading:
        """Return the values of one device now; what cannot be read is None.

        Raises:
            ProviderError: The driver went away; the provider is closed and opened again later.

        """
        ...

    def close(self) -> None:
        """Let go of the driver. Never raises; may be called when not open."""
        ...
