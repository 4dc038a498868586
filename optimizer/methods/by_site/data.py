"""The problem as flat arrays, grouped by block: one block is one level at one site."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain import Problem
from optimizer.limits import base_classes
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.ways import unit_at_parent, unit_elsewhere, unit_travel


class Blocks(NamedTuple):
    """Intake pairs sorted by block b = site * L + level, and what a cohort costs there.

    Shapes: Z zones, S sites, L levels, T years, B = S * L blocks, Q intake pairs, G the largest
    number of grades, H = G - 1 inherited cohorts (row h holds the cohort that entered in
    t0 - 1 - h).

    Attributes
    ----------
    start
        (B + 1,) first pair of each block.
    pair, zone
        (Q,) index into the problem's travel rows; zone.
    unit, unit_after
        (Q,) yuan per pupil-year of travel at the site, and a lower bound on it at any site where
        the level may continue once it stops here (infinite: nowhere).
    whole
        (Q, T) yuan of travel of a zone's cohort that enters and is not cut short; infinite for
        nobody.
    size
        (Z, L, T) entrants.
    factor
        (Z, L, T, G) progression of entering cohorts by grade index.
    pupil_years
        (Z, L, T, G + 1) discounted pupil-years up to a grade index (exclusive).
    site, level, level_grades
        (B,) site and level of the block and its number of grades.
    grades
        (B,) grade indices served here (a teaching point serves fewer).
    cap, hard
        (B,) class sizes.
    regroups
        (B,) bool: pupils may join here, so that classes may be chosen afresh.
    most
        (B,) upper bound on the classes of one cohort.
    seats
        (B,) seats where they rule, else infinite.
    inherited
        (B, H, T) inherited pupils present if the level does not stop.
    inherited_limit
        (B, H) class-size limit of each inherited cohort.
    inherited_classes
        (B, H) classes of the base year.
    inherited_travel, inherited_after
        (B, T) discounted travel cost of inherited pupils at the site; lower bound on it elsewhere.
    """

    start: Ints
    pair: Ints
    zone: Ints
    unit: Floats
    unit_after: Floats
    whole: Floats
    size: Floats
    factor: Floats
    pupil_years: Floats
    site: Ints
    level: Ints
    grades: Ints
    level_grades: Ints
    cap: Floats
    hard: Floats
    regroups: Bools
    most: Ints
    seats: Floats
    inherited: Floats
    inherited_limit: Floats
    inherited_classes: Floats
    inherited_travel: Floats
    inherited_after: Floats


def entering_factor(problem: Problem) -> Floats:
    """(Z, L, T, G) progression of cohorts entering within the horizon, 0 past the last grade."""
    zones, _, levels, years = problem.shape
    most = max(level.grades for level in problem.levels)
    factor = np.zeros((zones, levels, years, most))
    for index, level in enumerate(problem.levels):
        rows = problem.demand.progression[index][:, level.grades - 1 :, :]
        factor[:, index, :, : level.grades] = rows
    return factor


def discounted_pupil_years(problem: Problem, factor: Floats) -> Floats:
    """(Z, L, T, G + 1) discounted pupil-years of a cohort before each grade index, in horizon."""
    zones, levels, years, grades = factor.shape
    discount = problem.horizon.discount
    year = np.arange(years)[:, None] + np.arange(grades)[None, :]
    weight = np.where(year < years, discount[np.minimum(year, years - 1)], 0.0)
    yearly = problem.demand.entrants[..., None] * factor * weight
    total = np.zeros((zones, levels, years, grades + 1))
    np.cumsum(yearly, axis=3, out=total[..., 1:])
    return total


def make_blocks(problem: Problem) -> Blocks:
    """Group the problem's arrays by block; pure and vectorised."""
    zones, sites, levels, _ = problem.shape
    travel = problem.travel
    unit_all = unit_travel(problem)
    rows = np.flatnonzero(travel.intake)
    block = travel.site[rows] * levels + travel.level[rows]
    order = np.argsort(block, kind="stable")
    rows, block = rows[order], block[order]
    start = np.searchsorted(block, np.arange(sites * levels + 1))
    factor = entering_factor(problem)
    size = np.ascontiguousarray(problem.demand.entrants)
    grades = _grades(problem)
    zone = travel.zone[rows].astype(np.int64)
    lookup = np.full((levels, zones, sites), -1, dtype=np.int64)
    lookup[travel.level, travel.zone, travel.site] = np.arange(len(travel))
    inherited, limit, classes, at_site, after = _inherited(problem, unit_all, lookup)
    rooms = most_rooms(problem)
    level_of = np.tile(np.arange(levels), sites)
    caps = np.array([level.cap for level in problem.levels])[level_of]
    point = np.repeat(problem.sites.point_grades > 0, levels)
    years_there = discounted_pupil_years(problem, factor)
    parents = unit_at_parent(problem, unit_all, lookup)[rows]
    return Blocks(
        start=start.astype(np.int64),
        pair=rows.astype(np.int64),
        zone=zone,
        unit=unit_all[rows],
        unit_after=unit_elsewhere(problem, unit_all, lookup)[rows],
        whole=_whole_travel(problem, years_there, zone, block, grades, unit_all[rows], parents),
        size=size,
        factor=factor,
        pupil_years=years_there,
        site=np.repeat(np.arange(sites), levels),
        level=level_of.astype(np.int64),
        grades=grades,
        level_grades=np.array([level.grades for level in problem.levels])[level_of],
        cap=np.where(point, problem.standards.point_cap, caps),
        hard=np.array([level.hard for level in problem.levels])[level_of],
        regroups=_regroups(problem),
        most=np.repeat(rooms, levels).astype(np.int64),
        seats=np.repeat(
            np.where(np.isnan(problem.sites.seats), np.inf, problem.sites.seats), levels
        ),
        inherited=inherited,
        inherited_limit=limit,
        inherited_classes=classes,
        inherited_travel=at_site,
        inherited_after=after,
    )


