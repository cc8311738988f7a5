"""The sidecar on a computer whose two AMD GPUs sleep: ``python asleep.py -I -m sidecar ...``."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.amdgpu_tree import AmdgpuTree

from sidecar.__main__ import main
from sidecar.demand import Demand
from sidecar.providers import registry
from sidecar.providers.amd.provider import AmdProvider
from sidecar.providers.provider import Provider

FILES = {"class": "0x030000", "vendor": "0x1002", "device": "0x744c"}

with tempfile.TemporaryDirectory() as folder:
    tree = AmdgpuTree(Path(folder))
    for address in ("0000:03:00.0", "0000:44:00.0"):
        tree.add(FILES, address).sleep()

    def _providers(_demand: Demand, app_pid: int, _on_outdated: object) -> list[Provider]:
        return [AmdProvider(app_pid, sysfs=tree.sysfs, proc=tree.proc)]

    registry.hardware_providers = _providers
    del sys.argv[1:4]
    main()
