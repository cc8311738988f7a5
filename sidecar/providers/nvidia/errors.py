"""What follows from the return codes of NVML (``nvmlReturn_t`` in nvml.h)."""

import logging

from sidecar.providers.provider import ProviderError

_log = logging.getLogger(__name__)

INVALID_ARGUMENT = 2
NOT_SUPPORTED = 3
NOT_FOUND = 6
INSUFFICIENT_SIZE = 7
LIBRARY_NOT_FOUND = 12
FUNCTION_NOT_FOUND = 13
UNKNOWN = 999

# A newer way to ask that this driver does not know: ask in an older way.
# FUNCTION_NOT_FOUND, ARGUMENT_VERSION_MISMATCH, DEPRECATED
OLDER_WAY = frozenset({13, 25, 26})

# This user will not get the value. NO_PERMISSION, OPERATING_SYSTEM
REFUSED = frozenset({4, 17})

# Nobody gets it from this GPU: do not ask again for a while.
UNSUPPORTED = OLDER_WAY | REFUSED | {NOT_SUPPORTED}

# The GPU is gone, or unusable until it is reset; its handle must not be used again.
# INSUFFICIENT_POWER, GPU_IS_LOST, RESET_REQUIRED, GPU_NOT_FOUND
DEVICE_LOST = frozenset({8, 15, 16, 28})

# NVML must be initialised again, after which every handle is a new one.
# UNINITIALIZED, DRIVER_NOT_LOADED; and INVALID_ARGUMENT if it is the handle that is invalid
DRIVER_GONE = frozenset({1, 9})


class DeviceLostError(Exception):
    """One GPU is gone."""


class VersionMismatchError(ProviderError):
    """NVML and the driver's part in the kernel are of different versions."""


def driver_gone() -> ProviderError:
    """Return the error that closes NVML and has it opened again."""
    return ProviderError(
        "unavailable",
        "The NVIDIA driver was unloaded or restarted.",
        "It is looked for again by itself.",
    )


def library_outdated() -> ProviderError:
    """Return the error for a library from before the driver was replaced."""
    return ProviderError(
        "unavailable",
        "The NVIDIA driver was replaced while this program was running.",
        "Start this program again.",
    )


def not_initialised(code: int) -> ProviderError:
    """Return why NVML could not be initialised, and what to do."""
    if code != LIBRARY_NOT_FOUND:
        _log.warning("NVML cannot be initialised: error %d", code)
    match code:
        case 12:  # LIBRARY_NOT_FOUND
            return ProviderError(
                "absent",
                "No NVIDIA driver was found (its library NVML is not installed).",
                "If this computer has an NVIDIA GPU, install NVIDIA's driver.",
            )
        case 9:  # DRIVER_NOT_LOADED
            return ProviderError(
                "unavailable",
                "The NVIDIA driver is installed but not running.",
                "Restart the computer; if that does not help, install the driver again.",
            )
        case 18:  # LIB_RM_VERSION_MISMATCH
            return VersionMismatchError(
                "unavailable",
                "The NVIDIA driver was updated while its old version is still running.",
                "Restart the computer.",
            )
        case 4:  # NO_PERMISSION
            return ProviderError(
                "unavailable",
                "This user may not use the NVIDIA driver.",
                "Give the user, or the container, access to the NVIDIA devices.",
            )
        case _:
            return ProviderError(
                "unavailable",
                "The NVIDIA driver could not be initialised.",
                "The sidecar's log has the error number; restarting the computer may help.",
            )
