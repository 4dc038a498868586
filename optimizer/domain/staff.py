"""Teachers as a planner counts them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen


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
