"""Which providers there are."""

from collections.abc import Callable

from sidecar.demand import Demand
from sidecar.providers.amd.provider import AmdProvider
from sidecar.providers.intel.provider import IntelProvider
from sidecar.providers.nvidia.provider import NvidiaProvider
from sidecar.providers.provider import Provider


def hardware_providers(
    demand: Demand, app_pid: int, on_outdated: Callable[[], None]
) -> list[Provider]:
    """Return the providers that measure, in the order in which they are reported.

    Args:
        demand: Whether the names of programs are asked for.
        app_pid: The app: what it started is looked for where drivers tell only that.
        on_outdated: Called when a driver was replaced, so that only a new process can use it.

    """

    def wants_names() -> bool:
        return demand.process_names

    return [
        NvidiaProvider(wants_names, on_outdated=on_outdated),
        AmdProvider(app_pid, wants_names),
        IntelProvider(app_pid, wants_names),
    ]
