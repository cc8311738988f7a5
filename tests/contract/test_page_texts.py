"""The texts of the sidecar are a closed set, of which the page knows a translation each."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.providers.amd.provider import DRIVER as AMD_DRIVER
from sidecar.providers.intel.provider import DRIVERS as INTEL_DRIVERS
from sidecar.providers.nvidia.provider import KERNEL_DRIVER as NVIDIA_DRIVER
from sidecar.providers.pci import PciGpu
from sidecar.providers.wrong_driver import wrong_driver

ROOT = Path(__file__).parents[2]
PAGE_TEXTS = ROOT / "electron-shim/src/renderer/i18n/known-texts.ts"
SENTENCE = re.compile(r"[A-Z].*\.")
WRONG_DRIVERS = "wrong_driver.py"
"""Its texts are put together when it is called."""


def said_by_calls() -> Iterator[str]:
    """Yield every sentence that is given to a ProviderError or ProviderStatus, or to its fields."""
    for file in (ROOT / "sidecar").rglob("*.py"):
        if file.name == WRONG_DRIVERS or "doctor" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "Provider" in ast.unparse(node.func):
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in (
                "reason",
                "action",
            ):
                values = [node.value]
            else:
                continue
            for value in values:
                if isinstance(value, ast.Constant) and SENTENCE.fullmatch(str(value.value)):
                    yield str(value.value)


def said_of_wrong_drivers() -> Iterator[str]:
    for vendor, right in (
        ("an NVIDIA", NVIDIA_DRIVER),
        ("an AMD", AMD_DRIVER),
        ("an Intel", " or ".join(INTEL_DRIVERS)),
    ):
        for driver in ("vfio-pci", "", "another"):
            gpu = PciGpu(
                address="0000:01:00.0", folder=Path(), vendor_id="", device_id="", driver=driver
            )
            error = wrong_driver(gpu, vendor, right)
            yield from (error.reason, error.action)


def translated_texts() -> set[str]:
    entry = re.compile(r"""^  (["'])(.+)\1: msg`""", re.MULTILINE)
    return {text for _, text in entry.findall(PAGE_TEXTS.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("text", sorted({*said_by_calls(), *said_of_wrong_drivers()}))
def test_the_page_has_a_translation_of_what_the_sidecar_says(text: str) -> None:
    assert text in translated_texts()


def test_what_the_page_translates_is_still_said_by_somebody() -> None:
    sources = [*(ROOT / "sidecar").rglob("*.py"), *(ROOT / "bridge/src").rglob("*.ts")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    unsaid = {text for text in translated_texts() if text not in said}
    assert unsaid <= {*said_of_wrong_drivers()}
