"""``npm run fuzz``: broken lines at full speed, compared with what JSON-RPC says about each.

Ends with exit code 1 when the sidecar crashes, hangs, or answers otherwise; the seed repeats the
run.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sidecar_under_load import SidecarUnderLoad
from support.json_rpc_reference import Answer, Number, answers_in, answers_to

LINES_PER_ROUND = 1000
REPORT_SECONDS = 10.0

SEEDS = [
    b'{"jsonrpc":"2.0","id":7,"method":"sidecar:hello"}',
    b'{"jsonrpc":"2.0","id":"\\u00e9\xc3\xa9","method":"dashboard:get-gpu-metrics","params":{}}',
    b'{"jsonrpc":"2.0","id":-1.50E+3,"method":"dashboard:get-gpu-status","params":[]}',
    b'{"jsonrpc":"2.0","id":null,"method":"dashboard:set-gpu-options","params":{"intervalMs":2000}}',
    b'{"jsonrpc":"2.0","id":8,"method":"dashboard:get-gpu-history","params":{"maxPoints":5}}',
    b'{"jsonrpc":"2.0","method":"sidecar:hello","params":{"a":[1,{"b":[null,true,0.1]}]}}',
    b'[{"jsonrpc":"2.0","id":9,"method":"sidecar:hello"},{"jsonrpc":"2.0","method":"x"},5]',
    b'{"jsonrpc":"2.0","id":10,"method":"x","params":' + b"[" * 70 + b"]" * 70 + b"}",
]
PIECES = [
    *[b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b" ", b"\t", b"\r", b"\n", b"\x00", b"\x0c"],
    *[
        b"null",
        b"true",
        b"NaN",
        b"1e999",
        b"-",
        b"0",
        b"01",
        b"1.",
        b"9" * 400,
        b"\\ud800",
        b"\\u00",
    ],
    *[b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\\n", b'\\"'],
    *[b'"id":', b'"id":1,', b'"jsonrpc":"2.0",', b'"method":"sidecar:hello",', b'"params":'],
    *[b"[" * 65, b"]" * 65, b'{"a":' * 65, b"}" * 65],
]
TOO_LONG = b"x" * (1 << 20)


class WrongError(Exception):
    """The sidecar did not keep its promise."""


def main() -> None:
    arguments = _arguments()
    print(f"fuzz: seed {arguments.seed}", flush=True)
    source = random.Random(arguments.seed)
    begun = reported = time.monotonic()
    lines, answers = 0, Counter[int | None]()
    with SidecarUnderLoad() as sidecar:
        _check(b"", sidecar, lines)
        while lines < arguments.lines:
            data = b"".join(_line(source) + b"\n" for _ in range(LINES_PER_ROUND))
            found = _check(data, sidecar, lines)
            answers.update(error for _, error in found.elements())
            lines += data.count(b"\n")
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                print(f"{reported - begun:.0f} s: {lines} lines", flush=True)
        code, rest = sidecar.end()
    if code != 0 or rest:
        raise WrongError(f"it ended with {code} and wrote {rest[:200]!r} after its last answer")
    seconds = time.monotonic() - begun
    print(f"fuzz: ok, {lines} lines in {seconds:.0f} s; {answers[None]} requests served, ", end="")
    print(", ".join(f"{count} times {code}" for code, count in answers.items() if code))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run fuzz --")
    parser.add_argument("--lines", type=int, default=100_000, help="at least so many lines")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="repeats a run")
    return parser.parse_args()


def _line(source: random.Random) -> bytes:
    if source.random() < 0.0005:
        return TOO_LONG + source.choice(SEEDS)
    if source.random() < 0.1:
        return source.randbytes(source.randrange(60))
    line = bytearray(source.choice(SEEDS))
    for _ in range(source.choice((0, 1, 1, 1, 2, 3, 8))):
        begin = source.randrange(len(line) + 1)
        change = source.random()
        if change < 0.3 and line:
            line[begin - 1] ^= 1 << source.randrange(8)
        elif change < 0.6:
            del line[begin : begin + source.choice((1, 1, 2, 5, 40))]
        elif change < 0.9:
            line[begin:begin] = source.choice(PIECES)
        else:
            other = source.choice(SEEDS)
            line[begin:] = other[source.randrange(len(other)) :]
    return bytes(line)


def _check(data: bytes, sidecar: SidecarUnderLoad, number: int) -> "Counter[Answer]":
    expected: Counter[Answer] = Counter()
    for line in data.split(b"\n"):
        expected += answers_to(line)
    # Whatever the lines were, the stream goes on. No answer overtakes another, since none waits
    # for a sweep: the sidecar was asked for one just before.
    last_id = Number(10**9 + number)
    last = b'{"jsonrpc":"2.0","id":%b,"method":"dashboard:get-gpu-metrics"}\n' % last_id.encode()
    found: Counter[Answer] = Counter()
    exchange = sidecar.exchange(data + last)
    for line in exchange:
        answers = answers_in(line)
        if Answer(last_id, None) in answers:
            break
        found += answers
    exchange.close()
    if found != expected:
        raise WrongError(f"missing {expected - found}, too many {found - expected}")
    return found


if __name__ == "__main__":
    try:
        main()
    except (WrongError, ValueError, TimeoutError) as error:
        sys.exit(f"fuzz: FAILED: {error}")
