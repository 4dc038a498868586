"""Tables against each other: ids and towns known, figures that must agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd

from geodata.catalogue import found, found_each
from geodata.cells import nearest, text_of
from geodata.findings import Finding, Source, Text
from geodata.partial import known, may_hold
from geodata.schemas import LEVELS, LEVELS_OF

# Table, column, the tables whose ids it names, and their column; an empty cell names nothing.
_REFERENCES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("zones", "town", ("towns",), "town"),
    ("schools", "town", ("towns",), "town"),
    ("candidates", "town", ("towns",), "town"),
    ("teachers", "home_town", ("towns",), "town"),
    ("schools", "parent_id", ("schools",), "site_id"),
    ("enrolment", "site_id", ("schools",), "site_id"),
    ("enrolment", "zone_id", ("zones",), "zone_id"),
    ("classes", "site_id", ("schools",), "site_id"),
    ("teachers", "site_id", ("schools",), "site_id"),
    ("children", "town", ("towns",), "town"),
    ("children", "zone_id", ("zones",), "zone_id"),
    ("housing", "zone_id", ("zones",), "zone_id"),
    ("options", "site_id", ("schools", "candidates"), "site_id"),
    ("options", "relocates_id", ("schools",), "site_id"),
    ("travel", "zone_id", ("zones",), "zone_id"),
    ("travel", "site_id", ("schools", "candidates"), "site_id"),
    ("links", "zone_a_id", ("zones",), "zone_id"),
    ("links", "zone_b_id", ("zones",), "zone_id"),
)

MOST_IN_A_ROOM = 200
"""Pupils: three times the 66 of a class called very large; a third of a square metre each."""


def cross_check(
    frames: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Source] | None = None,
    levels: Mapping[str, Iterable[int]] | None = None,
) -> list[Finding]:
    """Check tables against each other.

    Parameters
    ----------
    frames
        Typed tables and layers under their keys in the study file's `inputs`, indexed by row. What
        is absent or empty is not checked against; of rows with missing cells the rest is judged.
    sources
        File and sheet of each, for the findings. What is named here and absent from `frames` could
        not be read: nothing is held against it.
    levels
        Grades of each level (absolute), to find grades outside their stage.

    Returns
    -------
    list of Finding
        G33 towns without a zone, T53 unknown ids and towns, D14 a school that is a candidate too,
        T18 grades and levels that do not fit, T63 schools without pupils, D49, D50 and D52 pupils
        and classes that disagree, D51 teaching points at odds with themselves, D54 links that join
        a zone with itself.
    """
    unread = set(sources or {}) - frames.keys()
    frames = {name: frame for name, frame in frames.items() if len(frame)}
    where = {name: (sources or {}).get(name, Source(name)) for name in frames}
    findings = _references(frames, where, unread)
    if {"towns", "zones"} <= frames.keys():
        findings += _towns_without_zones(frames, where)
    if {"schools", "candidates"} <= frames.keys():
        findings += _both(frames, where)
    if "schools" in frames:
        findings += _teaching_points(frames["schools"], where["schools"])
        for name in ("enrolment", "classes"):
            if name in frames:
                findings += _stages(frames[name], frames["schools"], levels or {}, where[name])
        for name in ("enrolment", "classes", "teachers"):
            if name in frames:
                findings += _levels_run(frames[name], frames["schools"], where[name])
    if {"schools", "enrolment"} <= frames.keys():
        findings += _without_pupils(frames, where)
    if {"enrolment", "classes"} <= frames.keys():
        findings += _pupils_and_classes(frames, where)
    if "links" in frames:
        findings += _links_to_itself(frames["links"], where["links"])
    return findings


def _links_to_itself(links: pd.DataFrame, source: Source) -> list[Finding]:
    ends = known(links, "zone_a_id", "zone_b_id")
    return found_each("D54", source, ends.loc[ends["zone_a_id"] == ends["zone_b_id"], "zone_b_id"])


def _references(
    frames: Mapping[str, pd.DataFrame], where: Mapping[str, Source], unread: set[str]
) -> list[Finding]:
    findings = []
    for table, column, targets, target_column in _REFERENCES:
        if table not in frames or not unread.isdisjoint(targets):
            continue
        names = _names(frames, targets, target_column)
        values = known(frames[table], column)[column]
        if not names:
            continue
        strange = values[~values.isin(names) & (values != "")]
        listed = "/".join(targets)
        hints = {value: _hint(value, names, listed) for value in strange.unique()}
        findings += found_each("T53", where[table], strange, more=hints.__getitem__)
    return findings


def _names(frames: Mapping[str, pd.DataFrame], targets: Iterable[str], column: str) -> list[str]:
    """Return the ids or towns of tables; empty where one of them has none that could be read."""
    columns = [known(frames[name], column)[column] for name in targets if name in frames]
    names = [list(values.unique()) for values in columns]
    return list(chain.from_iterable(names)) if all(names) else []


def _hint(value: str, names: list[str], listed: str) -> str:
    near = nearest(value, names)
    return f"{listed} ({near}?)." if near else f"{listed}."


def _towns_without_zones(
    frames: Mapping[str, pd.DataFrame], where: Mapping[str, Source]
) -> list[Finding]:
    towns = known(frames["towns"], "town")
    unsure = may_hold(frames["zones"], ["town"], "town", towns[["town"]])
    empty = towns["town"][~towns["town"].isin(frames["zones"]["town"]) & ~unsure]
    return found_each("G33", where["towns"], empty)


def _both(frames: Mapping[str, pd.DataFrame], where: Mapping[str, Source]) -> list[Finding]:
    ids = known(frames["candidates"], "site_id")["site_id"]
    double = ids[ids.isin(frames["schools"]["site_id"])]
    return found_each("D14", where["candidates"], double)


def _teaching_points(schools: pd.DataFrame, source: Source) -> list[Finding]:
    schools = known(schools, "site_id", "school_type", "point_grades", "parent_id")
    is_point = schools["school_type"] == "teaching_point"
    says_point = (schools["point_grades"] > 0) & (schools["parent_id"] != "")
    says_none = (schools["point_grades"] == 0) & (schools["parent_id"] == "")
    points = schools.loc[is_point, "site_id"]
    bad_parent = is_point & schools["parent_id"].isin(points)
    odd = schools[~np.where(is_point, says_point, says_none) | bad_parent]
    return found_each("D51", source, odd["site_id"], "point_grades")


def _stages(
    table: pd.DataFrame, schools: pd.DataFrame, levels: Mapping[str, Iterable[int]], source: Source
) -> list[Finding]:
    """Find grades outside their level, and grades that a teaching point does not run."""
    findings = []
    table = known(table, "level", "grade")
    if not len(table):
        return []
    grades_of = known(schools, "site_id").drop_duplicates("site_id").set_index("site_id")
    points = table["site_id"].map(grades_of["point_grades"]).fillna(0)
    for level, group in table.groupby("level"):
        grades = sorted(levels.get(str(level), range(1, 10)))
        outside = group[~group["grade"].isin(grades)]
        stage = f"{level} {grades[0]}–{grades[-1]}"
        findings += found_each("T18", source, outside["grade"], more=partial(_same, stage))
    late = (table["grade"] > points) & (points > 0)
    findings += found_each("T18", source, table["grade"][late], more=partial(_same, "point_grades"))
    return findings


def _levels_run(table: pd.DataFrame, schools: pd.DataFrame, source: Source) -> list[Finding]:
    """Find levels that the school does not run."""
    table = known(table, "site_id", "level")
    types_of = known(schools, "site_id").drop_duplicates("site_id").set_index("site_id")
    types = table["site_id"].map(types_of["school_type"])
    runs = np.array(
        [
            level in LEVELS_OF.get(kind, LEVELS)
            for level, kind in zip(table["level"], types, strict=True)
        ],
        dtype=bool,
    )
    return found_each("T18", source, table["level"][~runs], more=partial(_same, "school_type"))


def _same(words: str, _: str) -> str:
    return words


def _without_pupils(
    frames: Mapping[str, pd.DataFrame], where: Mapping[str, Source]
) -> list[Finding]:
    schools, enrolment = known(frames["schools"], "site_id"), frames["enrolment"]
    unsure = may_hold(enrolment, ["site_id"], "pupils", schools[["site_id"]])
    missing = ~schools["site_id"].isin(enrolment["site_id"]) & ~unsure
    return found_each("T63", where["schools"], schools["site_id"][missing])


def _pupils_and_classes(
    frames: Mapping[str, pd.DataFrame], where: Mapping[str, Source]
) -> list[Finding]:
    """Find grades with pupils and no classes (D49), the reverse (D50), or absurd classes (D52)."""
    key = ["site_id", "level", "grade"]
    sums = [_sums(frames["enrolment"], key, "pupils"), _sums(frames["classes"], key, "classes")]
    if not all(map(len, sums)):
        return []  # a column is missing: of no school can both be known
    both = pd.concat(sums, axis=1).fillna(0)
    if "schools" in frames:  # an id that is nowhere listed is a fault of its own
        both = both[both.index.isin(frames["schools"]["site_id"].dropna(), level="site_id")]
    findings = _beyond_any_room(frames, both, key, where["enrolment"])
    for code, table, has, lacks in (
        ("D49", "enrolment", "pupils", "classes"),
        ("D50", "classes", "classes", "pupils"),
    ):
        odd = both[(both[has] > 0) & (both[lacks] == 0)].reset_index()
        other = "classes" if table == "enrolment" else "enrolment"
        odd = odd[~may_hold(frames[other], key, lacks, odd[key])]
        for row in odd.to_dict("records"):
            value = " / ".join(text_of(row[part]) for part in key)
            at = int(row[f"row_{has}"])
            more = f"{row[has]:g}"
            findings.append(found(code, where[table], row=at, column=has, value=value, more=more))
    return findings


def _beyond_any_room(
    frames: Mapping[str, pd.DataFrame], both: pd.DataFrame, key: list[str], source: Source
) -> list[Finding]:
    """Find classes that no room holds (D52), told at the largest cell of each such grade."""
    odd = both[(both["classes"] > 0) & (both["pupils"] > MOST_IN_A_ROOM * both["classes"])]
    odd = odd.reset_index()
    odd = odd[~may_hold(frames["classes"], key, "classes", odd[key])]
    if odd.empty:
        return []
    cells = known(frames["enrolment"], *key, "pupils")
    cells = cells.sort_values("pupils", kind="stable").reset_index(names="row")
    largest = {tuple(cell[part] for part in key): cell for cell in cells.to_dict("records")}
    findings = []
    for row in odd.to_dict("records"):
        cell = largest[tuple(row[part] for part in key)]
        pupils, classes = row["pupils"], row["classes"]
        value, each = text_of(cell["pupils"]), pupils / classes
        grade = " / ".join(text_of(row[part]) for part in key)
        more = Text(
            f"{grade} has {pupils:,.0f} pupils in {classes:g} classes, {each:,.0f}",
            f"{grade}：{pupils:,.0f}名学生、{classes:g}个班，每班{each:,.0f}人",
        )
        findings.append(
            found("D52", source, row=cell["row"], column="pupils", value=value, more=more)
        )
    return findings


def _sums(table: pd.DataFrame, key: list[str], column: str) -> pd.DataFrame:
    """Return the sums of a column by key, with the first row of each."""
    table = known(table, *key, column)
    rows = table.assign(row_first=table.index)
    return rows.groupby(key).agg(
        **{column: (column, "sum"), f"row_{column}": ("row_first", "first")}
    )
