"""The table of outcomes, readable in a terminal and as Markdown alike."""

from collections.abc import Iterable, Sequence

from bench.outcome import Outcome

_HEADINGS = ("what", "against", "goal", "result (range)", "")


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a Markdown table with aligned columns, and below it the notes."""
    outcomes = list(outcomes)
    rows = [_HEADINGS, *(outcome.cells() for outcome in outcomes)]
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(_HEADINGS))]
    heading, *body = (_line(row, widths) for row in rows)
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    notes = [f"- {outcome.what}: {outcome.note}" for outcome in outcomes if outcome.note]
    return "\n".join([heading, rule, *body, *([""] if notes else []), *notes]) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
