"""A county of yearly enrolment as a problem of the product.

Said in the words of the domain, with nothing added to it:

- each year's pupils of a zone are one body: one level of one grade;
- 60 classes at most: `seats` of 60 full classes beside the rooms, which is the same rule, since no
  plan pays for a class that its pupils do not need;
- up to four blocks of six rooms a year at a site: three options for every year, of one, one and two
  blocks, each with that year as its only start; lead 0, nothing left of them at the end
  (`life_years` of one year: the residual is 0);
- a new site: an option to open it in any year at no cost, with its rooms;
- a school stops without a merger, since nobody is enrolled from before.

Nothing of the reference model is lost: both have the same plans at the same cost.
"""

from __future__ import annotations

import numpy as np

from benchmarks.as_problem import nobody_enrolled
from benchmarks.yearly_county import THOUSAND, County
from optimizer.domain import (
    Action,
    Demand,
    DemandZones,
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
CAP = 45.0
MOST_CLASSES = 60
BLOCKS = (1, 1, 2)
ROOMS_OF_A_BLOCK = 6
OFF = frozenset({"function_rooms", "closing", "budget", "staffing"})


def yearly_problem(county: County, whole_zones: bool) -> Problem:
    """State a county; zones may be split unless `whole_zones`."""
    zones, years = county.pupils.shape
    ids = county.zone_ids
    return Problem(
        horizon=Horizon(first_year=YEAR, years=years, discount_rate=0.0),
        levels=(Level("primary", first_grade=1, grades=1, cap=CAP, hard=CAP),),
        towns=("",),
        zones=DemandZones(ids, ids, np.zeros(zones, dtype=int), np.zeros(zones, dtype=bool)),
        sites=_sites(county),
        options=_options(county, years),
        demand=Demand(county.pupils[:, None, :], (np.ones((zones, years, 1)),)),
        enrolled=nobody_enrolled(),
        travel=_travel(county),
        merge_arcs=MergeArcs(*(np.zeros(0, dtype=int) for _ in range(3))),
        standards=Standards(),
        policy=Policy(
            name="yearly",
            actions=frozenset({Action.OPEN, Action.EXTEND, Action.CLOSE}),
            whole_zones=whole_zones,
            families_off=OFF if whole_zones else OFF | {"catchments"},
        ),
        prices=Prices(
            class_year=250.0 * THOUSAND,
            yuan_per_minute=0.3 * THOUSAND,
            school_days=0.5,
            life_years=1.0,
        ),
        budget=np.full(years, np.inf),
    )


def _sites(county: County) -> Sites:
    count = len(county.site_ids)
    return Sites(
        ids=county.site_ids,
        names=county.site_ids,
        town=np.zeros(count, dtype=int),
        urban=np.zeros(count, dtype=bool),
        place=("village",) * count,
        runs=county.existing[:, None],
        rooms=np.where(county.existing, county.rooms, 0),
        function_rooms=np.zeros((count, 0), dtype=int),
        seats=np.full(count, MOST_CLASSES * CAP),
        annual_cost=np.full(count, 400.0 * THOUSAND),
        point_grades=np.zeros(count, dtype=int),
        parent=np.full(count, -1),
        unsafe=np.zeros(count, dtype=bool),
        protected=np.zeros(count, dtype=bool),
        objection=np.zeros(count),
        teaching_area=np.zeros(count),
    )


def _options(county: County, years: int) -> Options:
    """List the openings first, then the blocks by site, year and size."""
    new = np.flatnonzero(~county.existing)
    site, offset, part = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(len(county.site_ids)), np.arange(years), np.arange(len(BLOCKS)), indexing="ij"
        )
    )
    blocks = np.array(BLOCKS)[part]
    openings, count = len(new), len(new) + len(site)
    nothing = np.zeros(count, dtype=int)
    opens = np.arange(count) < openings
    return Options(
        ids=(
            *(f"open {county.site_ids[row]}" for row in new),
            *(
                f"blocks {county.site_ids[s]} {YEAR + t} {p + 1}"
                for s, t, p in zip(site, offset, part, strict=True)
            ),
        ),
        site=np.concatenate([new, site]),
        action=(Action.OPEN,) * openings + (Action.EXTEND,) * len(site),
        levels_after=opens[:, None],
        rooms=np.concatenate([county.rooms[new], ROOMS_OF_A_BLOCK * blocks]),
        rooms_out=nothing,
        function_rooms=np.zeros((count, 0), dtype=int),
        area_m2=np.zeros(count),
        land_m2=np.zeros(count),
        capital_cost=np.concatenate([np.zeros(openings), 900.0 * THOUSAND * blocks]),
        lead=nothing,
        earliest=np.concatenate([np.full(openings, YEAR), YEAR + offset]),
        latest=np.concatenate([np.full(openings, YEAR + years - 1), YEAR + offset]),
        committed=nothing,
        relocates=np.full(count, -1),
        spend=np.ones((count, 1)),
    )


def _travel(county: County) -> Travel:
    """Let a kilometre take a minute, which costs what the reference charges for a kilometre."""
    order = np.lexsort([county.pair_site, county.pair_zone])
    count = len(order)
    return Travel(
        zone=county.pair_zone[order],
        site=county.pair_site[order],
        level=np.zeros(count, dtype=int),
        mode=np.zeros(count, dtype=int),
        minutes=county.kilometres[order],
        metres=county.kilometres[order] * 1000.0,
        beyond=np.zeros(count),
        usable_from=np.ones(count, dtype=int),
        intake=np.ones(count, dtype=bool),
    )
