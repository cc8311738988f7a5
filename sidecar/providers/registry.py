"""Which providers there are."""

from sidecar.demand import Demand
from sidecar.providers.amd.provider import AmdProvider
from sidecar.providers.intel.provider import IntelProvider
from sidecar.providers.nvidia.provider import NvidiaProvider
from sidecar.providers.provider import Provider


def hardware_providers(demand: Demand) -> list[Provider]:
    """Return the providers that measure, in the order in which they are reported."""

    def wants_names() -> bool:
        return demand.process_names

    return [
        NvidiaProvider(wants_names),
        AmdProvider(wants_names),
        IntelProvider(wants_names=wants_names),
    ]
