"""The bound of kind `by_site`, recomputed from its multipliers and the problem (docs/bound.md)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_cohorts import Block, Scene, make_scene
from scenarios.verify.lagrange_lives import Life, lives
from scenarios.verify.lagrange_prices import (
    PARTS,
    Limits,
    limits_of,
    read_multipliers,
    read_parts,
)
from scenarios.verify.lagrange_rooms import Rooms
from scenarios.verify.lagrange_together import Together, together
from scenarios.verify.lagrange_travel import Journeys, make_journeys
from scenarios.verify.presence import FEW
from scenarios.verify.verdict import Fault


@dataclass(frozen=True)
class Ground:
    """What no multiplier changes: lifecycles by site, journeys, and the limits of priced rows."""

    facts: Facts
    every: list[list[Life]]
    journeys: Journeys
    limits: Limits


def make_ground(facts: Facts) -> Ground:
    """Derive from the problem alone what every set of multipliers meets."""
    every = lives(facts)
    return Ground(facts, every, make_journeys(facts, every), limits_of(facts))


def recompute(
    run: Path, certificate: dict[str, Any], facts: Facts
) -> tuple[float | None, list[Fault]]:
    """Derive the bound of a run from its multipliers, and hold its parts against the stated ones.

    Parameters
    ----------
    run
        The run folder.
    certificate
        Its `bound/certificate.json`.
    facts
        The problem.

    Returns
    -------
    tuple
        The bound, None where the multipliers are not to be trusted; faults.
    """
    parts, stated, faults = parts_of(run, make_ground(facts))
    if parts is None:
        return None, faults
    if not states_at_most(certificate, float(stated.sum() + _tolerance(stated.sum()))):
        said = f"{stated.sum()}, {certificate.get('value')}"
        faults.append(Fault("bound.sum", PARTS, "value", said))
    return float(parts.sum()), faults


def states_at_most(certificate: dict[str, Any], most: float) -> bool:
    """Whether a certificate states a value, and none above `most` yuan."""
    total = certificate.get("value")
    known = isinstance(total, int | float) and not isinstance(total, bool)
    return known and float(str(total)) <= most


def parts_of(run: Path, ground: Ground) -> tuple[np.ndarray | None, np.ndarray, list[Fault]]:
    """(S + 1,) parts derived from the multipliers of a run, and those that it states; faults."""
    facts = ground.facts
    prices, faults = read_multipliers(run, facts, ground.limits)
    stated, found = read_parts(run, facts)
    faults += found
    if prices is None or faults:
        return None, stated, faults
    scene = make_scene(facts, prices, ground.journeys)
    parts = np.append(_site_parts(scene, ground), constant(scene, ground.limits))
    if not np.isfinite(parts).all():
        site = facts.site_ids[int(np.argmin(np.isfinite(parts)))]
        return None, stated, [Fault("bound.lives", PARTS, value=str(site))]
    return parts, stated, _disagreements(facts, parts, stated)


def _disagreements(facts: Facts, parts: np.ndarray, stated: np.ndarray) -> list[Fault]:
    """Find parts stated above the recomputed ones."""
    names = [*facts.site_ids, "constant"]
    above = stated > parts + _tolerance(parts)
    if facts.norms.schools_open is not None:
        above[:-1] = False  # which sites run is chosen for all of them together
    return [
        Fault("bound.part", PARTS, str(names[part]), f"{parts[part]}, {stated[part]}")
        for part in above.nonzero()[0]
    ]


def _tolerance(value: Any) -> Any:
    return np.maximum(0.01, 1e-9 * np.abs(value))


def constant(scene: Scene, limits: Limits) -> float:
    """Right sides of the relaxed rows, each at its price."""
    value = float(scene.prices.zone[scene.facts.entrants > FEW].sum())
    for price, limit in (
        (scene.prices.budget, limits.budget),
        (scene.prices.closings, limits.closings),
    ):
        value -= float(price @ np.where(np.isfinite(limit), limit, 0.0))
    return value


def _site_parts(scene: Scene, ground: Ground) -> np.ndarray:
    """(S,) least value of each site, with as many open as the policy fixes."""
    every, wanted = ground.every, scene.facts.norms.schools_open
    if wanted is None:
        return np.array([_least(scene, ground, site, mine) for site, mine in enumerate(every)])
    opened = np.zeros((len(every), 2))
    for site, mine in enumerate(every):
        for state in (0, 1):
            some = [life for life in mine if opens(life, scene.facts) == bool(state)]
            opened[site, state] = _least(scene, ground, site, some)
    must, never = np.isinf(opened[:, 0]), np.isinf(opened[:, 1])
    extra = np.where(
        must, -np.inf, np.where(never, np.inf, opened[:, 1] - np.where(must, 0.0, opened[:, 0]))
    )
    runs = np.isin(np.arange(len(every)), np.argsort(extra, kind="stable")[:wanted])
    return np.where(runs, opened[:, 1], opened[:, 0])


def opens(life: Life, facts: Facts) -> bool:
    """Whether a site runs in the first year, if policy fixes how many do, or else in the last."""
    year = -1 if facts.norms.schools_open is None else 0
    return bool(life.runs(facts.norms.years)[:, year].any())


def _least(scene: Scene, ground: Ground, site: int, mine: list[Life]) -> float:
    return cheapest(blocks_of(scene, site), mine, own_values(scene, ground.limits, site, mine))


def blocks_of(scene: Scene, site: int) -> list[Block]:
    """Cohorts of a site, by level."""
    return [Block(scene, site, level) for level in range(len(scene.facts.norms.stages))]


def own_values(scene: Scene, limits: Limits, site: int, mine: list[Life]) -> list[float]:
    """Values of lifecycles without pupils, but with those who share rooms for one year."""
    rooms = (
        Together(scene, site) if together(scene.facts) else Rooms(scene.facts, scene.prices, site)
    )
    return [_own(scene, limits, rooms, life) for life in mine]


def cheapest(blocks: list[Block], mine: list[Life], own: list[float]) -> float:
    """Value of the cheapest lifecycle; cohorts are solved only where they decide."""
    queue = [
        (value + _cohorts(blocks, life, exact=False), False, number)
        for number, (life, value) in enumerate(zip(mine, own, strict=True))
    ]
    heapq.heapify(queue)
    while queue:
        value, exact, number = heapq.heappop(queue)
        if exact:
            return value
        value = own[number] + _cohorts(blocks, mine[number], exact=True)
        heapq.heappush(queue, (value, True, number))
    return np.inf


def _cohorts(blocks: list[Block], life: Life, *, exact: bool) -> float:
    """All cohorts of a lifecycle: entering ones while levels run, and those of the base year."""
    facts, total = blocks[0].scene.facts, 0.0
    for block, begin, stop in zip(blocks, life.begin, life.stop, strict=True):
        for cohort in range(begin, 0 if together(facts) else min(stop, facts.norms.years)):
            total += block.entering(cohort, stop, exact=exact)
        if facts.runs[block.site, block.level]:
            total += block.inherited(stop)
    return total


def _own(scene: Scene, limits: Limits, rooms: Rooms, life: Life) -> float:
    """Value of a lifecycle without pupils: projects, running, stops, rooms and more of them."""
    facts, site = scene.facts, rooms.site
    runs = life.runs(facts.norms.years)
    value = float(facts.sites["annual_cost"].iloc[site] * (runs.any(axis=0) @ facts.discount))
    value += sum(rooms.start(start)[0] for start in life.starts)
    value += scene.receivers.worth(site, life)
    return value + _stops(scene, limits, site, runs) + rooms.least(life)


def _stops(scene: Scene, limits: Limits, site: int, runs: np.ndarray) -> float:
    """Price the stops by their row, less the pupils that a site with a stop may have."""
    base = scene.facts.runs[site][:, None]
    before = np.concatenate([base, runs[:, :-1]], axis=1)
    stops = (before & ~runs).any(axis=0)
    allowed = np.where(np.isfinite(limits.small[site]), limits.small[site], 0.0)
    return float(stops @ (scene.prices.closings - scene.prices.small[site] * allowed))
