"""The thread that reads requests and answers them at once from what is known.

It starts before anything heavy is imported, and never waits for a driver.
"""

import os
import threading

from sidecar.contract import LINE_TOO_LONG
from sidecar.deferred import DeferredLines
from sidecar.endpoint import Deferred, Endpoint
from sidecar.jsonrpc import NULL, RpcError, failure
from sidecar.log import finish_log, log
from sidecar.stdio import MAX_LINE_BYTES, Wire

LAST_ANSWERS_SECONDS = 3.0
"""How long the process outlives its stdin to answer what was asked before."""


def start_reader(wire: Wire, endpoint: Endpoint, deferred: DeferredLines) -> None:
    """Start reading. When the stream ends, so does the process."""
    threading.Thread(
        target=_read_until_end, args=(wire, endpoint, deferred), name="reader", daemon=True
    ).start()


def _read_until_end(wire: Wire, endpoint: Endpoint, deferred: DeferredLines) -> None:
    exit_code = 0
    try:
        answer_lines(wire, endpoint, deferred)
        deferred.wait_until_answered(LAST_ANSWERS_SECONDS)
    except BrokenPipeError:
        pass  # nobody reads the answers any more: the end, as when there are no more requests
    except Exception:  # noqa: BLE001 - the thread ends here, and its process with it
        log().exception("the reader failed")
        finish_log()
        exit_code = 1
    finally:
        # Not sys.exit: a driver call that hangs in another thread must not keep the process.
        os._exit(exit_code)


def answer_lines(wire: Wire, endpoint: Endpoint, deferred: DeferredLines) -> None:
    """Answer each line, or defer it, until the stream ends.

    Raises:
        BrokenPipeError: Nobody reads the answers.

    """
    for line in wire.lines():
        try:
            answer = endpoint.handle(line) if isinstance(line, bytes) else _TOO_LONG
        except Deferred as unanswered:
            try:
                deferred.add(unanswered.line)
            except RpcError as error:
                answer = endpoint.refuse(unanswered.line, error)
            else:
                continue
        if answer is not None:
            wire.write(answer)


_TOO_LONG = failure(
    NULL,
    RpcError(LINE_TOO_LONG, f"Line too long: more than {MAX_LINE_BYTES} bytes; it was skipped"),
)
