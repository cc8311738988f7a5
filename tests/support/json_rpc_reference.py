"""What JSON-RPC 2.0 and our limits say about a line, by other means than the sidecar's: ``json``.

Slow and plain, so that it can be trusted; the tests compare the sidecar with it.
"""

import json
from collections import Counter
from typing import Any, NamedTuple, cast

from sidecar.endpoint import MAX_BATCH
from sidecar.jsonrpc import MAX_NESTING
from sidecar.stdio import MAX_LINE_BYTES

PARSE_ERROR, INVALID_REQUEST, LINE_TOO_LONG = -32700, -32600, -32002


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Answer(NamedTuple):
    """What an answer must have.

    Attributes:
        id: A text, a Number, or None.
        error: The code, where the line alone decides it; None where a method was called.

    """

    id: object
    error: int | None


def answers_to(line: bytes) -> "Counter[Answer]":
    """Return the answers that a line must get, each with how often."""
    if len(line) > MAX_LINE_BYTES:
        return Counter([Answer(None, LINE_TOO_LONG)])
    text = line.strip(b" \t\r\n")
    if not text:
        return Counter()
    try:
        value = _parsed(text)
    except (RecursionError, ValueError) as error:
        code = INVALID_REQUEST if isinstance(error, RecursionError) else PARSE_ERROR
        return Counter([Answer(None, code)])
    members = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not 1 <= len(members) <= MAX_BATCH:
        return Counter([Answer(None, INVALID_REQUEST)])
    return Counter(answer for member in members for answer in _answers_to_one(member))


def answers_in(line: bytes) -> "Counter[Answer]":
    """Return the answers that a line holds.

    Raises:
        ValueError: It is not an answer of JSON-RPC 2.0.

    """
    value = _parsed(line)
    if isinstance(value, list) and value:
        return Counter(map(_answer, cast("list[Any]", value)))
    return Counter([_answer(value)])


def _answer(value: Any) -> Answer:  # noqa: ANN401 - whatever JSON it is
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004 - a wrong text, not a wrong call
    members = cast("dict[str, Any]", value)
    kinds = {"jsonrpc", "id", "result"}, {"jsonrpc", "id", "error"}
    if set(members) not in kinds or members["jsonrpc"] != "2.0" or not _is_id(members["id"]):
        raise ValueError(members)
    if "result" in members:
        return Answer(members["id"], None)
    error = members["error"]
    if not isinstance(error["code"], Number) or type(error["message"]) is not str:
        raise ValueError(members)
    code = int(error["code"])
    by_line = code in (PARSE_ERROR, INVALID_REQUEST, LINE_TOO_LONG)
    return Answer(members["id"], code if by_line else None)


def _answers_to_one(value: Any) -> list[Answer]:  # noqa: ANN401 - whatever JSON it is
    if not isinstance(value, dict):
        return [Answer(None, INVALID_REQUEST)]
    request = cast("dict[str, Any]", value)
    has_id = "id" in request
    request_id = request.get("id")
    is_request = (
        request.get("jsonrpc") == "2.0"
        and type(request.get("method")) is str
        and type(request["jsonrpc"]) is str
        and (not has_id or _is_id(request_id))
        and _depth(request.get("params")) <= MAX_NESTING
    )
    if is_request:
        return [Answer(request_id, None)] if has_id else []
    return [Answer(request_id if _is_id(request_id) else None, INVALID_REQUEST)]


def _is_id(value: object) -> bool:
    return value is None or isinstance(value, str)


def _depth(value: Any) -> int:  # noqa: ANN401 - whatever JSON it is
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return 1 + max(map(_depth, members.values()), default=0)
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return 1 + max(map(_depth, elements), default=0)
    return 0


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - whatever JSON it is
    decoded = text.decode()
    value = json.loads(
        decoded,
        parse_int=Number,
        parse_float=Number,
        parse_constant=_no_json,
        object_pairs_hook=_object,
    )
    if "\\u" in decoded:
        json.dumps(value, ensure_ascii=False).encode()  # fails on half of a surrogate pair
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):  # of those with the same name it keeps only the last
        json.dumps(pairs, ensure_ascii=False).encode()
        # One that is wrong makes the request invalid, wherever it stands.
        members |= {name: value for name, value in pairs if name == "jsonrpc" and value != "2.0"}
        members |= {
            name: value for name, value in pairs if name == "method" and type(value) is not str
        }
    return members


def _no_json(constant: str) -> None:
    raise ValueError(constant)
