"""Options of a tiny county from keyword arguments, and the names that all of it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.domain import Action, Options

BOTH = ("primary", "lower_secondary")
FIRST_YEAR = 2021


def option(
    site: int = 2,
    action: str = "open",
    *,
    after: Sequence[str] | None = None,
    rooms: int = 10,
    rooms_out: int = 0,
    function_rooms: Sequence[int] = (),
    cost: float = 100.0,
    lead: int = 1,
    earliest: int = FIRST_YEAR,
    latest: int = FIRST_YEAR + 20,
    committed: int = 0,
    relocates: int = -1,
    spend: Sequence[float] | None = None,
    area_m2: float = 1000.0,
    land_m2: float = 0.0,
) -> dict[str, Any]:
    """One row of `Options` as plain values; levels after: both for open, convert, relocate."""
    brings = action in ("open", "convert", "relocate")
    names = BOTH if after is None and brings else after or ()
    return {
        "site": site,
        "action": Action(action),
        "levels_after": [name in names for name in BOTH],
        "rooms": rooms,
        "rooms_out": rooms_out,
        "function_rooms": list(function_rooms),
        "area_m2": area_m2,
        "land_m2": land_m2,
        "capital_cost": cost,
        "lead": lead,
        "earliest": earliest,
        "latest": latest,
        "committed": committed,
        "relocates": relocates,
        "spend": list(spend or [1 / max(lead, 1)] * max(lead, 1)),
    }


def make_options(rows: Sequence[Mapping[str, Any]], kinds: int = 0) -> Options:
    """`Options` from keyword arguments of `option`, with ids o0, o1 and so on."""
    made = [option(**row) for row in rows]
    longest = max((len(row["spend"]) for row in made), default=1)
    for row in made:
        row["spend"] += [0.0] * (longest - len(row["spend"]))
        row["function_rooms"] += [0] * (kinds - len(row["function_rooms"]))

    def column(name: str, kind: type, *tail: int) -> np.ndarray:
        return np.array([row[name] for row in made], kind).reshape(len(made), *tail)

    return Options(
        ids=tuple(f"o{index}" for index in range(len(made))),
        site=column("site", int),
        action=tuple(row["action"] for row in made),
        levels_after=column("levels_after", bool, 2),
        rooms=column("rooms", int),
        rooms_out=column("rooms_out", int),
        function_rooms=column("function_rooms", int, kinds),
        area_m2=column("area_m2", float),
        land_m2=column("land_m2", float),
        capital_cost=column("capital_cost", float),
        lead=column("lead", int),
        earliest=column("earliest", int),
        latest=column("latest", int),
        committed=column("committed", int),
        relocates=column("relocates", int),
        spend=column("spend", float, longest),
    )
