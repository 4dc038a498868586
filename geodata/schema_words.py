"""Chinese and English words that columns know beside their own: closed lists."""

from __future__ import annotations

SYNONYMS: dict[str, dict[str, str]] = {
    "kind": {"城镇": "urban", "城区": "urban", "乡村": "rural", "农村": "rural"},
    "level": {"小学": "primary", "初中": "lower_secondary"},
    "school_type": {
        "小学": "primary",
        "初中": "lower_secondary",
        "初级中学": "lower_secondary",
        "九年一贯制学校": "nine_year",
        "九年一贯制": "nine_year",
        "教学点": "teaching_point",
    },
    "rank": {"骨干": "key", "骨干教师": "key", "普通": "ordinary", "普通教师": "ordinary"},
}
_NUMERALS = "一二三四五六七八九"


def grades() -> dict[str, str]:
    """Return the words for grades 1 to 9, and the grade of each."""
    words = {f"{numeral}年级": str(n) for n, numeral in enumerate(_NUMERALS, start=1)}
    words |= {f"初{_NUMERALS[n]}": str(n + 7) for n in range(3)}
    return (
        words
        | {f"{n}年级": str(n) for n in range(1, 10)}
        | {f"grade {n}": str(n) for n in range(1, 10)}
    )
