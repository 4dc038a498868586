"""Counties drawn by lot: sparse reach, both levels, several years, small enough to enumerate."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain import FunctionRoom, Problem
from tests.support.tiny import BOTH, FIRST_YEAR, tiny_problem

KINDS = (
    FunctionRoom("music", frozenset(BOTH), 1),
    FunctionRoom("laboratory", frozenset({"lower_secondary"}), 1),
)
PRICES = {
    "class_year": 150_000.0,
    "bus_pupil_year": 1_500.0,
    "yuan_per_minute": 0.3,
    "beyond_pupil_minute": 100.0,
    "over_cap_pupil_year": 4_000.0,
    "room_debt_year": 60_000.0,
    "pupil_moved": 2_000.0,
    "entrant_reassigned": 800.0,
}


def random_county(
    seed: int,
    zones: int = 6,
    sites: int = 4,
    years: int = 3,
    *,
    split: bool = False,
    grades: tuple[int, int] = (2, 2),
    point: bool | None = None,
    options: int = 2,
    policy: dict[str, Any] | None = None,
    prices: dict[str, Any] | None = None,
) -> Problem:
    """Draw a county: feasible most of the time, the same for the same seed.

    The first site is a nine-year school in the middle, the last a candidate, those between run one
    level each; every zone reaches the first site and about half of the others.

    Parameters
    ----------
    seed, zones, sites, years
        At least two sites.
    split
        A zone's entrants may be split between schools.
    grades
        Grades of the two levels.
    point
        Whether the second site is a teaching point of one grade; drawn (one in three) if None.
    options
        Number of projects; the first opens the candidate, the others extend a school.
    policy, prices
        Fields to change.
    """
    rng = np.random.default_rng(seed)
    has_point = sites > 2 and (bool(rng.random() < 1 / 3) if point is None else point)
    runs = [BOTH, *(((BOTH[j % 2],)) for j in range(sites - 2)), ()]
    zone_xy = rng.uniform(0, 30, (zones, 2))
    site_xy = np.vstack([[15.0, 15.0], rng.uniform(3, 27, (sites - 1, 2))])
    minutes = np.linalg.norm(zone_xy[:, None] - site_xy[None], axis=2).round(1)
    entrants = rng.uniform(8, 40, (zones, 1, 1)) * rng.uniform(0.8, 1.2, (zones, 2, years))
    entrants[rng.random((zones, 2, years)) < 0.05] = 0.0
    enrolled = _enrolled(rng, minutes, runs, grades, has_point)
    travel = _travel(rng, minutes, enrolled, grades)
    return tiny_problem(
        years=years,
        grades=grades,
        zone_at=[0.0] * zones,
        site_at=[0.0] * sites,
        runs=runs,
        rooms=_rooms(rng, enrolled, sites, grades),
        entrants=entrants.round(1),
        enrolled=enrolled,
        progression=float(rng.choice([1.0, 0.95, 1.04])),
        reach=-1.0,
        travel=travel,
        options=_options(rng, sites, years, options),
        merge_arcs=_arcs(rng, runs, has_point),
        point=(1, 1, 0) if has_point else None,
        function_rooms=KINDS,
        sites={
            "annual_cost": rng.integers(2, 8, sites) * 100_000.0,
            "function_rooms": rng.integers(0, 3, (sites, len(KINDS))),
            "town": rng.integers(0, 2, sites),
        },
        policy={"whole_zones": not split, "closings_per_year": 1, **(policy or {})},
        prices={**PRICES, **(prices or {})},
        budget=5_000_000.0,
        discount_rate=0.04,
    )


def _enrolled(
    rng: np.random.Generator,
    minutes: np.ndarray,
    runs: list[tuple[str, ...]],
    grades: tuple[int, int],
    has_point: bool,
) -> list[tuple[int, int, int, int, float]]:
    """Each zone's pupils at its nearest or second school; none in a point's upper grades."""
    rows = []
    for level, name in enumerate(BOTH):
        first = 1 + level * grades[0]
        open_sites = np.array([j for j, here in enumerate(runs) if name in here])
        for zone in range(len(minutes)):
            nearest = open_sites[np.argsort(minutes[zone, open_sites])]
            home = int(nearest[min(int(rng.random() < 0.2), len(nearest) - 1)])
            for grade in range(first, first + grades[level]):
                away = has_point and home == 1 and grade > first
                pupils = float(rng.integers(8, 36))
                rows.append((zone, 0 if away else home, level, grade, pupils))
    return rows


def _travel(
    rng: np.random.Generator,
    minutes: np.ndarray,
    enrolled: list[tuple[int, int, int, int, float]],
    grades: tuple[int, int],
) -> dict[tuple[int, int, int], dict[str, Any]]:
    """Pairs in reach, today's pairs, and some that only the upper grades may use."""
    today = {(zone, site, level) for zone, site, level, _, _ in enrolled}
    pairs: dict[tuple[int, int, int], dict[str, Any]] = {}
    for zone, site, level in np.ndindex(*minutes.shape, 2):
        first = 1 + level * grades[0]
        far = minutes[zone, site]
        row = {"minutes": far, "metres": 80 * far, "mode": int(far > 12)}
        reached = site == 0 or far <= rng.uniform(8, 22)
        if reached or (zone, site, level) in today:
            row |= {"intake": reached, "usable_from": first if reached else 99}
            pairs[zone, site, level] = row
        elif rng.random() < 0.3:
            pairs[zone, site, level] = row | {"usable_from": first + 1}
    for zone, level in np.ndindex(len(minutes), 2):
        intake = [
            s for (z, s, of), row in pairs.items() if (z, of) == (zone, level) and row.get("intake")
        ]
        if intake == [0] and minutes[zone, 0] > 12:  # nothing else: the first school lies beyond
            pairs[zone, 0, level]["beyond"] = float(minutes[zone, 0] - 12)
    return pairs


