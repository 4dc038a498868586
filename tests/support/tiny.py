"""A county small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import (
    Action,
    Adjacency,
    Demand,
    DemandZones,
    Enrolled,
    FunctionRoom,
    Horizon,
    Level,
    MergeArcs,
    Policy,
    Prices,
    Problem,
    Sites,
    Standards,
    Travel,
)
from tests.support.options import BOTH, FIRST_YEAR, make_options

__all__ = ["BOTH", "FIRST_YEAR", "tiny_problem"]


def tiny_problem(
    *,
    years: int = 3,
    grades: tuple[int, int] = (2, 2),
    zone_at: Sequence[float] = (0, 10, 20),
    site_at: Sequence[float] = (0, 20, 10),
    runs: Sequence[Sequence[str]] = (BOTH, BOTH, ()),
    rooms: Sequence[int] | None = None,
    entrants: Any = 20.0,
    enrolled: Iterable[tuple[int, int, int, int, float]] | None = None,
    classes: Iterable[tuple[int, int, int, int]] | None = None,
    progression: float = 1.0,
    reach: float = 1e9,
    travel: Mapping[tuple[int, int, int], Mapping[str, Any]] | None = None,
    options: Sequence[Mapping[str, Any]] = (),
    merge_arcs: Sequence[tuple[int, int, int]] = (),
    point: tuple[int, int, int] | None = None,
    function_rooms: Sequence[FunctionRoom] = (),
    level: Mapping[str, Any] | None = None,
    sites: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    prices: Mapping[str, Any] | None = None,
    standards: Mapping[str, Any] | None = None,
    budget: Any = np.inf,
    discount_rate: float = 0.0,
    staffing: Any = None,
    adjacency: Adjacency | None = None,
) -> Problem:
    """Three zones on a road of 20 minutes, a nine-year school at each end, a candidate between.

    Grades 1 to 2 are primary, 3 to 4 lower secondary; 20 pupils enter per zone, level and year, as
    many are enrolled per grade at the nearest school (the first one on a tie): 40 pupils a grade in
    the first school, 20 in the second. All prices but `class_year` are 0, nothing is discounted,
    every action is allowed and no family binds until an argument makes it.

    Parameters
    ----------
    years, grades
        Length of the horizon and of the two levels.
    zone_at, site_at
        Minutes along the road; their lengths are the numbers of zones and sites.
    runs
        Level names each site runs in the base year.
    rooms
        General classrooms by site; 20 where a school is, 0 elsewhere.
    entrants
        Anything that broadcasts to (Z, L, T).
    enrolled
        Rows (zone, site, level, absolute grade, pupils).
    classes
        Rows (site, level, absolute grade, classes); at the cap by default.
    progression
        Pupils in a grade over pupils one grade lower.
    reach
        Pairs farther apart in minutes have no row, unless `travel` names them.
    travel
        Fields of `Travel` to change by (zone, site, level); a pair that is not there is added,
        usable for no one unless the fields say so.
    options
        Keyword arguments of `option`.
    merge_arcs
        (from site, to site, level).
    point
        (site, grades, parent): makes a site a teaching point.
    function_rooms
        Kinds; sites have none of them unless `sites` says so.
    level, sites, policy, prices, standards
        Fields to change; those of `level` in both levels.
    budget
        Anything that broadcasts to (T,).
    """
    levels = tuple(
        replace(Level(name, first, count, cap), **(level or {}))
        for name, first, count, cap in zip(
            BOTH, (1, 1 + grades[0]), grades, (45.0, 50.0), strict=True
        )
    )
    count = len(zone_at)
    running = np.array([[name in here for name in BOTH] for here in runs])
    places = _sites(site_at, running, rooms, len(function_rooms), point)
    minutes = np.abs(np.subtract.outer(np.asarray(zone_at, float), np.asarray(site_at, float)))
    rows = list(_nearest(minutes, running, levels)) if enrolled is None else list(enrolled)
    return Problem(
        horizon=Horizon(FIRST_YEAR, years, discount_rate),
        levels=levels,
        towns=("West", "East"),
        zones=DemandZones(
            tuple(f"z{i}" for i in range(count)),
            tuple(f"Zone {i}" for i in range(count)),
            (np.asarray(zone_at) > 10).astype(int),
            np.asarray(zone_at) <= 10,
        ),
        sites=replace(
            places,
            **{name: _like(getattr(places, name), value) for name, value in (sites or {}).items()},
        ),
        options=make_options(options, len(function_rooms)),
        demand=Demand(
            np.broadcast_to(entrants, (count, 2, years)).astype(float),
            tuple(_progression(one, count, years, progression) for one in levels),
        ),
        enrolled=_enrolled(rows, levels, places, classes),
        travel=_travel(minutes, levels, reach, travel or {}),
        merge_arcs=MergeArcs(*np.array(merge_arcs, int).reshape(-1, 3).T),
        standards=replace(Standards(tuple(function_rooms)), **(standards or {})),
        policy=replace(Policy("tiny", frozenset(Action)), **(policy or {})),
        prices=replace(Prices(class_year=1.0), **(prices or {})),
        budget=np.broadcast_to(budget, (years,)).astype(float),
        staffing=staffing,
        adjacency=adjacency,
    )


def _like(old: Any, value: Any) -> Any:
    if not isinstance(old, np.ndarray):
        return value
    return np.broadcast_to(np.asarray(value, old.dtype), old.shape)


def _sites(
    site_at: Sequence[float],
    running: np.ndarray,
    rooms: Sequence[int] | None,
    kinds: int,
    point: tuple[int, int, int] | None,
) -> Sites:
    count = len(site_at)
    point_grades, parent = np.zeros(count, int), np.full(count, -1)
    if point is not None:
        point_grades[point[0]], parent[point[0]] = point[1:]
    return Sites(
        ids=tuple(f"s{j}" for j in range(count)),
        names=tuple(f"School {j}" for j in range(count)),
        town=(np.asarray(site_at) > 10).astype(int),
        urban=np.asarray(site_at) <= 10,
        place=("town_seat",) * count,
        runs=running,
        rooms=np.where(running.any(axis=1), 20, 0) if rooms is None else np.asarray(rooms),
        function_rooms=np.zeros((count, kinds), int),
        seats=np.full(count, np.nan),
        annual_cost=np.zeros(count),
        point_grades=point_grades,
        parent=parent,
        unsafe=np.zeros(count, bool),
        protected=np.zeros(count, bool),
        objection=np.zeros(count),
        teaching_area=np.full(count, 1000.0),
    )


def _nearest(
    minutes: np.ndarray, running: np.ndarray, levels: tuple[Level, ...]
) -> Iterable[tuple[int, int, int, int, float]]:
    for index, level in enumerate(levels):
        open_sites = np.flatnonzero(running[:, index])
        for zone in range(len(minutes) if len(open_sites) else 0):
            site = open_sites[minutes[zone, open_sites].argmin()]
            for grade in range(level.first_grade, level.first_grade + level.grades):
                yield zone, int(site), index, grade, 20.0


def _enrolled(
    rows: list[tuple[int, int, int, int, float]],
    levels: tuple[Level, ...],
    places: Sites,
    classes: Iterable[tuple[int, int, int, int]] | None,
) -> Enrolled:
    zone, site, level, grade, pupils = np.array(rows, float).reshape(-1, 5).T
    if classes is None:
        totals: dict[tuple[int, int, int], float] = {}
        for _, at, of, when, number in rows:
            totals[at, of, when] = totals.get((at, of, when), 0.0) + number
        classes = [
            (at, of, when, int(np.ceil(n / (30 if places.point_grades[at] else levels[of].cap))))
            for (at, of, when), n in sorted(totals.items())
        ]
    where, of_level, of_grade, number_of = np.array(list(classes), int).reshape(-1, 4).T
    return Enrolled(
        zone.astype(int),
        site.astype(int),
        level.astype(int),
        grade.astype(int),
        pupils,
        where,
        of_level,
        of_grade,
        number_of,
    )


def _progression(level: Level, zones: int, years: int, rate: float) -> np.ndarray:
    """Powers of `rate` from entry, for inherited cohorts from their base-year grade."""
    cohorts = level.cohorts(years)
    base = np.array([max(0, -1 - level.entry_offset(cohort)) for cohort in range(cohorts)])
    steps = np.maximum(np.arange(level.grades)[None, :] - base[:, None], 0)
    return np.broadcast_to(float(rate) ** steps, (zones, cohorts, level.grades)).copy()


def _travel(
    minutes: np.ndarray,
    levels: tuple[Level, ...],
    reach: float,
    changes: Mapping[tuple[int, int, int], Mapping[str, Any]],
) -> Travel:
    rows = []
    for index, level in enumerate(levels):
        for zone, site in np.ndindex(minutes.shape):
            inside = minutes[zone, site] <= reach
            row = {
                "mode": 0,
                "minutes": minutes[zone, site],
                "metres": 100 * minutes[zone, site],
                "beyond": 0.0,
                "usable_from": level.first_grade if inside else 99,
                "intake": inside,
            }
            change = changes.get((zone, site, index))
            if inside or change is not None:
                rows.append({"zone": zone, "site": site, "level": index, **row, **(change or {})})
    kinds = {
        "zone": int,
        "site": int,
        "level": int,
        "mode": int,
        "minutes": float,
        "metres": float,
        "beyond": float,
        "usable_from": int,
        "intake": bool,
    }
    return Travel(**{n: np.array([row[n] for row in rows], kind) for n, kind in kinds.items()})
