"""Find good plans: start from the relaxation, then change the network one site at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np

from optimizer.domain import Action
from optimizer.methods.by_site.allowed import admissible, affordable
from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.network import Design, bare_design
from optimizer.methods.by_site.room_gains import extension_gains
from optimizer.methods.by_site.searcher import Candidate, Searcher

FAINTEST = 0.002
"""Changes that the relaxation finds dearer by more than this part of the cost are not tried."""

Key = tuple[int, int, frozenset[int], bytes]
"""A site with its lifecycle, projects and targets: what a change of it comes to."""


class _Change(NamedTuple):
    """A design that differs at one site."""

    design: Design
    site: int
    key: Key


def design_from_relaxation(frame: Frame, cycle_share: Floats, extension_share: Floats) -> Design:
    """Round the smoothed choice of lifecycles and extensions, largest first, within rules."""
    design = bare_design(frame)
    table, more = frame.alternatives, frame.extensions
    spend = table.spend[design.cycle].sum(axis=0)
    steps: list[tuple[float, int, int]] = []
    for site, (first, last) in enumerate(zip(table.first[:-1], table.first[1:], strict=True)):
        plain = design.cycle[site]
        opens = [a for a in range(first, last) if a != plain and not table.closes[a].any()]
        share = float(cycle_share[opens].sum()) if opens else 0.0
        if share >= 0.4:
            steps.append((share, 0, max(opens, key=lambda a: float(cycle_share[a]))))
    for option in np.unique(more.option):
        rows = np.flatnonzero(more.option == option)
        share = float(extension_share[rows].sum())
        if share >= 0.4:
            steps.append((share, 1, int(rows[np.argmax(extension_share[rows])])))
    for _, kind, row in sorted(steps, reverse=True):
        paid = more.spend[row] if kind else table.spend[row]
        if not affordable(frame, spend + paid):
            continue
        changed = (
            replace(design, extended=design.extended | {row})
            if kind
            else design.with_cycle(frame.cycles[row].site, row)
        )
        if admissible(frame, changed):
            design, spend = changed, spend + paid
    return design


def proposals(
    frame: Frame, design: Design, values: Floats, multipliers: Multipliers
) -> Iterator[tuple[float, Design, int]]:
    """List changes of one site, with how promising the relaxation finds them, and the site."""
    table, more = frame.alternatives, frame.extensions
    for site, (first, last) in enumerate(zip(table.first[:-1], table.first[1:], strict=True)):
        now = design.cycle[site]
        order = first + np.argsort(values[first:last], kind="stable")
        for cycle in [a for a in order if a != now][:4]:
            promise = float(values[cycle] - values[now])
            for changed in with_targets(frame, design.with_cycle(site, int(cycle)), site):
                yield promise, changed, site
    yield from _relocations(frame, design, values)
    gains = extension_gains(frame, multipliers, design.cycle)
    chosen = {int(more.option[row]): row for row in design.extended}
    for option in np.unique(more.option):
        rows = np.flatnonzero(more.option == option)
        site = int(more.site[rows[0]])
        now_row = chosen.get(int(option))
        rest = design.extended - {now_row} if now_row is not None else design.extended
        present = gains[now_row] if now_row is not None else 0.0
        rows = rows[np.isfinite(gains[rows])]
        if now_row is not None:
            yield -float(present), replace(design, extended=frozenset(rest)), site
        for row in rows[np.argsort(gains[rows], kind="stable")][:2]:
            if row != now_row:
                extended = frozenset(rest | {int(row)})
                yield float(gains[row] - present), replace(design, extended=extended), site


def _relocations(
    frame: Frame, design: Design, values: Floats
) -> Iterator[tuple[float, Design, int]]:
    """Move a whole school: its old and its new site change together."""
    table, options = frame.alternatives, frame.problem.options
    for row, cycle in enumerate(frame.cycles):
        for option, start in cycle.starts:
            old = int(options.relocates[option])
            if old < 0 or design.cycle[cycle.site] == row:
                continue
            service = start + int(options.lead[option])
            runs = frame.problem.sites.runs[old]
            leaving = [
                a
                for a in range(table.first[old], table.first[old + 1])
                if np.all(table.stop[a][runs] == service)
            ]
            if not leaving:
                continue
            target = design.target.copy()
            target[old] = np.where(runs, cycle.site, -1)
            changed = design.with_cycle(cycle.site, row).with_cycle(old, leaving[0])
            now = values[design.cycle[cycle.site]] + values[design.cycle[old]]
            promise = float(values[row] + values[leaving[0]] - now)
            yield promise, replace(changed, target=target), cycle.site


def with_targets(frame: Frame, design: Design, site: int) -> Iterator[Design]:
    """List the design with each sensible choice of where the stopping levels of a site continue."""
    problem, table = frame.problem, frame.alternatives
    stop = table.stop[design.cycle[site]]
    stopping = np.flatnonzero((stop < problem.horizon.years) & problem.sites.runs[site])
    target = design.target.copy()
    target[site] = -1
    if not len(stopping):
        yield replace(design, target=target)
        return
    if Action.MERGE not in problem.policy.actions:
        yield replace(design, target=target)
    arcs = problem.merge_arcs
    for rank in range(2):
        for level in stopping:
            rows = np.flatnonzero((arcs.from_site == site) & (arcs.level == level))
            open_rows = [
                int(arcs.to_site[row])
                for row in rows
                if table.begin[design.cycle[arcs.to_site[row]], level] <= stop[level]
                and table.stop[design.cycle[arcs.to_site[row]], level] > stop[level]
            ]
            if len(open_rows) <= rank:
                return
            target[site, level] = open_rows[rank]
        yield replace(design, target=target.copy())


def improve(
    searcher: Searcher,
    best: Candidate,
    values: Floats,
    multipliers: Multipliers,
    deadline: float,
    report: Callable[[Candidate], bool | None],
) -> Candidate:
    """Try the most promising changes of one site each, keep what is cheaper, until none is.

    Whenever one is kept, the changes are listed anew from the better design. A change that failed
    is not tried again while its site stays as it is.
    """
    failed: set[Key] = set()
    everyone = np.arange(len(searcher.frame.problem.zones))
    while time.perf_counter() < deadline:
        better = _first_gain(searcher, best, values, multipliers, deadline, failed)
        if better is not None:
            best = better
            continue
        polished = searcher.price(best.design, best.site, everyone, 1, True, deadline)
        if polished is None or polished.cost >= best.cost - searcher.frame.grain:
            break
        best = polished
        if report(best):
            break
    return best


def _first_gain(
    searcher: Searcher,
    best: Candidate,
    values: Floats,
    multipliers: Multipliers,
    deadline: float,
    failed: set[Key],
) -> Candidate | None:
    """Return the first change of a site that pays, most promising first; note those that fail."""
    untried = _untried(searcher.frame, best, values, multipliers, failed)
    while some := list(islice(untried, searcher.frame.threads)):
        if time.perf_counter() > deadline:
            break
        found = searcher.price_near([(one.design, one.site) for one in some], best.site, deadline)
        for one, candidate in zip(some, found, strict=True):
            if candidate is not None and candidate.cost < best.cost - searcher.frame.grain:
                return candidate
            failed.add(one.key)
    return None


def _untried(
    frame: Frame, best: Candidate, values: Floats, multipliers: Multipliers, failed: set[Key]
) -> Iterator[_Change]:
    """List the changes that have not failed, most promising first, up to the faintest."""
    at = frame.extensions.site
    listed = proposals(frame, best.design, values, multipliers)
    for promise, design, site in sorted(listed, key=lambda item: item[0]):
        if promise > FAINTEST * abs(best.cost):
            break
        added = frozenset(row for row in design.extended if at[row] == site)
        key = (site, int(design.cycle[site]), added, design.target[site].tobytes())
        if key not in failed:
            yield _Change(design, site, key)
