"""Rules of pupils, mergers, classes and money: P4, P5, R2 to R7, M4 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.money import spend_by_year
from scenarios.verify.network_rules import Network
from scenarios.verify.presence import FEW, Presence
from scenarios.verify.spaces import Spaces
from scenarios.verify.verdict import Violation

TINY = 1e-6  # shares and whole numbers (C6)


def assignment_rules(facts: Facts, decisions: Decisions) -> Iterator[Violation]:
    """P4: shares add to 1, over intake pairs, at sites that run, whole where zones are whole."""
    norms, share = facts.norms, decisions.share
    entrants = facts.entrants[share["zone"], share["level"], share["year"]]
    total = np.zeros_like(facts.entrants)
    np.add.at(total, (share["zone"], share["level"], share["year"]), share["share"])
    off = np.abs(total - 1.0)
    for place in zip(*((facts.entrants >= FEW) & (off > TINY)).nonzero(), strict=True):
        zone = str(facts.zones[place[0]])
        yield _at("assignment.sum", zone, facts, place[2], off[place], "share")
    real = share[entrants >= FEW]
    negative = real[(real["share"] < -TINY).to_numpy()]
    yield from _pairs("assignment.sum", facts, negative, -negative["share"], "share")
    used = real[(np.abs(real["share"]) > TINY).to_numpy()]
    pair = facts.pair(*(used[name].to_numpy() for name in ("zone", "site", "level")))
    intake = facts.travel["intake"].to_numpy()
    allowed = (pair >= 0) & (intake[pair] if len(intake) else False)
    runs = decisions.runs[used["site"], used["level"], used["year"]]
    pupils = used["share"] * entrants[used.index]
    yield from _pairs("assignment.pair", facts, used[~allowed], pupils[~allowed], "pupils")
    yield from _pairs("assignment.running", facts, used[~runs], pupils[~runs], "pupils")
    if norms.keeps_zones_whole:
        part = (used["share"] - 1.0).abs()
        split = (part > TINY).to_numpy()
        yield from _pairs("assignment.whole", facts, used[split], part[split], "share")


def merger_rules(facts: Facts, decisions: Decisions, presence: Presence) -> Iterator[Violation]:
    """P5: allowed mergers, at the right time, within reach, and none missing."""
    stops, runs = Network(facts, decisions).stops, decisions.runs
    for frm, to, level, year in decisions.merges[["frm", "to", "level", "year"]].to_numpy(
        dtype=int
    ):
        where = f"{facts.site_ids[frm]}>{facts.site_ids[to]}"
        if (frm, to, level) not in facts.arcs:
            yield _at("merger.arc", where, facts, year, 1.0, "mergers")
        if not (stops[frm, level, year] and runs[to, level, year]):
            yield _at("merger.receiver", where, facts, year, 1.0, "mergers")
    yield from _reach(facts, presence.moves)
    yield from _left_behind(facts, decisions, presence)


def _left_behind(facts: Facts, decisions: Decisions, presence: Presence) -> Iterator[Violation]:
    """Return where a level stops, or never ran, with pupils who do not enter in that year.

    Cohorts that entered while the level did not run are named by `assignment.running` already.
    """
    memory, runs = facts.norms.memory, decisions.runs.transpose(1, 0, 2)
    entry = np.arange(presence.pupils.shape[2])[:, None]
    entered = np.ones(presence.pupils.shape[:3], dtype=bool)
    entered[:, :, memory:] = runs
    older = (entry < np.arange(facts.norms.years) + memory) & entered[..., None]
    staying = np.where(older, presence.pupils, 0.0).sum(axis=2)
    lost = (staying > FEW) & ~runs
    for level, site in zip(*lost.any(axis=2).nonzero(), strict=True):
        year = int(lost[level, site].argmax())
        amount = staying[level, site, year]
        yield _at("merger.missing", str(facts.site_ids[site]), facts, year, amount, "pupils")


def closing_size(facts: Facts, decisions: Decisions, presence: Presence) -> Iterator[Violation]:
    """N6: a site that stops is still small in the year before; relocations aside."""
    below, net = facts.norms.close_below, Network(facts, decisions)
    if below is None or not facts.norms.on("closing"):
        return
    counted = (net.stops & ~net.leaving).any(axis=1)
    present = presence.pupils.sum(axis=(0, 2))
    for site, year in zip(*counted.nonzero(), strict=True):
        small = facts.base_pupils[:, site].sum() < below
        if year > 0 and small and present[site, year - 1] > below + FEW:
            where, over = str(facts.site_ids[site]), float(present[site, year - 1] - below)
            yield _at("closing.size", where, facts, year, over, "pupils")


def _reach(facts: Facts, moves: pd.DataFrame) -> Iterator[Violation]:
    first = np.array([stage.first_grade for stage in facts.norms.stages])
    pair = facts.pair(*(moves[name].to_numpy() for name in ("zone", "to", "level")))
    usable = facts.travel["usable_from"].to_numpy()
    usable = np.where(pair < 0, 99, usable[pair]) if len(usable) else np.full(len(pair), 99)
    grade = first[moves["level"]] + moves["year"] + facts.norms.memory - moves["entry"]
    far = moves[(usable > grade.to_numpy()) & (moves["pupils"] > FEW).to_numpy()]
    total = far.groupby(["zone", "to", "year"])["pupils"].sum().reset_index()
    rows = total.rename(columns={"to": "site"})
    yield from _pairs("merger.reach", facts, rows, rows["pupils"], "pupils")


def class_rules(facts: Facts, decisions: Decisions, presence: Presence) -> Iterator[Violation]:
    """R2 and R3: whole numbers of classes that never fall, and none above the hard limit."""
    if not facts.norms.on("class_size"):
        return
    classes, pupils = decisions.classes, presence.pupils
    odd = np.maximum(np.abs(classes - np.rint(classes)), np.maximum(0.0, -classes))
    yield from _each("classes.integer", facts, np.where(odd > TINY, odd, 0.0), "classes")
    empty = (classes > TINY) & (pupils <= FEW)
    yield from _each("classes.zero", facts, np.where(empty, classes, 0.0), "classes")
    without = (classes <= TINY) & (pupils > FEW)
    yield from _each("classes.zero", facts, np.where(without, pupils, 0.0), "pupils")
    last = np.concatenate([facts.base_classes[..., None], classes[..., :-1]], axis=3)
    fall = np.where((pupils > FEW) & (presence.joined <= FEW), last - classes, 0.0)
    yield from _each("classes.fall", facts, np.where(fall > TINY, fall, 0.0), "classes")
    above = np.where(pupils > FEW, pupils - _limits(facts)[..., None] * classes, 0.0)
    yield from _each("class_size.hard", facts, np.where(above > FEW, above, 0.0), "pupils")


def _limits(facts: Facts) -> np.ndarray:
    """(L, S, E) pupils that a class may hold."""
    hard = np.array([stage.hard for stage in facts.norms.stages])[:, None, None]
    base = np.divide(
        facts.base_pupils,
        facts.base_classes,
        out=np.zeros_like(facts.base_pupils),
        where=facts.base_classes > 0,
    )
    limits: np.ndarray = np.maximum(hard, base)
    return limits


def room_rules(facts: Facts, presence: Presence, spaces: Spaces) -> Iterator[Violation]:
    """R5 and R7: classes fit rooms and function rooms; pupils fit seats."""
    over = spaces.taken - spaces.kind_rooms.sum(axis=1)
    if facts.norms.on("class_size"):
        for site, year in zip(*(over > TINY).nonzero(), strict=True):
            where = str(facts.site_ids[site])
            yield _at("rooms.capacity", where, facts, year, over[site, year], "rooms")
    seats = facts.sites["seats"].to_numpy()
    full = presence.pupils.sum(axis=(0, 2)) - seats[:, None]
    for site, year in zip(*(np.nan_to_num(full, nan=0.0) > FEW).nonzero(), strict=True):
        where = str(facts.site_ids[site])
        yield _at("seats.capacity", where, facts, year, full[site, year], "pupils")


def budget_rules(facts: Facts, decisions: Decisions) -> Iterator[Violation]:
    """M4: spend of a year within its budget, or of all years so far with carry-over."""
    if not facts.norms.on("budget"):
        return
    spend, budget = spend_by_year(facts, decisions).sum(axis=0), facts.budget
    if facts.norms.carry_over:
        spend, budget = np.cumsum(spend), np.cumsum(budget)
    for year in (spend > budget + 0.01).nonzero()[0]:
        yield _at("budget.year", "", facts, year, spend[year] - budget[year], "yuan")


def _each(rule: str, facts: Facts, amounts: np.ndarray, unit: str) -> Iterator[Violation]:
    """Return the violations of an array (L, S, E, T), added up by site and year."""
    by_site = amounts.sum(axis=(0, 2))
    for site, year in zip(*by_site.nonzero(), strict=True):
        yield _at(rule, str(facts.site_ids[site]), facts, year, by_site[site, year], unit)


def _at(rule: str, where: str, facts: Facts, year: int, amount: float, unit: str) -> Violation:
    return Violation(rule, where, facts.norms.first_year + int(year), float(amount), unit)


def _pairs(
    rule: str, facts: Facts, rows: pd.DataFrame, amounts: pd.Series[float], unit: str
) -> Iterator[Violation]:
    """Return a violation for each row of zone, site and year, named ``zone>site``."""
    places = rows[["zone", "site", "year"]].to_numpy(dtype=int)
    for (zone, site, year), amount in zip(places, amounts.to_numpy(), strict=True):
        where = f"{facts.zones[zone]}>{facts.site_ids[site]}"
        yield _at(rule, where, facts, year, float(amount), unit)
