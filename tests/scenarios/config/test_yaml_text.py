from __future__ import annotations

import time
from pathlib import Path

import pytest

from geodata.findings import FindingError
from scenarios.config.yaml_text import parse_yaml, read_yaml

BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "C02", 3),
        ("a: 1\nb: .nan\n", "C05", 2),
        ("a: 1\nb: 1e999\n", "C05", 2),
        (BOMB, "C06", 1),
        ("a: {x: 1}\nb:\n  <<: {y: 2}\n", "C06", 3),
        ("a: " + "[" * 5000 + "\n", "C07", 1),
        ("a: 1\nb: !!python/object:os.system {}\n", "C08", 2),
        ("a:\n\tb: 1\n", "C09", 2),
        ("a: [1, 2\nb: 3\n", "C09", 2),
        ("a: 1\n---\nb: 2\n", "C10", 2),
        ("# only a comment\n", "C11", 1),
        ("? [a, b]\n: 1\n", "C12", 1),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, code: str, line: int) -> None:
    began = time.perf_counter()
    with pytest.raises(FindingError) as caught:
        parse_yaml(text, "study.yaml")
    assert (code, line) in [(one.code, one.row) for one in caught.value.findings]
    assert time.perf_counter() - began < 5.0


def test_words_that_older_yaml_takes_for_booleans_stay_text() -> None:
    data, _ = parse_yaml("a: no\nb: off\nc: yes\nd: true\ne: 1e3\nf: 0x10\n", "study.yaml")
    assert data == {"a": "no", "b": "off", "c": "yes", "d": True, "e": 1000.0, "f": "0x10"}


def test_quoted_numbers_stay_text_and_years_are_number_keys() -> None:
    data, lines = parse_yaml('a: "12"\nb:\n  2021: 5\n', "study.yaml")
    assert data == {"a": "12", "b": {2021: 5}}
    assert lines["b", 2021] == 3


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FindingError) as caught:
        read_yaml(tmp_path / "none.yaml", "none.yaml")
    assert [one.code for one in caught.value.findings] == ["C35"]


def test_a_file_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("a: " + "x" * 1_000_001, encoding="utf-8")
    with pytest.raises(FindingError) as caught:
        read_yaml(path, "big.yaml")
    assert [one.code for one in caught.value.findings] == ["C06"]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("a: 县教育局".encode("gbk"))
    with pytest.raises(FindingError) as caught:
        read_yaml(path, "gbk.yaml")
    assert [one.code for one in caught.value.findings] == ["C09"]
