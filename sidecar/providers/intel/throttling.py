"""Why an Intel GPU's clock is held back, in the words that NVIDIA's GPUs get too.

The names are those of "Xe GT Throttle" in drivers/gpu/drm/xe/xe_gt_throttle.c, of which i915 has
the older ones.
"""

from pathlib import Path

from sidecar.providers.pci import read_integer

_REASONS = {
    "power limit reached": ("pl1", "pl2", "pl4", "psys_pl1", "psys_pl2"),
    # Too much current, or a signal from outside the GPU.
    "slowed down by the hardware": ("prochot", "vr_tdc", "iccmax", "fastvmode", "psys_crit"),
    "too hot: slowed down by the hardware": (
        "thermal",
        "ratl",
        "vr_thermalert",
        "vr_thermal",
        "soc_thermal",
        "soc_avg_thermal",
        "mem_thermal",
    ),
}


def throttle_reasons(status: Path, reason: str) -> tuple[str, ...] | None:
    """Return the reasons, none when the clock is not held back, or None when nothing is told.

    Args:
        status: The file that says whether there is any.
        reason: What the paths of the single reasons' files begin with.

    """
    is_throttled = read_integer(status)
    if not is_throttled:
        return None if is_throttled is None else ()
    return tuple(
        words
        for words, names in _REASONS.items()
        if any(read_integer(Path(f"{reason}{name}")) for name in names)
    )
