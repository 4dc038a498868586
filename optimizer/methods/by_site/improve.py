"""Find good plans: start from the relaxation, then change the network one site at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from optimizer.domain import Action
from optimizer.methods.by_site.allowed import admissible, affordable
from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.exchange import exchange_all
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.network import Built, Design, bare_design, build_network
from optimizer.methods.by_site.project_values import extension_gains
from optimizer.methods.by_site.search import (
    place_missing,
    rebuild,
    shed_all,
    squeeze_all,
    sweep,
    total_cost,
)
from optimizer.methods.by_site.site_costs import Ground, State

WIDTH = 6
"""Nearest schools that the search tries for a zone."""


@dataclass(frozen=True)
class Candidate:
    """A design with zones placed and its cost; `site` (Z, L, T) is where cohorts enter."""

    design: Design
    built: Built
    site: Ints
    cost: float


class Searcher:
    """Prices designs of one frame: holds scratch arrays only, so that trials allocate nothing."""

    def __init__(self, frame: Frame, ground: Ground) -> None:
        self.frame, self.ground = frame, ground
        zones, sites, levels, years = frame.problem.shape
        rows = frame.blocks.inherited.shape[1] + years
        self._state = State(
            site=np.full((zones, levels, years), -1, dtype=np.int64),
            pupils=np.zeros((sites * levels, rows, years)),
            joined=np.zeros((sites * levels, rows, years)),
            plain=np.zeros((sites * levels, rows, years), dtype=np.int64),
            plain_cost=np.zeros((sites * levels, rows)),
            class_price=np.tile(ground.class_price, (sites, 1)),
            classes=np.zeros((sites, years), dtype=np.int64),
            plain_money=np.zeros(sites),
            cost=np.zeros(sites),
            touched=np.zeros(sites * 4, dtype=np.int64),
            is_touched=np.zeros(sites, dtype=bool),
        )
        self._class_price = self._state.class_price.copy()
        self._classes = np.zeros((levels, rows, years), dtype=np.int64)
        self._old = np.zeros(years, dtype=np.int64)
        self.near = _zones_near(frame, ground)
        self.pairs = _neighbours(frame, ground)
        self._seen = self.unseen()

    @property
    def scratch(self) -> tuple[State, Ints]:
        """The state that trials overwrite, and room for a site's classes."""
        return self._state, self._classes

    def unseen(self) -> Floats:
        """(N, T, 2) notes for `exchange_all` that no pair has been tried."""
        return np.full((len(self.pairs), self.frame.problem.horizon.years, 2), np.nan)

    def price_rooms(self, rooms: Floats) -> None:
        """Choose plain classes as if a class's room cost so much at a site in a year, (S, T)."""
        self._class_price[:] = self.ground.class_price + rooms
        self._seen[:] = np.nan

    def price(
        self,
        design: Design,
        site: Ints,
        zones: Ints,
        sweeps: int,
        fine: bool,
        deadline: float = np.inf,
    ) -> Candidate | None:
        """Work a design out, place zones without a school, search; None: not allowed."""
        if not admissible(self.frame, design):
            return None
        built = build_network(self.frame, self.ground, design)
        if not np.isfinite(built.money) or not affordable(self.frame, built.spend):
            return None
        state, network = self._state, built.network
        state.class_price[:] = self._class_price
        rebuild(site, self.ground, network, state, self._classes)
        place_missing(self.ground, network, state, self._classes, self._old)
        everyone = len(zones) == len(self.frame.problem.zones)
        sites = np.arange(len(state.cost) if everyone else 0)
        pairs = self.pairs[: len(self.pairs) if everyone else 0]
        for _ in range(sweeps):
            gain = 0.0
            squeeze_all(self._class_price, self.ground, network, state, self._classes)
            for part in np.array_split(zones, max(1, len(zones) // 50)):
                gain += sweep(
                    part, WIDTH, fine, self.ground, network, state, self._classes, self._old
                )
                if time.perf_counter() > deadline:
                    break
            gain += shed_all(sites, WIDTH, self.ground, network, state, self._classes)
            gain += exchange_all(pairs, self._seen, self.ground, network, state, self._classes)
            if gain < self.frame.grain or time.perf_counter() > deadline:
                break
        cost = built.money + total_cost(self.ground, network, state)
        return Candidate(design, built, state.site.copy(), cost)


def _neighbours(frame: Frame, ground: Ground) -> Ints:
    """(N, 3) pairs of sites, and the level, that are both among some zone's nearest choices."""
    zones, _, levels, _ = frame.problem.shape
    found: set[tuple[int, int, int]] = set()
    for zone in range(zones):
        for level in range(levels):
            first = ground.choices[zone * levels + level]
            last = min(ground.choices[zone * levels + level + 1], first + WIDTH)
            near = sorted(ground.choice_site[first:last].tolist())
            found.update((a, b, level) for a, b in combinations(near, 2))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 3)


def _zones_near(frame: Frame, ground: Ground) -> list[Ints]:
    """For each site the zones that have it among their nearest choices at any level."""
    near: list[set[int]] = [set() for _ in frame.problem.sites.ids]
    zones, _, levels, _ = frame.problem.shape
    for zone in range(zones):
        for level in range(levels):
            first = ground.choices[zone * levels + level]
            last = min(ground.choices[zone * levels + level + 1], first + 2 * WIDTH)
            for site in ground.choice_site[first:last]:
                near[site].add(zone)
    return [np.array(sorted(found), dtype=np.int64) for found in near]


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
            for changed in _with_targets(frame, design.with_cycle(site, int(cycle)), site):
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


def _with_targets(frame: Frame, design: Design, site: int) -> Iterator[Design]:
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

    A failed change is not tried again for the same design of its site.
    """
    failed: set[tuple[int, int, frozenset[int], bytes]] = set()
    everyone = np.arange(len(searcher.frame.problem.zones))
    while time.perf_counter() < deadline:
        improved = False
        listed = sorted(
            proposals(searcher.frame, best.design, values, multipliers), key=lambda item: item[0]
        )
        for promise, design, site in listed:
            if promise > 0.02 * abs(best.cost) / 10.0 or time.perf_counter() > deadline:
                break
            key = (site, int(design.cycle[site]), design.extended, design.target[site].tobytes())
            if key in failed:
                continue
            found = searcher.price(design, best.site, searcher.near[site], 1, False, deadline)
            if found is None or found.cost >= best.cost - searcher.frame.grain:
                failed.add(key)
                continue
            best, improved = found, True
            if report(best):
                return best
        polished = searcher.price(best.design, best.site, everyone, 1, True, deadline)
        if polished is not None and polished.cost < best.cost - searcher.frame.grain:
            best = polished
            if report(best):
                return best
        if not improved:
            break
    return best
