"""Rules of building, running and closing: N1 to N7 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from scenarios.verify.decisions import FOUNDING, Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.spaces import service_years
from scenarios.verify.verdict import Violation


class Network:
    """What the rules of the network look at, computed once.

    Arrays are (S, L, T): `before` ran the year before, `stops`, `starts`; `asked`: a founding
    option has the level and serves from that year; `dropped`: a conversion ends the level then;
    `leaving`: a relocation takes the school away then; `merged`: a merger row stands.
    """

    def __init__(self, facts: Facts, decisions: Decisions) -> None:
        self.facts, self.runs = facts, decisions.runs
        self.start, self.merges = decisions.start, decisions.merges
        self.service = service_years(facts, decisions)
        self.action = facts.options["action"].to_numpy()
        self.committed = facts.options["committed"].to_numpy() != 0
        self.before = np.concatenate([facts.runs[:, :, None], self.runs[:, :, :-1]], axis=2)
        self.stops = self.before & ~self.runs
        self.starts = self.runs & ~self.before
        self.asked, self.dropped, self.leaving, self.merged = (
            np.zeros_like(self.runs) for _ in range(4)
        )
        for option in self.serving:
            site, year = facts.option_site[option], self.year_of(option)
            if self.action[option] in FOUNDING:
                self.asked[site, :, year] |= facts.after[option]
            if self.action[option] == "convert":
                self.dropped[site, :, year] |= ~facts.after[option]
            if self.action[option] == "relocate":
                self.leaving[facts.relocates[option], :, year] = True
        self.merged[self.merges["frm"], self.merges["level"], self.merges["year"]] = True

    @cached_property
    def serving(self) -> np.ndarray:
        """Options that begin to serve within the horizon."""
        first, years = self.facts.norms.first_year, self.facts.norms.years
        within = (self.service >= first) & (self.service < first + years)
        return within.nonzero()[0]

    def year_of(self, option: int) -> int:
        """Position of an option's service year."""
        return int(self.service[option]) - self.facts.norms.first_year

    def site(self, index: Any) -> str:
        """Id of a site."""
        return str(self.facts.site_ids[index])

    def broken(self, rule: str, wrong: np.ndarray, unit: str = "levels") -> Iterator[Violation]:
        """Return a violation of one unit for each true entry of an array (S, L, T) or (S, T)."""
        for place in zip(*wrong.nonzero(), strict=True):
            year = self.facts.norms.first_year + int(place[-1])
            yield Violation(rule, self.site(int(place[0])), year, 1.0, unit)


def network_rules(facts: Facts, decisions: Decisions) -> list[Violation]:
    """Every broken rule of the network."""
    network = Network(facts, decisions)
    rules = (_starts, _founding, _running, _unsafe, _relocations, _stops, _closing, _schools_open)
    return [violation for rule in rules for violation in rule(network)]


def _starts(net: Network) -> Iterator[Violation]:
    norms, options = net.facts.norms, net.facts.options
    last = norms.first_year + norms.years - 1
    for option in ((net.start != 0) & ~net.committed).nonzero()[0]:
        where, start = net.site(net.facts.option_site[option]), int(net.start[option])
        low = max(norms.first_year, int(options["earliest"].iloc[option]))
        high = min(int(options["latest"].iloc[option]), last - int(options["lead"].iloc[option]))
        if not low <= start <= high:
            late = max(low - start, start - high)
            yield Violation("lifecycle.start", where, start, float(late), "years")
        if net.action[option] not in norms.actions:
            yield Violation("lifecycle.action", where, start, 1.0, "projects")


def _founding(net: Network) -> Iterator[Violation]:
    norms, facts = net.facts.norms, net.facts
    built = (net.start != 0) & np.isin(net.action, FOUNDING)
    count = np.bincount(facts.option_site[built], minlength=len(facts.site_ids))
    for site in (count > 1).nonzero()[0]:
        yield Violation(
            "lifecycle.exclusive", net.site(site), 0, float(count[site] - 1), "projects"
        )
    for option in (built & ~net.committed).nonzero()[0]:
        site = facts.option_site[option]
        for level, stage in enumerate(norms.stages):
            new = facts.after[option, level] and not facts.runs[site, level]
            places = norms.allowed_places.get(stage.name)
            if new and places is not None and facts.sites["place"].iloc[site] not in places:
                year = int(net.start[option])
                yield Violation("lifecycle.place", net.site(site), year, 1.0, "levels")


