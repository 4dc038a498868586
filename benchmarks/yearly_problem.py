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

from benchmarks.one_level import (
    OFF,
    YEAR,
    one_level_problem,
    plain_options,
    plain_sites,
    plain_travel,
    plain_zones,
)
from benchmarks.yearly_county import THOUSAND, County
from optimizer.domain import Action, Options, Policy, Prices, Problem

CAP = 45.0
MOST_CLASSES = 60
BLOCKS = (1, 1, 2)
ROOMS_OF_A_BLOCK = 6


def yearly_problem(county: County, whole_zones: bool) -> Problem:
    """State a county; zones may be split unless `whole_zones`."""
    years = county.pupils.shape[1]
    return one_level_problem(
        county.pupils,
        plain_zones(county.zone_ids),
        plain_sites(
            county.site_ids,
            seats=np.full(len(county.site_ids), MOST_CLASSES * CAP),
            runs=county.existing,
            rooms=np.where(county.existing, county.rooms, 0),
            annual_cost=400.0 * THOUSAND,
        ),
        _options(county, years),
        # A kilometre takes a minute, which costs what the reference charges for a kilometre.
        plain_travel(
            county.pair_zone, county.pair_site, county.kilometres, county.kilometres * 1000.0
        ),
        Policy(
            name="yearly",
            actions=frozenset({Action.OPEN, Action.EXTEND, Action.CLOSE}),
            whole_zones=whole_zones,
            families_off=OFF if whole_zones else OFF | {"catchments"},
        ),
        Prices(
            class_year=250.0 * THOUSAND,
            yuan_per_minute=0.3 * THOUSAND,
            school_days=0.5,
            life_years=1.0,
        ),
        cap=CAP,
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
    return plain_options(
        (
            *(f"open {county.site_ids[row]}" for row in new),
            *(
                f"blocks {county.site_ids[s]} {YEAR + t} {p + 1}"
                for s, t, p in zip(site, offset, part, strict=True)
            ),
        ),
        np.concatenate([new, site]),
        np.arange(count) < openings,
        rooms=np.concatenate([county.rooms[new], ROOMS_OF_A_BLOCK * blocks]),
        capital_cost=np.concatenate([np.zeros(openings), 900.0 * THOUSAND * blocks]),
        earliest=np.concatenate([np.full(openings, YEAR), YEAR + offset]),
        latest=np.concatenate([np.full(openings, YEAR + years - 1), YEAR + offset]),
    )
