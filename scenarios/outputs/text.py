"""Every phrase a planner reads in the outputs, in English and Chinese, by key.

The phrases stand in `catalogue.yaml` beside this file; code names a key, never a phrase.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from markupsafe import Markup, escape

from geodata.findings import Text

CATALOGUE = Path(__file__).parent / "catalogue.yaml"


@cache
def catalogue() -> dict[str, Text]:
    """Read the whole catalogue: phrases with braces for words by key."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = yaml.load(CATALOGUE.read_text(encoding="utf-8"), Loader=loader)
    return {key: Text(entry["en"], entry["zh"]) for key, entry in entries.items()}


def say(key: str, **words: object) -> Text:
    """Phrase of a key with its braces filled; a word may itself be a `Text`.

    Raises
    ------
    KeyError
        If the catalogue has no such key, or the phrase wants a word that is not given.
    """
    return catalogue()[key].format(words)


def known(prefix: str, name: str) -> Text:
    """Phrase of `prefix.name`, or the name itself in both languages where there is none."""
    return catalogue().get(f"{prefix}.{name}", Text(name, name))


def joined(parts: list[Text], english: str = ", ", chinese: str = "、") -> Text:
    """Join phrases into one."""
    return Text(english.join(p.en for p in parts), chinese.join(p.zh for p in parts))


def both(text: Text, between: str = " ") -> str:
    """Chinese and English beside each other, for pictures and sheets; once where they agree."""
    return text.zh if text.zh == text.en else f"{text.zh}{between}{text.en}"


def spans(text: Text) -> Markup:
    """Both languages as HTML, of which the page shows the one chosen; everything is escaped."""
    if text.zh == text.en:
        return escape(text.en)
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(text.zh, text.en)
