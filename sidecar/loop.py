"""The anyio loop in the main thread: answers what the reader had to defer."""

import asyncio

import anyio

from sidecar.deferred import DeferredLines
from sidecar.endpoint import Deferred, Endpoint, Unfinished
from sidecar.sampler import Sampler
from sidecar.stdio import Wire

LOOK_AGAIN_SECONDS = 0.1
"""While a line waits for a driver that may never answer, its deadline is looked at so often."""


async def answer_deferred(
    wire: Wire, endpoint: Endpoint, deferred: DeferredLines, sampler: Sampler
) -> None:
    """Answer deferred lines as soon as there is a snapshot, until nobody reads the answers.

    The sampler bounds how long a line waits: after its CALL_DEADLINE_SECONDS it has a snapshot
    that names the providers that do not answer.
    """
    loop = asyncio.get_running_loop()
    news = anyio.Event()
    # What came before this loop ran has called nobody.
    news.set()

    def set_news() -> None:
        # Looked up here, in the loop's thread: from another one it might be the event before.
        news.set()

    def wake() -> None:
        # Not anyio.from_thread.run_sync, which would have the reader wait for the loop.
        loop.call_soon_threadsafe(set_news)

    deferred.on_add = wake
    sampler.on_snapshot = wake
    waiting: list[Unfinished] = []
    while True:
        with anyio.move_on_after(LOOK_AGAIN_SECONDS if waiting else None):
            await news.wait()
        news = anyio.Event()
        waiting += deferred.take()
        if waiting and sampler.latest() is not None:
            waiting = [line for line in waiting if not _answered(line, wire, endpoint, deferred)]


def _answered(line: Unfinished, wire: Wire, endpoint: Endpoint, deferred: DeferredLines) -> bool:
    try:
        answer = endpoint.resume(line)
    except Deferred:
        return False
    if answer is not None:
        wire.write(answer)
    deferred.answered(line)
    return True
