"""Where a run's tables disagree with what its decisions imply."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.verify.decisions import CLASSES, SCHOOLS, Decisions, coder_of
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.presence import FEW, Presence
from scenarios.verify.spaces import SLACK, Spaces
from scenarios.verify.verdict import Violation

ENROLMENT = "tables/enrolment.parquet"
TINY = 1e-6
SHOWN = 20  # differences listed one by one; the rest are counted in one line


def differences(
    rule: str, where: pd.Series[str], year: np.ndarray, amount: np.ndarray, unit: str
) -> list[Violation]:
    """Report the largest differences of a table as violations, the rest in one line."""
    wrong = np.flatnonzero(amount > 0)
    order = wrong[np.argsort(-amount[wrong], kind="stable")]
    found = [
        Violation(rule, str(where.iloc[row]), int(year[row]), float(amount[row]), unit)
        for row in order[:SHOWN]
    ]
    if len(order) > SHOWN:
        found.append(Violation(rule, "...", 0, float(len(order) - SHOWN), "rows"))
    return found


def enrolment_table(facts: Facts, presence: Presence, frames: Frames) -> list[Violation]:
    """Every pupil present, with the travel row and the grade they have."""
    frame, code = frames[ENROLMENT], coder_of(facts)
    norms = facts.norms
    stated = pd.DataFrame(
        {
            "zone": code.ids(frames, ENROLMENT, "zone_id", "zone"),
            "site": code.ids(frames, ENROLMENT, "site_id", "site"),
            "level": code.ids(frames, ENROLMENT, "level", "level"),
            "entry": frame["entry_year"].to_numpy() - norms.first_year + norms.memory,
            "year": frame["year"].to_numpy() - norms.first_year,
        }
    )
    entries = norms.memory + norms.years
    valid = (stated[["zone", "site", "level", "entry", "year"]] >= 0).all(axis=1).to_numpy()
    inside = (stated["entry"] < entries) & (stated["year"] < norms.years)
    valid = valid & inside.to_numpy()
    codes = np.where(valid, _row_code(facts, stated), -1)
    wanted = _row_code(facts, presence.rows)
    order = np.argsort(wanted)
    place = _find(wanted[order], codes)
    truth = np.where(place >= 0, presence.rows["pupils"].to_numpy()[order][place], 0.0)
    missing = np.abs(frame["pupils"].to_numpy() - truth)
    tolerance = FEW + 1e-9 * np.abs(truth)
    pair = np.where(place >= 0, presence.rows["pair"].to_numpy()[order][place], -1)
    wrong = ~valid | _wrong_detail(facts, frame, stated, pair, place >= 0)
    amount = np.where(wrong | (missing > tolerance), np.maximum(missing, TINY), 0.0)
    where = frame["zone_id"] + ">" + frame["site_id"]
    found = differences("tables.enrolment", where, frame["year"].to_numpy(), amount, "pupils")
    left = presence.rows[~np.isin(wanted, codes) & (presence.rows["pupils"] > FEW).to_numpy()]
    names = pd.Series(facts.zones[left["zone"]] + ">" + facts.site_ids[left["site"]], dtype=object)
    years = left["year"].to_numpy() + norms.first_year
    return found + differences(
        "tables.enrolment", names, years, left["pupils"].to_numpy(), "pupils"
    )


def _row_code(facts: Facts, rows: pd.DataFrame) -> np.ndarray:
    pair = facts.pair_code(*(rows[name].to_numpy() for name in ("zone", "site", "level")))
    entries = facts.norms.memory + facts.norms.years
    code = (pair * entries + rows["entry"].to_numpy()) * facts.norms.years
    return np.asarray(code + rows["year"].to_numpy())


def _find(ordered: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Positions of values in a sorted array, -1 where absent."""
    if not len(ordered):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    found: np.ndarray = np.where(ordered[place] == wanted, place, -1)
    return found


