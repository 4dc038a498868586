"""Sparse index sets of the network decisions: only what policy and dates allow exists here.

Years are counted from t0 here (0 … T-1, negative: before the horizon); names of variables and rows
carry absolute years. A *key* is a tuple that names a variable by numbers, such as
``("builds", o, s)``: families look variables up by key, people read them by id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from optimizer.domain import Action, Problem

Key = tuple[str | int, ...]
EXCLUSIVE = frozenset({Action.OPEN, Action.RELOCATE, Action.CONVERT})
NO_PUPILS = 1e-4  # fewer pupils than this are nobody (C6)


@dataclass(frozen=True)
class Network:
    """What may be built, run, stopped and merged, and when.

    Attributes
    ----------
    starts
        Option to the years in which it may be started; a committed one has no entry.
    committed
        Option to its committed start (may be negative).
    changes
        (site, level) to the years in which its running may change; base-year levels may only stop,
        others may only start.
    projects
        (site, level, year) to the (option, start) pairs that make the level stop there then.
    relocations
        The same, relocations only.
    merges
        (arc, year) pairs in which a merger may be ordered; an arc is a row of `merge_arcs`.
    base_pupils
        (S,) pupils of the base year.
    """

    starts: dict[int, tuple[int, ...]]
    committed: dict[int, int]
    changes: dict[tuple[int, int], tuple[int, ...]]
    projects: dict[tuple[int, int, int], list[tuple[int, int]]]
    relocations: dict[tuple[int, int, int], list[tuple[int, int]]]
    merges: frozenset[tuple[int, int]]
    base_pupils: np.ndarray
    runs: np.ndarray
    fixed: dict[tuple[int, int], int]
    arcs_from: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def running(self, site: int, level: int, year: int) -> Key | int:
        """Whether a level runs: 0, 1 or the key of the variable that says so."""
        if (site, level) in self.fixed:
            return int(year >= self.fixed[site, level])
        years = self.changes.get((site, level), ())
        position = bisect_right(years, year)
        if position == 0:
            return int(self.runs[site, level])
        return ("operates", site, level, years[position - 1])

    def may_stop(self, site: int, level: int, year: int) -> bool:
        """Whether a level of the base year may stop exactly in a year."""
        return bool(self.runs[site, level]) and year in self.changes.get((site, level), ())

    def stops(self) -> list[tuple[int, int, int]]:
        """(site, level, year) in which a level of the base year may stop."""
        return [
            (site, level, year)
            for (site, level), years in self.changes.items()
            if self.runs[site, level]
            for year in years
        ]


def make_network(problem: Problem) -> Network:
    """Derive every network index set of a problem."""
    committed = {
        o: int(start) - problem.horizon.first_year
        for o, start in enumerate(problem.options.committed)
        if start
    }
    starts = {o: years for o in range(len(problem.options)) if (years := _starts(problem, o))}
    base_pupils = np.bincount(
        problem.enrolled.site, problem.enrolled.pupils, minlength=len(problem.sites)
    )
    projects, relocations = _forced_stops(problem, starts, committed)
    changes = _stop_years(problem, base_pupils, projects, relocations)
    fixed: dict[tuple[int, int], int] = {}
    _add_openings(problem, starts, committed, changes, fixed)
    network = Network(
        starts,
        committed,
        changes,
        projects,
        relocations,
        frozenset(),
        base_pupils,
        problem.sites.runs,
        fixed,
    )
    merges = _merges(problem, network)
    arcs_from = defaultdict(list)
    for arc in sorted({arc for arc, _ in merges}):
        origin = int(problem.merge_arcs.from_site[arc]), int(problem.merge_arcs.level[arc])
        arcs_from[origin].append(arc)
    return Network(
        **{**network.__dict__, "merges": frozenset(merges), "arcs_from": dict(arcs_from)}
    )


def stop_allowed_from(problem: Problem) -> int:
    """First year in which a level may stop under the notice rule (C20)."""
    return max(0, problem.policy.notice_years - 1) if problem.policy.on("closing") else 0


def eligible(problem: Problem, base_pupils: np.ndarray, site: int) -> bool:
    """Whether a site is small enough to stop a level without being relocated (N6)."""
    below = problem.policy.close_below
    return not problem.policy.on("closing") or below is None or bool(base_pupils[site] < below)


def new_levels(problem: Problem, option: int) -> list[int]:
    """Levels that an option brings to its site."""
    after = problem.options.levels_after[option] & ~problem.sites.runs[problem.options.site[option]]
    return [int(level) for level in np.flatnonzero(after)]


def dropped_levels(problem: Problem, option: int) -> list[tuple[int, int]]:
    """(site, level) pairs that stop in the service year of an option."""
    options, runs = problem.options, problem.sites.runs
    site = int(options.site[option])
    if options.action[option] is Action.CONVERT:
        stops = runs[site] & ~options.levels_after[option]
    elif options.action[option] is Action.RELOCATE:
        site = int(options.relocates[option])
        stops = runs[site]
    else:
        return []
    return [(site, int(level)) for level in np.flatnonzero(stops)]


def _starts(problem: Problem, option: int) -> tuple[int, ...]:
    """Years in which an uncommitted option may be started (N1)."""
    options, first = problem.options, problem.horizon.first_year
    action, site = options.action[option], int(options.site[option])
    if options.committed[option] or action not in problem.policy.actions:
        return ()
    if action in EXCLUSIVE and not _placed(problem, option):
        return ()
    if action in EXCLUSIVE and np.any(
        (options.site == site)
        & (options.committed > 0)
        & np.array([one in EXCLUSIVE for one in options.action])
    ):
        return ()
    lead = int(options.lead[option])
    low = max(0, int(options.earliest[option]) - first)
    high = min(int(options.latest[option]) - first, problem.horizon.years - 1 - lead)
    dropped = dropped_levels(problem, option)
    if any(problem.sites.may_not_close[where] for where, _ in dropped):
        return ()
    if dropped:
        low = max(low, stop_allowed_from(problem) - lead)
    if action is Action.RELOCATE and not _may_relocate(problem, option):
        return ()
    return tuple(range(low, high + 1))


def _placed(problem: Problem, option: int) -> bool:
    """Whether every level new to the site is allowed in its kind of place."""
    place = problem.sites.place[problem.options.site[option]]
    allowed = problem.policy.allowed_places
    names = [problem.levels[level].name for level in new_levels(problem, option)]
    return all(name not in allowed or place in allowed[name] for name in names)


def _may_relocate(problem: Problem, option: int) -> bool:
    """Whether the option takes all levels of the old site, and each may merge into the new (N4)."""
    options, arcs = problem.options, problem.merge_arcs
    moving = problem.sites.runs[options.relocates[option]]
    if np.any(moving != options.levels_after[option]):
        return False
    triples = set(
        zip(arcs.from_site.tolist(), arcs.to_site.tolist(), arcs.level.tolist(), strict=True)
    )
    target = int(problem.options.site[option])
    return all((j, target, level) in triples for j, level in dropped_levels(problem, option))


def _forced_stops(
    problem: Problem, starts: dict[int, tuple[int, ...]], committed: dict[int, int]
) -> tuple[
    dict[tuple[int, int, int], list[tuple[int, int]]],
    dict[tuple[int, int, int], list[tuple[int, int]]],
]:
    """Find the stops that a convert or relocate asks for, and those of relocations alone."""
    projects: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    relocations: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for option in (*starts, *committed):
        for start in starts.get(option, (committed.get(option, 0),)):
            year = start + int(problem.options.lead[option])
            if not 0 <= year < problem.horizon.years:
                continue
            for site, level in dropped_levels(problem, option):
                projects[site, level, year].append((option, start))
                if problem.options.action[option] is Action.RELOCATE:
                    relocations[site, level, year].append((option, start))
    return dict(projects), dict(relocations)


def _stop_years(
    problem: Problem,
    base_pupils: np.ndarray,
    projects: dict[tuple[int, int, int], list[tuple[int, int]]],
    relocations: dict[tuple[int, int, int], list[tuple[int, int]]],
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Years in which each base-year level may stop (N3, N6)."""
    years: dict[tuple[int, int], tuple[int, ...]] = {}
    close, merge = (one in problem.policy.actions for one in (Action.CLOSE, Action.MERGE))
    arcs = problem.merge_arcs
    merging = set(zip(arcs.from_site.tolist(), arcs.level.tolist(), strict=True))
    for site, level in np.argwhere(problem.sites.runs & ~problem.sites.may_not_close[:, None]):
        asked = projects if eligible(problem, base_pupils, site) else relocations
        free = close or (merge and (int(site), int(level)) in merging)
        found = tuple(
            t
            for t in range(stop_allowed_from(problem), problem.horizon.years)
            if (free and asked is projects) or (site, level, t) in asked
        )
        if found:
            years[int(site), int(level)] = found
    return years


