"""The rules of a problem as groups that a planner would name, and what letting go of each means.

A *law* stays whatever happens: it may be part of a clash, never of a mend. What a plan is at all
(cohorts stay together, classes never fall, a level that stops does not restart) is no rule here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np

from optimizer.domain import Action, MergeArcs, Options, Problem, Sites, Travel
from optimizer.formulation.index import make_network

Amounts = Mapping[str, float]
"""What of a rule gives (a site, a year, a project; empty: the rule as a whole) to how much."""
LAWS = ("places", "continuing", "unsafe", "points", "orders")
"""Every pupil has a school; the enrolled go on at one they can reach; an unsafe building does not
run; a teaching point has a parent; what was decided is consistent. Names as in `elastic`."""


class Search(Enum):
    """How the smallest change of a rule is found."""

    ROWS = "the least slack of its rows"
    USED = "the fewest uses of what it forbids"
    STEPS = "the first of rising values"
    KEYS = "leaving out all that need not change"


@dataclass(frozen=True)
class Rule:
    """A group of rules that may give.

    Attributes
    ----------
    says
        Whether it forbids anything in a problem.
    without
        The problem as if it were not there.
    eased
        The problem with some of it given up.
    steps
        Rising amounts to try, for `Search.STEPS`.
    keys
        What may give, for `Search.STEPS` (all by the same amount) and `Search.KEYS`.
    """

    name: str
    unit: str
    search: Search
    says: Callable[[Problem], bool]
    without: Callable[[Problem], Problem]
    eased: Callable[[Problem, Amounts], Problem]
    steps: Callable[[Problem], list[float]] = lambda _: [1.0]
    keys: Callable[[Problem], list[str]] = lambda _: [""]


@dataclass(frozen=True, eq=False)
class Wider:
    """What the rules of today keep out of the tables of a problem.

    Attributes
    ----------
    travel
        Pairs beyond the limit too, open to entrants, with their minutes over it in `beyond`; and
        pairs of sites that the policy does not let run.
    merge_arcs
        Mergers of schools that may not close.
    """

    travel: Travel
    merge_arcs: MergeArcs


def soft_rules(wider: Wider | None = None) -> tuple[Rule, ...]:
    """Return the rules that may give, those first that are let go of first.

    Parameters
    ----------
    wider
        Without it nothing is said about the travel limit.
    """
    reach = () if wider is None else (_reach(wider.travel),)
    return (*_OF_POLICY, *_OF_PROJECTS, *reach, *_OF_PLACES, _BUDGET)


def policy(problem: Problem, **fields: Any) -> Problem:
    """Change fields of the policy."""
    return replace(problem, policy=replace(problem.policy, **fields))


def _sites(problem: Problem, **fields: Any) -> Problem:
    sites: Sites = replace(problem.sites, **fields)
    return replace(problem, sites=sites)


def _options(problem: Problem, **fields: Any) -> Problem:
    options: Options = replace(problem.options, **fields)
    return replace(problem, options=options)


def _at(problem: Problem, amounts: Amounts) -> np.ndarray:
    """(S,) amounts of the sites named."""
    return np.array([amounts.get(name, 0.0) for name in problem.sites.ids])


def _chosen(problem: Problem, amounts: Amounts) -> np.ndarray:
    """(O,) bool: projects named."""
    return np.array([amounts.get(name, 0.0) > 0 for name in problem.options.ids], dtype=bool)


def _closing(says: Callable[[Problem], bool]) -> Callable[[Problem], bool]:
    return lambda problem: problem.policy.on("closing") and says(problem)


def _lever(name: str, unit: str, on: Any, off: Any) -> Rule:
    """Make a rule that is a switch of the policy."""
    return Rule(
        name,
        unit,
        Search.KEYS,
        lambda problem: getattr(problem.policy, _FIELDS[name]) is on,
        lambda problem: policy(problem, **{_FIELDS[name]: off}),
        lambda problem, amounts: policy(problem, **{_FIELDS[name]: off if amounts else on}),
    )


_FIELDS = {
    "whole_zones": "whole_zones",
    "carry_over": "carry_over",
    "last_school": "keep_last_lower_secondary",
}


def _bodies(problem: Problem) -> np.ndarray:
    """(S,) pupils of the base year."""
    return np.asarray(make_network(problem).base_pupils)


def _close_steps(problem: Problem) -> list[float]:
    below = problem.policy.close_below or 0.0
    larger = [pupils + 1.0 - below for pupils in _bodies(problem) if pupils >= below]
    grown = float(problem.demand.entrants.sum() + problem.enrolled.pupils.sum())
    return sorted({*np.ceil(larger).tolist(), float(np.ceil(grown))})


def _notice(problem: Problem, shorter: float) -> Problem:
    return policy(problem, notice_years=max(0, problem.policy.notice_years - round(shorter)))


_OF_POLICY = (
    _lever("whole_zones", "rule", True, False),
    Rule(
        "notice",
        "years",
        Search.STEPS,
        _closing(lambda problem: problem.policy.notice_years > 1),
        lambda problem: _notice(problem, problem.policy.notice_years),
        lambda problem, amounts: _notice(problem, sum(amounts.values())),
        lambda problem: [float(n) for n in range(1, problem.policy.notice_years)],
    ),
    Rule(
        "close_below",
        "pupils",
        Search.STEPS,
        _closing(lambda problem: problem.policy.close_below is not None),
        lambda problem: policy(problem, close_below=None),
        lambda problem, amounts: policy(
            problem, close_below=(problem.policy.close_below or 0.0) + sum(amounts.values())
        ),
        _close_steps,
    ),
    replace(
        _lever("last_school", "rule", True, False),
        says=_closing(lambda problem: problem.policy.keep_last_lower_secondary),
    ),
    Rule(
        "schools_open",
        "schools",
        Search.ROWS,
        lambda problem: problem.policy.schools_open is not None,
        lambda problem: policy(problem, schools_open=None),
        lambda problem, amounts: policy(
            problem,
            schools_open=(problem.policy.schools_open or 0)
            + round(amounts.get("more", 0.0) - amounts.get("fewer", 0.0)),
        ),
    ),
    Rule(
        "closings",
        "closings",
        Search.ROWS,
        _closing(lambda problem: problem.policy.closings_per_year is not None),
        lambda problem: policy(problem, closings_per_year=None),
        lambda problem, amounts: policy(
            problem,
            closings_per_year=(problem.policy.closings_per_year or 0)
            + round(sum(amounts.values())),
        ),
    ),
    Rule(
        "protected",
        "schools",
        Search.USED,
        lambda problem: bool((problem.sites.may_not_close & problem.sites.runs.any(axis=1)).any()),
        lambda problem: _sites(
            problem,
            protected=np.zeros_like(problem.sites.protected),
            objection=np.zeros_like(problem.sites.objection),
        ),
        lambda problem, amounts: _sites(
            problem,
            protected=problem.sites.protected & (_at(problem, amounts) == 0),
            objection=np.where(_at(problem, amounts) > 0, 0.0, problem.sites.objection),
        ),
    ),
)


def _placed(problem: Problem) -> list[str]:
    """Level and kind of place of every pair that is not allowed."""
    allowed = problem.policy.allowed_places
    kinds = sorted(set(problem.sites.place))
    return [
        f"{level}/{one}" for level in sorted(allowed) for one in kinds if one not in allowed[level]
    ]


def _place(problem: Problem, amounts: Amounts) -> Problem:
    allowed = {
        level: kinds | {key.split("/", 1)[1] for key in amounts if key.startswith(f"{level}/")}
        for level, kinds in problem.policy.allowed_places.items()
    }
    return policy(problem, allowed_places=allowed)


def _windows(problem: Problem, moved: np.ndarray) -> Problem:
    """Let projects start in any year."""
    first, last = problem.horizon.first_year, problem.horizon.end - 1
    free = moved & (problem.options.committed == 0)
    return _options(
        problem,
        earliest=np.where(free, first, problem.options.earliest),
        latest=np.where(free, last, problem.options.latest),
    )


def _released(problem: Problem, freed: np.ndarray) -> Problem:
    """Let projects that were decided, but have not begun, be built then or never."""
    options = problem.options
    free = freed & (options.committed >= problem.horizon.first_year)
    begin = np.where(free, options.committed, options.earliest)
    end = np.where(free, options.committed, options.latest)
    actions = {one for one, on in zip(options.action, free, strict=True) if on}
    wider = policy(problem, actions=problem.policy.actions | actions)
    return _options(
        wider, committed=np.where(free, 0, options.committed), earliest=begin, latest=end
    )


def _to_come(problem: Problem) -> np.ndarray:
    return np.asarray(problem.options.committed >= problem.horizon.first_year)


_OF_PROJECTS = (
    Rule(
        "allowed_places",
        "kinds of place",
        Search.KEYS,
        lambda problem: bool(_placed(problem)),
        lambda problem: policy(problem, allowed_places={}),
        _place,
        keys=_placed,
    ),
    Rule(
        "actions",
        "kinds of action",
        Search.KEYS,
        lambda problem: len(problem.policy.actions) < len(Action),
        lambda problem: policy(problem, actions=frozenset(Action)),
        lambda problem, amounts: policy(
            problem, actions=problem.policy.actions | {Action(name) for name in amounts}
        ),
        keys=lambda problem: sorted(
            one.value for one in frozenset(Action) - problem.policy.actions
        ),
    ),
    Rule(
        "start_years",
        "projects",
        Search.USED,
        lambda problem: bool(
            (
                (problem.options.earliest > problem.horizon.first_year)
                | (problem.options.latest + problem.options.lead < problem.horizon.end - 1)
            )[problem.options.committed == 0].any()
        ),
        lambda problem: _windows(problem, np.ones(len(problem.options), dtype=bool)),
        lambda problem, amounts: _windows(problem, _chosen(problem, amounts)),
    ),
    Rule(
        "committed",
        "projects",
        Search.KEYS,
        lambda problem: bool(_to_come(problem).any()),
        lambda problem: _released(problem, _to_come(problem)),
        lambda problem, amounts: _released(problem, _chosen(problem, amounts)),
        keys=lambda problem: [problem.options.ids[o] for o in np.flatnonzero(_to_come(problem))],
    ),
)


def _everyone(problem: Problem) -> float:
    """At least as many pupils as are ever at school together."""
    return float(problem.demand.entrants.sum() + problem.enrolled.pupils.sum()) * 2


def _enough_rooms(problem: Problem) -> int:
    """Rooms with which a site would take the whole county."""
    smallest = min(level.cap for level in problem.levels)
    cohorts = sum(level.cohorts(problem.horizon.years) for level in problem.levels)
    kept = int(problem.enrolled.classes.sum())
    return int(np.ceil(_everyone(problem) / smallest)) + cohorts + kept


def _harder(problem: Problem, amounts: Amounts) -> Problem:
    levels = tuple(
        replace(one, hard=one.hard + amounts.get(one.name, 0.0)) for one in problem.levels
    )
    return replace(problem, levels=levels)


def _hard_steps(problem: Problem) -> list[float]:
    least = min(level.hard for level in problem.levels)
    return [float(n) for n in range(1, int(max(2.0, 200.0 - least)))]


_OF_PLACES = (
    Rule(
        "seats",
        "pupils",
        Search.ROWS,
        lambda problem: bool(np.isfinite(problem.sites.seats).any()),
        lambda problem: _sites(problem, seats=problem.sites.seats + _everyone(problem)),
        lambda problem, amounts: _sites(
            problem, seats=problem.sites.seats + np.ceil(_at(problem, amounts))
        ),
    ),
    Rule(
        "class_size",
        "pupils a class",
        Search.STEPS,
        lambda problem: problem.policy.on("class_size"),
        lambda problem: _harder(problem, {one.name: _everyone(problem) for one in problem.levels}),
        _harder,
        _hard_steps,
        lambda problem: [one.name for one in problem.levels],
    ),
    Rule(
        "rooms",
        "rooms",
        Search.ROWS,
        lambda problem: problem.policy.on("class_size"),
        lambda problem: _sites(problem, rooms=problem.sites.rooms + _enough_rooms(problem)),
        lambda problem, amounts: _sites(
            problem,
            rooms=problem.sites.rooms + np.ceil(_at(problem, amounts) - 1e-6).astype(int),
        ),
    ),
)


def _more_money(problem: Problem, amounts: Amounts) -> Problem:
    extra = np.array([amounts.get(str(year), 0.0) for year in problem.horizon.labels])
    return replace(problem, budget=problem.budget + np.ceil(extra - 1e-3))


def _limited(problem: Problem) -> bool:
    return problem.policy.on("budget") and bool(np.isfinite(problem.budget).any())


_BUDGET = Rule(
    "budget",
    "yuan",
    Search.ROWS,
    _limited,
    lambda problem: replace(problem, budget=np.full_like(problem.budget, np.inf)),
    _more_money,
)


def _reach(farther: Travel) -> Rule:
    return Rule(
        "reach",
        "minutes",
        Search.STEPS,
        lambda problem: len(problem.travel) > 0,
        lambda problem: _within(problem, farther, np.inf),
        lambda problem, amounts: _within(problem, farther, sum(amounts.values())),
        lambda _: sorted({float(np.ceil(n)) for n in farther.beyond[farther.intake] if n > 0}),
    )


def _within(problem: Problem, farther: Travel, minutes: float) -> Problem:
    """Let pupils go so many minutes beyond the limit."""
    near = farther.intake & (farther.beyond > 0) & (farther.beyond <= minutes)
    return replace(problem, travel=_joined(problem.travel, farther, near))


def with_idle_sites(problem: Problem, wider: Wider | None) -> Problem:
    """Add pairs and mergers that no rule of today lets anyone use, in case one is let go of."""
    if wider is None:
        return problem
    network, last, more = make_network(problem), problem.horizon.years - 1, wider.travel
    idle = np.array(
        [
            network.running(int(j), int(level), last) == 0 and not problem.sites.runs[j, level]
            for j, level in zip(more.site, more.level, strict=True)
        ],
        dtype=bool,
    )
    chosen = more.intake & (more.beyond == 0) & idle
    stopped = {(site, level) for site, level, _ in network.projects}
    old = problem.merge_arcs
    senders = {(site, level) for level, site, _ in _arcs(old)} | stopped
    arcs = [
        *_arcs(old),
        *(arc for arc in _arcs(wider.merge_arcs) if (arc[1], arc[0]) not in senders),
    ]
    table = np.array(sorted(arcs), dtype=int).reshape(-1, 3)
    return replace(
        problem,
        travel=_joined(problem.travel, more, chosen),
        merge_arcs=MergeArcs(table[:, 1], table[:, 2], table[:, 0]),
    )


def _arcs(arcs: MergeArcs) -> list[tuple[int, int, int]]:
    """Level, sender, receiver of each."""
    columns = arcs.level.tolist(), arcs.from_site.tolist(), arcs.to_site.tolist()
    return list(zip(*columns, strict=True))


def _joined(old: Travel, more: Travel, chosen: np.ndarray) -> Travel:
    """Rows of one table and chosen rows of another, which replace those not open to entrants."""
    have = set(_triples(old, old.intake))
    new = chosen & np.array(
        [triple not in have for triple in _triples(more, np.ones_like(chosen))], dtype=bool
    )
    coming = set(_triples(more, new))
    stay = np.array(
        [triple not in coming for triple in _triples(old, np.ones_like(old.intake))], dtype=bool
    )
    columns = {
        name: np.concatenate([array[stay], getattr(more, name)[new]])
        for name, array in vars(old).items()
    }
    order = np.lexsort((columns["site"], columns["zone"], columns["level"]))
    return Travel(**{name: array[order] for name, array in columns.items()})


def _triples(travel: Travel, rows: np.ndarray) -> list[tuple[int, int, int]]:
    return list(
        zip(
            travel.level[rows].tolist(),
            travel.zone[rows].tolist(),
            travel.site[rows].tolist(),
            strict=True,
        )
    )
