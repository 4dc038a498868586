"""Teachers as a planner counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen
from optimizer.domain.horizon import Horizon, Level


@dataclass(frozen=True, eq=False)
class TeacherPools(Frozen):
    """Teachers alike for planning, counted by site and years served there, in the base year.

    Attributes
    ----------
    ids
        N pool names.
    level
        (N,) int index of the level taught.
    subject
        (N,) int, index into `Staffing.subjects`.
    key
        (N,) bool: county-level key teachers.
    row_pool, row_site, row_years, row_teachers
        (R,) int: so many teachers of a pool at a site who have served there for so many full years.
    """

    ids: tuple[str, ...]
    level: np.ndarray
    subject: np.ndarray
    key: np.ndarray
    row_pool: np.ndarray
    row_site: np.ndarray
    row_years: np.ndarray
    row_teachers: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Staffing(Frozen):
    """How many posts a school needs, and the rules by which teachers rotate (C23, C24).

    Attributes
    ----------
    subjects
        Names of the subject groups.
    pupils_per_staff
        (L,) pupils per member of staff, all staff.
    non_teaching_share
        (L,) share of staff who do not teach.
    teachers_per_class
        (L,) floor of teachers per class; 0 where the rule is off.
    lessons_fte
        L arrays (G_l, subjects): full-time equivalents that one class of a grade needs.
    pools
        Teachers in place.
    due
        (D, 4) int rows ``pool, site, absolute year, teachers``: who leaves the service, by the
        site of the base year (T3).
    rotation_share, key_share
        Least share of the eligible who move each year, and of key teachers among the movers.
    core_share
        Share of a site's teachers who stay whatever rotation asks.
    eligible_after_years, term_years
        Years at a school that make a teacher eligible; years an arrival stays.
    to_country, to_town
        Least moves a year from urban to rural sites, and back.
    """

    subjects: tuple[str, ...]
    pupils_per_staff: np.ndarray
    non_teaching_share: np.ndarray
    teachers_per_class: np.ndarray
    lessons_fte: tuple[np.ndarray, ...]
    pools: TeacherPools
    due: np.ndarray
    rotation_share: float = 0.10
    key_share: float = 0.20
    core_share: float = 0.80
    eligible_after_years: int = 6
    term_years: int = 3
    to_country: int = 0
    to_town: int = 0

    def __post_init__(self) -> None:
        """Freeze the arrays inside the tuple too."""
        super().__post_init__()
        for array in self.lessons_fte:
            array.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Postings(Frozen):
    """Where teachers stand and who changes school: the staff part of a plan (T4 to T6).

    Attributes
    ----------
    teachers
        (N, S, T) int: teachers of a pool at a site in a planned year.
    moves
        (M, 5) int rows ``pool, from site, to site, absolute year, teachers``. Teachers who are due
        to leave and go with the pupils of a school that stops are not among them (T3).
    hires
        (H, 5) int rows ``pool, site, year hired, year posted, teachers``.
    """

    teachers: np.ndarray
    moves: np.ndarray
    hires: np.ndarray


def staffing_faults(
    staffing: Staffing, runs: np.ndarray, levels: tuple[Level, ...], horizon: Horizon
) -> list[str]:
    """Say what in a staffing contradicts itself or the rest of the problem.

    Parameters
    ----------
    runs
        (S, L) bool: levels running in the base year; only there are teachers.
    """
    faults = [*_shape_faults(staffing, levels), *_share_faults(staffing)]
    if not faults:
        faults = list(_index_faults(staffing, runs, len(levels), horizon))
    if not faults:
        faults = list(_count_faults(staffing, len(runs)))
    return faults


def _shape_faults(staffing: Staffing, levels: tuple[Level, ...]) -> Iterator[str]:
    pools, subjects = staffing.pools, len(staffing.subjects)
    rows, many = (len(pools.row_pool),), (len(levels),)
    wanted = {
        **{f"pools.{name}": (getattr(pools, name), (len(pools),)) for name in _OF_POOL},
        **{f"pools.{name}": (getattr(pools, name), rows) for name in _OF_ROW},
        **{name: (getattr(staffing, name), many) for name in _OF_LEVEL},
        "due": (staffing.due, (len(staffing.due), 4)),
    }
    if len(staffing.lessons_fte) != len(levels):
        yield f"staffing.lessons_fte is for {len(staffing.lessons_fte)} levels, not {len(levels)}"
    else:
        for index, (lessons, level) in enumerate(zip(staffing.lessons_fte, levels, strict=True)):
            wanted[f"lessons_fte[{index}]"] = (lessons, (level.grades, subjects))
    for name, (array, shape) in wanted.items():
        if array.shape != shape:
            yield f"staffing.{name} has shape {array.shape}, not {shape}"
        elif name in _WHOLE and array.size and not np.issubdtype(array.dtype, np.integer):
            yield f"staffing.{name} does not hold whole numbers"


def _share_faults(staffing: Staffing) -> Iterator[str]:
    if len(set(staffing.pools.ids)) != len(staffing.pools.ids):
        yield "a pool id stands twice"
    for name in ("rotation_share", "key_share", "core_share"):
        if not 0 <= getattr(staffing, name) <= 1:
            yield f"staffing.{name} is not between 0 and 1"
    for name, least in _LEAST.items():
        if not getattr(staffing, name) >= least:
            yield f"staffing.{name} is below {least}"
    numbers = {name: getattr(staffing, name) for name in _OF_LEVEL}
    numbers |= {f"lessons_fte[{i}]": array for i, array in enumerate(staffing.lessons_fte)}
    for name, array in numbers.items():
        if array.size and not (np.isfinite(array).all() and array.min() >= 0):
            yield f"staffing.{name} holds a negative or non-finite number"
    if np.any(staffing.pupils_per_staff <= 0):
        yield "staffing.pupils_per_staff holds a number that is not positive"
    if np.any(staffing.non_teaching_share > 1):
        yield "staffing.non_teaching_share holds a number above 1"


def _index_faults(
    staffing: Staffing, runs: np.ndarray, levels: int, horizon: Horizon
) -> Iterator[str]:
    pools, due = staffing.pools, staffing.due
    ranges = {
        "pools.level": (pools.level, levels),
        "pools.subject": (pools.subject, len(staffing.subjects)),
        "pools.row_pool": (pools.row_pool, len(pools)),
        "pools.row_site": (pools.row_site, len(runs)),
        "due's pool": (due[:, 0], len(pools)),
        "due's site": (due[:, 1], len(runs)),
    }
    outside = False
    for name, (array, size) in ranges.items():
        if len(array) and (array.min() < 0 or array.max() >= size):
            outside = True
            yield f"staffing.{name} points outside 0 to {size - 1}"
    if not outside and not np.all(runs[pools.row_site, pools.level[pools.row_pool]]):
        yield "staffing.pools has teachers at a site that does not run their level in the base year"
    if len(due) and (due[:, 2].min() < horizon.first_year or due[:, 2].max() >= horizon.end):
        yield f"staffing.due has a year outside {horizon.first_year} to {horizon.end - 1}"


def _count_faults(staffing: Staffing, sites: int) -> Iterator[str]:
    pools, due = staffing.pools, staffing.due
    if len(pools.row_teachers) and min(pools.row_teachers.min(), pools.row_years.min()) < 0:
        yield "staffing.pools holds a negative number"
    if len(due) and due[:, 3].min() < 0:
        yield "staffing.due holds a negative number"
    left = np.zeros((len(pools), sites), dtype=int)
    np.add.at(left, (pools.row_pool, pools.row_site), pools.row_teachers)
    np.subtract.at(left, (due[:, 0], due[:, 1]), due[:, 3])
    for pool, site in np.argwhere(left < 0):
        excess = -left[pool, site]
        yield f"staffing.due has {excess} more of pool {pools.ids[pool]} than site {site} has"


_OF_POOL = ("level", "subject", "key")
_OF_ROW = ("row_pool", "row_site", "row_years", "row_teachers")
_OF_LEVEL = ("pupils_per_staff", "non_teaching_share", "teachers_per_class")
_WHOLE = frozenset({"due", "pools.level", "pools.subject", *(f"pools.{name}" for name in _OF_ROW)})
_LEAST = {"eligible_after_years": 0, "term_years": 1, "to_country": 0, "to_town": 0}
