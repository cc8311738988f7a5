"""Prints what nvitop reads of every GPU: a JSON list, in nvitop's units, null for its ``N/A``.

A program of its own, since the loader looks for the driver's library where it did at the start.
"""

import json
import sys

from nvitop import NA, Device

_QUESTIONS = (
    "name",
    "gpu_utilization",
    "memory_used",
    "memory_total",
    "memory_free",
    "temperature",
    "power_usage",
    "sm_clock",
    "power_limit",
    "fan_speed",
    "encoder_utilization",
    "decoder_utilization",
)


def _values(device: Device) -> dict[str, object]:
    answers = {question: getattr(device, question)() for question in _QUESTIONS}
    instances = device.mig_devices()
    return {
        **{question: None if answer is NA else answer for question, answer in answers.items()},
        "process_count": len(device.processes()),
        "mig_memory_used": [instance.memory_used() for instance in instances],
        "mig_memory_total": [instance.memory_total() for instance in instances],
        "mig_memory_free": [instance.memory_free() for instance in instances],
    }


json.dump([_values(device) for device in Device.all()], sys.stdout)
