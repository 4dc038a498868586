"""What may be built where: standard sizes, floor area by the norm, cost by the square metre."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geodata.datasets.county.facts import COST_PER_M2, EXTENSION_M2_PER_ROOM, PLANNING_AREA
from geodata.datasets.county.rooms import function_rooms
from geodata.datasets.county.spec import BASE_YEAR, FUNCTION_ROOMS, Spec
from geodata.datasets.county.tools import records

_LAND_YUAN_PER_M2 = {"urban": 600.0, "rural": 250.0}
_LAND_M2_PER_CLASS = 800.0
_SIZES = {"primary": (24, 30, 36), "lower_secondary": (24, 30), "nine_year": (36, 45)}
_SMALL_SIZES = {"primary": (12, 18), "lower_secondary": (12,), "nine_year": (18,)}

Row = dict[str, Any]


def make_options(
    spec: Spec, sites: pd.DataFrame, candidates: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Every option, ids in order, the committed ones marked."""
    last = BASE_YEAR + spec.years - 2
    rows = [
        *_open(candidates, last, rng),
        *_extend(sites, last, rng),
        *_retrofit(sites, last),
        *_convert(sites, last),
        *_relocate(sites, candidates, last),
    ]
    frame = _commit(pd.DataFrame(rows), spec.committed, rng)
    frame.insert(0, "option", [f"O{i:03d}" for i in range(1, len(frame) + 1)])
    return frame


def _row(site: Any, action: str, **values: Any) -> Row:
    """One option with its defaults."""
    row: Row = {
        "site_id": site.site_id,
        "action": action,
        "school_type_after": "",
        "rooms": 0,
        "rooms_out": 0,
        **{f"function_{kind}": 0 for kind in FUNCTION_ROOMS},
        "area_m2": 0.0,
        "land_m2": 0.0,
        "capital_cost": 0.0,
        "lead": 1,
        "earliest": BASE_YEAR + 1,
        "latest": 0,
        "committed": 0,
        "relocates_id": "",
        "spend": "",
    }
    return row | values


def _gained(school_type: str, rooms: int) -> Row:
    """Return the function rooms that come with so many classes."""
    kinds = function_rooms(np.array([school_type]), np.array([rooms]))[0]
    return {f"function_{kind}": int(n) for kind, n in zip(FUNCTION_ROOMS, kinds, strict=True)}


def _new_school(site: Any, school_type: str, rooms: int) -> Row:
    """Size, area, land and cost of a new school of a standard size; two years to build."""
    area = PLANNING_AREA[school_type][rooms]
    land = min(site.land_m2, rooms * _LAND_M2_PER_CLASS)
    cost = area * COST_PER_M2["new"] + land * _LAND_YUAN_PER_M2[site.kind]
    return {
        "school_type_after": school_type,
        "rooms": rooms,
        **_gained(school_type, rooms),
        "area_m2": area,
        "land_m2": round(land),
        "capital_cost": round(cost, -3),
        "lead": 2,
        "spend": "0.4;0.6",
    }


def _open(candidates: pd.DataFrame, last: int, rng: np.random.Generator) -> Iterator[Row]:
    """Offer the standard sizes that the land of a candidate holds; some land is free only later."""
    free = BASE_YEAR + 1 + rng.integers(0, 3, len(candidates))
    for site, earliest in zip(records(candidates), free, strict=True):
        sizes = _SIZES if site.kind == "urban" else _SMALL_SIZES
        for school_type, rooms in ((t, n) for t, ns in sizes.items() for n in ns):
            if rooms * _LAND_M2_PER_CLASS <= site.land_m2 * 1.05:
                new = _new_school(site, school_type, rooms)
                yield _row(site, "open", **new, earliest=int(earliest), latest=last)


def _extend(sites: pd.DataFrame, last: int, rng: np.random.Generator) -> Iterator[Row]:
    """6 and 12 rooms at schools in town and at seats, as far as there is land."""
    places = sites[(sites.place != "village") & (sites.school_type != "teaching_point")]
    wide = rng.random(len(places)) < 0.6
    for site, room_to_build in zip(records(places), wide, strict=True):
        steps = (6, 12) if site.kind == "urban" and room_to_build else (6,)
        for rooms in steps:
            more = _gained(site.school_type, rooms) if rooms == 12 else {}
            area = (rooms + sum(more.values())) * EXTENSION_M2_PER_ROOM
            cost = round(area * COST_PER_M2["extend"], -3)
            yield _row(
                site, "extend", rooms=rooms, area_m2=area, capital_cost=cost, latest=last, **more
            )


def _retrofit(sites: pd.DataFrame, last: int) -> Iterator[Row]:
    """Make each unsafe school safe; a few spare rooms stand empty during the works."""
    for site in records(sites[sites.unsafe == 1]):
        area = float(site.teaching_area_m2)
        cost = round(area * COST_PER_M2["retrofit"], -3)
        out = 1 if site.kind == "rural" else 0
        yield _row(site, "retrofit", rooms_out=out, area_m2=area, capital_cost=cost, latest=last)


def _convert(sites: pd.DataFrame, last: int) -> Iterator[Row]:
    """Primary schools that could run all nine grades, nine-year schools that could drop six."""
    seats = sites[(sites.school_type == "primary") & (sites.place != "village")]
    rural = seats[seats.kind == "rural"].head(4)
    for site in records(pd.concat([rural, seats[seats.kind == "urban"].head(2)])):
        labs = {"function_laboratory": 3, "function_music": 1, "function_computer": 1}
        area = (12 + sum(labs.values())) * EXTENSION_M2_PER_ROOM
        cost = round(area * COST_PER_M2["extend"], -3)
        yield _row(site, "convert", school_type_after="nine_year", rooms=12, area_m2=area,
                   capital_cost=cost, lead=2, latest=last, **labs)  # fmt: skip
    for site in records(sites[sites.school_type == "nine_year"].head(2)):
        yield _row(site, "convert", school_type_after="lower_secondary", capital_cost=800_000.0,
                   latest=last)  # fmt: skip


def _relocate(sites: pd.DataFrame, candidates: pd.DataFrame, last: int) -> Iterator[Row]:
    """Move up to two unsafe village primary schools to new buildings at their town's seat."""
    village = (sites.unsafe == 1) & (sites.place == "village") & (sites.school_type == "primary")
    moved = 0
    for old in records(sites[village]):
        near = candidates[(candidates.town == old.town) & (candidates.kind == "rural")]
        if moved == 2 or near.empty:
            continue
        site = records(near)[0]
        yield _row(site, "relocate", **_new_school(site, "primary", 18), latest=last,
                   relocates_id=old.site_id)  # fmt: skip
        moved += 1


def _commit(
    frame: pd.DataFrame, actions: tuple[str, ...], rng: np.random.Generator
) -> pd.DataFrame:
    """Mark projects as decided, one an action; a new town school is under way already."""
    urban = frame.site_id.str.startswith("C") & (frame.school_type_after == "primary")
    first = BASE_YEAR + 1
    wanted = {
        "open": (urban & (frame.action == "open"), BASE_YEAR),
        "extend": (frame.action == "extend", first),
        "retrofit": (frame.action == "retrofit", first),
    }
    for action in actions:
        mask, year = wanted[action]
        row = rng.choice(np.flatnonzero(mask))
        frame.loc[row, ["earliest", "latest", "committed"]] = year
    chosen = frame.site_id[(frame.committed > 0) & (frame.action == "open")]
    rival = frame.site_id.isin(chosen) & (frame.committed == 0)
    return frame[~rival].reset_index(drop=True)
