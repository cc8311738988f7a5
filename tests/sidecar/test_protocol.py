"""Whatever comes in: each valid request is answered once, and nothing but JSON-RPC goes out."""

import json
import os
import threading
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from support.json_rpc_reference import Answer, answers_in, answers_to

from sidecar.deferred import DeferredLines
from sidecar.endpoint import Endpoint
from sidecar.jsonrpc import RpcError
from sidecar.reader import answer_lines
from sidecar.stdio import Wire


def refuse(_: Raw) -> bytes:
    raise RpcError(-32001, "no")


ENDPOINT = Endpoint({"a": lambda _: b"[1]", "b": lambda params: bytes(params) or b"0", "c": refuse})


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)
requests = st.fixed_dictionaries(
    {"jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0", 2.0, None])},
    optional={
        "method": st.sampled_from(["a", "b", "c", "d", "", 5, None]),
        "id": scalars | values,
        "params": values,
        "more": values,
    },
)


@st.composite
def json_lines(draw: st.DrawFn) -> bytes:
    value = draw(values | requests | st.lists(requests | values, max_size=5))
    # Half of a surrogate pair cannot be written in UTF-8, and arrives as something invalid.
    return json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


pieces = st.lists(
    st.sampled_from(
        [
            *[
                b'{"jsonrpc":"2.0"',
                b',"method":"a"',
                b',"id":',
                b"1",
                b"-0.50E+3",
                b"}",
                b"{",
                b"[",
                b"]",
            ],
            *[
                b",",
                b'"',
                b"\\",
                b"\\u",
                b"d800",
                b"dc00",
                b"00",
                b"null",
                b"tru",
                b"NaN",
                b"01",
                b"1.",
            ],
            *[
                b" ",
                b"\t",
                b"\r",
                b"\x00",
                b"\x0c",
                b"\xef\xbb\xbf",
                b"\xff",
                b"\xed\xa0\x80",
                b"\xc3",
            ],
            *[b'"id"', b'"method":"b"', b'"params":', b":", b'"\\q"', b"[" * 70, b"]" * 70],
        ]
    ),
    max_size=12,
).map(b"".join)


@st.composite
def broken_lines(draw: st.DrawFn) -> bytes:
    line = draw(json_lines())
    begin = draw(st.integers(0, len(line)))
    end = begin + draw(st.integers(0, 4))
    return line[:begin] + draw(pieces | st.binary(max_size=3)) + line[end:]


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    lines = st.lists(json_lines() | broken_lines() | pieces | st.binary(max_size=40), max_size=15)
    return draw(st.sampled_from([b"\n", b"\r\n"])).join(draw(lines))


def answered(stream: bytes, sizes: list[int]) -> list[bytes]:
    """Return the lines that a reader writes when ``stream`` comes in pieces of these sizes."""
    request_fd, request_end = os.pipe()
    answer_end, answer_fd = os.pipe()

    def write() -> None:
        begin = 0
        for size in sizes:
            os.write(request_end, stream[begin : begin + size])
            begin += size
        os.write(request_end, stream[begin:])
        os.close(request_end)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(answer_end, "rb") as answers:
        answer_lines(Wire(request_fd, answer_fd), ENDPOINT, DeferredLines())
        os.close(answer_fd)
        written = answers.read()
    writer.join()
    os.close(request_fd)
    assert written.endswith(b"\n") or not written
    return written.split(b"\n")[:-1]


@settings(max_examples=300)
@example(b"\xef\xbb\xbf" + b'{"jsonrpc":"2.0","id":1,"method":"a"}', [1] * 40)
@given(streams(), st.lists(st.integers(1, 30), max_size=20))
def test_whatever_comes_in_each_valid_request_is_answered_once_and_nothing_else_goes_out(
    stream: bytes, sizes: list[int]
) -> None:
    expected: Counter[Answer] = Counter()
    for line in stream.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        expected += answers_to(line)
    found: Counter[Answer] = Counter()
    for line in answered(stream, sizes):
        found += answers_in(line)
    assert found == expected


ids = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(ids, st.booleans())
def test_every_id_comes_back_as_it_was_written(request_id: object, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    written = json.dumps(request_id, ensure_ascii=ascii_only)
    for line, form in (
        (
            f'{{"jsonrpc":"2.0","id":{written},"method":"a"}}',
            '{"jsonrpc":"2.0","id":%s,"result":[1]}',
        ),
        (
            f'[{{"jsonrpc":"2.0","id":{written},"method":"a"}}]',
            '[{"jsonrpc":"2.0","id":%s,"result":[1]}]',
        ),
    ):
        assert ENDPOINT.handle(line.encode()) == (form % written).encode()