def _running(net: Network) -> Iterator[Violation]:
    ran = net.facts.runs[:, :, None] | (np.cumsum(net.before, axis=2) > 0)
    yield from net.broken("lifecycle.restart", net.starts & ran)
    yield from net.broken("lifecycle.running", net.starts & ~ran & ~net.asked)
    yield from net.broken("lifecycle.running", net.asked & ~net.runs)
    yield from net.broken("lifecycle.running", net.dropped & net.runs)
    yield from net.broken("lifecycle.keep_new", net.stops & ~net.facts.runs[:, :, None])


def _unsafe(net: Network) -> Iterator[Violation]:
    norms = net.facts.norms
    if norms.unsafe_deadline is None:
        return
    years = norms.first_year + np.arange(norms.years)
    safe = np.tile(~net.facts.sites["unsafe"].to_numpy()[:, None], norms.years)
    for option in ((net.start != 0) & (net.action == "retrofit")).nonzero()[0]:
        safe[net.facts.option_site[option]] |= years >= net.service[option]
    running = net.runs.any(axis=1)
    yield from net.broken(
        "lifecycle.unsafe", running & ~safe & (years >= norms.unsafe_deadline), "sites"
    )


def _relocations(net: Network) -> Iterator[Violation]:
    for option in net.serving[net.action[net.serving] == "relocate"]:
        new, old = net.facts.option_site[option], net.facts.relocates[option]
        year = net.year_of(option)
        wanted = net.before[old, :, year]
        rows = net.merges
        ours = (rows["frm"] == old) & (rows["to"] == new) & (rows["year"] == year)
        taken = np.zeros_like(wanted)
        taken[rows.loc[ours, "level"]] = True
        wrong = (wanted != net.facts.after[option]) | (wanted & ~(taken & net.stops[old, :, year]))
        if wrong.any():
            when = net.facts.norms.first_year + year
            yield Violation("lifecycle.relocate", net.site(new), when, float(wrong.sum()), "levels")


def _stops(net: Network) -> Iterator[Violation]:
    norms, facts = net.facts.norms, net.facts
    free = net.leaving | net.dropped
    if "merge" not in norms.actions:
        yield from net.broken("closing.allowed", net.stops & net.merged & ~free)
    if "close" not in norms.actions:
        yield from net.broken("closing.allowed", net.stops & ~net.merged & ~free)
    kept = facts.sites["protected"].to_numpy() | (facts.sites["objection"].to_numpy() > 0.5)
    yield from net.broken("closing.protected", net.stops & kept[:, None, None])
    point = (facts.sites["point_grades"].to_numpy() > 0)[:, None, None]
    orphan = point & net.runs & ~net.runs[facts.parent]
    yield from net.broken("teaching_point.parent", orphan)


def _closing(net: Network) -> Iterator[Violation]:
    norms, facts = net.facts.norms, net.facts
    if not norms.on("closing"):
        return
    years = norms.first_year + np.arange(norms.years)
    early = norms.first_year - 1 + norms.notice_years - years
    for site, _, year in zip(*(net.stops & (early > 0)).nonzero(), strict=True):
        yield Violation(
            "closing.notice", net.site(site), int(years[year]), float(early[year]), "years"
        )
    stopping = net.stops.any(axis=1)
    if norms.closings_per_year is not None:
        for year in (stopping.sum(axis=0) > norms.closings_per_year).nonzero()[0]:
            over = float(stopping[:, year].sum() - norms.closings_per_year)
            yield Violation("closing.cap", "", int(years[year]), over, "sites")
    if norms.close_below is not None:
        pupils = facts.base_pupils.sum(axis=(0, 2))
        counted = (net.stops & ~net.leaving).any(axis=1)
        for site, year in zip(*counted.nonzero(), strict=True):
            over = float(pupils[site] - norms.close_below)
            if over >= 0:
                yield Violation("closing.size", net.site(site), int(years[year]), over, "pupils")
    yield from _last_lower_secondary(net, years)


def _last_lower_secondary(net: Network, years: np.ndarray) -> Iterator[Violation]:
    names = [stage.name for stage in net.facts.norms.stages]
    if not net.facts.norms.keep_last_lower_secondary or "lower_secondary" not in names:
        return
    level = names.index("lower_secondary")
    town = net.facts.sites["town"].to_numpy()
    for name in sorted(set(town[net.facts.runs[:, level]])):
        left = net.runs[town == name, level].any(axis=0)
        for year in (~left).nonzero()[0]:
            yield Violation(
                "closing.last_lower_secondary", str(name), int(years[year]), 1.0, "sites"
            )


def _schools_open(net: Network) -> Iterator[Violation]:
    norms = net.facts.norms
    if norms.schools_open is None:
        return
    count = net.runs.any(axis=1).sum(axis=0)
    for year in (count != norms.schools_open).nonzero()[0]:
        off = float(abs(int(count[year]) - norms.schools_open))
        yield Violation("schools.open", "", norms.first_year + int(year), off, "sites")
