"""From a line to its answer: finds the method, calls it, and turns every failure into an error.

Sits between ``stdio``, which brings the lines, and ``methods``, which know the answers. The only
place where an exception becomes something on the wire.
"""

import logging
from collections.abc import Callable, Mapping

from msgspec import Raw

from sidecar import jsonrpc
from sidecar.jsonrpc import Request, RpcError

Method = Callable[[], bytes]
"""Returns the result as JSON. May raise RpcError, or Deferred when it cannot tell yet."""

MAX_BATCH = 1000
"""Requests in one batch; bounds how long one line can keep the others waiting."""

_NO_PARAMS = (b"", b"[]", b"{}")
_log = logging.getLogger(__name__)


class Deferred(Exception):  # noqa: N818 - not an error: the same line is handed in again later
    """The answer is not known yet."""


class Endpoint:
    """Answers JSON-RPC lines with the methods it is given."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    def handle(self, line: bytes) -> bytes | None:
        """Return the answer to one line, or None when there is nothing to answer.

        Raises:
            Deferred: Hand the same line in again when more is known.

        """
        text = line.strip()
        if not text:
            return None
        try:
            jsonrpc.require_utf8(text)
        except RpcError as error:
            return jsonrpc.failure(jsonrpc.NULL, error)
        return self._handle_batch(text) if text[0] == ord("[") else self._handle_single(text)

    def _handle_batch(self, text: bytes) -> bytes | None:
        try:
            members = jsonrpc.parse_batch(text, MAX_BATCH)
        except RpcError as error:
            return jsonrpc.failure(jsonrpc.NULL, error)
        answers = [answer for member in members if (answer := self._handle_single(member))]
        return b"[%b]" % b",".join(answers) if answers else None

    def _handle_single(self, text: bytes | Raw) -> bytes | None:
        try:
            request = jsonrpc.parse_request(text)
        except RpcError as error:
            return jsonrpc.failure(jsonrpc.id_of_invalid(text), error)
        try:
            answer = jsonrpc.success(request.id, self._call(request))
        except RpcError as error:
            answer = jsonrpc.failure(request.id, error)
        return None if request.is_notification else answer

    def _call(self, request: Request) -> bytes:
        method = self._methods.get(request.method)
        if method is None:
            raise RpcError(
                jsonrpc.METHOD_NOT_FOUND,
                "Method not found: sidecar:hello lists the methods",
            )
        if bytes(request.params).translate(None, b" \t\r\n") not in _NO_PARAMS:
            raise RpcError(jsonrpc.INVALID_PARAMS, "Invalid params: this method takes none")
        try:
            return method()
        except (RpcError, Deferred):
            raise
        except Exception:  # noqa: BLE001 - a fault in a method costs that one answer
            _log.exception("%s failed", request.method)
            raise RpcError(
                jsonrpc.INTERNAL_ERROR,
                "Internal error: see the sidecar's log on stderr",
            ) from None
