"""The sampler's snapshot for who can wait for it: a scrape, or the thread that pushes."""

import threading

from sidecar.sampler import Sampler
from sidecar.snapshot import Snapshot

LOOK_AGAIN_SECONDS = 0.1
"""While a driver may never answer, the sampler's deadline is looked at so often."""


class AwaitedSnapshot:
    """Waits for the first sweep, and the first after a pause. Any thread may call it.

    The sampler bounds the wait: after its CALL_DEADLINE_SECONDS it has a snapshot that names the
    providers that do not answer.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._news = threading.Event()
        sampler.on_snapshot = self._news.set

    def __call__(self) -> Snapshot:
        """Return what is known, and keep the sweeps going."""
        while (snapshot := self._sampler.latest()) is None:
            self._news.wait(LOOK_AGAIN_SECONDS)
            self._news.clear()
        return snapshot
