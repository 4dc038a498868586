"""What `rules.json` says about teachers: needs (T1) and rotation (T8, T9)."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.verify.values import Values

PRICES = ("post_short_year", "post_surplus_year", "teacher_moved", "teacher_year")


@dataclass(frozen=True)
class StaffNorms:
    """Norms of posts, one number a level in their order, and the rules of rotation."""

    subjects: tuple[str, ...]
    pupils_per_staff: tuple[float, ...]
    non_teaching_share: tuple[float, ...]
    teachers_per_class: tuple[float, ...]
    rotation_share: float
    key_share: float
    core_share: float
    eligible_after_years: int
    term_years: int
    to_country: int
    to_town: int


def read_staff_norms(read: Values, levels: tuple[str, ...]) -> StaffNorms | None:
    """Norms under the key `staffing`; None where teachers are not planned."""
    if read.at("staffing") is None:
        return None

    def by_level(name: str, low: float = 0.0, high: float = float("inf")) -> tuple[float, ...]:
        return tuple(read.number(f"staffing.{name}.{level}", low, high) for level in levels)

    subjects = read.texts("staffing.subjects")
    if len(set(subjects)) != len(subjects):
        read.wrong("staffing.subjects", subjects)
    return StaffNorms(
        subjects=subjects,
        pupils_per_staff=by_level("pupils_per_staff", 1e-9),
        non_teaching_share=by_level("non_teaching_share", 0.0, 1.0),
        teachers_per_class=by_level("teachers_per_class"),
        rotation_share=read.number("staffing.rotation_share", 0.0, 1.0),
        key_share=read.number("staffing.key_share", 0.0, 1.0),
        core_share=read.number("staffing.core_share", 0.0, 1.0),
        eligible_after_years=read.whole("staffing.eligible_after_years"),
        term_years=read.whole("staffing.term_years", 1),
        to_country=read.whole("staffing.to_country"),
        to_town=read.whole("staffing.to_town"),
    )
