"""The report's table of service areas."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from scenarios.outputs.area_facts import reach_words, reaches
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.page import number
from scenarios.outputs.report_tables import Grid, Head
from scenarios.outputs.text import known, say


def area_grid(atlas: Atlas) -> Grid | None:
    """List who lives inside which service areas; None where the study asks for none."""
    if not reaches(atlas):
        return None
    keys = ("level", "year", "reach", "schools", "pupils", "share_any", "share_own", "share_land")
    heads = [Head(say(f"col.{key}"), key not in ("level", "reach")) for key in keys]
    return Grid(heads, [_row(one) for one in atlas.inside.to_dict("records")])


def _row(one: dict[Hashable, Any]) -> list[object]:
    pupils = float(one["pupils"])
    shares = [float(one[key]) / pupils if pupils else 0.0 for key in ("any", "own")]
    return [
        known("level", str(one["level"])),
        str(one["year"]),
        reach_words(one["mode"], one["unit"], one["reach"]),
        number(one["schools"]),
        number(pupils),
        *[f"{share:.1%}" for share in (*shares, float(one["land"]))],
    ]
