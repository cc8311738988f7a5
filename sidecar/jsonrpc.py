"""JSON-RPC 2.0 messages as bytes. Knows nothing of GPUs, methods or streams.

An id is kept as the bytes that came, so that it goes back exactly so (``1.0`` stays ``1.0``).
"""

from typing import Literal

import msgspec
from msgspec import Raw, Struct

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603

MAX_NESTING = 64
"""How deep params may be nested: none of ours is deeper than 1, and every parser can do 64."""

NULL = b"null"
_ABSENT = Raw(b"")
_ID_STARTS = b'"-0123456789n'
_BRACKETS_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class RpcError(Exception):
    """An answer that is an error.

    Attributes:
        code: One of the codes of JSON-RPC 2.0 or of our contract.
        message: Fixed text for a person: what happened, what to do. Never input, never a path.
        data: What a program may want to know, or None.

    """

    def __init__(self, code: int, message: str, data: Struct | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Request(Struct, frozen=True, gc=False):
    """A request, or a notification, which must not be answered.

    Attributes:
        id: JSON as it came; empty in a notification.
        params: JSON as it came; empty when there are none.

    """

    jsonrpc: Literal["2.0"]
    method: str
    id: Raw = _ABSENT
    params: Raw = _ABSENT


_decode_request = msgspec.json.Decoder(Request).decode
_decode_batch = msgspec.json.Decoder(list[Raw]).decode
_decode_raw = msgspec.json.Decoder(Raw).decode
_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode


def require_utf8(line: bytes) -> None:
    """Check the encoding of a line beyond ASCII, which the parser looks at only in some places.

    Raises:
        RpcError: It is not UTF-8 (-32700).

    """
    try:
        line.decode()
    except UnicodeDecodeError:
        raise _parse_error() from None


def parse_request(text: bytes | Raw) -> Request:
    """Return the request that ``text`` is.

    Raises:
        RpcError: It is not JSON (-32700) or not a request (-32600).

    """
    try:
        request = _decode_request(text)
    except (msgspec.DecodeError, RecursionError):
        raise _why_no_request(text) from None
    if request.id and bytes(request.id)[0] not in _ID_STARTS:
        raise RpcError(INVALID_REQUEST, "Invalid Request: an id is a string, a number or null")
    if request.params and _is_too_deep(bytes(request.params)):
        raise _too_deep()
    return request


def parse_batch(text: bytes, max_members: int) -> list[Raw]:
    """Return the texts of a batch's members, which need not be requests.

    Raises:
        RpcError: It is not JSON (-32700), empty, or of more than ``max_members`` (-32600).

    """
    try:
        members = _decode_batch(text)
    except (msgspec.DecodeError, RecursionError):
        raise _why_no_request(text) from None
    if not members:
        raise RpcError(INVALID_REQUEST, "Invalid Request: an empty batch")
    if len(members) > max_members:
        raise RpcError(
            INVALID_REQUEST, f"Invalid Request: a batch holds up to {max_members} requests"
        )
    return members


def id_of_invalid(text: bytes | Raw) -> bytes:
    """Return the id that an invalid request carries nevertheless, or null."""
    try:
        found = _decode_members(text).get("id", _ABSENT)
    except (msgspec.DecodeError, RecursionError):
        return NULL
    id_ = bytes(found)
    return id_ if id_ and id_[0] in _ID_STARTS else NULL


def success(request_id: bytes | Raw, result: bytes | Raw) -> bytes:
    """Return the answer to a request, from a result that is JSON already."""
    # Twice as fast as formatting, for the long results.
    return b"".join((b'{"jsonrpc":"2.0","id":', request_id, b',"result":', result, b"}"))


def failure(request_id: bytes | Raw, error: RpcError) -> bytes:
    """Return the error answer to a request."""
    members: dict[str, object] = {"code": error.code, "message": error.message}
    if error.data is not None:
        members["data"] = error.data
    return b'{"jsonrpc":"2.0","id":%b,"error":%b}' % (
        bytes(request_id),
        msgspec.json.encode(members),
    )


def _is_too_deep(json: bytes) -> bool:
    if json.count(b"[") + json.count(b"{") <= MAX_NESTING:
        return False
    outside_strings = b"".join(json.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    brackets = outside_strings.translate(_BRACKETS_AS_SQUARE, _ALL_BUT_BRACKETS)
    for _ in range(MAX_NESTING):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _too_deep() -> RpcError:
    return RpcError(INVALID_REQUEST, "Invalid Request: nested too deeply")


def _parse_error() -> RpcError:
    return RpcError(PARSE_ERROR, "Parse error: expected one JSON text in UTF-8 a line")


def _why_no_request(text: bytes | Raw) -> RpcError:
    """Tell broken JSON from JSON that is something else: the typed decoder stops at either."""
    try:
        # As raw text: as a value, 1e999 is JSON that Python has no number for.
        _decode_raw(text)
    except msgspec.DecodeError:
        return _parse_error()
    except RecursionError:
        return _too_deep()
    return RpcError(
        INVALID_REQUEST,
        'Invalid Request: expected {"jsonrpc": "2.0", "id": ..., "method": "..."}',
    )