def _whole_travel(
    problem: Problem,
    pupil_years: Floats,
    zone: Ints,
    block: Ints,
    grades: Ints,
    unit: Floats,
    parent: Floats,
) -> Floats:
    """(Q, T) travel of a cohort at the block and, after a teaching point's grades, the parent."""
    levels = len(problem.levels)
    level = block % levels
    full = np.array([one.grades for one in problem.levels])[level]
    mine = pupil_years[zone, level]
    here = np.take_along_axis(mine, grades[block][:, None, None], axis=2)[..., 0]
    all_years = np.take_along_axis(mine, full[:, None, None], axis=2)[..., 0]
    total = unit[:, None] * here + parent[:, None] * (all_years - here)
    result: Floats = np.where(problem.demand.entrants[zone, level] > 1e-4, total, np.inf)
    return result


def most_rooms(problem: Problem) -> Ints:
    """(S,) classes that a site can ever hold: all rooms and function rooms with every option."""
    rooms = problem.sites.rooms + problem.sites.function_rooms.sum(axis=1)
    gained = problem.options.rooms + problem.options.function_rooms.sum(axis=1)
    total = rooms + np.bincount(problem.options.site, gained, len(rooms))
    return np.asarray(total, dtype=np.int64)


def _grades(problem: Problem) -> Ints:
    """(B,) number of grades served at each block."""
    full = np.array([level.grades for level in problem.levels])
    points = problem.sites.point_grades[:, None]
    return np.where(points > 0, np.minimum(points, full), full).ravel().astype(np.int64)


def _regroups(problem: Problem) -> Bools:
    """(B,) whether pupils of another school may ever join the block's cohorts."""
    _, sites, levels, _ = problem.shape
    joins = np.zeros((sites, levels), dtype=bool)
    joins[problem.merge_arcs.to_site, problem.merge_arcs.level] = True
    points = np.flatnonzero(problem.sites.point_grades > 0)
    joins[problem.sites.parent[points]] |= problem.sites.runs[points]
    return joins.ravel()


def _still_here(problem: Problem, index: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Zone, site, years since entry less one, pupils of those enrolled who have grades to go."""
    level, enrolled = problem.levels[index], problem.enrolled
    mine = np.flatnonzero(enrolled.level == index)
    h = enrolled.grade[mine] - level.first_grade
    mine, h = mine[h < level.grades - 1], h[h < level.grades - 1]
    return (
        enrolled.zone[mine].astype(np.int64),
        enrolled.site[mine].astype(np.int64),
        h.astype(np.int64),
        enrolled.pupils[mine],
    )


def _inherited(
    problem: Problem, unit: Floats, lookup: Ints
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Inherited pupils, limits, classes and travel of each block; see `Blocks`."""
    _, sites, levels, years = problem.shape
    grades = max(level.grades for level in problem.levels)
    shape = (sites * levels, max(grades - 1, 1))
    pupils, classes = np.zeros((*shape, years)), np.zeros(shape)
    at_site, after = np.zeros((shape[0], years)), np.zeros((shape[0], years))
    discount, points = problem.horizon.discount, problem.sites.point_grades
    elsewhere = unit_elsewhere(problem, unit, lookup)
    parents = unit_at_parent(problem, unit, lookup)
    base = np.zeros(shape)
    for index, level in enumerate(problem.levels):
        zone, site, h, count = _still_here(problem, index)
        block, row = site * levels + index, lookup[index][zone, site]
        np.add.at(base, (block, h), count)
        for year in range(min(years, level.grades - 1)):
            grade = h + 1 + year
            when, cohort = np.full(len(h), year), level.cohort_of(-1) - h
            growth = problem.demand.progression[index][
                zone, cohort, np.minimum(grade, level.grades - 1)
            ]
            number = np.where(grade < level.grades, count * growth, 0.0)
            own = (points[site] == 0) | (grade < points[site])
            np.add.at(pupils, (block, h, when), number * own)
            cost = np.where(own, unit[row], parents[row])
            np.add.at(at_site, (block, when), discount[year] * number * cost)
            later = np.where(np.isfinite(elsewhere[row]), elsewhere[row], 0.0)
            np.add.at(after, (block, when), discount[year] * number * np.where(own, later, 0.0))
        mine = np.arange(sites) * levels + index
        entered = base_classes(problem, index)[:, : level.grades - 1][:, ::-1]
        classes[mine, : level.grades - 1] = entered
    hard = np.tile(np.array([level.hard for level in problem.levels]), sites)[:, None]
    average = base / np.maximum(classes, 1.0)
    return pupils, np.maximum(hard, average), classes, at_site, after