def _rooms(
    rng: np.random.Generator,
    enrolled: list[tuple[int, int, int, int, float]],
    sites: int,
    grades: tuple[int, int],
) -> list[int]:
    """Classrooms for today's pupils and zero to three more; two per grade in the first school."""
    classes = np.zeros(sites)
    totals: dict[tuple[int, int, int], float] = {}
    for _, site, level, grade, pupils in enrolled:
        totals[site, level, grade] = totals.get((site, level, grade), 0.0) + pupils
    for (site, _, _), pupils in totals.items():
        classes[site] += np.ceil(pupils / 30)
    classes[0] += sum(grades)
    classes[:-1] += rng.integers(0, 4, sites - 1)
    classes[-1] = 0
    return [int(number) for number in classes]


def _options(rng: np.random.Generator, sites: int, years: int, count: int) -> list[dict[str, Any]]:
    rows = []
    for index in range(count):
        opens = index == 0
        rows.append(
            {
                "site": sites - 1 if opens else int(rng.integers(0, sites - 1)),
                "action": "open" if opens else "extend",
                "after": (BOTH, BOTH[:1], BOTH[1:])[int(rng.integers(0, 3))] if opens else None,
                "rooms": int(rng.integers(6, 13)) if opens else int(rng.integers(1, 4)),
                "rooms_out": 0 if opens else int(rng.integers(0, 2)),
                "function_rooms": [1, 1] if opens else [1, 0],
                "cost": float(rng.integers(5, 30)) * 100_000,
                "lead": int(rng.integers(0, min(2, years))),
                "latest": FIRST_YEAR + years - 1,
                "committed": FIRST_YEAR if not opens and rng.random() < 0.2 else 0,
            }
        )
    return rows


def _arcs(
    rng: np.random.Generator, runs: list[tuple[str, ...]], has_point: bool
) -> list[tuple[int, int, int]]:
    """Draw a few mergers into the first school and between schools of one level."""
    arcs = []
    for level, name in enumerate(BOTH):
        here = [j for j, names in enumerate(runs) if name in names]
        for a in here:
            for b in (*here, len(runs) - 1):
                point_involved = has_point and 1 in (a, b) and level == 0
                if a not in (b, 0) and (b == 0 or (not point_involved and rng.random() < 0.4)):
                    arcs.append((a, b, level))
    return arcs
