"""The bound of kind `by_site`, recomputed from its multipliers and the problem (docs/bound.md)."""

from __future__ import annotations

import heapq
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
from scenarios.verify.lagrange_travel import make_journeys
from scenarios.verify.presence import FEW
from scenarios.verify.verdict import Fault


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
    prices, faults = read_multipliers(run, facts)
    stated, found = read_parts(run, facts)
    faults += found
    if prices is None or faults:
        return None, faults
    every = lives(facts)
    scene = make_scene(facts, prices, make_journeys(facts, every))
    limits = limits_of(facts)
    parts = np.append(_site_parts(scene, limits, every), _constant(scene, limits))
    if not np.isfinite(parts).all():
        site = facts.site_ids[int(np.argmin(np.isfinite(parts)))]
        return None, [Fault("bound.lives", PARTS, value=str(site))]
    faults = _disagreements(facts, parts, stated, certificate.get("value"))
    return float(parts.sum()), faults


def _disagreements(
    facts: Facts, parts: np.ndarray, stated: np.ndarray, total: object
) -> list[Fault]:
    """Find parts stated above the recomputed ones, and a bound above the sum of the parts."""
    names = [*facts.site_ids, "constant"]
    above = stated > parts + _tolerance(parts)
    if facts.norms.schools_open is not None:
        above[:-1] = False  # which sites run is chosen for all of them together
    faults = [
        Fault("bound.part", PARTS, str(names[part]), f"{parts[part]}, {stated[part]}")
        for part in above.nonzero()[0]
    ]
    known = isinstance(total, int | float) and not isinstance(total, bool)
    if not known or not float(str(total)) <= float(stated.sum() + _tolerance(stated.sum())):
        faults.append(Fault("bound.sum", PARTS, "value", f"{stated.sum()}, {total}"))
    return faults


def _tolerance(value: Any) -> Any:
    return np.maximum(0.01, 1e-9 * np.abs(value))


def _constant(scene: Scene, limits: Limits) -> float:
    """Right sides of the relaxed rows, each at its price."""
    value = float(scene.prices.zone[scene.facts.entrants > FEW].sum())
    for price, limit in (
        (scene.prices.budget, limits.budget),
        (scene.prices.closings, limits.closings),
    ):
        value -= float(price @ np.where(np.isfinite(limit), limit, 0.0))
    return value


def _site_parts(scene: Scene, limits: Limits, every: list[list[Life]]) -> np.ndarray:
    """(S,) least value of each site, with as many open as the policy fixes."""
    wanted, years = scene.facts.norms.schools_open, scene.facts.norms.years
    if wanted is None:
        return np.array([_least(scene, limits, site, mine) for site, mine in enumerate(every)])
    opened = np.zeros((len(every), 2))
    for site, mine in enumerate(every):
        for state in (0, 1):
            some = [life for life in mine if life.runs(years)[:, 0].any() == bool(state)]
            opened[site, state] = _least(scene, limits, site, some)
    must, never = np.isinf(opened[:, 0]), np.isinf(opened[:, 1])
    extra = np.where(
        must, -np.inf, np.where(never, np.inf, opened[:, 1] - np.where(must, 0.0, opened[:, 0]))
    )
    runs = np.isin(np.arange(len(every)), np.argsort(extra, kind="stable")[:wanted])
    return np.where(runs, opened[:, 1], opened[:, 0])


def _least(scene: Scene, limits: Limits, site: int, mine: list[Life]) -> float:
    """Value of the cheapest lifecycle; cohorts are solved only where they decide."""
    blocks = [Block(scene, site, level) for level in range(len(scene.facts.norms.stages))]
    rooms = Rooms(scene.facts, scene.prices, site)
    fixed = [_own(scene, limits, rooms, life) for life in mine]
    queue = [
        (value + _cohorts(blocks, life, exact=False), False, number)
        for number, (life, value) in enumerate(zip(mine, fixed, strict=True))
    ]
    heapq.heapify(queue)
    while queue:
        value, exact, number = heapq.heappop(queue)
        if exact:
            return value
        value = fixed[number] + _cohorts(blocks, mine[number], exact=True)
        heapq.heappush(queue, (value, True, number))
    return np.inf


def _cohorts(blocks: list[Block], life: Life, *, exact: bool) -> float:
    """All cohorts of a lifecycle: entering ones while levels run, and those of the base year."""
    facts, total = blocks[0].scene.facts, 0.0
    for block, begin, stop in zip(blocks, life.begin, life.stop, strict=True):
        for cohort in range(begin, min(stop, facts.norms.years)):
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
