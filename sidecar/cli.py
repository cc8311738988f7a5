"""The command line."""

import os

from msgspec import Struct

MAX_SIMULATED_GPUS = 64

_EXAMPLE = '{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}'


class Arguments(Struct, frozen=True, kw_only=True):
    """What was asked for on the command line.

    Attributes:
        doctor: Whether to examine this computer instead of serving requests.
        json: Whether the doctor answers in JSON.
        process_names: Whether the names of the programs that use a GPU are told.
        simulate: Number of simulated GPUs in place of the real ones; 0 measures.
        parent_pid: Process whose end also ends this one, or None.

    """

    doctor: bool = False
    json: bool = False
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
        choices=["doctor"],
        help="examine this computer: what was looked for, what was found, whether it is right",
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
    values = vars(parser.parse_args(argv))
    doctor = values.pop("command") == "doctor"
    if values["json"] and not doctor:
        parser.error("--json goes with doctor")
    return Arguments(doctor=doctor, **values)


def _simulated_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SIMULATED_GPUS:
        raise ValueError
    return int(text)


# argparse shows it in "invalid ... value".
_simulated_count.__name__ = f"number (1 to {MAX_SIMULATED_GPUS})"
