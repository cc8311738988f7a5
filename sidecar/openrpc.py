"""The contract as an OpenRPC document: what rpc.discover answers.

``python -m sidecar.openrpc`` prints it; ``npm run contract`` keeps it as docs/openrpc.json.
"""

import sys
from typing import Any

import msgspec

from sidecar import __version__, contract, jsonrpc
from sidecar.schema import result_schemas

OPENRPC_VERSION = "1.3.2"
_SCHEMAS = "#/components/schemas/{name}"

_ERRORS = {
    jsonrpc.PARSE_ERROR: "The line is not one JSON text in UTF-8.",
    jsonrpc.INVALID_REQUEST: "The JSON is not a request, nested too deeply, or too big a batch.",
    jsonrpc.METHOD_NOT_FOUND: "There is no such method.",
    jsonrpc.INVALID_PARAMS: "The method does not take these params.",
    jsonrpc.INTERNAL_ERROR: "A fault in the sidecar; its stderr has the details.",
    contract.DRIVER_NOT_ANSWERING: "The GPU driver does not answer; data.providers names which.",
    contract.LINE_TOO_LONG: "The line was too long, and was skipped.",
    contract.TOO_MANY_REQUESTS: "Too many requests wait, or a batch asks for too much.",
}


def document() -> dict[str, Any]:
    """Return the OpenRPC document."""
    results, definitions = result_schemas(_SCHEMAS)
    return {
        "openrpc": OPENRPC_VERSION,
        "info": {
            "title": "GPU metrics sidecar",
            "description": "JSON-RPC 2.0 on stdin and stdout, one JSON text a line.",
            "version": __version__,
            "license": {"name": "MIT"},
        },
        "methods": [
            {
                "name": name,
                "summary": method.summary,
                "paramStructure": "by-name",
                "params": _params(method, definitions),
                "result": {"name": "result", "schema": results[name]},
                "errors": [
                    {"$ref": f"#/components/errors/{code}"} for code in _error_codes(method)
                ],
            }
            for name, method in contract.METHODS.items()
        ],
        "components": {
            "schemas": definitions,
            "errors": {
                str(code): {"code": code, "message": meaning} for code, meaning in _ERRORS.items()
            },
        },
    }


def _params(method: contract.MethodContract, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    if method.params is None:
        return []
    schema = definitions[method.params.__name__]
    return [
        {"name": name, "required": name in schema.get("required", ()), "schema": each}
        for name, each in schema["properties"].items()
    ]


def _error_codes(method: contract.MethodContract) -> list[int]:
    codes = [jsonrpc.INVALID_PARAMS, jsonrpc.INTERNAL_ERROR, contract.TOO_MANY_REQUESTS]
    return [*codes, contract.DRIVER_NOT_ANSWERING] if method.needs_sweep else codes


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document())) + b"\n")
