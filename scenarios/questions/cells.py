"""Questions about the cells of a column: words, separators, units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from geodata.cells import NUMBER, nearest, tidy_id
from geodata.columns import Column, Kind
from geodata.findings import Text
from scenarios.questions.likely import UNITS, unit_in
from scenarios.questions.terminal import Terminal

MOST_WORDS = 40
"""Words of a column that are asked for; a column of more is not one of words."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,，]\d{3})+(\.\d+)?", re.ASCII)
_WITH_UNIT = re.compile(r"[+-]?[\d.]+\s*(\D+)", re.ASCII)
_NOTHING = ("-", "—", "–", "－", "/", "无", "")


def rules_of(
    terminal: Terminal, column: Column, headers: list[str], texts: Iterable[str], *, wide: bool
) -> dict[str, Any]:
    """Ask how the cells of a column of ours are read.

    Parameters
    ----------
    column
        Ours.
    headers
        Theirs.
    texts
        The cells, each text once.
    wide
        Whether a cell may make no row.

    Returns
    -------
    dict
        Keys of a rule of `scenarios.config.columns_file`: words, thousands, factor, units, skip.
    """
    distinct = list(dict.fromkeys(tidy_id(text) for text in texts))
    if column.kind in (Kind.INT, Kind.NUMBER) and not column.synonyms:
        return _number_rules(terminal, column, headers, distinct, wide=wide)
    return _word_rules(terminal, column, distinct)


def _number_rules(
    terminal: Terminal, column: Column, headers: list[str], texts: list[str], *, wide: bool
) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    grouped = next((text for text in texts if _THOUSANDS.fullmatch(text)), "")
    if grouped:
        plain = re.sub("[,，]", "", grouped)
        question = Text(f"Read “{grouped}” as {plain}?", f"把“{grouped}”读作{plain}？")
        if terminal.agrees(question):
            rules["thousands"] = ","
    unit = next(filter(None, map(unit_in, headers)), "")
    if unit and UNITS[unit] != "1":
        rules["factor"] = _factor(terminal, unit, column)
    numbers = [text for text in texts if NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text)]
    odd = [text for text in texts if text not in set(numbers)]
    matches = {text: match for text in odd if (match := _WITH_UNIT.fullmatch(text))}
    units = list(dict.fromkeys(match[1] for match in matches.values()))
    if units and len(units) <= len(UNITS):
        rules["units"] = {unit: _factor(terminal, unit, column) for unit in units}
        odd = [text for text in odd if text not in matches]
    if column.blank is not None and not wide:
        odd = [text for text in odd if text]
    return rules | _odd_rules(terminal, odd, wide=wide)


def _factor(terminal: Terminal, unit: str, column: Column) -> float:
    question = Text(
        f"{column.name}: by what is a number in “{unit}” multiplied?",
        f"{column.name}：以“{unit}”计的数乘以多少？",
    )
    return terminal.ask(question, UNITS.get(unit, "1"), _positive)


def _positive(text: str) -> float | None:
    number = float(text) if NUMBER.fullmatch(text) else 0.0
    return number if 0 < number <= 1e12 else None


def _odd_rules(terminal: Terminal, odd: list[str], *, wide: bool) -> dict[str, Any]:
    """Ask what texts stand for that are no numbers: a number, no row, or a fault to be told."""
    rules: dict[str, Any] = {}
    if len(odd) > MOST_WORDS:
        return rules
    skip = Text("; “skip”: no row", "；skip表示不成行") if wide else Text("", "")
    for text in odd:
        question = Text(
            f"“{text}” is which number? (“.”: leave it, it will be told as a fault{skip.en})",
            f"“{text}”代表哪个数？（“.”表示不处理，检查时会报错{skip.zh}）",
        )
        proposed = ("skip" if wide and not text else "0") if text in _NOTHING else "."
        answer = terminal.ask(question, proposed, lambda said: _number_or(said, wide=wide))
        if answer == "skip":
            rules.setdefault("skip", []).append(text)
        elif answer != ".":
            rules.setdefault("words", {})[text] = float(answer) if "." in answer else int(answer)
    return rules


def _number_or(text: str, *, wide: bool) -> str | None:
    plain = re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII)
    return text if plain or text == "." or (wide and text == "skip") else None


def _word_rules(terminal: Terminal, column: Column, texts: list[str]) -> dict[str, Any]:
    """Ask what each word stands for that the program does not know, where only some are known."""
    known = {word for word, _ in column.synonyms} | set(column.choices)
    if not known:
        return {}
    number = column.kind is Kind.INT
    unknown = [
        text
        for text in texts
        if text and text.casefold() not in known and not (number and NUMBER.fullmatch(text))
    ]
    if len(unknown) > MOST_WORDS:
        return {}
    words = {}
    choices = column.choices or tuple(
        f"{n:g}" for n in range(int(column.low), int(column.high) + 1)
    )
    for text in unknown:
        question = Text(
            f"{column.name}: “{text}” is which of {', '.join(choices)}? (“.”: leave it)",
            f"{column.name}：“{text}”是{'、'.join(choices)}中的哪个？（“.”表示不处理）",
        )
        near = nearest(text, choices) or "."
        answer = terminal.ask(
            question, near, lambda said: said if said in (*choices, ".") else None
        )
        if answer != ".":
            words[text] = answer
    return {"words": words} if words else {}
