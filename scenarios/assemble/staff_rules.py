"""What the teachers of a study must agree on with its lesson grid and its schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

import pandas as pd

from geodata.findings import Finding, Severity, Source
from geodata.partial import known, may_hold
from scenarios.config import LoadedStudy
from scenarios.config.findings import CORRECT_CELL, Words, error, error_in_row
from scenarios.config.words import line_of


def staff_faults(
    loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame], source: Source
) -> list[Finding]:
    """Return what contradicts itself in the teachers of a study.

    Returns
    -------
    list of Finding
        Of the inputs in `frames`, which are those that could be read, and of the cells known:
        D67 teachers without a lesson grid, D68 a grid that does not fit its level, T52 a subject
        that the grid does not know, and the warning D20: a school with pupils and no teacher.
    """
    faults: list[Finding] = []
    if loaded.known(("profile",)):
        faults += _grid_faults(loaded)
    if "teachers" in frames:
        faults += _subject_faults(loaded, frames["teachers"], source)
    return faults + list(_bare_schools(frames, source))


def _grid_faults(loaded: LoadedStudy) -> Iterator[Finding]:
    staffing = loaded.profile.norms.staffing
    for name, level in loaded.profile.norms.levels.items():
        lessons, load = staffing.lessons.get(name, {}), staffing.load.get(name, {})
        settled = _grid_is_known(loaded, name)
        if settled and not any(hours > 0 for grades in lessons.values() for hours in grades):
            why = (
                f"Teachers are given, but {loaded.study.profile} has no lessons of {name}.",
                f"已提供教师，但标准 {loaded.study.profile} 没有 {name} 的课时表。",
            )
            mend = (
                f"Write staffing.lessons.{name}.<subject> and staffing.load.{name}.<subject> under "
                "standards, take the profile CN, or leave inputs.teachers out.",
                f"请在 standards 下写 staffing.lessons.{name}.<学科> 和 "
                f"staffing.load.{name}.<学科>，或改用标准 CN，或去掉 inputs.teachers。",
            )
            yield _at(loaded, "D67", "profile", why, mend, loaded.study.profile)
        for subject, grades in lessons.items():
            path = f"standards.staffing.lessons.{name}.{subject}"
            if len(grades) != level.grades and _known(loaded, f"levels.{name}.grades"):
                why = (
                    f"The level {name} has {level.grades} grades; lessons stand for {len(grades)}.",
                    f"{name} 有 {level.grades} 个年级，而课时写了 {len(grades)} 个。",
                )
                mend = ("Give one number a grade.", "请每个年级写一个数。")
                yield _at(loaded, "D68", path, why, mend, len(grades))
            if subject not in load and _known(loaded, f"staffing.load.{name}.{subject}"):
                why = (
                    f"A teacher's lessons a week are missing for {subject} in {name}.",
                    f"缺少 {name} 学科 {subject} 的教师周课时。",
                )
                mend = (
                    f"Write staffing.load.{name}.{subject} under standards.",
                    f"请在 standards 下写 staffing.load.{name}.{subject}。",
                )
                yield _at(loaded, "D68", path, why, mend, "")


def _known(loaded: LoadedStudy, norm: str) -> bool:
    return loaded.known(("standards", norm))


def _grid_is_known(loaded: LoadedStudy, level: str) -> bool:
    """Whether every lesson of a level that the study file names could be read."""
    begin = f"staffing.lessons.{level}"
    paths = [path for path in loaded.unsettled if path[0] in ("standards", "profile")]
    return all(len(path) > 1 and not str(path[1]).startswith(begin) for path in paths)


def _at(
    loaded: LoadedStudy, code: str, path: str, why: Words, mend: Words, value: object
) -> Finding:
    """Return a fault of the study file; an override's key holds dots of its own."""
    section, _, key = path.partition(".")
    line = line_of(loaded.lines, (section, key) if key else (section,))
    return error(code, loaded.name, why, mend, row=line, column=path, value=value)


def _subject_faults(
    loaded: LoadedStudy, teachers: pd.DataFrame, source: Source
) -> Iterator[Finding]:
    teachers = known(teachers, "level", "subject")
    for name, lessons in loaded.profile.norms.staffing.lessons.items():
        if not _grid_is_known(loaded, name):
            continue
        rows = teachers[(teachers["level"] == name) & ~teachers["subject"].isin(list(lessons))]
        why = (
            f"The lesson grid of {name} has no such subject; it has {', '.join(lessons)}.",
            f"{name} 的课时表没有这个学科；有 {'、'.join(lessons)}。",
        )
        for row, subject in rows["subject"].items():
            near = get_close_matches(subject, lessons, n=1, cutoff=0.5)
            hint = (
                (f'Did you mean "{near[0]}"?', f"是否应为“{near[0]}”？") if near else CORRECT_CELL
            )
            yield error_in_row("T52", source, row, "subject", subject, why, hint)


def _bare_schools(frames: Mapping[str, pd.DataFrame], source: Source) -> Iterator[Finding]:
    key = ["site_id", "level"]
    if not {"enrolment", "teachers"} <= frames.keys():
        return
    pupils = _sums(frames["enrolment"], key, "pupils")
    teachers = _sums(frames["teachers"], key, "teachers")
    bare = (pupils > 0) & (teachers.reindex(pupils.index).fillna(0) == 0)
    sure = ~may_hold(frames["teachers"], key, "teachers", pupils.index.to_frame(index=False))
    for place in pupils.index[bare & sure]:
        why = (
            "The school has pupils of this level and no teacher.",
            "该校该学段有学生而没有教师。",
        )
        mend = ("Add the teachers if there are any.", "如有教师请补上。")
        fault = error_in_row("D20", source, 0, "site_id", " / ".join(place), why, mend)
        yield replace(fault, severity=Severity.WARNING)


def _sums(table: pd.DataFrame, key: list[str], column: str) -> pd.Series:
    return known(table, *key, column).astype({column: float}).groupby(key)[column].sum()
