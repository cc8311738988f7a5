"""``python -m sidecar.schema`` prints the JSON Schema of everything on the wire.

The descriptions are the structs' docstrings, each ``Attributes:`` entry at its own property.
"""

import inspect
import re
import sys
from typing import Any

import msgspec

from sidecar import contract

WIRE_TYPES = (
    contract.GpuMetrics,
    contract.GpuAlert,
    contract.GpuHistoryQuery,
    contract.GpuHistory,
    contract.GpuHistoryColumns,
    contract.GpuStatusReport,
    contract.ProviderStatus,
    contract.HostStatus,
    contract.GpuOptionChanges,
    contract.AlertThresholdChanges,
    contract.GpuOptions,
    contract.AlertThresholds,
    contract.Hello,
    contract.DriverNotAnswering,
)
_ENTRY = re.compile(r"^    (\w+): (.+(?:\n {5,}.+)*)", re.MULTILINE)


def wire_schema() -> dict[str, Any]:
    """Return one JSON Schema: of an object with each method's result under the method's name."""
    results, definitions = result_schemas("#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MethodResults",
        "description": "The type of each method's result, by the method's name.",
        "type": "object",
        "properties": results,
        "required": list(contract.METHODS),
        "protocolVersion": contract.PROTOCOL_VERSION,
        "$defs": definitions,
    }


def result_schemas(ref_template: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of each method's result, and those of all WIRE_TYPES by name.

    Args:
        ref_template: How one refers to another, with ``{name}`` for its name.

    """
    results = [method.result for method in contract.METHODS.values()]
    schemas, definitions = msgspec.json.schema_components(
        (*results, *WIRE_TYPES), ref_template=ref_template
    )
    for wire_type in WIRE_TYPES:
        _describe(definitions[wire_type.__name__], wire_type)
    return dict(zip(contract.METHODS, schemas, strict=False)), definitions


def _describe(definition: dict[str, Any], wire_type: type[msgspec.Struct]) -> None:
    text = (inspect.getdoc(wire_type) or "").replace("``", "`")
    meaning, _, attributes = text.partition("\n\nAttributes:\n")
    definition["description"] = meaning
    wire_names = {each.name: each.encode_name for each in msgspec.structs.fields(wire_type)}
    for name, description in _ENTRY.findall(attributes):
        schema = definition["properties"][wire_names[name]]
        if "$ref" in schema:
            # With a description beside it, the generator of the types makes a second type of it.
            schema["allOf"] = [{"$ref": schema.pop("$ref")}]
        schema["description"] = " ".join(description.split())


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(wire_schema())) + b"\n")
