"""``npm run soak``: valid and invalid requests at full speed, and nothing lost, doubled or leaked.

Each round writes a few thousand requests at once and reads their answers. Ends with exit code 1
and one line when something is wrong.
"""

import argparse
import random
import sys
import time
from typing import NamedTuple

import msgspec
from sidecar_under_load import Cost, SidecarUnderLoad

REQUESTS_PER_ROUND = 5000
WARM_UP_ROUNDS = 20
REPORT_SECONDS = 10.0
GROWTH_SHARE, GROWTH_KB = 0.01, 1024
"""How much more memory there may be at the end than in the middle: 1 % and 1 MiB."""

METHODS = [
    b'"dashboard:get-gpu-metrics"',
    b'"dashboard:get-gpu-status"',
    b'"sidecar:hello"',
    b'"dashboard:set-gpu-options","params":{"intervalMs":2000}',
    b'"dashboard:get-gpu-history","params":{"windowSeconds":60,"maxPoints":10}',
    b'"dashboard:get-gpu-history","params":{"windowSeconds":0}',
    b'"sidecar:hello","params":[1]',
    b'"no:such-method"',
]
WITHOUT_ANSWER = [
    b'{"jsonrpc":"2.0","method":"sidecar:hello"}',
    b'[{"jsonrpc":"2.0","method":"no:such-method"},{"jsonrpc":"2.0","method":"sidecar:hello"}]',
    b"",
    b" \r",
]
INVALID = [
    b"nope",
    b'{"jsonrpc":"2.0","id":1',
    b'{"jsonrpc":"2.0","id":{},"method":"sidecar:hello"}',
    b'"\xff"',
    b"\x00",
    b"[]",
    b"[" * 200,
    b'{"jsonrpc":"2.0","id":"\\ud800","method":"sidecar:hello"}',
]
TOO_LONG = b"x" * ((1 << 20) + 1)


class Answer(msgspec.Struct):
    """One answer; the id is null for what is not a request."""

    jsonrpc: str
    id: int | None
    result: msgspec.Raw = msgspec.Raw(b"")
    error: msgspec.Raw = msgspec.Raw(b"")


class Round(NamedTuple):
    """What is written at once.

    Attributes:
        data: The lines.
        ids: How many requests with an id; they are numbered from 0.
        invalid: How many texts that are answered under null.
        lines: How many lines the answers have.
        requests: How many requests there are in all, valid and invalid, answered or not.

    """

    data: bytes
    ids: int
    invalid: int
    lines: int
    requests: int


class WrongError(Exception):
    """The sidecar did not keep its promise."""


def main() -> None:
    arguments = _arguments()
    print(f"soak: seed {arguments.seed}", flush=True)
    begun = reported = time.monotonic()
    requests, costs = 0, list[Cost]()
    rounds = random.Random(arguments.seed)
    with SidecarUnderLoad() as sidecar:
        while (
            requests < arguments.requests
            or time.monotonic() - begun < arguments.minutes * 60
            or len(costs) <= WARM_UP_ROUNDS
        ):
            round_ = _round(rounds)
            _check(round_, sidecar)
            requests += round_.requests
            costs.append(sidecar.cost())
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                print(f"{reported - begun:.0f} s: {requests} requests, {costs[-1]}", flush=True)
        code, rest = sidecar.end()
    if code != 0 or rest:
        raise WrongError(f"it ended with {code} and wrote {rest[:200]!r} after its last answer")
    _compare(costs[WARM_UP_ROUNDS:])
    print(
        f"soak: ok, {requests} requests in {time.monotonic() - begun:.0f} s, none lost, none twice"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run soak --")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long; 480 for a night")
    parser.add_argument("--requests", type=int, default=0, help="at least so many requests")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="repeats a run")
    return parser.parse_args()


def _round(source: random.Random) -> Round:
    lines: list[bytes] = []
    ids = invalid = answers = requests = 0
    while requests < REQUESTS_PER_ROUND:
        kind = source.random()
        size = 1
        if kind < 0.80:
            lines.append(_request(ids, source))
            ids += 1
            answers += 1
        elif kind < 0.81:
            size = source.choice((1, 2, 10, 100, 998))
            members = [_request(ids + number, source) for number in range(size)]
            lines.append(b"[%b]" % b",".join([*members, b"5", WITHOUT_ANSWER[0]]))
            ids += size
            invalid += 1
            answers += 1
            size += 2
        elif kind < 0.90:
            lines.append(source.choice(WITHOUT_ANSWER))
        else:
            lines.append(TOO_LONG if kind > 0.9999 else source.choice(INVALID))
            invalid += 1
            answers += 1
        requests += size
    return Round(b"\n".join([*lines, b""]), ids, invalid, answers, requests)


def _request(number: int, source: random.Random) -> bytes:
    return b'{"jsonrpc":"2.0","id":%d,"method":%b}' % (number, source.choice(METHODS))


def _check(round_: Round, sidecar: SidecarUnderLoad) -> None:
    decode_one = msgspec.json.Decoder(Answer).decode
    decode_batch = msgspec.json.Decoder(list[Answer]).decode
    seen = bytearray(round_.ids)
    invalid = 0
    exchange = sidecar.exchange(round_.data)
    for _ in range(round_.lines):
        line = next(exchange)
        for answer in decode_batch(line) if line[:1] == b"[" else [decode_one(line)]:
            if answer.jsonrpc != "2.0" or bool(answer.result) == bool(answer.error):
                raise WrongError(f"not an answer: {line[:200]!r}")
            if answer.id is None:
                invalid += 1
            else:
                seen[answer.id] += 1
    exchange.close()
    if seen.count(1) != round_.ids or invalid != round_.invalid:
        raise WrongError(
            f"of {round_.ids} requests {seen.count(0)} were lost, and some answered twice: "
            f"{round_.ids - seen.count(0) - seen.count(1)}; {invalid} of {round_.invalid} errors"
        )


def _compare(costs: list[Cost]) -> None:
    middle, end = costs[len(costs) // 2], costs[-1]
    print(f"in the middle {middle}, at the end {end}")
    if end.memory_kb > middle.memory_kb * (1 + GROWTH_SHARE) + GROWTH_KB:
        raise WrongError("its memory grew")
    if (end.threads, end.descriptors) != (middle.threads, middle.descriptors):
        raise WrongError("its threads or its open files changed")


if __name__ == "__main__":
    try:
        main()
    except (WrongError, TimeoutError, msgspec.MsgspecError) as error:
        sys.exit(f"soak: FAILED: {error}")
