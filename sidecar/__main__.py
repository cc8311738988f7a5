"""The program: wires provider → sampler → methods → endpoint → stdio. The only file that knows all.

The order of the steps is the start-up time: what answers ``sidecar:hello`` comes first, and what
is slow to import (anyio, the vendors' libraries) after the reader has started.
"""

import os
import signal
import sys

from sidecar.cli import Arguments, parse_arguments
from sidecar.deferred import DeferredLines
from sidecar.demand import Demand
from sidecar.endpoint import Endpoint
from sidecar.methods import methods
from sidecar.providers.provider import Provider
from sidecar.providers.registry import hardware_providers
from sidecar.reader import start_reader
from sidecar.sampler import Sampler
from sidecar.stdio import claim

_SWITCH_INTERVAL_SECONDS = 0.0005
"""How long a sweep in Python may hold the interpreter while a request waits (default 5 ms)."""


def main() -> None:
    """Answer JSON-RPC on stdin and stdout until stdin ends."""
    arguments = parse_arguments(sys.argv[1:])
    # Ctrl-C ends the program, as it does for any other in a pipe, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.setswitchinterval(_SWITCH_INTERVAL_SECONDS)
    wire = claim()
    sampler = Sampler(_providers(arguments), Demand())
    endpoint = Endpoint(methods(sampler.latest))
    deferred = DeferredLines()
    sampler.start()
    start_reader(wire, endpoint, deferred)

    import anyio  # noqa: PLC0415 - 50 ms that the first answers need not wait for

    from sidecar.loop import answer_deferred  # noqa: PLC0415 - the same
    from sidecar.parent import end_with_parent  # noqa: PLC0415 - the same

    if arguments.parent_pid is not None:
        end_with_parent(arguments.parent_pid)
    try:
        anyio.run(answer_deferred, wire, endpoint, deferred, sampler)
    except OSError:
        pass  # nobody reads the answers any more
    finally:
        os._exit(0)


def _providers(arguments: Arguments) -> list[Provider]:
    if arguments.simulate:
        from sidecar.providers.simulated import SimulatedProvider  # noqa: PLC0415 - rarely needed

        return [SimulatedProvider(arguments.simulate)]
    return hardware_providers()


if __name__ == "__main__":
    main()
