"""From a line to its answer: finds the method, calls it, and turns every failure into an error.

Sits between ``stdio``, which brings the lines, and ``methods``, which know the answers. The only
place where an exception becomes something on the wire.
"""

from collections.abc import Callable, Mapping

from msgspec import Raw, Struct

from sidecar import jsonrpc
from sidecar.contract import TOO_MANY_REQUESTS
from sidecar.jsonrpc import Request, RpcError
from sidecar.log import log

Method = Callable[[Raw], bytes]
"""From the params, empty if there are none, to the result, both as JSON.

May raise RpcError, or NotYet when it cannot tell yet.
"""

MAX_BATCH = 1000
"""Requests in one batch; bounds how long one line can keep the others waiting."""

MAX_BATCH_ANSWER_BYTES = 32 << 20
"""Above a thousand times the metrics of 64 GPUs; bounds what one batch can make us hold."""

_WHITE_SPACE = b" \t\r\n"  # that of JSON; bytes.strip() knows more


class NotYet(Exception):  # noqa: N818 - not an error: the method is called again later
    """A method cannot tell yet."""


class Unfinished(Struct):
    """A line of which some requests wait. The others have been answered, and are not run again.

    Attributes:
        waiting: The requests without an answer.
        answers: The answers to the others.
        is_batch: Whether the answers go into a list.
        size: How many bytes it holds.

    """

    waiting: list[Request]
    answers: list[bytes]
    is_batch: bool
    size: int


class Deferred(Exception):  # noqa: N818 - not an error: the rest of the line is handed in later
    """A line cannot be answered yet.

    Attributes:
        line: What Endpoint.resume() or refuse() takes.

    """

    def __init__(self, line: Unfinished) -> None:
        super().__init__()
        self.line = line


class Endpoint:
    """Answers JSON-RPC lines with the methods it is given."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    def handle(self, line: bytes) -> bytes | None:
        """Return the answer to one line, or None when there is nothing to answer.

        Raises:
            Deferred: Resume the line when more is known.

        """
        text = line.strip(_WHITE_SPACE)
        if not text:
            return None
        try:
            if not text.isascii():
                jsonrpc.require_utf8(text)
            if text.startswith(b"["):
                return self._handle_batch(text)
        except RpcError as error:
            return jsonrpc.failure(jsonrpc.NULL, error)
        try:
            request = jsonrpc.parse_request(text)
        except RpcError as error:
            return jsonrpc.failure(jsonrpc.id_of_invalid(text), error)
        try:
            return self._answer(request)
        except NotYet:
            raise Deferred(Unfinished([request], [], is_batch=False, size=len(text))) from None

    def resume(self, line: Unfinished) -> bytes | None:
        """Return the answer to a deferred line.

        Raises:
            Deferred: Still not.

        """
        requests, line.waiting = line.waiting, []
        answer_bytes = sum(map(len, line.answers))
        for request in requests:
            answer_bytes += self._answer_one_of_many(request, line, answer_bytes)
        return _finished(line)

    def refuse(self, line: Unfinished, error: RpcError) -> bytes | None:
        """Return the answer to a deferred line in which whatever waits fails with ``error``."""
        line.answers += [jsonrpc.failure(request.id, error) for request in line.waiting]
        line.waiting = []
        return _finished(line)

    def _handle_batch(self, text: bytes) -> bytes | None:
        line = Unfinished([], [], is_batch=True, size=len(text))
        answer_bytes = 0
        for member in jsonrpc.parse_batch(text, MAX_BATCH):
            try:
                request = jsonrpc.parse_request(member)
            except RpcError as error:
                line.answers.append(jsonrpc.failure(jsonrpc.id_of_invalid(member), error))
            else:
                answer_bytes += self._answer_one_of_many(request, line, answer_bytes)
        line.size += answer_bytes
        return _finished(line)

    def _answer_one_of_many(self, request: Request, line: Unfinished, answer_bytes: int) -> int:
        """Answer a request of a batch, or leave it waiting. Return the length of its answer."""
        try:
            if answer_bytes > MAX_BATCH_ANSWER_BYTES:
                answer = jsonrpc.failure(request.id, _TOO_MUCH) if request.id else None
            else:
                answer = self._answer(request)
        except NotYet:
            line.waiting.append(request)
            return 0
        if answer is None:
            return 0
        line.answers.append(answer)
        return len(answer)

    def _answer(self, request: Request) -> bytes | None:
        """Return the answer to a request, or None to a notification."""
        try:
            method = self._methods.get(request.method) or _no_method
            answer = jsonrpc.success(request.id, method(request.params))
        except RpcError as error:
            answer = jsonrpc.failure(request.id, error)
        except NotYet:
            # A notification has had its effect, and nobody waits for an answer.
            if not request.id:
                return None
            raise
        except Exception:  # noqa: BLE001 - a fault in a method costs that one answer
            log().exception("%s failed", request.method)
            answer = jsonrpc.failure(request.id, _INTERNAL)
        return answer if request.id else None


def _no_method(_: Raw) -> bytes:
    raise RpcError(jsonrpc.METHOD_NOT_FOUND, "Method not found: sidecar:hello lists the methods")


_INTERNAL = RpcError(
    jsonrpc.INTERNAL_ERROR,
    "Internal error: see the sidecar's log on stderr",
)
_TOO_MUCH = RpcError(
    TOO_MANY_REQUESTS,
    f"Too many requests in a batch: their answers exceed {MAX_BATCH_ANSWER_BYTES} bytes",
)


def _finished(line: Unfinished) -> bytes | None:
    if line.waiting:
        raise Deferred(line)
    if not line.answers:
        return None
    return b"[%b]" % b",".join(line.answers) if line.is_batch else line.answers[0]
