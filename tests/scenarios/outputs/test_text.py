import re
import string

import pytest

from geodata.findings import Text
from scenarios.outputs.text import CATALOGUE, both, catalogue, known, say, spans

PACKAGE = CATALOGUE.parent
FROM_THE_RUN = {
    "action",
    "badge",
    "criterion",
    "decides",
    "group",
    "kind",
    "level",
    "mark",
    "method",
    "mode",
    "moved",
    "rank",
    "room",
    "school_type",
    "short",
    "staff",
    "stopped",
    "subject",
    "term",
    "unit",
    "verdict",
}
"""Prefixes whose names come from the files of a run."""


def _braces(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_every_phrase_stands_in_both_languages_with_the_same_braces() -> None:
    odd = [
        key
        for key, text in catalogue().items()
        if not text.en.strip()
        or not text.zh.strip()
        # the coordinate system of a column is named in English headings only
        or (_braces(text.en) != _braces(text.zh) and key not in ("col.x", "col.y"))
    ]
    assert odd == []


def test_no_phrase_stands_twice() -> None:
    keys = re.findall(r"^([\w.\-]+):", CATALOGUE.read_text(encoding="utf-8"), flags=re.M)
    assert sorted(keys) == sorted(set(keys))


def test_every_phrase_that_the_code_names_is_in_the_catalogue() -> None:
    named = set(re.findall(r'\bsay\("([\w.]*\w)"', _code()))
    assert len(named) > 100
    assert named - set(catalogue()) == set()


def test_every_phrase_is_used() -> None:
    code = _code()
    unused = [key for key in catalogue() if f'"{key}"' not in code and not _composed(key, code)]
    assert unused == []


def _code() -> str:
    return "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.py", "templates/*.j2")
        for path in sorted(PACKAGE.glob(pattern))
    )


def _composed(key: str, code: str) -> bool:
    """Whether code joins the key from a prefix and a name that both stand in it."""
    prefix, _, name = key.rpartition(".")
    joins = (f'"{prefix}."', f'"{prefix}.{{', f'known("{prefix}"')
    named = f'"{name}"' in code or f'"#{name}"' in code
    return any(join in code for join in joins) and (named or prefix in FROM_THE_RUN)


def test_what_has_no_phrase_is_called_by_its_name() -> None:
    assert known("level", "kindergarten") == Text("kindergarten", "kindergarten")


def test_a_phrase_without_its_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("map.before")


def test_braces_in_a_name_are_only_letters() -> None:
    assert "{year}" in say("why.relocate", name="{year}", rooms=1, before=2).en


def test_html_of_a_phrase_is_escaped_and_marked_with_its_language() -> None:
    found = spans(Text("a<b", "<甲>"))
    assert found == '<span lang="zh">&lt;甲&gt;</span><span lang="en">a&lt;b</span>'


def test_what_is_the_same_in_both_languages_prints_once() -> None:
    assert both(Text("S1", "S1")) == "S1"
    assert spans(Text("<S1>", "<S1>")) == "&lt;S1&gt;"
