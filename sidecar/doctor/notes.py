"""What else a person should know: what stands in the way of a value, and the action that helps."""

from collections.abc import Iterator

from msgspec import Struct

from sidecar.contract import GpuMetrics
from sidecar.doctor.examination import Examination, lacks_values_of_amd
from sidecar.doctor.surroundings import Enclosure, Surroundings

_CONTAINER = "A container sees only the GPUs that it is given."
_SANDBOX = "A sandbox hides what it was not given."
_AMD_AND_INTEL = "--device /dev/dri --device /dev/kfd (AMD), --device /dev/dri (Intel)"
# What it means for the list of GPUs, and what helps when that is empty.
_ENCLOSURES: dict[Enclosure, tuple[str, str]] = {
    "docker": (_CONTAINER, f"Start it with --gpus all (NVIDIA), {_AMD_AND_INTEL}."),
    "podman": (
        _CONTAINER,
        f"Start it with --device nvidia.com/gpu=all (NVIDIA), {_AMD_AND_INTEL}.",
    ),
    "kubernetes": (
        "A pod sees only the GPUs that it requests.",
        "Request one in its limits: nvidia.com/gpu, for instance, by the vendor's device plugin.",
    ),
    "containerd": (_CONTAINER, "Start it with access to them."),
    "lxc": (
        _CONTAINER,
        "Add a device of type gpu to its configuration, for NVIDIA also nvidia.runtime=true.",
    ),
    "container": (_CONTAINER, "Start it with access to them."),
    "flatpak": (
        _SANDBOX,
        "Allow it all devices: flatpak override --user --device=all, and its name.",
    ),
    "snap": (
        _SANDBOX,
        "Connect it: snap connect <its name>:opengl, and the same for hardware-observe.",
    ),
    "wsl": (
        "In WSL the driver is that of Windows, and only NVIDIA's tells its values.",
        "Update the driver in Windows, and install none in WSL.",
    ),
}


class Note(Struct, frozen=True):
    """One thing worth knowing.

    Attributes:
        reason: What it is.
        action: The one thing that helps, or an empty text.

    """

    reason: str
    action: str = ""


def notes(surroundings: Surroundings, examination: Examination) -> list[Note]:
    """Return what explains the list of GPUs, and what is missing in it."""
    gpus = [examined.gpu for examined in examination.gpus]
    return [
        *(_enclosure(each, examination) for each in surroundings.inside),
        *_closed_devices(surroundings, gpus),
        *_amd_library(surroundings, gpus),
    ]


def _enclosure(enclosure: Enclosure, examination: Examination) -> Note:
    reason, action = _ENCLOSURES[enclosure]
    return Note(reason, action if examination.found_nothing else "")


def _closed_devices(surroundings: Surroundings, gpus: list[GpuMetrics]) -> Iterator[Note]:
    vendors = {gpu.vendor for gpu in gpus} & {"amd", "intel"}
    if not surroundings.closed_devices or not vendors:
        return
    losers = "models that this user runs do"
    if "amd" in vendors:
        losers += ", and so does AMD's library, which may tell values that the kernel does not"
    group = surroundings.devices_group
    yield Note(
        f"This user may not open {', '.join(surroundings.closed_devices)}. The values above need "
        f"no such right; {losers}.",
        f"Run sudo usermod -aG {group} $USER, then log in again.",
    )


def _amd_library(surroundings: Surroundings, gpus: list[GpuMetrics]) -> Iterator[Note]:
    lacking = ", ".join(gpu.gpu_id for gpu in gpus if lacks_values_of_amd(gpu))
    if not lacking:
        return
    if surroundings.has_amd_library:
        yield Note(f"Neither the kernel nor AMD's library tells what is missing of {lacking}.")
    else:
        yield Note(
            f"The kernel does not tell what is missing of {lacking}; AMD's library might.",
            "Install amd-smi-lib, a part of ROCm.",
        )
