"""Assumptions are listed in a planner's words, in both languages."""

import re

import pytest
import yaml

from scenarios.config import norms as profiles
from scenarios.outputs.folder import Run
from scenarios.outputs.norms import (
    COLUMNS,
    ROOM_AREAS,
    TEACHING_SHARE,
    assumption_rows,
    called,
    cited,
    in_words,
    words,
)
from scenarios.outputs.text import catalogue

CHINESE = re.compile("[\u4e00-\u9fff]")
KEY = re.compile(r"[a-z]+_[a-z_]+")


def _entries() -> dict[str, dict[str, object]]:
    """Every value of every profile, by profile and path."""
    return {
        f"{name} {path}": {"path": path, **entry}
        for name in profiles.profile_names()
        for path, entry in yaml.safe_load(
            (profiles.FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        )["values"].items()
    }


def test_every_norm_of_every_profile_has_a_name_in_both_languages() -> None:
    unnamed = [
        place
        for place, entry in _entries().items()
        for name in [called(str(entry["path"])).name]
        if not CHINESE.search(name.zh) or CHINESE.search(name.en) or KEY.search(name.en + name.zh)
    ]
    assert unnamed == []


def test_every_source_and_article_of_a_profile_stands_in_chinese() -> None:
    foreign = [
        (place, cited(str(entry[key])).zh)
        for place, entry in _entries().items()
        for key in ("source", "article")
        for plain in [re.sub(r"[\d.\s;]", "", str(entry[key]))]
        if plain and not CHINESE.search(cited(str(entry[key])).zh)
    ]
    assert foreign == []


def test_every_source_of_a_profile_stands_in_english() -> None:
    foreign = {
        str(entry["source"])
        for entry in _entries().values()
        if not re.search("[A-Za-z]{3}", cited(str(entry["source"])).en)
        and str(entry["source"]) not in words().sources
    }
    assert foreign == set()


def test_the_names_of_two_norms_of_a_profile_never_agree() -> None:
    paths = {str(entry["path"]) for entry in _entries().values()}
    assert len({called(path).name for path in paths}) == len(paths)


def test_every_name_and_every_source_is_used() -> None:
    entries = _entries().values()
    areas = [TEACHING_SHARE, *ROOM_AREAS.values()]
    places = {called(str(entry["path"])).place for entry in entries}
    places |= {called(area.path).place for area in areas}
    assert places == set(range(len(words().names)))
    written = {str(entry[key]) for entry in entries for key in ("source", "article")}
    written |= {text for area in areas for text in (area.source, area.article)} | {"study file"}
    assert set(words().sources) - written == set()


def test_an_area_has_the_name_of_its_room() -> None:
    assert called("area.music").name.zh == "音乐教室面积"
    assert called("area.classroom.primary").name.zh == "小学普通教室面积"
    assert called("area.teaching_share").unit.zh.startswith("比例")


def test_a_subject_of_a_study_is_named_as_the_study_names_it() -> None:
    assert called("staffing.load.primary.chess").name.zh == "小学chess专任教师课时量"


def test_a_norm_without_a_name_is_called_by_its_path_and_comes_last() -> None:
    named = called("prices.of_old")
    assert named.name.en == named.name.zh == "prices.of_old"
    assert named.place > called("area.music").place


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        (["primary", "lower_secondary"], "小学、初中"),
        (["walk", "bus"], "步行、校车"),
        ([8.0, 7.5], "8、7.5"),
        (0.09, "0.09"),
        (None, ""),
    ],
)
def test_a_value_is_written_in_words(value: object, zh: str) -> None:
    assert in_words(value).zh == zh


def test_a_row_holds_what_the_headings_say_and_the_key_last(run: Run) -> None:
    rows = assumption_rows(run)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert {f"col.{name}" for name in COLUMNS} <= set(catalogue())
    assert "prices.class_year" in [row[-1] for row in rows]
