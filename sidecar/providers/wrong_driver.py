"""What is said of GPUs that are there, but not run by the driver that tells their values."""

from sidecar.providers.pci import PciGpu
from sidecar.providers.provider import ProviderError

_VIRTUAL_MACHINES = "vfio-pci"  # keeps a device for a virtual machine


def wrong_driver(gpu: PciGpu, vendor: str, right: str) -> ProviderError:
    """Return why a GPU cannot be read, and what helps.

    Args:
        gpu: The GPU.
        vendor: Its brand, with its article.
        right: The driver, or the drivers, that would tell its values.

    """
    if gpu.driver == _VIRTUAL_MACHINES:
        return ProviderError(
            "unavailable",
            f"This computer has {vendor} GPU, but it is set aside for a virtual machine.",
            "It can be measured inside the virtual machine only.",
        )
    if not gpu.driver:
        return ProviderError(
            "unavailable",
            f"This computer has {vendor} GPU, but no driver runs it.",
            f"Install the driver {right} with its firmware, then restart the computer.",
        )
    return ProviderError(
        "unavailable",
        f"This computer has {vendor} GPU, but a driver that tells no values runs it.",
        f"Switch to the driver {right}, if it supports this GPU.",
    )
