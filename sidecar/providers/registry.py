"""Which providers there are."""

from sidecar.providers.nvidia import NvidiaProvider
from sidecar.providers.provider import Provider


def hardware_providers() -> list[Provider]:
    """Return the providers that measure, in the order in which they are reported."""
    return [NvidiaProvider()]
