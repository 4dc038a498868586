"""Which column is likely which: proposals for the questions, never decisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from geodata.columns import Column
from geodata.schemas import AGE_COLUMNS

LEAST = 0.6
"""Likeness below which nothing is proposed."""
# Headers that bureaus use, folded; the first of ours that fits is proposed, and the user decides.
_HEADERS: dict[str, tuple[str, ...]] = {
    "site_id": (
        *("学校代码", "学校标识码", "学校编码", "校代码", "學校代碼", "学校编号"),
        *("school code", "school id", "de ref", "site"),
    ),
    "zone_id": (
        *("村代码", "社区代码", "村居代码", "居住单元", "单元编号", "统计用区划代码", "行政村代码"),
        *("village code", "zone", "area code"),
    ),
    "name": ("学校名称", "学校", "村名", "名称", "學校名稱", "school name"),
    "town": ("乡镇", "镇街", "街道", "所在乡镇", "乡镇街道", "镇", "township"),
    "home_town": ("户籍乡镇", "籍贯乡镇", "家庭所在乡镇"),
    "kind": ("城乡", "城乡类型", "城乡分类", "urban/rural", "urban/ rural"),
    "school_type": ("办学类型", "学校类型", "学校办学类型", "school type"),
    "level": ("学段", "学段名称", "stage"),
    "grade": ("年级", "年級", "年级名称", "year group"),
    "pupils": ("学生数", "在校生", "在校生数", "人数", "學生數", "enrolment", "roll"),
    "classes": ("班数", "班级数", "班級數", "教学班数"),
    "children": ("人数", "儿童数", "幼儿数"),
    "age": ("年龄", "岁", "周岁"),
    "tract_id": ("普查小区代码", "普查小区", "统计区代码", "居委会代码", "tract", "geoid"),
    **{name: (f"{n}岁", f"{n}周岁", f"{n}岁人数") for n, name in enumerate(AGE_COLUMNS)},
    "teachers": ("教师数", "专任教师", "专任教师数", "人数"),
    "subject": ("学科", "任教学科", "科目"),
    "rank": ("骨干", "教师类别", "骨干级别"),
    "years": ("任教年限", "在校年限", "本校任教年限"),
    "rooms": ("教室", "普通教室", "普通教室数", "教室数"),
    "annual_cost": ("年运行费", "公用经费", "年经费", "运行经费"),
    "capital_cost": ("投资", "总投资", "造价", "估算投资"),
    "land_m2": ("占地面积", "用地面积"),
    "teaching_area_m2": ("教学及辅助用房面积", "教学辅助用房面积", "教学用房面积"),
    "sports_area_m2": ("运动场地面积", "体育场地面积"),
    "seats": ("学位", "学位数", "核定学位"),
}
UNITS: dict[str, str] = {
    **{"亿元": "100000000", "千万元": "10000000", "百万元": "1000000", "万元": "10000"},
    **{"千元": "1000", "元": "1", "万人": "10000", "人": "1", "亿": "100000000", "万": "10000"},
    **{"公里": "1000", "千米": "1000", "km": "1000", "米": "1", "m": "1"},
    **{"公顷": "10000", "平方公里": "1000000", "平方米": "1", "㎡": "1", "m2": "1"},
}
"""What a unit is in ours: yuan, metres, square metres, heads."""
WIDE: dict[str, tuple[str, str]] = {
    "enrolment": ("pupils", "grade"),
    "classes": ("classes", "grade"),
    "children": ("children", "age"),
}
"""Tables that often have a column for each grade or age: what its cells are, and what it is."""
_NUMERALS = "一二三四五六七八九"
_GRADES: tuple[tuple[str, int], ...] = (
    *((f"{word}{end}", n) for n, word in enumerate(_NUMERALS, 1) for end in ("年级", "年級")),
    *((f"初{word}", n + 6) for n, word in enumerate("一二三", 1)),
)
_NUMBERED = {
    "grade": re.compile(
        r"(?<!\d)([1-9])\s*年[级級]|(?:grade|year|p)\s*([1-9])(?!\d)", re.IGNORECASE
    ),
    "age": re.compile(r"(?<!\d)(\d{1,2})\s*(?:周?岁|歲)|age\s*(\d{1,2})(?!\d)", re.IGNORECASE),
}


def likeliest(column: Column, headers: Sequence[str]) -> str:
    """Return the header that is likely a column of ours; empty if none is."""
    words = [column.name, column.name.replace("_", " "), *_HEADERS.get(column.name, ())]
    scores = {
        header: max(_likeness(word, header) - rank / 1000 for rank, word in enumerate(words))
        for header in headers
    }
    best = max(scores, key=scores.__getitem__, default="")
    return best if best and scores[best] >= LEAST else ""


def _likeness(word: str, header: str) -> float:
    bare = re.sub(r"[（(\[].*?[）)\]]", "", header).strip().casefold()
    return SequenceMatcher(None, word.casefold(), bare).ratio()


def unit_in(header: str) -> str:
    """Return the unit that stands in brackets in a header, if it is a known one."""
    for inside in re.findall(r"[（(\[](.*?)[）)\]]", header):
        unit = inside.removeprefix("单位").strip("：: ")
        if unit in UNITS:
            return str(unit)
    return ""


def numbered(headers: Sequence[str], about: str) -> dict[str, dict[int, str]]:
    """Group headers that differ by a grade or an age only: pattern to number to header."""
    groups: dict[str, dict[int, str]] = {}
    for header in headers:
        spot = _number_in(header, about)
        if spot is not None:
            number, start, end = spot
            groups.setdefault(f"{header[:start]}…{header[end:]}", {})[number] = header
    return {pattern: found for pattern, found in groups.items() if len(found) > 1}


def _number_in(header: str, about: str) -> tuple[int, int, int] | None:
    for word, number in _GRADES if about == "grade" else ():
        start = header.find(word)
        if start >= 0:
            return number, start, start + len(word)
    match = _NUMBERED[about].search(header)
    if match is None:
        return None
    return int(next(filter(None, match.groups()))), match.start(), match.end()


def halves(patterns: Sequence[str]) -> list[int]:
    """Return the places of the patterns of boys and girls, if both are there."""
    pairs = (("男", "女"), ("boys", "girls"), ("male", "female"))
    for pair in pairs:
        places = [n for word in pair for n, text in enumerate(patterns) if text.endswith(word)]
        if len(places) == len(pair):
            return places
    return []
