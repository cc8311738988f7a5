"""A provider without a driver: shows the rows it is given, fails or hangs when told to."""

import threading
from collections.abc import Sequence

from sidecar.providers.provider import ProviderError
from sidecar.snapshot import Device, Reading


class FakeProvider:
    """Each attribute may be changed while it is being swept.

    Attributes:
        rows: What it shows.
        error: Raised by the next calls while set.
        calls: The names of the calls made so far.
        may_answer: Cleared, it makes every call hang until it is set again.
        hanging: Set once a call that hang_at() named hangs.

    """

    def __init__(self, name: str, *rows: tuple[Device, Reading]) -> None:
        self.name = name
        self.rows = rows
        self.error: Exception | None = None
        self.calls: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.hanging = threading.Event()
        self._hang_at: tuple[str, int] | None = None

    def open(self) -> None:
        """Do as told."""
        self._call("open")

    def devices(self) -> Sequence[Device]:
        """Return the devices of the rows."""
        self._call("devices")
        return [device for device, _ in self.rows]

    def read(self, device: Device) -> Reading:
        """Return the reading in the device's row."""
        self._call("read")
        return {each.key: reading for each, reading in self.rows}[device.key]

    def close(self) -> None:
        """Note that it was closed."""
        self.calls.append("close")

    def hang_at(self, name: str, count: int) -> None:
        """Have the next but ``count - 1`` call of this name hang until may_answer is set."""
        self._hang_at = (name, self.calls.count(name) + count)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self._hang_at == (name, self.calls.count(name)):
            self._hang_at = None
            self.may_answer.clear()
            self.hanging.set()
        self.may_answer.wait()
        if self.error is not None:
            raise self.error


def absent(reason: str = "Nothing here.") -> ProviderError:
    """Return the error of a provider that has no GPUs."""
    return ProviderError("absent", reason)
