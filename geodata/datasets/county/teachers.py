"""Teachers by level, subject group, rank, home town and years at their school."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geodata.datasets.county.facts import (
    LESSONS,
    NON_TEACHING_SHARE,
    PUPILS_PER_STAFF,
    WEEKLY_LOAD,
)
from geodata.datasets.county.spec import GRADES, LEVELS, Spec
from geodata.datasets.county.tools import largest_remainder, records

SUBJECTS = tuple(LESSONS["primary"])
_KEY_SHARE = 0.14
_SHORT_SUBJECTS = ("arts", "pe")
_VILLAGE_SHORTAGE = 0.68
_CODE = {"primary": "P", "lower_secondary": "L"}


def curriculum_need(classes: pd.DataFrame) -> pd.DataFrame:
    """Full-time equivalents by (site_id, level) and subject group: lessons over load."""
    parts = []
    for level in LEVELS:
        rows = classes[classes.level == level]
        index = rows.grade.to_numpy() - GRADES[level][0]
        fte = {
            subject: np.array(LESSONS[level][subject])[index]
            * rows.classes.to_numpy()
            / WEEKLY_LOAD[level][subject]
            for subject in SUBJECTS
        }
        keys = [rows.site_id.to_numpy(), rows.level.to_numpy()]
        parts.append(pd.DataFrame(fte).groupby(keys).sum())
    return pd.concat(parts).rename_axis(["site_id", "level"])


def make_teachers(
    spec: Spec,
    sites: pd.DataFrame,
    enrolment: pd.DataFrame,
    classes: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """pool_id, level, subject, rank, home_town, site_id, years, teachers: `spec.teachers` in all.

    Town schools have about what their pupils call for; villages have more posts than that, yet
    too few teachers of arts and physical education; key teachers gather in town.
    """
    need = curriculum_need(classes)
    urban = need.index.get_level_values(0).isin(sites.site_id[sites.kind == "urban"])
    pupils = enrolment.groupby(["site_id", "level"]).pupils.sum().reindex(need.index).to_numpy()
    posts = _posts(spec, need, pupils, urban)
    by_subject = _subjects(need.to_numpy(), posts, urban)
    people = _people(sites, need.index, by_subject)
    people["rank"] = _ranks(people, pupils, urban, rng)
    people["home_town"] = _homes(spec, people.town.to_numpy(), rng)
    people["years"] = np.minimum(rng.gamma(1.4, 6.0, len(people)).astype(int), 35)
    return _counted(spec, people)


def _posts(spec: Spec, need: pd.DataFrame, pupils: np.ndarray, urban: np.ndarray) -> np.ndarray:
    """Teachers (R,) of each site and level."""
    level = need.index.get_level_values(1)
    ratio = np.array([(1 - NON_TEACHING_SHARE[n]) / PUPILS_PER_STAFF[n] for n in level])
    call = np.maximum(need.to_numpy().sum(axis=1), pupils * ratio)
    in_town = round(min(0.97 * call[urban].sum(), 0.6 * spec.teachers))
    posts = np.zeros(len(need), dtype=np.int64)
    posts[urban] = largest_remainder(call[urban], in_town)
    posts[~urban] = 1 + largest_remainder(
        call[~urban], spec.teachers - in_town - int((~urban).sum())
    )
    return posts


def _subjects(need: np.ndarray, posts: np.ndarray, urban: np.ndarray) -> np.ndarray:
    """Teachers (R, subjects) of each site and level."""
    short = np.isin(SUBJECTS, _SHORT_SUBJECTS)
    weight = need / need.sum(axis=1, keepdims=True)
    by_subject = np.zeros(need.shape, dtype=np.int64)
    for row, (total, village) in enumerate(zip(posts, ~urban, strict=True)):
        rest = np.ones(len(SUBJECTS), dtype=bool)
        if village:
            few = np.floor(need[row] * _VILLAGE_SHORTAGE + 0.5).astype(np.int64)
            by_subject[row, short] = np.minimum(few, total // 6)[short]
            rest = ~short
        by_subject[row, rest] = largest_remainder(
            weight[row, rest], int(total - by_subject[row].sum())
        )
    return by_subject


def _people(sites: pd.DataFrame, index: pd.Index[Any], by_subject: np.ndarray) -> pd.DataFrame:
    """One row a teacher: row (of the need table), site_id, town, level, subject."""
    row, subject = np.nonzero(by_subject)
    times = by_subject[row, subject]
    row, subject = np.repeat(row, times), np.repeat(subject, times)
    site = index.get_level_values(0).to_numpy()[row]
    town = sites.set_index("site_id").town
    return pd.DataFrame(
        {
            "row": row,
            "site_id": site,
            "town": town.reindex(site).to_numpy(),
            "level": index.get_level_values(1).to_numpy()[row],
            "subject": np.array(SUBJECTS)[subject],
        }
    )


def _ranks(
    people: pd.DataFrame, pupils: np.ndarray, urban: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Key or ordinary: key teachers by a school's strength, which towns and luck decide."""
    strength = pupils * np.where(urban, 1.5, 0.5) * rng.lognormal(0, 0.75, len(pupils))
    row = people.row.to_numpy()
    teachers = np.bincount(row, minlength=len(pupils))
    wanted = largest_remainder(strength, round(_KEY_SHARE * len(people)))
    wanted = np.minimum(wanted, np.floor(0.45 * teachers).astype(np.int64))
    order = np.lexsort([rng.random(len(people)), row])
    place = np.empty(len(people), dtype=np.int64)
    start = np.cumsum(teachers) - teachers
    place[order] = np.arange(len(people)) - np.repeat(start, teachers)
    return np.where(place < wanted[row], "key", "ordinary")


def _homes(spec: Spec, town: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Home towns: mostly the school's own, often the county town, seldom another."""
    names = np.array(spec.town_names)
    core = np.array([t.name for t in spec.towns if t.role == "core"])
    chance = rng.random(len(town))
    other = np.where(chance < 0.85, rng.choice(core, len(town)), rng.choice(names, len(town)))
    return np.asarray(np.where(chance < 0.6, town, other))


def _counted(spec: Spec, people: pd.DataFrame) -> pd.DataFrame:
    """Count people alike, and name their pools."""
    keys = ["level", "subject", "rank", "home_town", "site_id", "years"]
    frame = people.groupby(keys, as_index=False).size().rename(columns={"size": "teachers"})
    town = {name: f"{n:02d}" for n, name in enumerate(spec.town_names, start=1)}
    rank = {"key": "K", "ordinary": "O"}
    pool = [
        f"{_CODE[r.level]}-{r.subject[:3].upper()}-{rank[r.rank]}-{town[r.home_town]}"
        for r in records(frame)
    ]
    frame.insert(0, "pool_id", pool)
    return frame.sort_values(["site_id", "pool_id", "years"], ignore_index=True)
