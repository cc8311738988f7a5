"""The app's own clients of one GPU, found without waking another."""

from collections.abc import Callable
from pathlib import Path

from sidecar.providers.fdinfo import Client, DrmFile, clients, drm_files
from sidecar.providers.pci import PciGpu

FIND_SECONDS = 10.0
"""How often new programs of the app, and new files of the known ones, are looked for."""


class AppClients:
    """What the app, and whatever it started, does on GPUs.

    Attributes:
        proc: Where procfs is.

    """

    def __init__(self, app_pid: int, proc: Path, clock: Callable[[], float]) -> None:
        self.proc = proc
        self._clock = clock
        self._app_pid = app_pid
        self._files: list[DrmFile] = []
        self._find_at = clock()

    def of(self, gpu: PciGpu) -> list[Client] | None:
        """Return the clients of an awake GPU, or None when its driver tells nothing of them.

        xe resumes a sleeping GPU to answer (xe_drm_client.c), so that the files of others must
        not be read; and i915 before Linux 5.19 answers without a word on the client.
        """
        nodes = {node.name for node in (gpu.folder / "drm").glob("*")}
        files = [file for file in self._open_files() if file.node in nodes]
        found = clients(files)
        return found if found or not files else None

    def _open_files(self) -> list[DrmFile]:
        now = self._clock()
        if now >= self._find_at:
            self._find_at = now + FIND_SECONDS
            self._files = drm_files(self._app_pid, self.proc)
        return self._files
