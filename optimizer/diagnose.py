"""Why there is no plan: places that lack, as cuts that a person can check by adding up.

For each level and year, pupils flow from their zone to the schools where they may be by then, and
from there into places: every room, function room and option that could serve by then, every class
as full as the hard limit allows. If the largest flow falls short of the pupils, the smallest cut
names the zones whose pupils, together, have too few places in all the schools in their reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from optimizer.domain import Problem, Violation
from optimizer.formulation.index import make_network
from optimizer.formulation.reach import Groups, reach_sets
from optimizer.formulation.whereabouts import make_pairs
from optimizer.limits import hard_limits

PER_PUPIL = 1000  # flows are whole numbers: thousandths of a pupil, coarser from a province on
MOST_FLOW = 2**31 - 1  # of scipy's maximum flow
ALL = "all levels"
NAMED = 8  # zones and sites named in words; the rest are counted


@dataclass(frozen=True)
class Cut:
    """These zones' pupils of a level have only these sites, and too few places there."""

    level: str
    year: int
    zones: tuple[str, ...]
    sites: tuple[str, ...]
    pupils: float
    places: float

    @property
    def short(self) -> float:
        """Places that lack."""
        return self.pupils - self.places


def shortages(problem: Problem, *, with_places: bool = True) -> tuple[Violation, ...]:
    """Say in words what makes a problem infeasible; nothing where other rules clash.

    Parameters
    ----------
    with_places
        Say also what `cuts` finds.
    """
    found = [
        Violation("shortage.places", _words(cut), cut.year, cut.short, "pupils")
        for cut in (cuts(problem) if with_places else ())
    ]
    return (*found, *_kept_classes(problem), *_committed_spend(problem))


def cuts(
    problem: Problem, bodies: Mapping[tuple[int, int], Groups] | None = None
) -> tuple[Cut, ...]:
    """Every shortage of places, by level and year; levels together where each alone has enough.

    Parameters
    ----------
    bodies
        Pupils of a level and year by zone and by the schools where they may be; by default as
        `reach_sets` follows them. With more schools, what is found lacks all the same.
    """
    if bodies is None:
        bodies = reach_sets(problem, make_network(problem), make_pairs(problem))
    capacity = _places(problem)
    largest = np.max(capacity, axis=0) if capacity else np.zeros((0, 0))
    found: list[Cut] = []
    for year in range(problem.horizon.years):
        alone = [
            cut
            for level, stage in enumerate(problem.levels)
            for cut in _cuts(
                problem, year, stage.name, bodies.get((level, year), {}), capacity[level]
            )
        ]
        found.extend(alone or _cuts(problem, year, ALL, _together(bodies, year), largest))
    return tuple(found)


def _cuts(
    problem: Problem, year: int, level: str, groups: Groups, capacity: np.ndarray
) -> list[Cut]:
    return [
        Cut(
            level,
            problem.horizon.first_year + year,
            tuple(problem.zones.ids[i] for i in zones),
            tuple(problem.sites.ids[j] for j in sites),
            pupils,
            room,
        )
        for zones, sites, pupils, room in _shortfalls(groups, capacity[:, year])
    ]


def _together(bodies: Mapping[tuple[int, int], Groups], year: int) -> Groups:
    """Pupils of all levels in a year: they share the rooms of a site."""
    found: Groups = defaultdict(float)
    for (_, when), groups in bodies.items():
        if when == year:
            for key, pupils in groups.items():
                found[key] += pupils
    return found


def _places(problem: Problem) -> list[np.ndarray]:
    """Most pupils of a level that a site could hold in each year, L arrays (S, T)."""
    options, sites, horizon = problem.options, problem.sites, problem.horizon
    rooms = (sites.rooms + sites.function_rooms.sum(axis=1))[:, None].repeat(horizon.years, axis=1)
    for option in range(len(options)):
        if not options.committed[option] and options.action[option] not in problem.policy.actions:
            continue
        start = int(options.committed[option] or max(options.earliest[option], horizon.first_year))
        service: int = start + int(options.lead[option]) - horizon.first_year
        if options.committed[option] and service < 0:
            continue
        gained = int(options.rooms[option] + options.function_rooms[option].sum())
        rooms[options.site[option], service:] += gained
    seats = np.where(np.isfinite(sites.seats), sites.seats, np.inf)[:, None]
    if not problem.policy.on("class_size"):
        return [np.broadcast_to(seats, rooms.shape) for _ in problem.levels]
    fullest = [_fullest(problem, level) for level in range(len(problem.levels))]
    return [np.minimum(seats, rooms * limit) for limit in fullest]


def _fullest(problem: Problem, level: int) -> np.ndarray:
    """Pupils in the largest class that a level may have at a site in each year, (S, T)."""
    stage, years, limits = problem.levels[level], problem.horizon.years, hard_limits(problem, level)
    present = [
        [c for c in range(stage.cohorts(years)) if t in stage.present(c, years)]
        for t in range(years)
    ]
    return np.stack([limits[:, cohorts].max(axis=1) for cohorts in present], axis=1)


