"""What published instances and yearly counties share: one level of one grade, nobody enrolled.

All places are villages of one town; options are built at once, and nothing that an argument does
not say exists: no function rooms, no mergers, no teachers, no budget.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain import (
    Action,
    Adjacency,
    Demand,
    DemandZones,
    Enrolled,
    Horizon,
    Level,
    MergeArcs,
    Options,
    Policy,
    Prices,
    Problem,
    Sites,
    Standards,
    Travel,
)

YEAR = 2021
OFF = frozenset({"function_rooms", "closing", "budget", "staffing"})
"""Families that such a problem never has."""


def one_level_problem(
    entrants: np.ndarray,
    zones: DemandZones,
    sites: Sites,
    options: Options,
    travel: Travel,
    policy: Policy,
    prices: Prices,
    cap: float = 1.0,
    adjacency: Adjacency | None = None,
) -> Problem:
    """Put a problem together whose pupils of each year are one body.

    Parameters
    ----------
    entrants
        (Z, T) pupils by zone and year.
    cap
        Pupils of a full class.
    """
    count, years = entrants.shape
    none = np.zeros(0, dtype=int)
    return Problem(
        horizon=Horizon(first_year=YEAR, years=years, discount_rate=0.0),
        levels=(Level("primary", first_grade=1, grades=1, cap=cap, hard=cap),),
        towns=("",),
        zones=zones,
        sites=sites,
        options=options,
        demand=Demand(entrants[:, None, :], (np.ones((count, years, 1)),)),
        enrolled=Enrolled(none, none, none, none, np.zeros(0), none, none, none, none),
        travel=travel,
        merge_arcs=MergeArcs(none, none, none),
        standards=Standards(),
        policy=policy,
        prices=prices,
        budget=np.full(years, np.inf),
        adjacency=adjacency,
    )


def plain_zones(ids: tuple[str, ...]) -> DemandZones:
    """Zones of the one town, named by their ids."""
    return DemandZones(ids, ids, np.zeros(len(ids), dtype=int), np.zeros(len(ids), dtype=bool))


def plain_sites(
    ids: tuple[str, ...],
    seats: np.ndarray,
    *,
    runs: np.ndarray | None = None,
    rooms: np.ndarray | None = None,
    annual_cost: float = 0.0,
) -> Sites:
    """Sites of the one town; candidates without rooms where nothing else is said.

    Parameters
    ----------
    seats
        (S,) pupils, NaN where there is no limit.
    runs, rooms
        (S,) bool and int: schools of today and their rooms.
    annual_cost
        Yuan a year of every site that runs.
    """
    count = len(ids)
    none = np.zeros(count, dtype=int)
    no = np.zeros(count, dtype=bool)
    return Sites(
        ids=ids,
        names=ids,
        town=none,
        urban=no,
        place=("village",) * count,
        runs=(no if runs is None else runs)[:, None],
        rooms=none if rooms is None else rooms,
        function_rooms=np.zeros((count, 0), dtype=int),
        seats=seats,
        annual_cost=np.full(count, annual_cost),
        point_grades=none,
        parent=np.full(count, -1),
        unsafe=no,
        protected=no,
        objection=np.zeros(count),
        teaching_area=np.zeros(count),
    )


def plain_options(
    ids: tuple[str, ...],
    site: np.ndarray,
    opens: np.ndarray,
    *,
    rooms: np.ndarray,
    capital_cost: np.ndarray,
    earliest: np.ndarray,
    latest: np.ndarray,
) -> Options:
    """Options that serve in the year they are paid.

    Parameters
    ----------
    opens
        (O,) bool: opens a school; else extends one.
    site, rooms, capital_cost, earliest, latest
        (O,) as in `Options`.
    """
    count = len(ids)
    none = np.zeros(count, dtype=int)
    return Options(
        ids=ids,
        site=site,
        action=tuple(Action.OPEN if one else Action.EXTEND for one in opens),
        levels_after=opens[:, None],
        rooms=rooms,
        rooms_out=none,
        function_rooms=np.zeros((count, 0), dtype=int),
        area_m2=np.zeros(count),
        land_m2=np.zeros(count),
        capital_cost=capital_cost,
        lead=none,
        earliest=earliest,
        latest=latest,
        committed=none,
        relocates=np.full(count, -1),
        spend=np.ones((count, 1)),
    )


def plain_travel(
    zone: np.ndarray, site: np.ndarray, minutes: np.ndarray, metres: np.ndarray
) -> Travel:
    """Pairs (P,) on foot within the limit, in any order."""
    order = np.lexsort([site, zone])
    count = len(order)
    return Travel(
        zone=zone[order],
        site=site[order],
        level=np.zeros(count, dtype=int),
        mode=np.zeros(count, dtype=int),
        minutes=minutes[order],
        metres=metres[order],
        beyond=np.zeros(count),
        usable_from=np.ones(count, dtype=int),
        intake=np.ones(count, dtype=bool),
    )
