"""Zones, sites and options of a study as the problem's arrays, each in the order of its ids."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.schemas import LEVELS_OF
from optimizer.domain import Action, DemandZones, Options, Sites
from scenarios.assemble.layers import Layers
from scenarios.assemble.option_rules import FUNCTION, spend_shares


class Places(NamedTuple):
    """Towns, zones, sites and options."""

    towns: tuple[str, ...]
    zones: DemandZones
    sites: Sites
    options: Options


def places_of_study(layers: Layers, levels: tuple[str, ...], kinds: tuple[str, ...]) -> Places:
    """Put the places of a study together.

    Parameters
    ----------
    levels
        Names of the levels, in order.
    kinds
        Kinds of function rooms, in order.
    """
    towns = tuple(sorted(layers.frames["towns"]["town"]))
    zones = layers.frames["zones"].sort_values("zone_id")
    sites = _site_rows(layers, kinds)
    ids = pd.Index(sites["site_id"])
    return Places(
        towns,
        DemandZones(
            ids=tuple(zones["zone_id"]),
            names=tuple(zones["name"]),
            town=pd.Index(towns).get_indexer(pd.Index(zones["town"])),
            urban=(zones["kind"] == "urban").to_numpy(),
        ),
        _sites(sites, towns, levels, kinds),
        _options(layers.frames["options"].sort_values("option"), ids, levels, kinds),
    )


def _site_rows(layers: Layers, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Schools and candidates in one table; a candidate has no rooms and no school yet.

    Where a candidate does not say what running a school there costs, it is what the schools of the
    type that may stand there cost in the middle (all schools, where there is none of the type); a
    relocated school keeps its own cost.
    """
    schools, candidates = layers.frames["schools"], layers.frames["candidates"]
    options = layers.frames["options"]
    cost = schools.groupby("school_type")["annual_cost"].median()
    own = schools.set_index("site_id")["annual_cost"]
    first = options.sort_values("option").drop_duplicates("site_id").set_index("site_id")
    kind = candidates["site_id"].map(first["school_type_after"])
    annual = candidates["site_id"].map(first["relocates_id"]).map(own)
    annual = annual.fillna(kind.map(cost)).fillna(schools["annual_cost"].median())
    blank: dict[str, Any] = {
        "school_type": "",
        "rooms": 0,
        "point_grades": 0,
        "parent_id": "",
        "unsafe": False,
        "protected": False,
        "objection": 0.0,
        "teaching_area_m2": 0.0,
    }
    new = pd.DataFrame(candidates.drop(columns="geometry", errors="ignore")).assign(
        annual_cost=candidates["annual_cost"].fillna(annual), **blank
    )
    old = pd.DataFrame(schools.drop(columns="geometry", errors="ignore"))
    rows = pd.concat([part for part in (old, new) if len(part)], ignore_index=True)
    for name in (FUNCTION + kind for kind in kinds):
        rows[name] = rows[name].fillna(0).astype(int) if name in rows else 0
    return rows.sort_values("site_id", ignore_index=True)


def _sites(
    rows: pd.DataFrame, towns: tuple[str, ...], levels: tuple[str, ...], kinds: tuple[str, ...]
) -> Sites:
    return Sites(
        ids=tuple(rows["site_id"]),
        names=tuple(rows["name"]),
        town=pd.Index(towns).get_indexer(pd.Index(rows["town"])),
        urban=(rows["kind"] == "urban").to_numpy(),
        place=tuple(rows["place"]),
        runs=_levels_run(rows["school_type"], levels),
        rooms=rows["rooms"].to_numpy(dtype=int),
        function_rooms=_function_rooms(rows, kinds),
        seats=rows["seats"].to_numpy(dtype=float),
        annual_cost=rows["annual_cost"].to_numpy(dtype=float),
        point_grades=rows["point_grades"].to_numpy(dtype=int),
        parent=pd.Index(rows["site_id"]).get_indexer(pd.Index(rows["parent_id"])),
        unsafe=rows["unsafe"].to_numpy(dtype=bool),
        protected=rows["protected"].to_numpy(dtype=bool),
        objection=rows["objection"].to_numpy(dtype=float),
        teaching_area=rows["teaching_area_m2"].to_numpy(dtype=float),
    )


def _options(
    rows: pd.DataFrame, sites: pd.Index, levels: tuple[str, ...], kinds: tuple[str, ...]
) -> Options:
    shares = [
        spend_shares(text, int(lead)) or []
        for text, lead in zip(rows["spend"], rows["lead"], strict=True)
    ]
    spend = np.zeros((len(rows), max((len(row) for row in shares), default=1)))
    for index, row in enumerate(shares):
        spend[index, : len(row)] = row
    whole = {
        name: rows[name].to_numpy(dtype=int)
        for name in ("rooms", "rooms_out", "lead", "earliest", "latest", "committed")
    }
    amounts = {
        name: rows[name].to_numpy(dtype=float) for name in ("area_m2", "land_m2", "capital_cost")
    }
    return Options(
        ids=tuple(rows["option"]),
        site=sites.get_indexer(pd.Index(rows["site_id"])),
        action=tuple(Action(name) for name in rows["action"]),
        levels_after=_levels_run(rows["school_type_after"], levels),
        function_rooms=_function_rooms(rows, kinds),
        relocates=sites.get_indexer(pd.Index(rows["relocates_id"])),
        spend=spend,
        **whole,
        **amounts,
    )


def _levels_run(kinds: pd.Series, levels: tuple[str, ...]) -> np.ndarray:
    """(N, L) bool."""
    runs = [[level in LEVELS_OF[kind] for level in levels] for kind in kinds]
    return np.array(runs, dtype=bool).reshape(len(kinds), len(levels))


def _function_rooms(rows: pd.DataFrame, kinds: tuple[str, ...]) -> np.ndarray:
    """(N, K) int; a kind without a column has no rooms."""
    columns = [
        rows[FUNCTION + kind] if FUNCTION + kind in rows else pd.Series(0, index=rows.index)
        for kind in kinds
    ]
    return np.stack([column.to_numpy(dtype=int) for column in columns], axis=1)
