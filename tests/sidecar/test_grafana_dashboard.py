"""The dashboard is one for Grafana, as far as its own models of one can say."""

import json
from collections.abc import Iterator
from typing import Any, Union

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from support.prometheus import RULES

JSON = Union["dict[str, JSON]", "list[JSON]", str, float, None]

DASHBOARD = RULES.with_name("grafana-dashboard.json")

NOT_MODELLED = {"definition", "textFormat", "titleFormat"}
"""What Grafana writes itself for a variable and an annotation, and the models leave out."""


def test_grafana_knows_every_field_of_the_dashboard() -> None:
    written: Any = json.loads(DASHBOARD.read_text("utf-8"))
    register_default_plugins()
    read = json.loads(JSONEncoder().encode(Dashboard.from_json(written)))
    # A field that is misspelled, or in the wrong place, is not taken over.
    assert set(lost(written, read)) == NOT_MODELLED


def test_panels_do_not_overlap_and_fit_into_grafanas_24_columns() -> None:
    panels: Any = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    taken = [place for panel in panels for place in places(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def lost(before: JSON, after: JSON) -> Iterator[str]:
    """Yield the names of the fields that are not, or not the same, afterwards."""
    if isinstance(before, list) and isinstance(after, list):
        for each, kept in zip(before, after, strict=True):
            yield from lost(each, kept)
    elif isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if isinstance(value, dict | list) and name in after:
                yield from lost(value, after[name])
            elif name not in after or after[name] != value:
                yield name


def places(grid: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Yield the columns and rows that a panel takes."""
    for column in range(grid["x"], grid["x"] + grid["w"]):
        for row in range(grid["y"], grid["y"] + grid["h"]):
            yield column, row
