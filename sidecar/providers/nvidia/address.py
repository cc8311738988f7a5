"""PCI addresses as NVIDIA's software writes them."""


def sysfs_address(bus_id: str) -> str:
    """Return NVML's ``00000000:01:00.0`` as sysfs writes it, ``0000:01:00.0``."""
    domain, _, rest = bus_id.lower().partition(":")
    return f"{domain[-4:]}:{rest}"
