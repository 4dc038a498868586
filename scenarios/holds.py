"""Zones that a planner puts at a school by hand, and that are held there (`run --hold`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.findings import Finding, FindingError
from optimizer.domain import Plan, Problem
from scenarios.config.findings import Words, error

_FORM: Words = (
    "This is not ZONE=SITE or ZONE=SITE:LEVEL.",
    "写法应为“单元=学校”或“单元=学校:学段”。",
)
_LONE: Words = (
    "A zone is held at a school only in a network that is kept.",
    "只有保留学校布局时才能把单元固定在某校。",
)
_NAME_RUN: Words = ("Name a finished run after --network as well.", "请同时用 --network 指定运行。")
_NO_ZONE: Words = ("The study has no such zone.", "研究中没有该单元。")
_NO_SITE: Words = ("The study has no such site.", "研究中没有该学校。")
_CORRECT: Words = ("Correct the id after --hold.", "请改正 --hold 后的编号。")
_CHOOSE: Words = (
    "Choose a school that this zone may enter in every planned year, or leave the hold out.",
    "请改选该单元各规划年都可进入的学校，或去掉这一条。",
)
_TWICE: Words = (
    "The zone is held at another school too, at the same level.",
    "同一学段中，该单元还被固定在另一所学校。",
)
_LEAVE_ONE: Words = ("Leave one of them.", "请只保留一条。")


@dataclass(frozen=True)
class Hold:
    """A zone held at a school: ids; without a level at every level that the school runs."""

    zone: str
    site: str
    level: str = ""


def require_kept(texts: Sequence[str], network: Path | None) -> None:
    """Require that a network is kept if anything is held; else nothing needs to be read.

    Raises
    ------
    FindingError
        C35 if none is, with C55 for each text that does not say what is held where.
    """
    if texts and network is None:
        faults = [_fault("C55", text, _FORM, _CORRECT) for text in texts if not _hold(text)]
        raise FindingError([*faults, _fault("C35", " ".join(texts), _LONE, _NAME_RUN)])


def held(problem: Problem, plan: Plan, texts: Sequence[str]) -> tuple[Problem, tuple[Hold, ...]]:
    """Hold zones at schools in the network of a plan; returns what is held, a row a level.

    Raises
    ------
    FindingError
        C55 for each text of another form, and each zone or site that the study does not know; C56
        for each hold that cannot be: no school there in every planned year, no way to it that a
        pupil who enters may go, or another school for the same zone and level.
    """
    from optimizer.methods.reassign import hold_at

    faults: list[Finding] = []
    rows: dict[tuple[int, int], int] = {}
    for text in dict.fromkeys(texts):
        for row in _rows(problem, plan, text, faults):
            key = (int(problem.travel.zone[row]), int(problem.travel.level[row]))
            if rows.setdefault(key, row) != row:
                faults.append(_fault("C56", text, _TWICE, _LEAVE_ONE))
    if faults:
        raise FindingError(faults)
    travel, names = problem.travel, problem.levels
    found = np.array(sorted(rows.values()), dtype=np.int64)
    told = tuple(
        Hold(
            problem.zones.ids[travel.zone[row]],
            problem.sites.ids[travel.site[row]],
            names[travel.level[row]].name,
        )
        for row in found
    )
    return (hold_at(problem, found) if len(found) else problem), told


def _rows(problem: Problem, plan: Plan, text: str, faults: list[Finding]) -> Iterator[int]:
    """Rows of `travel` at which a text holds its zone, one a level; else faults."""
    levels = [level.name for level in problem.levels]
    one = _hold(text, levels)
    if one is None:
        faults.append(_fault("C55", text, _FORM, _CORRECT))
        return
    known = {"zone": one.zone in problem.zones.ids, "site": one.site in problem.sites.ids}
    words = {"zone": _NO_ZONE, "site": _NO_SITE}
    faults += [_fault("C55", text, words[n], _CORRECT) for n, there in known.items() if not there]
    if not all(known.values()):
        return
    zone, site = problem.zones.ids.index(one.zone), problem.sites.ids.index(one.site)
    runs = np.asarray(plan.runs[site], dtype=bool)
    asked = [levels.index(one.level)] if one.level else np.flatnonzero(runs.any(axis=1)).tolist()
    if not asked:
        faults.append(_fault("C56", text, _stopped(problem, np.any(runs, axis=0)), _CHOOSE))
    for level in asked:
        travel = problem.travel
        mine = (travel.zone == zone) & (travel.site == site) & (travel.level == level)
        row = np.flatnonzero(mine & travel.intake)
        if not runs[level].all():
            faults.append(_fault("C56", text, _stopped(problem, runs[level]), _CHOOSE))
        elif not len(row):
            faults.append(_fault("C56", text, _no_way(levels[level]), _CHOOSE))
        else:
            yield int(row[0])


def _hold(text: str, levels: Sequence[str] = ()) -> Hold | None:
    """Read a text; what follows a colon and is no level belongs to the site. None: another form."""
    zone, _, place = (part.strip() for part in text.partition("="))
    if not zone or not place:
        return None
    site, _, level = (part.strip() for part in place.rpartition(":"))
    return Hold(zone, site, level) if site and level in levels else Hold(zone, place)


def _stopped(problem: Problem, runs: np.ndarray) -> Words:
    horizon = problem.horizon
    years = [str(horizon.first_year + int(step)) for step in np.flatnonzero(~runs)]
    return (
        f"In the network that is kept the school does not run in {', '.join(years)}.",
        f"在所保留的布局中，该校{'、'.join(years)}学年不开办该学段。",
    )


def _no_way(level: str) -> Words:
    return (
        f"Pupils of this zone who enter ({level}) may not be sent there: no way is known, or one "
        "within the limit leads to another school.",
        f"该单元新生（{level}）不得划入该校：路程未知，或另有未超限的学校。",
    )


def _fault(code: str, text: str, why: Words, mend: Words) -> Finding:
    return error(code, "--hold", why, mend, value=text)
