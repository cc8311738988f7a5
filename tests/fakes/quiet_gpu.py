"""A GPU that raises no alert, and the values of one that is gone."""

from typing import Any

from msgspec import UNSET

from sidecar.contract import GpuMetrics

QUIET = GpuMetrics(
    gpu_id="GPU-0",
    utilization=0,
    memory_used_mb=0,
    memory_total_mb=20_000,
    memory_free_mb=20_000,
    temperature_c=40,
    name="A GPU",
    vendor="other",
    status="ok",
    memory_kind="dedicated",
    sampled_at=0,
    throttle_reasons=[],
    alerts=[],
)

GONE: dict[str, Any] = {
    "utilization": None,
    "memory_used_mb": None,
    "memory_free_mb": UNSET,
    "temperature_c": None,
    "throttle_reasons": UNSET,
}
"""What changes in its fields when it is gone."""
