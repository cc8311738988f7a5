"""Lines that wait for a first snapshot: how many, and how much memory they may take."""

import pytest

from sidecar.contract import TOO_MANY_REQUESTS
from sidecar.deferred import MAX_IN_FLIGHT, MAX_WAITING_BYTES, DeferredLines
from sidecar.endpoint import Unfinished
from sidecar.jsonrpc import RpcError


def line(size: int) -> Unfinished:
    return Unfinished(waiting=[], answers=[], is_batch=False, size=size)


@pytest.mark.parametrize(
    ("size", "most"),
    [(1, MAX_IN_FLIGHT), (MAX_WAITING_BYTES // 4, 4)],
    ids=["so many lines", "so many bytes"],
)
def test_no_more_than_so_much_may_wait_until_something_is_answered(size: int, most: int) -> None:
    deferred = DeferredLines()
    for _ in range(most):
        deferred.add(line(size))
    with pytest.raises(RpcError) as refused:
        deferred.add(line(size))
    assert refused.value.code == TOO_MANY_REQUESTS
    deferred.answered(deferred.take()[0])
    deferred.add(line(size))
