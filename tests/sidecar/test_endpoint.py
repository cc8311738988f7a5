"""From a line to its answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from sidecar import endpoint
from sidecar.endpoint import MAX_BATCH, Deferred, Endpoint, NotYet
from sidecar.jsonrpc import MAX_NESTING, RpcError


def refuse(_: Raw) -> bytes:
    raise RpcError(-32001, "no")


def fail(_: Raw) -> bytes:
    raise ValueError("/a/path/that/must/stay/here")


def defer(_: Raw) -> bytes:
    raise NotYet


ENDPOINT = Endpoint(
    {
        "list": lambda _: b"[1]",
        "echo": lambda params: bytes(params) or b"null",
        "refuse": refuse,
        "fail": fail,
        "defer": defer,
    }
)


def handle(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON it is
    answer = ENDPOINT.handle(line)
    return None if answer is None else json.loads(answer)


def error_code(line: bytes) -> int:
    return handle(line)["error"]["code"]


def test_a_request_is_answered() -> None:
    line = b'{"jsonrpc":"2.0","id":1,"method":"list"}'
    assert handle(line) == {"jsonrpc": "2.0", "id": 1, "result": [1]}


@pytest.mark.parametrize(
    "request_id",
    [
        *["1", "1.0", "-0", "1.50e2", "0.1", "1e999999", "123456789012345678901", "9" * 5000],
        *['"a"', '""', '"\\u00e9"', '"é\U0001f600"', '"\\ud83d\\ude00"', '"\\"\\/"', "null"],
    ],
)
def test_an_id_is_echoed_exactly_as_it_came(request_id: str) -> None:
    answer = ENDPOINT.handle(f'{{"jsonrpc":"2.0","id":{request_id},"method":"list"}}'.encode())
    assert answer == f'{{"jsonrpc":"2.0","id":{request_id},"result":[1]}}'.encode()


@pytest.mark.parametrize("method", ["list", "refuse", "fail", "none"])
def test_a_notification_is_never_answered(method: str) -> None:
    assert handle(f'{{"jsonrpc":"2.0","method":"{method}"}}'.encode()) is None


def test_params_reach_the_method_as_they_came() -> None:
    line = b'{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":[1,2]}}'
    assert handle(line)["result"] == {"a": [1, 2]}
    assert handle(b'{"jsonrpc":"2.0","id":1,"method":"echo"}')["result"] is None


def test_an_unknown_method_is_not_found() -> None:
    assert error_code(b'{"jsonrpc":"2.0","id":1,"method":"none"}') == -32601


@pytest.mark.parametrize(
    "line",
    [
        *[b"nope", b'{"jsonrpc":', b"{}x", b'"\xff"', b"\x00", b"[1,", b"01", b"NaN", b"1."],
        b'{"jsonrpc":"2.0","id":1,"method":"list"}\x00',
        b'\x0c{"jsonrpc":"2.0","id":1,"method":"list"}',
        b'{"jsonrpc":"2.0","id":"a\tb","method":"list"}',
        b'{"jsonrpc":"2.0","id":"\\q","method":"list"}',
        b'{"jsonrpc":"2.0","id":1.,"method":"list"}',
        b'{"jsonrpc":"2.0","id":1,"method":"list","params":["\xed\xa0\x80"]}',
        b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"list"}',
    ],
)
def test_what_is_not_json_is_a_parse_error(line: bytes) -> None:
    answer = handle(line)
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)


@pytest.mark.parametrize(
    "line",
    [
        b"1",
        b"1e999",
        b'{"id":1e999}',
        b'"text"',
        b"null",
        b"{}",
        b"[]",
        b'{"jsonrpc":"1.0","method":"list"}',
        b'{"jsonrpc":"2.0"}',
        b'{"jsonrpc":"2.0","id":1,"method":5}',
        b'{"jsonrpc":"2.0","id":true,"method":"list"}',
        b'{"jsonrpc":"2.0","id":[1],"method":"list"}',
        b'{"jsonrpc":"2.0","id":{},"method":"list"}',
    ],
)
def test_json_that_is_no_request_is_invalid(line: bytes) -> None:
    assert error_code(line) == -32600


def test_an_invalid_request_is_answered_under_its_id_when_it_has_one() -> None:
    assert handle(b'{"jsonrpc":"1.0","id":"mine","method":"list"}')["id"] == "mine"
    assert handle(b'{"jsonrpc":"2.0","id":[1],"method":"list"}')["id"] is None


def test_deep_nesting_is_refused_and_harms_nobody() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert error_code(b'{"jsonrpc":"2.0","id":1,"method":"list","params":' + deep + b"}") == -32600
    assert error_code(deep) == -32600


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_params_may_be_nested_so_deep_and_no_deeper(opening: bytes, closing: bytes) -> None:
    def request(depth: int) -> bytes:
        # Brackets side by side, or in a text, are not nested.
        text = rb'{"":["[[{{\\\"[[",' + b",".join([b"[]", b"{}"] * 100) + b"]}"
        params = opening * (depth - 3) + text + closing * (depth - 3)
        return b'{"jsonrpc":"2.0","id":1,"method":"echo","params":' + params + b"}"

    assert "result" in handle(request(MAX_NESTING))
    assert error_code(request(MAX_NESTING + 1)) == -32600
    (answer,) = handle(b"[" + request(MAX_NESTING + 1) + b"]")
    assert (answer["id"], answer["error"]["code"]) == (1, -32600)


def test_of_a_member_that_comes_twice_the_last_one_counts() -> None:
    line = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"none","method":"list"}'
    assert handle(line) == {"jsonrpc": "2.0", "id": 2, "result": [1]}


def test_a_lone_surrogate_is_no_text() -> None:
    for text in (b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud800x"'):
        assert error_code(b'{"jsonrpc":"2.0","id":' + text + b',"method":"list"}') == -32700


def test_a_methods_own_error_is_passed_on() -> None:
    assert handle(b'{"jsonrpc":"2.0","id":1,"method":"refuse"}')["error"] == {
        "code": -32001,
        "message": "no",
    }


def test_a_fault_in_a_method_costs_one_answer_and_tells_nothing_of_the_inside() -> None:
    answer = ENDPOINT.handle(b'{"jsonrpc":"2.0","id":1,"method":"fail"}') or b""
    assert json.loads(answer)["error"]["code"] == -32603
    assert b"/a/path" not in answer


def deferred(line: bytes) -> endpoint.Unfinished:
    with pytest.raises(Deferred) as raised:
        ENDPOINT.handle(line)
    return raised.value.line


def test_what_cannot_be_answered_yet_is_answered_when_it_can() -> None:
    known = [False]
    calls: list[str] = []

    def later(_: Raw) -> bytes:
        if not known[0]:
            raise NotYet
        return b'"known"'

    def effect(_: Raw) -> bytes:
        calls.append("effect")
        return b"0"

    waiting = Endpoint({"later": later, "effect": effect})
    with pytest.raises(Deferred) as single:
        waiting.handle(b'{"jsonrpc":"2.0","id":1,"method":"later"}')
    with pytest.raises(Deferred) as batch:
        waiting.handle(
            b'[{"jsonrpc":"2.0","id":1,"method":"effect"},{"jsonrpc":"2.0","id":2,"method":"later"},'
            b'{"jsonrpc":"2.0","method":"later"},{"jsonrpc":"2.0","id":3,"method":"later"},5]'
        )
    with pytest.raises(Deferred):
        waiting.resume(batch.value.line)
    known[0] = True
    assert json.loads(waiting.resume(single.value.line) or b"")["result"] == "known"
    answers = json.loads(waiting.resume(batch.value.line) or b"")
    assert sorted(str(answer["id"]) for answer in answers) == ["1", "2", "3", "None"]
    assert calls == ["effect"]


def test_what_is_refused_is_refused_by_id_and_the_rest_of_its_batch_is_answered() -> None:
    line = deferred(
        b'[{"jsonrpc":"2.0","id":1,"method":"list"},{"jsonrpc":"2.0","id":2,"method":"defer"},'
        b'{"jsonrpc":"2.0","method":"defer"}]'
    )
    first, second = json.loads(ENDPOINT.refuse(line, RpcError(-32003, "no")) or b"")
    assert (first["id"], first["result"]) == (1, [1])
    assert (second["id"], second["error"]["code"]) == (2, -32003)


def test_a_batch_that_asks_for_too_much_gets_what_fits_and_an_error_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint, "MAX_BATCH_ANSWER_BYTES", 1000)
    request = b'{"jsonrpc":"2.0","id":1,"method":"list"}'
    answers = handle(b"[" + b",".join([request] * 100) + b',{"jsonrpc":"2.0","method":"list"}]')
    served = [answer for answer in answers if "result" in answer]
    assert 1000 / 40 < len(served) < 1000 / 30
    assert len(answers) == 100
    assert {answer["error"]["code"] for answer in answers if answer not in served} == {-32003}


def test_a_batch_is_answered_in_one_line_without_its_notifications() -> None:
    answers = handle(
        b'[{"jsonrpc":"2.0","id":1,"method":"list"},{"jsonrpc":"2.0","method":"list"},'
        b'{"jsonrpc":"2.0","id":"b","method":"none"},1]'
    )
    assert [answer["id"] for answer in answers] == [1, "b", None]


def test_a_batch_of_notifications_is_not_answered() -> None:
    assert handle(b'[{"jsonrpc":"2.0","method":"list"}]') is None


def test_a_batch_holds_a_thousand_requests_and_not_one_more() -> None:
    request = b'{"jsonrpc":"2.0","id":1,"method":"list"}'
    assert len(handle(b"[" + b",".join([request] * MAX_BATCH) + b"]")) == MAX_BATCH == 1000
    assert error_code(b"[" + b",".join([request] * (MAX_BATCH + 1)) + b"]") == -32600


@pytest.mark.parametrize("line", [b"", b"  ", b"\r"])
def test_an_empty_line_is_passed_over(line: bytes) -> None:
    assert handle(line) is None


def test_a_carriage_return_before_the_newline_is_tolerated() -> None:
    assert "result" in handle(b'{"jsonrpc":"2.0","id":1,"method":"list"}\r')


@given(st.binary(max_size=200))
def test_any_bytes_get_one_line_of_json_or_nothing(line: bytes) -> None:
    answer = ENDPOINT.handle(line.replace(b"\n", b""))
    if answer is not None:
        assert b"\n" not in answer
        assert json.loads(answer)
