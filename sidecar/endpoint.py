"""From a line to its answer: finds the method, calls it, and turns every failure into an error.

Sits between ``stdio``, which brings the lines, and ``methods``, which know the answers. The only
place where an exception becomes something on the wire.
"""

from collections.abc import Callable, Mapping

from msgspec import Raw

from sidecar import jsonrpc
from sidecar.jsonrpc import Request, RpcError
from sidecar.log import log

Method = Callable[[Raw], bytes]
"""From the params, empty if there are none, to the result, both as JSON.

May raise RpcError, or Deferred when it cannot tell yet.
"""

MAX_BATCH = 1000
"""Requests in one batch; bounds how long one line can keep the others waiting."""


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

    def refuse(self, line: bytes, error: RpcError) -> bytes | None:
        """Return ``error`` as the answer to each request in a line that cannot be served."""

        def refusal(_: Raw) -> bytes:
            raise error

        return Endpoint(dict.fromkeys(self._methods, refusal)).handle(line)

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
        except Deferred:
            # It has had its effect, and nobody waits for an answer.
            if not request.is_notification:
                raise
            return None
        return None if request.is_notification else answer

    def _call(self, request: Request) -> bytes:
        method = self._methods.get(request.method)
        if method is None:
            raise RpcError(
                jsonrpc.METHOD_NOT_FOUND,
                "Method not found: sidecar:hello lists the methods",
            )
        try:
            return method(request.params)
        except (RpcError, Deferred):
            raise
        except Exception:  # noqa: BLE001 - a fault in a method costs that one answer
            log().exception("%s failed", request.method)
            raise RpcError(
                jsonrpc.INTERNAL_ERROR,
                "Internal error: see the sidecar's log on stderr",
            ) from None
