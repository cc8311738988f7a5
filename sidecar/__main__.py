"""The program: wires provider → sampler → methods → endpoint → stdio. The only file that knows all.

The order of the steps is the start-up time: what answers ``sidecar:hello`` comes first, and what
is slow to import (anyio, the vendors' libraries) after the reader has started.
"""

import os
import signal
import sys
from typing import NoReturn

import sidecar.lean_msgspec  # noqa: F401 # pyright: ignore[reportUnusedImport] - comes first
from sidecar.cli import Arguments, parse_arguments
from sidecar.deferred import DeferredLines
from sidecar.demand import Demand
from sidecar.endpoint import Endpoint
from sidecar.history import History
from sidecar.inherited import close_inherited
from sidecar.log import finish_log, log, log_without_waiting
from sidecar.methods import methods
from sidecar.providers.provider import Provider
from sidecar.reader import start_reader
from sidecar.sampler import Sampler
from sidecar.stdio import claim

_SWITCH_INTERVAL_SECONDS = 0.0005
"""How long a sweep in Python may hold the interpreter while a request waits (default 5 ms)."""

EXIT_FOR_A_NEW_PROCESS = 75
"""The exit code that asks the app to start another process: EX_TEMPFAIL of sysexits.h."""


def main() -> None:
    """Answer JSON-RPC on stdin and stdout until stdin ends, or do what else was asked for."""
    arguments = parse_arguments(sys.argv[1:])
    if arguments.doctor:
        from sidecar.doctor.command import run_doctor  # noqa: PLC0415 - rarely needed

        run_doctor(_providers(arguments, Demand()), as_json=arguments.json)
    if arguments.export:
        _export(arguments)
    # Ctrl-C ends the program, as it does for any other in a pipe, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.setswitchinterval(_SWITCH_INTERVAL_SECONDS)
    if arguments.parent_pid is not None:
        close_inherited()
    try:
        wire = claim()
    except OSError:
        sys.exit("gpu-metrics-sidecar: needs an open stdin and stdout")
    demand = Demand(process_names=arguments.process_names)
    sampler = Sampler(demand)
    history = History()
    sampler.on_publish = history.record
    endpoint = Endpoint(methods(sampler.latest, history, demand))
    deferred = DeferredLines()
    start_reader(wire, endpoint, deferred)
    sampler.start(_providers(arguments, demand))

    if arguments.parent_pid is not None:
        from sidecar.parent import end_with_parent  # noqa: PLC0415 - after the reader

        end_with_parent(arguments.parent_pid)

    import anyio  # noqa: PLC0415 - 50 ms that the first answers need not wait for

    from sidecar.loop import answer_deferred  # noqa: PLC0415 - the same

    log_without_waiting()
    exit_code = 0
    try:
        anyio.run(answer_deferred, wire, endpoint, deferred, sampler)
    except BrokenPipeError:
        pass  # nobody reads the answers any more
    except Exception:  # noqa: BLE001 - the process ends here
        log().exception("the loop failed")
        finish_log()
        exit_code = 1
    finally:
        os._exit(exit_code)


def _export(arguments: Arguments) -> NoReturn:
    from sidecar.telemetry.command import run_export  # noqa: PLC0415 - rarely needed

    demand = Demand()
    sampler = Sampler(demand)
    sampler.start(_providers(arguments, demand))
    run_export(sampler, arguments.prometheus, arguments.otlp)


def _providers(arguments: Arguments, demand: Demand) -> list[Provider]:
    if arguments.simulate:
        from sidecar.providers.simulated import SimulatedProvider  # noqa: PLC0415 - rarely needed

        return [SimulatedProvider(arguments.simulate)]
    from sidecar.providers.registry import hardware_providers  # noqa: PLC0415 - after the reader

    # Only an app that named itself starts another; anybody else keeps what still works.
    is_supervised = arguments.parent_pid is not None
    return hardware_providers(
        demand, arguments.app_pid, _end_for_a_new_process if is_supervised else lambda: None
    )


def _end_for_a_new_process() -> None:
    log().warning("a driver was replaced: ends, since only a new process can load its library")
    finish_log()
    os._exit(EXIT_FOR_A_NEW_PROCESS)


if __name__ == "__main__":
    main()