def _add_openings(
    problem: Problem,
    starts: dict[int, tuple[int, ...]],
    committed: dict[int, int],
    changes: dict[tuple[int, int], tuple[int, ...]],
    fixed: dict[tuple[int, int], int],
) -> None:
    """Add the years in which levels new to a site may start; committed ones are fixed."""
    serving: dict[tuple[int, int], set[int]] = defaultdict(set)
    for option in (*starts, *committed):
        if problem.options.action[option] not in EXCLUSIVE:
            continue
        site, lead = int(problem.options.site[option]), int(problem.options.lead[option])
        for level in new_levels(problem, option):
            if option in committed:
                if committed[option] + lead >= 0:
                    fixed[site, level] = committed[option] + lead
            else:
                serving[site, level] |= {start + lead for start in starts[option]}
    changes.update({where: tuple(sorted(years)) for where, years in serving.items()})


def _merges(problem: Problem, network: Network) -> set[tuple[int, int]]:
    """(arc, year) pairs in which a merger may be ordered (P5)."""
    arcs, found = problem.merge_arcs, set()
    merge = Action.MERGE in problem.policy.actions
    for arc in range(len(arcs)):
        j, k = int(arcs.from_site[arc]), int(arcs.to_site[arc])
        level = int(arcs.level[arc])
        for year in network.changes.get((j, level), ()):
            if not network.may_stop(j, level, year) or network.running(k, level, year) == 0:
                continue
            asked = (j, level, year) in network.projects
            if asked or (merge and eligible(problem, network.base_pupils, j)):
                found.add((arc, year))
    return found
