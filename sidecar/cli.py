"""The command line."""

import os
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from sidecar.telemetry.address import ListenAddress

MAX_SIMULATED_GPUS = 64

_EXAMPLE = '{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}'


class Arguments(Struct, frozen=True, kw_only=True):
    """What was asked for on the command line.

    Attributes:
        doctor: Whether to examine this computer instead of serving requests.
        json: Whether the doctor answers in JSON.
        export: Whether to export to Prometheus or OpenTelemetry instead of serving requests.
        prometheus: Where Prometheus may scrape, or None.
        otlp: The URL to which metrics are pushed, or None.
        process_names: Whether the names of the programs that use a GPU are told.
        simulate: Number of simulated GPUs in place of the real ones; 0 measures.
        parent_pid: Process whose end also ends this one, or None.

    """

    doctor: bool = False
    json: bool = False
    export: bool = False
    prometheus: "ListenAddress | None" = None
    otlp: str | None = None
    process_names: bool = False
    simulate: int = 0
    parent_pid: int | None = None

    @property
    def app_pid(self) -> int:
        """The app: whoever started this process, unless a wrapper stands between the two."""
        return os.getppid() if self.parent_pid is None else self.parent_pid


def parse_arguments(argv: list[str]) -> Arguments:
    """Return what ``argv`` asks for; prints help, the version or a mistake and exits for these."""
    if not argv:
        return Arguments()
    import argparse  # noqa: PLC0415 - costs start-up time, and there are rarely any arguments

    from sidecar import __version__  # noqa: PLC0415 - the same

    parser = argparse.ArgumentParser(
        prog="gpu-metrics-sidecar",
        description="Answers JSON-RPC 2.0 about this computer's GPUs: a request a line on stdin, "
        "an answer a line on stdout.",
        epilog=f"example: echo '{_EXAMPLE}' | gpu-metrics-sidecar",
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=["doctor", "export"],
        help="doctor: examine this computer: what was looked for, what was found, whether it is "
        "right; export: hand the metrics to Prometheus or OpenTelemetry",
    )
    parser.add_argument("--json", action="store_true", help="the doctor answers in JSON")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--simulate",
        metavar="N",
        type=_simulated_count,
        default=0,
        help=f"show N simulated GPUs (1 to {MAX_SIMULATED_GPUS}) instead of measuring",
    )
    parser.add_argument(
        "--process-names",
        action="store_true",
        help="also tell the names of the programs that use a GPU",
    )
    parser.add_argument(
        "--parent-pid",
        metavar="PID",
        type=int,
        help="the app: end when it ends, and look for its programs on the GPUs",
    )
    _add_export(parser)
    values = vars(parser.parse_args(argv))
    command = values.pop("command")
    _check(parser, command, values)
    return Arguments(doctor=command == "doctor", export=command == "export", **values)


def _add_export(parser: "ArgumentParser") -> None:
    from sidecar.telemetry import address  # noqa: PLC0415 - costs start-up time

    group = parser.add_argument_group("export")
    # What argparse shows in "invalid ... value" is the function's name.
    address.listen_address.__name__ = "address (such as 127.0.0.1:9464)"
    address.collector_url.__name__ = "URL (such as http://127.0.0.1:4318)"
    group.add_argument(
        "--prometheus",
        metavar="ADDRESS",
        nargs="?",
        const=address.DEFAULT_LISTEN_ADDRESS,
        type=address.listen_address,
        help="let Prometheus scrape there (%(const)s)",
    )
    group.add_argument(
        "--otlp",
        metavar="URL",
        nargs="?",
        const=address.DEFAULT_COLLECTOR,
        type=address.collector_url,
        help="push to an OpenTelemetry collector (%(const)s)",
    )


def _check(parser: "ArgumentParser", command: str | None, values: dict[str, Any]) -> None:
    """End the program when the arguments do not go together."""
    if values["json"] and command != "doctor":
        parser.error("--json goes with doctor")
    targets = [name for name in ("prometheus", "otlp") if values[name] is not None]
    if command != "export" and targets:
        parser.error(f"--{targets[0]} goes with export")
    if command == "export" and not targets:
        parser.error("export needs --prometheus, --otlp or both")
    if command == "export" and (values["process_names"] or values["parent_pid"] is not None):
        parser.error("export goes with neither --process-names nor --parent-pid")


def _simulated_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SIMULATED_GPUS:
        raise ValueError
    return int(text)


# argparse shows it in "invalid ... value".
_simulated_count.__name__ = f"number (1 to {MAX_SIMULATED_GPUS})"
