"""Rules of postings and rotation: T4 to T9 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.verify.facts import Facts
from scenarios.verify.postings import Postings
from scenarios.verify.spaces import SLACK
from scenarios.verify.staff_facts import StaffFacts
from scenarios.verify.staff_flow import StaffFlow
from scenarios.verify.staff_norms import StaffNorms
from scenarios.verify.verdict import Violation


def staff_rules(
    facts: Facts, norms: StaffNorms, staff: StaffFacts, postings: Postings, flow: StaffFlow
) -> list[Violation]:
    """Every broken rule of teachers, once for each place and year.

    A hire is blamed in the year in which it is made.
    """
    return [
        *_pools(facts, staff, postings),
        *_running(facts, staff, postings, flow),
        *_hires(facts, staff, postings, flow),
        *_balance(facts, staff, postings, flow),
        *_total(facts, postings, flow),
        *_rotation(facts, norms, staff, flow),
        *_shares(facts, norms, staff, flow),
        *_two_way(facts, norms, postings, flow),
    ]


def _pools(facts: Facts, staff: StaffFacts, postings: Postings) -> Iterator[Violation]:
    """T4, T5: nobody moves to where they are, nobody is hired into a pool of key teachers."""
    hires, moves = postings.hires, postings.moves
    key = hires[staff.key[hires["pool"]]].assign(year=lambda rows: rows["hired"])
    same = moves[(moves["frm"] == moves["to"]).to_numpy()]
    same = same.assign(site=same["to"], year=same["year"] + facts.norms.first_year)
    yield from _rows("staffing.pool", facts, staff, pd.concat([key, same]))


def _running(
    facts: Facts, staff: StaffFacts, postings: Postings, flow: StaffFlow
) -> Iterator[Violation]:
    """T4, T6: teachers go to and stand at schools that run their level."""
    wrong = np.where(flow.runs, 0.0, flow.arrive + postings.teachers)
    yield from _each("staffing.running", facts, staff, wrong)


def _hires(
    facts: Facts, staff: StaffFacts, postings: Postings, flow: StaffFlow
) -> Iterator[Violation]:
    """T5: posted when hired at a school that goes on, a year later at a school that is new."""
    hires, norms = postings.hires, facts.norms
    year = hires["posted"].to_numpy() - norms.first_year
    inside = (year >= 0) & (year < norms.years) & (hires["hired"] >= norms.first_year).to_numpy()
    place = (hires["pool"], hires["site"], np.clip(year, 0, norms.years - 1))
    runs, ran = flow.runs[place], flow.ran[place]
    wait = (hires["posted"] - hires["hired"]).to_numpy()
    right = inside & runs & np.where(ran, wait == 0, wait == 1)
    rows = hires[~right].assign(year=hires["hired"])
    yield from _rows("staffing.hire", facts, staff, rows)


def _balance(
    facts: Facts, staff: StaffFacts, postings: Postings, flow: StaffFlow
) -> Iterator[Violation]:
    """T6: teachers are those of last year, less who went, plus who came."""
    expected = flow.before - flow.leave + flow.arrive - flow.depart + flow.posted
    followed = (flow.follow[name].to_numpy() for name in ("pool", "frm", "to", "year", "teachers"))
    pool, frm, to, year, teachers = followed
    np.subtract.at(expected, (pool, frm, year), teachers)
    np.add.at(expected, (pool, to, year), teachers)
    yield from _each("staffing.balance", facts, staff, np.abs(postings.teachers - expected))


def _total(facts: Facts, postings: Postings, flow: StaffFlow) -> Iterator[Violation]:
    """T7: as many are hired as leave, year by year."""
    hires, years = postings.hires, facts.norms.years
    year = hires["hired"].to_numpy() - facts.norms.first_year
    inside = (year >= 0) & (year < years)
    hired = np.bincount(year[inside], hires["teachers"].to_numpy()[inside], minlength=years)
    off = np.abs(hired - flow.leave.sum(axis=(0, 1)))
    for when in off.nonzero()[0]:
        yield _of("staffing.total", "", facts, when, off[when])


def _rotation(
    facts: Facts, norms: StaffNorms, staff: StaffFacts, flow: StaffFlow
) -> Iterator[Violation]:
    """T9: only the eligible rotate, and the core of a school stays."""
    over = np.maximum(0.0, flow.rotated - flow.eligible)
    yield from _each("rotation.eligible", facts, staff, over)
    runs = np.zeros(over.shape[1:], dtype=bool)
    for level in range(len(facts.norms.stages)):
        pools = staff.level == level
        runs |= flow.runs[pools].any(axis=0)
    free = (1.0 - norms.core_share) * flow.before.sum(axis=0)
    excess = np.where(runs, flow.rotated.sum(axis=0) - free, 0.0)
    for site, year in zip(*(excess > SLACK).nonzero(), strict=True):
        where = str(facts.site_ids[site])
        yield _of("rotation.core", where, facts, year, excess[site, year])


def _shares(
    facts: Facts, norms: StaffNorms, staff: StaffFacts, flow: StaffFlow
) -> Iterator[Violation]:
    """T9: enough of the eligible rotate, and enough key teachers among them."""
    moved, free = flow.rotated.sum(axis=1), flow.eligible.sum(axis=1)
    asked = np.ceil(norms.rotation_share * free.sum(axis=0) - SLACK)
    key = np.ceil(norms.key_share * moved.sum(axis=0) - SLACK)
    key = np.minimum(key, free[staff.key].sum(axis=0))
    for rule, wanted, found in (
        ("rotation.share", asked, moved.sum(axis=0)),
        ("rotation.key", key, moved[staff.key].sum(axis=0)),
    ):
        short = wanted - found
        for year in (short > 0).nonzero()[0]:
            yield _of(rule, "", facts, year, short[year])


def _two_way(
    facts: Facts, norms: StaffNorms, postings: Postings, flow: StaffFlow
) -> Iterator[Violation]:
    """T9: enough rotate from town to country, and back."""
    urban = facts.sites["urban"].to_numpy(dtype=bool)
    moves = postings.moves[~flow.forced]
    frm, to = urban[moves["frm"]], urban[moves["to"]]
    free = flow.eligible.sum(axis=0)
    for where, target, ours, these in (
        ("country", norms.to_country, urban, frm & ~to),
        ("town", norms.to_town, ~urban, ~frm & to),
    ):
        rows = moves[these]
        found = np.bincount(rows["year"], rows["teachers"], minlength=facts.norms.years)
        short = np.minimum(target, free[ours].sum(axis=0)) - found
        for year in (short > 0).nonzero()[0]:
            yield _of("rotation.two_way", where, facts, year, short[year])


def _rows(rule: str, facts: Facts, staff: StaffFacts, rows: pd.DataFrame) -> Iterator[Violation]:
    """Return the violations of rows of pool, site, absolute year and teachers, added up."""
    total = rows.groupby(["pool", "site", "year"], as_index=False)["teachers"].sum()
    columns = total[["pool", "site", "year", "teachers"]].to_numpy(dtype=np.int64)
    for pool, site, year, teachers in columns.tolist():
        where = f"{staff.pools[pool]}@{facts.site_ids[site]}"
        yield Violation(rule, where, year, float(teachers), "teachers")


def _each(rule: str, facts: Facts, staff: StaffFacts, amounts: np.ndarray) -> Iterator[Violation]:
    """Return the violations of an array (N, S, T)."""
    for pool, site, year in zip(*amounts.nonzero(), strict=True):
        where = f"{staff.pools[pool]}@{facts.site_ids[site]}"
        yield _of(rule, where, facts, year, amounts[pool, site, year])


def _of(rule: str, where: str, facts: Facts, year: int, amount: float) -> Violation:
    return Violation(rule, where, facts.norms.first_year + int(year), float(amount), "teachers")
