"""Rules of catchments: areas that hang together, and few who are sent elsewhere (K1, K2)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts, Land
from scenarios.verify.presence import FEW
from scenarios.verify.pupil_rules import TINY
from scenarios.verify.verdict import Violation


def area_rules(facts: Facts, decisions: Decisions) -> Iterator[Violation]:
    """K1: every zone of a school is joined to the school's own zone through the school's zones."""
    land = facts.land
    if land is None:
        return
    share = decisions.share
    pupils = share["share"] * facts.entrants[share["zone"], share["level"], share["year"]]
    used = share[(share["share"] > TINY).to_numpy()].assign(pupils=pupils)
    size = facts.entrants[used["zone"], used["level"], used["year"]]
    mainland, torn = _parts(facts, land), _torn(facts, land)
    for _, rows in used[size >= FEW].groupby(["site", "level", "year"]):
        site, level, year = (int(rows[name].iloc[0]) for name in ("site", "level", "year"))
        own = land.own.get(site)
        if own is None:
            continue
        nobody = (facts.entrants[:, level, year] < FEW).nonzero()[0]
        reached = _walk(own, {*rows["zone"].tolist(), *nobody.tolist()}, land)
        for zone, amount in zip(rows["zone"].tolist(), rows["pupils"].tolist(), strict=True):
            excused = mainland[zone] != mainland[own] or (zone, site, level) in torn
            if zone not in reached and not excused:
                where = f"{facts.zones[zone]}>{facts.site_ids[site]}"
                when = facts.norms.first_year + year
                yield Violation("catchments.contiguous", where, when, amount, "pupils")


def stability_rule(facts: Facts, reassigned: pd.DataFrame) -> Iterator[Violation]:
    """K2: of a level's entrants at most a share goes elsewhere than the year before."""
    most = facts.norms.stability
    if most is None or not facts.norms.on("catchments"):
        return
    sent = reassigned.groupby(["zone", "level", "year"])["pupils"].sum().reset_index()
    counted = sent["pupils"].to_numpy().copy()
    if facts.norms.keeps_zones_whole:
        first = (sent["year"] == 0).to_numpy()
        unavoidable = _outside_largest(facts)
        begun = sent[first]
        counted[first] -= (
            facts.entrants[begun["zone"], begun["level"], 0]
            * unavoidable[begun["zone"], begun["level"]]
        )
    total = np.zeros(facts.shape[2:])
    np.add.at(total, (sent["level"], sent["year"]), np.maximum(0.0, counted))
    entrants = np.where(facts.entrants >= FEW, facts.entrants, 0.0).sum(axis=0)
    over = total - most * entrants
    for level, year in zip(*(over > FEW).nonzero(), strict=True):
        where, when = facts.norms.stages[level].name, facts.norms.first_year + int(year)
        yield Violation("catchments.stability", where, when, float(over[level, year]), "pupils")


def _walk(start: int, allowed: set[int], land: Land) -> set[int]:
    """Zones that a walk from `start` through allowed zones comes to."""
    seen, edge = {start}, {start}
    while edge:
        beyond = {other for zone in edge for other in land.touching.get(zone, ())}
        edge = (beyond & allowed) - seen
        seen |= edge
    return seen


def _parts(facts: Facts, land: Land) -> np.ndarray:
    """(Z,) a number for each part of the county; there is no way from one to another."""
    part = np.full(len(facts.zones), -1)
    everywhere = set(range(len(facts.zones)))
    for zone in range(len(facts.zones)):
        if part[zone] < 0:
            part[list(_walk(zone, everywhere, land))] = zone
    return part


def _beginners(facts: Facts) -> pd.DataFrame:
    """Share of each zone's first grade of the base year by zone, level and site."""
    rows = facts.enrolled
    rows = rows[((rows["entry"] == facts.norms.memory - 1) & (rows["pupils"] > 0)).to_numpy()]
    found = rows.groupby(["zone", "level", "site"])["pupils"].sum().reset_index()
    whole = found.groupby(["zone", "level"])["pupils"].transform("sum")
    return found.assign(share=found["pupils"] / whole)


def _outside_largest(facts: Facts) -> np.ndarray:
    """(Z, L) share of a zone's first grade of the base year outside the school with most of it."""
    outside = np.zeros(facts.entrants.shape[:2])
    most = _beginners(facts).groupby(["zone", "level"], as_index=False)["share"].max()
    outside[most["zone"], most["level"]] = 1.0 - most["share"].to_numpy()
    return outside


def _torn(facts: Facts, land: Land) -> set[tuple[int, int, int]]:
    """(zone, site, level) that are cut off from their school in today's areas already."""
    found = _beginners(facts).sort_values("site", kind="stable")
    main = found.loc[found.groupby(["level", "zone"])["share"].idxmax()]
    torn = set()
    for level in main["level"].unique().tolist():
        rows = main[main["level"] == level]
        nobody = set(range(len(facts.zones))) - set(rows["zone"].tolist())
        for site in rows["site"].unique().tolist():
            zones, own = set(rows.loc[rows["site"] == site, "zone"].tolist()), land.own.get(site)
            if own is not None:
                cut_off = zones - _walk(own, zones | nobody, land)
                torn |= {(zone, site, level) for zone in cut_off}
    return torn
