"""What the relaxation makes of rooms that sites keep by themselves (`kept_rooms`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame, debt_price
from optimizer.methods.by_site.kept_kernels import (
    fill_supplies,
    kept_values,
    solve_supplies,
    trace_kept,
)
from optimizer.methods.by_site.kept_rooms import KeptRooms, Supplies
from optimizer.methods.by_site.kernels import Costs
from optimizer.methods.by_site.room_plans import project_costs
from optimizer.methods.by_site.size_kernels import items_of
from optimizer.methods.by_site.threads import cut_evenly, in_threads


class Kept(NamedTuple):
    """Rooms that sites keep, what each supply comes to, yuan of each extension row (X,)."""

    rooms: KeptRooms
    supplies: Supplies
    rows: Floats


class Choice(NamedTuple):
    """Rooms of one lifecycle for each site: supply (S, T), extension rows (X,) bool, yuan (S,)."""

    supply: Ints
    rows: Bools
    cost: Floats


def solve_kept(frame: Frame, costs: Costs, rows: Floats) -> Kept | None:
    """Solve the classes of all supplies; None where rooms are priced. `rows` (X,): see `Kept`."""
    kept = frame.kept_rooms
    if kept is None:
        return None
    number, levels = len(kept.state) + 1, len(frame.problem.levels)
    classes = np.zeros((number, levels), dtype=np.int64)
    supplies = Supplies(np.zeros(number), classes, np.zeros(number))
    price, blocks, scratch = debt_price(frame.problem), frame.blocks, _shares(frame)

    def solve(some: tuple[int, int]) -> None:
        items = items_of(blocks)
        solve_supplies(some, kept, price, blocks, frame.counting, costs, items, scratch, supplies)

    in_threads(solve, cut_evenly(kept.first_supply, frame.threads), frame.threads)
    return Kept(kept, supplies, rows)


def lifecycle_costs(frame: Frame, kept: Kept) -> Floats:
    """Least cost (A,) of each lifecycle's classes and rooms."""
    named, counted = _split(frame, kept.rooms, kept.rows)
    first = frame.alternatives.first
    found: Floats = kept_values(first, kept.supplies.cost, named, counted, kept.rooms)
    return found


def chosen_rooms(frame: Frame, kept: Kept, costs: Costs, chosen: Ints) -> tuple[Floats, Bools]:
    """Shares (Q, T) and extension rows (X,) that are best for one lifecycle (S,) a site."""
    choice = choose_rooms(frame, kept.rooms, chosen, kept.supplies.cost, kept.rows)
    share, items = _shares(frame), items_of(frame.blocks)
    classes = kept.supplies.classes
    fill_supplies(choice.supply, classes, frame.blocks, frame.counting, costs, items, share)
    return share, choice.rows


def room_savings(frame: Frame, kept: Kept, chosen: Ints) -> Floats:
    """(S, T) yuan that room for one class more would save, with one lifecycle (S,) a site."""
    supply = choose_rooms(frame, kept.rooms, chosen, kept.supplies.cost, kept.rows).supply
    return kept.supplies.saved[supply]


def debt_of_classes(frame: Frame, kept: KeptRooms, classes: Ints) -> Floats:
    """(W,) what is missing of each supply costs with given classes (S, T); infinite: no room."""
    supplies = np.diff(kept.first_supply)
    wanted = np.repeat(classes[kept.site, kept.year], supplies)
    price = np.repeat(debt_price(frame.problem)[kept.year], supplies)
    first, fits = kept.first[kept.state], wanted < np.diff(kept.first)[kept.state]
    return np.where(fits, price * kept.lacking[first + np.where(fits, wanted, 0)], np.inf)


def choose_rooms(frame: Frame, kept: KeptRooms, chosen: Ints, cost: Floats, rows: Floats) -> Choice:
    """Choose the further projects of one lifecycle (S,) for each site at given costs."""
    named, counted = _split(frame, kept, rows)
    supply, service, built, best = trace_kept(chosen, cost, named, counted, kept)
    more, found = frame.extensions, np.zeros(len(rows), dtype=bool)
    mine = np.flatnonzero(kept.slot >= 0)
    found[mine] = service[more.site[mine], kept.slot[mine]] == kept.service[mine]
    found[kept.counted[built]] = True
    return Choice(supply, found, best)


def row_gains(frame: Frame, solved: Kept, cycle: Ints) -> Floats:
    """(X,) how much dearer a site's lifecycle (S,) becomes by each extension row alone."""
    site, kept, cost = frame.extensions.site, solved.rooms, solved.supplies.cost
    situation = kept.situation[cycle[site]]
    years = np.arange(situation.shape[1])
    serves = (years >= kept.service[:, None]) & (situation >= 0)
    step = np.full(len(site), -1)
    step[kept.counted] = kept.units
    named = kept.slot >= 0
    step[named] = (1 << kept.slot[named]) * kept.widths[site[named]]
    bare = kept.first_supply[situation]
    change = cost[np.where(serves, bare + step[:, None], -1)] - cost[np.where(serves, bare, -1)]
    barred = np.zeros(len(site), dtype=bool)
    barred[named] = kept.barred[cycle[site[named]], kept.slot[named]]
    gains = solved.rows + change.sum(axis=1)
    return np.where((step < 0) | barred, np.inf, gains)


def _shares(frame: Frame) -> Floats:
    return np.zeros((len(frame.blocks.zone), frame.problem.horizon.years))


def _split(frame: Frame, kept: KeptRooms, rows: Floats) -> tuple[Floats, Floats]:
    """Costs of named projects (S, T, E) by service, and of counted ones (C,)."""
    named = project_costs(kept, frame.extensions, rows, len(frame.problem.sites))
    return named, rows[kept.counted]
