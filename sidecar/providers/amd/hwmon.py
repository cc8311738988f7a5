"""The sensors of one device, by their labels: which number a sensor has differs between chips.

The layout is that of the kernel's Documentation/hwmon/sysfs-interface.rst.
"""

from collections.abc import Mapping
from pathlib import Path

from sidecar.providers.pci import read_text


def hwmon_folder(device: Path, driver: str) -> Path | None:
    """Return the folder of the device's own sensors, or None when it has none.

    Others can be below the same device: of a display's backlight, for instance.
    """
    for folder in sorted((device / "hwmon").glob("hwmon*")):
        if read_text(folder / "name") == driver:
            return folder
    return None


def sensors(folder: Path, kind: str, unlabelled: str) -> Mapping[str, str]:
    """Return the paths of a kind's sensors (``.../temp1``) by label.

    Args:
        folder: What hwmon_folder() returned.
        kind: ``temp``, ``freq``, ``power`` and so on.
        unlabelled: What the first one is when the driver does not say.

    """
    found: dict[str, str] = {}
    for file in sorted(folder.glob(f"{kind}*_input")):
        sensor = str(file).removesuffix("_input")
        label = read_text(Path(f"{sensor}_label"))
        if label or file.name == f"{kind}1_input":
            found[label or unlabelled] = sensor
    return found
