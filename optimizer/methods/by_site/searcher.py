"""Price a design: zones placed and moved on its network until nothing is gained."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.methods.by_site.allowed import admissible, affordable
from optimizer.methods.by_site.areas import chain_all, cut_loose, grow, make_land, sweep_areas
from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.exchange import exchange_all
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.network import Built, Design, build_network
from optimizer.methods.by_site.search import (
    place_missing,
    rebuild,
    shed_all,
    sweep,
    total_cost,
)
from optimizer.methods.by_site.shake import shake_all
from optimizer.methods.by_site.site_costs import Ground, Network, State
from optimizer.methods.by_site.squeeze import squeeze_all
from optimizer.methods.by_site.steady_zones import ROUNDS, excess, make_calm, penalty, pressed
from optimizer.methods.by_site.threads import in_threads

WIDTH = 6
"""Nearest schools that the search tries for a zone."""
SHED, PAIRS = 20, 100
"""Schools, and pairs of schools, between two looks at the clock."""
SHAKEN = 8
"""Schools that are shaken between two looks at the clock."""


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
        _, sites, levels, _ = frame.problem.shape
        self._class_price = np.tile(ground.class_price, (sites, 1))
        self._make_scratch()
        self.near = _zones_near(frame, ground)
        self.pairs = _neighbours(frame, ground)
        self.beside = _beside(self.pairs, sites, levels)
        self._seen = self.unseen()
        self._land, self._calm = make_land(frame.problem), make_calm(frame.problem)
        self._twins = [self, *(self._twin() for _ in range(frame.threads - 1))]

    def _make_scratch(self) -> None:
        zones, sites, levels, years = self.frame.problem.shape
        rows = self.frame.blocks.inherited.shape[1] + years
        self._state = State(
            site=np.full((zones, levels, years), -1, dtype=np.int64),
            pupils=np.zeros((sites * levels, rows, years)),
            joined=np.zeros((sites * levels, rows, years)),
            plain=np.zeros((sites * levels, rows, years), dtype=np.int64),
            plain_cost=np.zeros((sites * levels, rows)),
            class_price=self._class_price.copy(),
            classes=np.zeros((sites, years), dtype=np.int64),
            plain_money=np.zeros(sites),
            cost=np.zeros(sites),
            touched=np.zeros(sites * 4, dtype=np.int64),
            is_touched=np.zeros(sites, dtype=bool),
        )
        self._classes = np.zeros((levels, rows, years), dtype=np.int64)
        self._old = np.zeros(years, dtype=np.int64)

    def _twin(self) -> Searcher:
        """One that shares everything but notes and scratch arrays, for another thread."""
        twin = copy(self)
        twin._seen = self.unseen()
        twin._make_scratch()
        return twin

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
        for one in self._twins:
            one._seen[:] = np.nan

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
        self._place(network)
        everyone = len(zones) == len(self.frame.problem.zones)
        for _ in range(sweeps):
            gain = 0.0
            squeeze_all(self._class_price, self.ground, network, state, self._classes)
            for part in np.array_split(zones, max(1, len(zones) // 50)):
                gain += self._sweep(part, fine, network)
                if time.perf_counter() > deadline:
                    break
            if time.perf_counter() > deadline:
                break
            gain += self._rearrange(everyone, network, deadline)
            if fine:
                gain += self._shake(everyone, network, deadline)
            if gain < self.frame.grain:
                break
        squeeze_all(self._class_price, self.ground, network, state, self._classes)
        dear = self._calmed(network, deadline)
        if self._too_many_left(design):
            return None
        cost = built.money + total_cost(self.ground, network, state) + dear
        return Candidate(design, built, state.site.copy(), cost)

    def price_near(
        self, changes: Sequence[tuple[Design, int]], site: Ints, deadline: float
    ) -> list[Candidate | None]:
        """Price designs, one a thread, that differ at a site each: zones near to it may move."""

        def priced(change: tuple[Searcher, tuple[Design, int]]) -> Candidate | None:
            twin, (design, changed) = change
            return twin.price(design, site, self.near[changed], 1, False, deadline)

        jobs = list(zip(self._twins, changes, strict=False))
        return in_threads(priced, jobs, self.frame.threads)

    def _place(self, network: Network) -> None:
        """Give every zone without a school one; areas that fell apart are grown anew."""
        state, classes = self._state, self._classes
        if self._land is None:
            place_missing(self.ground, network, state, classes, self._old)
            return
        rebuild(cut_loose(self.ground, self._land, state), self.ground, network, state, classes)
        grow(self.ground, network, self._land, state, classes, self._old)

    def _calmed(self, network: Network, deadline: float) -> float:
        """Raise the price of sending zones elsewhere while too many are; a price for the rest."""
        if self._calm is None:
            return 0.0
        state, ground = self._state, self.ground
        everyone = np.arange(len(self.frame.problem.zones))
        over = excess(self._calm, ground, network, state)
        for attempt in range(ROUNDS):
            if not over.any() or time.perf_counter() > deadline:
                break
            ground = pressed(ground, over, attempt)
            self._sweep(everyone, True, network, ground)
            squeeze_all(self._class_price, self.ground, network, state, self._classes)
            over = excess(self._calm, ground, network, state)
        return penalty(over)

    def _sweep(
        self, zones: Ints, fine: bool, network: Network, ground: Ground | None = None
    ) -> float:
        """Try to move each of some zones; the gain."""
        state, classes, old = self._state, self._classes, self._old
        ground, land = ground or self.ground, self._land
        if land is None:
            return float(sweep(zones, WIDTH, fine, ground, network, state, classes, old))
        return float(sweep_areas(zones, fine, ground, network, land, state, classes, old))

    def _rearrange(self, everyone: bool, network: Network, deadline: float) -> float:
        """Try to move several zones at once, of all or of none; the gain."""
        state, classes, ground = self._state, self._classes, self.ground
        if self._land is not None:
            zones = np.arange(len(state.site) if everyone else 0)
            return float(chain_all(zones, ground, network, self._land, state, classes))
        sites = np.arange(len(state.cost) if everyone else 0)
        pairs = self.pairs[: len(self.pairs) if everyone else 0]
        gain = 0.0
        for part in np.array_split(sites, max(1, len(sites) // SHED)):
            if time.perf_counter() > deadline:
                break
            gain += shed_all(part, WIDTH, ground, network, state, classes)
        for first in range(0, max(1, len(pairs)), PAIRS):
            if time.perf_counter() > deadline:
                break
            some = slice(first, first + PAIRS)
            gain += exchange_all(pairs[some], self._seen[some], ground, network, state, classes)
        return gain

    def _shake(self, everyone: bool, network: Network, deadline: float) -> float:
        """Empty or fill a class of each cohort at each school, or none, where it pays; the gain."""
        if self._land is not None or not self.ground.class_size:
            return 0.0
        gain, sites = 0.0, np.arange(len(self._state.cost) if everyone else 0)
        for part in np.array_split(sites, max(1, len(sites) // SHAKEN)):
            if time.perf_counter() > deadline:
                break
            state, classes = self._state, self._classes
            gain += shake_all(part, self.beside, self.ground, network, state, classes)
        return gain

    def _too_many_left(self, design: Design) -> bool:
        """Whether a school that closes still has more pupils the year before than it may (N6)."""
        frame, levels = self.frame, len(self.frame.problem.levels)
        closes = frame.alternatives.closes[design.cycle] > 0
        for site, year in np.argwhere(closes & np.isfinite(frame.small_limit)):
            there = self._state.pupils[site * levels : (site + 1) * levels, :, year - 1].sum()
            if there > frame.small_limit[site, year]:
                return True
        return False


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


def _beside(pairs: Ints, sites: int, levels: int) -> Ints:
    """(L, S, .) neighbours of each site as pairs (N, 3) name them; at least one -1 ends them."""
    both = np.concatenate([pairs, pairs[:, [1, 0, 2]]])
    both = both[np.lexsort((both[:, 1], both[:, 0], both[:, 2]))]
    cell = both[:, 2] * sites + both[:, 0]
    number = np.bincount(cell, minlength=levels * sites)
    beside = np.full((levels * sites, number.max(initial=0) + 1), -1, dtype=np.int64)
    rank = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number)
    beside[cell, rank] = both[:, 1]
    return beside.reshape(levels, sites, -1)


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
