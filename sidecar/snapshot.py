"""What one sweep found out, inside the sidecar: devices, readings, snapshots.

Units are in the names. ``None`` is unknown. Imports nothing of ours but the contract.
"""

from msgspec import Struct

from sidecar.contract import GpuMetrics, GpuStatus, GpuStatusReport, MemoryKind, Vendor

HARDWARE_TOO_HOT = "too hot: slowed down by the hardware"
EXTERNAL_POWER_BRAKE = "external power brake"
"""The throttle reasons that raise alerts, whichever provider finds them."""


class Device(Struct, frozen=True, kw_only=True):
    """What does not change while a provider is open.

    Attributes:
        key: Identity for as long as the sidecar lives: a UUID or a PCI address. Never on the wire.
        name: Marketing name.
        vendor: Who made it.
        memory_kind: dedicated, or unified with the machine's own memory.
        pci_address: Domain, bus, device and function as in sysfs (``0000:01:00.0``); empty when
            the device is not on PCI. Orders the GPUs; never on the wire.

    """

    key: str
    name: str
    vendor: Vendor
    memory_kind: MemoryKind = "dedicated"
    pci_address: str = ""


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """The changing values of one device, as the driver gave them: not yet checked or rounded.

    Attributes:
        age_seconds: How much older than the sweep the values are.

    """

    status: GpuStatus = "ok"
    age_seconds: float = 0.0
    utilization_percent: float | None = None
    memory_used_bytes: int | None = None
    memory_free_bytes: int | None = None
    memory_total_bytes: int | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None
    power_limit_watts: float | None = None
    clock_mhz: int | None = None
    fan_percent: float | None = None
    temperature_limit_celsius: float | None = None
    throttle_reasons: tuple[str, ...] | None = None
    encoder_percent: float | None = None
    decoder_percent: float | None = None
    energy_joules: float | None = None
    process_count: int | None = None
    process_names: tuple[str, ...] | None = None


class Snapshot(Struct, frozen=True, kw_only=True):
    """What is answered until the next sweep. Immutable, so that any thread may read it.

    Attributes:
        gpus: One entry per GPU, in the order of the wire.
        gpus_json: The same, encoded once per sweep instead of once per request.
        report: Where the numbers come from.
        has_process_names: Whether it tells the names of programs.
        valid_until: Monotonic seconds at which it must be made anew even without a sweep, since a
            provider has then been silent for too long.

    """

    gpus: tuple[GpuMetrics, ...]
    gpus_json: bytes
    report: GpuStatusReport
    has_process_names: bool
    valid_until: float
