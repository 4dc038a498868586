r"""Staffing: where teachers stand, who is hired, and what posts are short (C23; T1 to T7).

    balance[p,j,t]:  w[p,j,t] = w[p,j,t-1] - leave + follow + arrivals[p,j,t] - departures[p,j,t]
                                - forced[p,j,t] + hires[p,j,t] + reserve[p,j,t-1]
    total[t]:        Σ hires[t] + Σ reserve[t] = Σ leave[t]
    sent[p,a,t]:     Σ_b moves[p,a,b,t] = Σ_j departures[p,j,t] of kind a, or Σ_j forced[p,j,t]
    received[p,b,t]: Σ_a moves[p,a,b,t] = Σ_j arrivals[p,j,t] of kind b
    apart[p,j,t]:    departures[p,j,t] + arrivals[p,j,t] ≤ all moves of the pool that leave or
                     reach j's kind, rotation departures of another kind's own exchange left out
    lessons[j,l,s,t]: lacking ≥ fte[s] - Σ_p w[p,j,t]
    whole[j,l,s,t]:   lacking ≥ (fte[s] - ⌊fte[s]⌋) (⌈fte[s]⌉ - Σ_p w[p,j,t])
    by_subject[j,l,t]: short ≥ Σ_s lacking[j,l,s,t]
    in_all[j,l,t]:     short ≥ posts - Σ_p w[p,j,t]

    post_short    = Σ d[t] · post_short_year · short[j,l,t]
    post_surplus  = Σ d[t] · post_surplus_year · (Σ_p w[p,j,t] + short[j,l,t] - posts[j,l,t])
    teachers_moved = Σ d[t] · teacher_moved · arrivals[p,j,t]

`leave`, `follow`, `posts` and `fte` are data: the network is given. `whole` holds because teachers
are whole, and closes the gap between the programme and its linear relaxation. `apart` is the cut
condition of pairing the ends within a kind when nobody may stay where they are: with f the moves
from kind k to itself, any rotation departures r and arrivals c of that kind can be paired for f of
them iff r[j] + c[j] ≤ Σ r + Σ c - f at every site j.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.formulation.parts import Columns, Linear, Row, Terms, declare, rows, total
from optimizer.formulation.staff_parts import FORCED, KINDS, RURAL, URBAN, StaffParts

NAME = "staffing"
_NO_PART = 1e-9
"""Lessons this close to a whole number of teachers need no row of their own."""
Cell = tuple[int, int, int]
"""Site, level, year counted from t0."""


def add(block: Any, parts: StaffParts) -> Terms:
    """Add the rows; three cost terms."""
    _balance(block, parts)
    _total(block, parts)
    _ends(block, parts)
    _apart(block, parts)
    terms = _posts(block, parts)
    moved = Linear()
    price = parts.problem.prices.teacher_moved
    discount = parts.problem.horizon.discount
    for place in parts.places(parts.flow.runs):
        arrivals = parts.sum("arrivals", [place])
        moved.plus(arrivals, price * float(discount[place[2]]))
    return {**terms, "teachers_moved": moved}


def _balance(block: Any, parts: StaffParts) -> None:
    flow, window = parts.flow, parts.window
    touched = flow.runs | flow.ran | (flow.leave != 0) | (flow.follow != 0)
    written: dict[Any, Row] = {}
    for place in parts.places(touched):
        pool, site, t = place
        line = parts.teachers(*place)
        line.plus(parts.teachers(pool, site, t - 1), -1.0)
        for name in ("arrivals", "hires"):
            line.plus(parts.sum(name, [place]), -1.0)
        for name in ("departures", "forced"):
            line.plus(parts.sum(name, [place]))
        line.plus(parts.sum("reserve", [(pool, site, t - 1)]), -1.0)
        known = int(flow.follow[place] - flow.leave[place])
        if t == window.first:
            known += int(window.reserve[pool, site])
        written[parts.label(place)] = (float(known), line, float(known))
    rows(block, "balance", written)


def _total(block: Any, parts: StaffParts) -> None:
    hired = {t: Linear() for t in parts.window.years}
    for (name, *_, year), variable in parts.variables.items():
        if name in ("hires", "reserve"):
            hired[int(year)].add(1.0, variable)
    written: dict[Any, Row] = {}
    for t, line in hired.items():
        leave = float(parts.flow.leave[:, :, t].sum())
        written[parts.year(t)] = (leave, line, leave)
    rows(block, "total", written)


def _ends(block: Any, parts: StaffParts) -> None:
    """Tell moves by the kinds of their ends."""
    sent: dict[tuple[int, int, int], Linear] = {}
    received: dict[tuple[int, int, int], Linear] = {}
    for key, variable in parts.variables.items():
        name, pool, year = key[0], int(key[1]), int(key[-1])
        if name == "moves":
            origin, receiver = int(key[2]), int(key[3])
            sent.setdefault((pool, origin, year), Linear()).add(1.0, variable)
            received.setdefault((pool, receiver, year), Linear()).add(1.0, variable)
        elif name in ("departures", "forced"):
            origin = FORCED if name == "forced" else parts.kind(int(key[2]))
            sent.setdefault((pool, origin, year), Linear()).add(-1.0, variable)
        elif name == "arrivals":
            at = pool, parts.kind(int(key[2])), year
            received.setdefault(at, Linear()).add(-1.0, variable)
    for name, lines in (("sent", sent), ("received", received)):
        written: dict[Any, Row] = {
            (parts.staffing.pools.ids[pool], KINDS[kind], parts.year(year)): (0.0, line, 0.0)
            for (pool, kind, year), line in sorted(lines.items())
        }
        rows(block, name, written)


def _apart(block: Any, parts: StaffParts) -> None:
    written: dict[Any, Row] = {}
    for place in parts.places(parts.flow.runs):
        pool, site, t = place
        if ("departures", *place) not in parts.variables:
            continue
        own = parts.kind(site)
        other = RURAL if own == URBAN else URBAN
        line = parts.sum("departures", [place]).plus(parts.sum("arrivals", [place]))
        for origin, receiver in ((own, own), (own, other), (other, own), (FORCED, own)):
            line.plus(parts.moves(pool, origin, receiver, t), -1.0)
        written[parts.label(place)] = (None, line, 0.0)
    rows(block, "apart", written)


def cells_of(parts: StaffParts) -> Iterator[Cell]:
    """Where a level runs in the window, and where it starts right after."""
    pools, flow, end = parts.staffing.pools, parts.flow, parts.window.end
    for level in range(len(parts.problem.levels)):
        here = np.flatnonzero(pools.level == level)
        if not len(here):
            continue
        runs, starts = flow.runs[here[0]], flow.starts[here[0]]
        for t in range(parts.window.first, min(end + 1, runs.shape[1])):
            for site in np.flatnonzero(starts[:, t] if t == end else runs[:, t]):
                yield int(site), level, t


def _posts(block: Any, parts: StaffParts) -> Terms:
    """Say what is short of lessons and of posts, and what both cost."""
    prices, discount = parts.problem.prices, parts.problem.horizon.discount
    cells = list(cells_of(parts))
    _declare_posts(block, parts, cells)
    _lessons(block, parts, cells)
    short_cost, surplus_cost = Linear(), Linear()
    in_all: dict[Any, Row] = {}
    for cell in cells:
        needed = total(here for _, here in teachers_there(parts, cell))
        needed.add(1.0, parts.variables["short", *cell]).add(-1.0, int(parts.asked.posts[cell]))
        in_all[label_of(parts, cell)] = (0.0, needed, None)
        weight = float(discount[cell[2]])
        short_cost.add(prices.post_short_year * weight, parts.variables["short", *cell])
        surplus_cost.plus(needed, prices.post_surplus_year * weight)
    rows(block, "in_all", in_all)
    return {"post_short": short_cost, "post_surplus": surplus_cost}


def _lessons(block: Any, parts: StaffParts, cells: list[Cell]) -> None:
    lessons: dict[Any, Row] = {}
    whole: dict[Any, Row] = {}
    by_subject: dict[Any, Row] = {}
    for cell in cells:
        label = label_of(parts, cell)
        short = Linear().add(1.0, parts.variables["short", *cell])
        for subject, here in teachers_there(parts, cell):
            lacking = parts.variables.get(("lacking", *cell, subject))
            if lacking is None:
                continue
            short.add(-1.0, lacking)
            fte = float(parts.asked.fte[(*cell, subject)])
            part = fte - math.floor(fte)
            for written, slope, height in (
                (lessons, 1.0, fte),
                (whole, part, part * math.ceil(fte)),
            ):
                if slope > _NO_PART:
                    line = Linear().add(1.0, lacking).plus(here, slope)
                    written[*label, parts.staffing.subjects[subject]] = (height, line, None)
        by_subject[label] = (0.0, short, None)
    for name, group in (("lessons", lessons), ("whole", whole), ("by_subject", by_subject)):
        rows(block, name, group)


def _declare_posts(block: Any, parts: StaffParts, cells: list[Cell]) -> None:
    columns: Columns = {("short", *cell): (label_of(parts, cell), cell[0], None) for cell in cells}
    lacking: Columns = {
        ("lacking", *cell, int(subject)): (
            (*label_of(parts, cell), parts.staffing.subjects[subject]),
            cell[0],
            None,
        )
        for cell in cells
        for subject in np.flatnonzero(parts.asked.fte[cell] > 0)
    }
    for name, group in (("short", columns), ("lacking", lacking)):
        declare(block, name, group, pyo.NonNegativeReals, parts.variables, parts.site_of)


def teachers_there(parts: StaffParts, cell: Cell) -> Iterator[tuple[int, Linear]]:
    """Yield each subject with its teachers at a cell."""
    site, level, t = cell
    pools = parts.staffing.pools
    for subject in range(len(parts.staffing.subjects)):
        here = np.flatnonzero((pools.level == level) & (pools.subject == subject))
        yield subject, total(parts.teachers(int(pool), site, t) for pool in here)


def label_of(parts: StaffParts, cell: Cell) -> tuple[str, str, int]:
    """Name a cell as people read it."""
    site, level, t = cell
    return parts.problem.sites.ids[site], parts.problem.levels[level].name, parts.year(t)
