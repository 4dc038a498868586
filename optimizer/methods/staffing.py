"""Teachers of a fixed network, some planned years at a time (C25).

Each window of years is the MILP of `optimizer.formulation.staff_build`, given what went before; the
years after it are not looked at, but for the first staff of schools about to open. So the postings
keep every rule and are good, not proven best; a window of all years is exact, up to the preference
for even postings among those that cost the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.clash import clash_of
from optimizer.domain import Plan, Postings, Problem
from optimizer.formulation.arrays import Milp
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.parts import ImpossibleError
from optimizer.formulation.staff_build import EVEN, StaffModel, build_staff
from optimizer.formulation.staff_parts import FORCED, KINDS, RURAL, URBAN, StaffParts, Window
from optimizer.methods.highs import solve
from optimizer.methods.mip import Outcome, Settings
from optimizer.methods.pairing import Pair, pair_any, pair_apart
from optimizer.posts import posts
from optimizer.presence import presence
from optimizer.staff_flow import Flows, base_eligible, flows

GAP = 1e-3
NODES = 500
SECONDS = 30.0
"""For one window: the nodes are meant to end it, so that the answer hangs on no clock."""
CLASH_SECONDS = 20.0
_NEARLY = 1e-6

_NAMES = ("teachers", "departures", "forced", "arrivals", "hires", "reserve", "moves")
Found = dict[str, Counter[tuple[int, ...]]]
Row = tuple[int, int, int, int, int]


class StaffingError(RuntimeError):
    """The rules about teachers cannot all hold in this network; `year`, and which: `rules`."""

    def __init__(self, year: int, rules: tuple[str, ...]) -> None:
        self.year, self.rules = year, rules
        super().__init__(f"{', '.join(rules)} cannot all hold in {year}")


@dataclass(frozen=True)
class _Decided:
    """What has been decided so far, year by year, (N, S, T) each; moves and hires as rows."""

    teachers: np.ndarray
    arrivals: np.ndarray
    rotation: np.ndarray
    reserve: np.ndarray
    moves: list[Row]
    hires: list[Row]


def plan_staff(problem: Problem, plan: Plan, years_at_once: int = 1) -> Postings:
    """Post the teachers of a problem in the network of a plan, by every rule about them.

    Parameters
    ----------
    plan
        Its network keeps the rules; its postings are not looked at.
    years_at_once
        Length of a window.

    Raises
    ------
    StaffingError
        If no postings keep the rules in some year, given those chosen for the years before, or
        none were found within the limits.
    ValueError
        If the problem has no teachers.
    """
    if problem.staffing is None:
        raise ValueError("the problem has no teachers")
    staffing = problem.staffing
    flow = flows(problem, staffing, plan)
    asked = posts(problem, staffing, plan, presence(problem, plan))
    base = base_eligible(problem, staffing)
    done = _nothing_decided(flow)
    for first in range(0, problem.horizon.years, years_at_once):
        window = Window(
            first=first,
            end=min(first + years_at_once, problem.horizon.years),
            before=flow.base if first == 0 else done.teachers[:, :, first - 1],
            arrivals=done.arrivals,
            rotation=done.rotation,
            reserve=np.zeros_like(flow.base) if first == 0 else done.reserve[:, :, first - 1],
        )
        _decide(StaffParts(problem, staffing, flow, asked, base, window), done)
    return Postings(done.teachers, _rows(done.moves), _rows(done.hires))


def _nothing_decided(flow: Flows) -> _Decided:
    teachers, arrivals, rotation, reserve = (np.zeros_like(flow.leave) for _ in range(4))
    return _Decided(teachers, arrivals, rotation, reserve, [], [])


def _decide(parts: StaffParts, done: _Decided) -> None:
    """Solve a window and write down what it says."""
    year = parts.year(parts.window.first)
    try:
        model = build_staff(parts, EVEN)
    except ImpossibleError as impossible:
        raise StaffingError(year, (str(impossible),)) from None
    compiled = compile_model(model)
    outcome = _solved(compiled)
    if outcome.values is None:
        named = clash_of(compiled, CLASH_SECONDS) or (outcome.stopped_by,)
        raise StaffingError(year, named)
    _write(parts, _values(model, compiled, outcome.values), done)


def _solved(milp: Milp) -> Outcome:
    """Solve a window: near its relaxation, then a little farther off, and only then everywhere.

    The relaxation is nearly whole (see `formulation.staffing`), so that whole numbers next to it
    are as good as any most of the time, and are found in a hundredth of the time.
    """
    settings = Settings(gap=GAP, nodes=NODES, seconds=SECONDS)
    relaxed = solve(replace(milp.arrays(), integer=np.zeros_like(milp.integer)), settings)
    if relaxed.values is None:
        return solve(milp, settings)
    best = None
    for reach in (0, 1):
        down = np.ceil(relaxed.values - _NEARLY) - reach
        up = np.floor(relaxed.values + _NEARLY) + reach
        lower = np.where(milp.integer, np.maximum(milp.lower, np.minimum(down, up)), milp.lower)
        upper = np.where(milp.integer, np.minimum(milp.upper, np.maximum(down, up)), milp.upper)
        near = solve(replace(milp.arrays(), lower=lower, upper=upper), settings)
        if near.values is not None:
            best = near
            if near.objective - relaxed.bound <= GAP * abs(near.objective) + _NEARLY:
                return near
    further = solve(milp, settings, None if best is None else _as_start(best))
    return further if best is None or further.objective <= best.objective else best


def _as_start(outcome: Outcome) -> dict[int, float]:
    return {} if outcome.values is None else dict(enumerate(outcome.values.tolist()))


def _values(model: StaffModel, compiled: Compiled, values: np.ndarray) -> Found:
    """Whole numbers above 0, by the name and the rest of their key."""
    found: Found = {name: Counter() for name in _NAMES}
    for (name, *rest), variable in model.parts.variables.items():
        column = compiled.position.get(id(variable))
        if column is None or name not in found:
            continue
        if (number := round(values[column])) > 0:
            found[str(name)][tuple(int(one) for one in rest)] = number
    return found


def _write(parts: StaffParts, found: Found, done: _Decided) -> None:
    for name, array in (
        ("teachers", done.teachers),
        ("departures", done.rotation),
        ("arrivals", done.arrivals),
        ("hires", done.arrivals),
        ("reserve", done.reserve),
    ):
        for place, number in found[name].items():
            array[place] += number
    first, end = parts.window.first, parts.window.end
    done.arrivals[:, :, first] += parts.window.reserve
    done.arrivals[:, :, first + 1 : end] += done.reserve[:, :, first : end - 1]
    done.moves.extend(_moves(parts, found))
    for name, later in (("hires", 0), ("reserve", 1)):
        for (pool, site, t), number in sorted(found[name].items()):
            year = parts.year(t)
            done.hires.append((pool, site, year, year + later, number))


def _moves(parts: StaffParts, found: Found) -> Iterator[Row]:
    """Pair departures with arrivals, pool by pool and year by year."""
    leave: dict[tuple[int, int], list[Counter[int]]] = {}
    come: dict[tuple[int, int], list[Counter[int]]] = {}
    for name, ends in (("departures", leave), ("forced", leave), ("arrivals", come)):
        for (pool, site, t), number in found[name].items():
            kind = FORCED if name == "forced" else parts.kind(site)
            ends.setdefault((pool, t), [Counter() for _ in KINDS])[kind][site] += number
    for pool, t in sorted(leave):
        told = [[found["moves"][pool, a, b, t] for b in (URBAN, RURAL)] for a in range(len(KINDS))]
        pairs = _pairs(leave[pool, t], come[pool, t], told)
        for (old, new), number in sorted(pairs.items()):
            yield pool, old, new, parts.year(t), number


def _pairs(
    leave: list[Counter[int]], come: list[Counter[int]], told: list[list[int]]
) -> Counter[Pair]:
    """Pair the ends of one pool and year: first those within a kind, then the others."""
    pairs: Counter[Pair] = Counter()
    for kind in (URBAN, RURAL):
        near = pair_apart(leave[kind], come[kind], told[kind][kind])
        for (old, new), number in near.items():
            leave[kind][old] -= number
            come[kind][new] -= number
        pairs += near
    forced = sorted(leave[FORCED].elements())
    for receiver, origin in ((URBAN, RURAL), (RURAL, URBAN)):
        number = told[FORCED][receiver]
        pairs += pair_any(leave[origin] + Counter(forced[:number]), come[receiver])
        forced = forced[number:]
    return pairs


def _rows(rows: list[Row]) -> np.ndarray:
    return np.array(rows, dtype=int).reshape(-1, 5)
