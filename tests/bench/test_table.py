"""The table of the benchmark: what a row says, how it is printed, and that one can be measured."""

import shutil
import sys
from pathlib import Path

import pytest
from bench.lab import Lab
from bench.outcome import Outcome
from bench.rows import electron, memory
from bench.table import table


@pytest.mark.parametrize(("middle", "verdict"), [(1.4, "pass"), (1.5, "pass"), (1.6, "MISS")])
def test_the_median_of_the_runs_decides(middle: float, verdict: str) -> None:
    assert Outcome("", "", 1.5, [0, middle, 9]).cells()[-1] == verdict


@pytest.mark.parametrize(("middle", "verdict"), [(1.4, "MISS"), (1.5, "pass"), (1.6, "pass")])
def test_a_goal_can_be_a_lower_bound(middle: float, verdict: str) -> None:
    assert Outcome("", "", 1.5, [0, middle, 9], at_least=True).cells()[-1] == verdict


def test_a_table_has_aligned_columns_and_notes_below() -> None:
    outcomes = [
        Outcome("sweep", "loop", 1.5, [1.234, 1.1, 1.3]),
        Outcome("memory", "", 32, [31.4], unit=" MB", note="with the library."),
        Outcome("times faster", "spawning", 60, [123.4, 50, 2000], at_least=True),
    ]
    assert table(outcomes) == (
        "| what         | against  | goal    | result (range)  |      |\n"
        "| ------------ | -------- | ------- | --------------- | ---- |\n"
        "| sweep        | loop     | ≤ 1.5×  | 1.23× (1.1–1.3) | pass |\n"  # noqa: RUF001 - as printed
        "| memory       |          | ≤ 32 MB | 31.4 MB         | pass |\n"
        "| times faster | spawning | ≥ 60×   | 123× (50–2000)  | pass |\n"  # noqa: RUF001 - as printed
        "\n"
        "- memory: with the library.\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_row_that_needs_electron_is_skipped_with_its_reason_where_there_is_no_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = shutil.which("node")
    assert node
    lab = Lab(tmp_path, runs=1)
    programs = lab.folder()
    (programs / "node").symlink_to(node)
    monkeypatch.setenv("PATH", str(programs))
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(display, raising=False)
    for outcome in electron.measure_hasty_pages(lab):
        assert outcome.cells()[3:] == ("not measured", "skip")
        assert outcome.note.startswith("there is neither a display nor xvfb-run. To run them: ")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux accounts for it")
def test_a_row_is_measured_on_a_real_sidecar(tmp_path: Path) -> None:
    (outcome,) = memory.measure(Lab(tmp_path, runs=1))
    assert outcome.runs[0] > 1