def _wrong_detail(
    facts: Facts, frame: pd.DataFrame, stated: pd.DataFrame, pair: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Rows whose mode, minutes, metres or grade is not that of their pupils."""
    level = stated["level"].to_numpy()
    first = np.array([stage.first_grade for stage in facts.norms.stages])[level]
    grade = first + stated["year"] - stated["entry"] + facts.norms.memory
    wrong = known & (frame["grade"] != grade).to_numpy()
    paired = known & (pair >= 0)
    if not paired.any():
        return np.asarray(wrong)
    for name in ("minutes", "metres"):
        value = facts.travel[name].to_numpy()[pair]
        wrong = wrong | paired & ~np.isclose(frame[name].to_numpy(), value, rtol=1e-9, atol=TINY)
    modes = frame["mode"].to_numpy() != facts.travel["mode"].to_numpy()[pair]
    return np.asarray(wrong | (paired & modes))


def classes_table(facts: Facts, presence: Presence, frames: Frames) -> list[Violation]:
    """Pupils, grade and largest class of every cohort at every site."""
    frame, code, norms = frames[CLASSES], coder_of(facts), facts.norms
    level = code.ids(frames, CLASSES, "level", "level")
    site = code.ids(frames, CLASSES, "site_id", "site")
    entry = frame["entry_year"].to_numpy() - norms.first_year + norms.memory
    year = frame["year"].to_numpy() - norms.first_year
    pupils = presence.pupils[level, site, entry, year]
    count = frame["classes"].to_numpy() if norms.on("class_size") else np.zeros(len(frame))
    largest = np.ceil(np.divide(pupils, count, out=np.zeros_like(pupils), where=count > 0) - SLACK)
    first = np.array([stage.first_grade for stage in norms.stages])[level]
    grade = first + year - entry + norms.memory
    amount = _off(frame["pupils"], pupils, FEW)
    there = pupils > FEW
    amount += np.where(there, _off(frame["largest_class"], np.maximum(largest, 0.0), TINY), 0.0)
    amount += _off(frame["classes"], count, TINY)
    amount += there * _off(frame["grade"], grade, TINY)
    found = differences("tables.classes", frame["site_id"], frame["year"].to_numpy(), amount, "")
    seen = np.zeros(presence.pupils.shape, dtype=bool)
    seen[level, site, entry, year] = True
    lost = np.where(~seen & (presence.pupils > FEW), presence.pupils, 0.0).sum(axis=(0, 2))
    return found + list(_by_site("tables.classes", facts, lost, "pupils"))


def schools_table(
    facts: Facts,
    decisions: Decisions,
    presence: Presence,
    spaces: Spaces,
    posts: np.ndarray | None,
    frames: Frames,
) -> list[Violation]:
    """Pupils, classes, rooms, intake and posts (L, S, T) of every site, level and year."""
    frame, code, norms = frames[SCHOOLS], coder_of(facts), facts.norms
    level = code.ids(frames, SCHOOLS, "level", "level")
    site = code.ids(frames, SCHOOLS, "site_id", "site")
    year = frame["year"].to_numpy() - norms.first_year
    entering = presence.pupils[level, site, year + norms.memory, year] > FEW
    amount = np.where(frame["admits"].to_numpy() != entering, 1.0, 0.0)
    truth = {
        "pupils": presence.pupils.sum(axis=2)[level, site, year],
        "classes": decisions.classes.sum(axis=2)[level, site, year],
        "rooms": spaces.rooms[site, year],
        "rooms_taken": spaces.taken[site, year],
        "function_rooms": spaces.kind_rooms.sum(axis=1)[site, year],
    }
    for name, value in truth.items():
        amount += _off(frame[name], value, FEW if name == "pupils" else TINY)
    amount += _posts_off(frame["posts"], None if posts is None else posts[level, site, year])
    found = differences("tables.schools", frame["site_id"], frame["year"].to_numpy(), amount, "")
    seen = np.zeros((len(facts.site_ids), len(norms.stages), norms.years), dtype=bool)
    seen[site, level, year] = True
    there = presence.pupils.sum(axis=2).transpose(1, 0, 2)
    lost = np.where(~seen & (there > FEW), there, 0.0).sum(axis=1)
    return found + list(_by_site("tables.schools", facts, lost, "pupils"))


def _posts_off(stated: pd.Series[float], truth: np.ndarray | None) -> np.ndarray:
    """Find posts that differ; where teachers are not planned, posts that are stated at all."""
    empty = stated.isna().to_numpy()
    if truth is None:
        return np.where(empty, 0.0, 1.0)
    return np.where(empty, 1.0, _off(stated.fillna(0.0), truth, TINY))


def _off(stated: pd.Series[float], truth: np.ndarray, tolerance: float) -> np.ndarray:
    off = np.abs(stated.to_numpy(dtype=float) - truth)
    return np.where(off > tolerance + 1e-9 * np.abs(truth), off, 0.0)


def _by_site(rule: str, facts: Facts, amount: np.ndarray, unit: str) -> Iterator[Violation]:
    for site, year in zip(*amount.nonzero(), strict=True):
        when = facts.norms.first_year + int(year)
        yield Violation(rule, str(facts.site_ids[site]), when, float(amount[site, year]), unit)