def _shortfalls(
    groups: Groups, capacity: np.ndarray
) -> list[tuple[list[int], list[int], float, float]]:
    """Zones, sites, pupils and places of each separate shortage."""
    keys, count = list(groups), len(groups)
    reach = np.array([site for _, where in keys for site in where], dtype=np.int64)
    sites, position = np.unique(reach, return_inverse=True)
    node = {site: 1 + count + place for place, site in enumerate(sites.tolist())}
    sink = 1 + count + len(sites)
    group, of_site = np.arange(1, count + 1), np.arange(1 + count, sink)
    pupils = np.array(list(groups.values()))
    unit = min(PER_PUPIL, int(MOST_FLOW / (pupils.sum() + 1)))
    whole = (pupils * unit).astype(np.int64)
    lengths = [len(where) for _, where in keys]
    places = np.ceil(np.minimum(capacity[sites], pupils.sum() + 1) * unit)
    tail = np.concatenate([np.zeros(count, dtype=int), np.repeat(group, lengths), of_site])
    head = np.concatenate([group, 1 + count + position, np.full(len(sites), sink)])
    flow = np.concatenate([whole, np.repeat(whole, lengths), places]).astype(np.int32)
    shape = (sink + 1, sink + 1)
    graph = sparse.csr_array((flow, (tail, head)), shape=shape)
    solved = maximum_flow(graph, 0, sink)
    if solved.flow_value >= int(graph[[0]].sum()):
        return []
    left = sparse.csr_array(graph - solved.flow)
    left.eliminate_zeros()
    inside = np.zeros(sink + 1, dtype=bool)
    inside[breadth_first_order(left, 0, return_predecessors=False)] = True
    return _separate(keys, groups, node, inside, capacity)


def _separate(
    keys: list[tuple[int, frozenset[int]]],
    groups: Groups,
    node: dict[int, int],
    inside: np.ndarray,
    capacity: np.ndarray,
) -> list[tuple[list[int], list[int], float, float]]:
    """Split a cut into shortages that have no school in common."""
    chosen = [number for number in range(len(keys)) if inside[number + 1]]
    links = [(number + 1, node[site]) for number in chosen for site in keys[number][1]]
    tail, head = np.array(links, dtype=int).reshape(-1, 2).T
    shape = (len(inside), len(inside))
    graph = sparse.csr_array((np.ones(len(tail)), (tail, head)), shape=shape)
    part = connected_components(graph, directed=False)[1]
    found = []
    for label in sorted({int(part[number + 1]) for number in chosen}):
        members = [number for number in chosen if part[number + 1] == label]
        sites = sorted({site for number in members for site in keys[number][1]})
        pupils = sum(groups[keys[number]] for number in members)
        places = float(sum(capacity[site] for site in sites))
        if pupils - places > 1.0 / PER_PUPIL:
            zones = sorted({keys[number][0] for number in members})
            found.append((zones, sites, pupils, places))
    return found


def _kept_classes(problem: Problem) -> list[Violation]:
    """Inherited classes never fall: sites whose classes of today have no rooms in t0."""
    if not problem.policy.on("class_size"):
        return []
    network, enrolled = make_network(problem), problem.enrolled
    kept = np.zeros(len(problem.sites))
    for row in range(len(enrolled.classes)):
        site, level = int(enrolled.class_site[row]), int(enrolled.class_level[row])
        stage = problem.levels[level]
        grade = int(enrolled.class_grade[row]) - stage.first_grade + 1
        points = int(problem.sites.point_grades[site])
        stays = grade < stage.grades and not 0 < points <= grade
        if stays and network.running(site, level, 0) == 1:
            kept[site] += enrolled.classes[row]
    rooms = problem.sites.rooms + problem.sites.function_rooms.sum(axis=1)
    for option in range(len(problem.options)):
        if problem.options.lead[option] == 0 or problem.options.committed[option]:
            rooms[problem.options.site[option]] += int(
                problem.options.rooms[option] + problem.options.function_rooms[option].sum()
            )
    return [
        Violation(
            "shortage.rooms",
            problem.sites.ids[site],
            problem.horizon.first_year,
            float(kept[site] - rooms[site]),
            "rooms",
        )
        for site in np.flatnonzero(kept > rooms)
    ]


def _committed_spend(problem: Problem) -> list[Violation]:
    """Find the years in which committed projects alone exceed the budget."""
    if not problem.policy.on("budget"):
        return []
    options, horizon = problem.options, problem.horizon
    spent = np.zeros(horizon.years)
    for option in np.flatnonzero(options.committed > 0):
        for offset, share in enumerate(options.spend[option]):
            year = int(options.committed[option]) + offset - horizon.first_year
            if 0 <= year < horizon.years:
                spent[year] += share * options.capital_cost[option]
    over = spent - problem.budget
    if problem.policy.carry_over:
        over = np.cumsum(spent) - np.cumsum(problem.budget)
    return [
        Violation("shortage.budget", "county", horizon.first_year + int(t), float(over[t]), "yuan")
        for t in np.flatnonzero(over > 0.01)
    ]


def _words(cut: Cut) -> str:
    sites = _listed(cut.sites) or "no school"
    return (
        f"{cut.level}: {cut.pupils:.1f} pupils of zones {_listed(cut.zones)} have only {sites}, "
        f"with {cut.places:.1f} places"
    )


def _listed(names: tuple[str, ...]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
