"""Ask which column of a table is which of ours, with the likeliest proposed."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from geodata.cells import tidy_id
from geodata.child import in_child
from geodata.column_map import Place
from geodata.columns import Column, Schema
from geodata.findings import FindingError, Source, Text, refuse
from geodata.readers.look import Top, look_at_cells, look_at_top
from geodata.readers.text import ENCODINGS
from geodata.schemas import SCHEMAS
from scenarios.questions.cells import rules_of
from scenarios.questions.likely import WIDE, halves, likeliest, numbered
from scenarios.questions.terminal import Terminal

_MEANINGS = Path(__file__).parents[1] / "template" / "columns.yaml"
_TOTALS = ("合计", "总计", "共计", "小计", "total", "subtotal")
_SHOWN = 60
_HOW = Text(
    "Answer with the number of a column, several to be added (3+4), =WORD for the same in every "
    "row, or - for none. Enter takes the proposal.",
    "请回答列号；相加的写3+4；各行相同的写=值；没有则写-。回车采用建议。",
)


def ask_columns(path: Path, table: str, lang: str) -> dict[str, Any]:
    """Ask for all that a file of columns says of a table.

    Parameters
    ----------
    path
        The table or layer.
    table
        A key of `geodata.schemas.SCHEMAS`.
    lang
        Of the questions.

    Returns
    -------
    dict
        Its plain data.

    Raises
    ------
    FindingError
        If the file cannot be read.
    """
    terminal, schema = Terminal(lang), SCHEMAS[table]
    data: dict[str, Any] = {"table": table}
    place = None if schema.geometry else _ask_place(terminal, path, data)
    sheet, encoding = data.get("sheet", ""), data.get("encoding", "")
    cells, findings = in_child(
        look_at_cells, path, sheet, place, encoding, source=Source(str(path), sheet)
    )
    refuse(findings)
    headers = [name for name in cells.columns if name]
    for number, header in enumerate(headers, start=1):
        few = ", ".join(dict.fromkeys(text for text in cells[header].head(3) if text))
        terminal.say(f"  {number}  {header}   {few[:_SHOWN]}")
    terminal.say(_HOW)
    _ask_totals(terminal, cells, data)
    about = _ask_wide(terminal, table, schema, cells, data)
    _ask_roles(terminal, schema, cells, data, about)
    return data


def _ask_place(terminal: Terminal, path: Path, data: dict[str, Any]) -> Place:
    """Ask for encoding, sheet, header and end of a table, as far as they are not clear."""
    top = _top(terminal, path, data)
    if not top.rows and top.sheets:
        for number, name in enumerate(top.sheets, start=1):
            terminal.say(f"  {number}  {name}")
        question = Text("Which sheet?", "哪个工作表？")
        sheet = terminal.ask(question, "1", partial(_one_of, top.sheets))
        data["sheet"] = sheet
        top = _top(terminal, path, data)
    if not top.rows:
        from geodata.catalogue import found

        raise FindingError([found("T43", Source(str(path), data.get("sheet", "")))])
    for number, row in top.rows.items():
        terminal.say(f"  {number}  {' | '.join(row)[:_SHOWN]}")
    question = Text("In which row is the header? (two rows: 3,4)", "表头在第几行？（两行写3,4）")
    header = terminal.ask(question, str(_likely_header(top)), partial(_rows, top))
    data["header"] = header
    if top.ends_at:
        question = Text(
            f"Row {top.ends_at} is blank and others follow. Does the table end there?",
            f"第{top.ends_at}行为空，其下还有内容。表格是否到此为止？",
        )
        if terminal.agrees(question):
            data["until_blank_row"] = True
    ends = bool(data.get("until_blank_row"))
    return Place(header=tuple(header), ends_blank=ends, delimiter=top.delimiter)


def _top(terminal: Terminal, path: Path, data: dict[str, Any]) -> Top:
    """Look at the top of the file; where its encoding is not clear, ask for it."""
    sheet = data.get("sheet", "")
    while True:
        encoding = data.get("encoding", "")
        top = in_child(look_at_top, path, sheet, encoding, source=Source(str(path), sheet))
        unclear = [one for one in top.findings if one.code in ("T61", "T32")]
        if not unclear:
            refuse(top.findings)
            return top
        terminal.say(unclear[0].line(terminal.lang))
        question = Text(
            f"Which encoding? ({', '.join(ENCODINGS)})", f"何种编码？（{'、'.join(ENCODINGS)}）"
        )
        data["encoding"] = terminal.ask(question, "big5", lambda s: s if s in ENCODINGS else None)


def _one_of(names: list[str], text: str) -> str | None:
    if text.isdecimal() and 1 <= int(text) <= len(names):
        return names[int(text) - 1]
    return text if text in names else None


def _rows(top: Top, text: str) -> list[int] | None:
    numbers = [int(part) for part in re.split(r"[,，]", text) if part.strip().isdecimal()]
    return numbers if numbers and all(number in top.rows for number in numbers) else None


def _likely_header(top: Top) -> int:
    """Return the first of the rows that are fullest with words."""
    words = {
        number: sum(bool(cell) and not re.fullmatch(r"[\d.,%-]+", cell) for cell in row)
        for number, row in top.rows.items()
    }
    return max(words, key=lambda number: (words[number], -number))


def _ask_totals(terminal: Terminal, cells: pd.DataFrame, data: dict[str, Any]) -> None:
    """Ask whether rows that look like totals are to be left out."""
    for header in cells.columns:
        there = {tidy_id(text) for text in cells[header]}
        words = [word for word in there if word.casefold() in _TOTALS]
        question = Text(
            f"{header}: leave out the rows {', '.join(words)}?",
            f"{header}：略去{'、'.join(words)}各行？",
        )
        if words and terminal.agrees(question):
            data.setdefault("leave_out", {})[str(header)] = sorted(words)


def _ask_wide(
    terminal: Terminal, table: str, schema: Schema, cells: pd.DataFrame, data: dict[str, Any]
) -> set[str]:
    """Ask whether there is a column for each grade or age; return ours that are settled by it."""
    if table not in WIDE:
        return set()
    into, about = WIDE[table]
    groups = numbered([str(name) for name in cells.columns], about)
    if not groups:
        return set()
    patterns = list(groups)
    for number, pattern in enumerate(patterns, start=1):
        terminal.say(f"  {number}  {pattern}: {', '.join(groups[pattern].values())[:_SHOWN]}")
    question = Text(
        f"Columns for each {about}: which of these hold {into}? (1, 2+3 to be added, or -)",
        f"按{about}分列：其中哪些是{into}？（1；相加写2+3；没有写-）",
    )
    both = halves(patterns) if into == "pupils" else []
    proposed = "+".join(str(n + 1) for n in both) or "1"
    chosen = terminal.ask(question, proposed, partial(_numbers, len(patterns)))
    if not chosen:
        return set()
    rows, used = [], list[str]()
    for number in sorted(set.intersection(*(set(groups[patterns[n - 1]]) for n in chosen))):
        names = [groups[patterns[n - 1]][number] for n in chosen]
        used += names
        rows.append({**_origin(names), "means": {about: number}})
    column = schema.column_of(into)
    texts = pd.unique(cells[used].to_numpy().ravel())
    rules = rules_of(terminal, column, used, texts, wide=True) if column else {}
    data["wide"] = {"into": into, **rules, "rows": rows}
    return {into, about}


def _numbers(most: int, text: str) -> list[int] | None:
    if text == "-":
        return []
    parts = text.split("+")
    if not all(part.strip().isdecimal() and 1 <= int(part) <= most for part in parts):
        return None
    return list(dict.fromkeys(int(part) for part in parts))


def _origin(headers: list[str]) -> dict[str, Any]:
    return {"column": headers[0]} if len(headers) == 1 else {"add": headers}


def _ask_roles(
    terminal: Terminal, schema: Schema, cells: pd.DataFrame, data: dict[str, Any], settled: set[str]
) -> None:
    """Ask for each column of ours where it comes from, and how its cells are read."""
    headers = [str(name) for name in cells.columns if name]
    meanings = yaml.safe_load(_MEANINGS.read_text(encoding="utf-8"))[schema.name]
    columns: dict[str, Any] = {}
    for column in schema:
        for role in column.members if column.many else (column.name,):
            if role in settled:
                continue
            usual = _usual_level(data) if role == "level" else ""
            answer = _ask_role(terminal, column, role, Text(**meanings[role]), headers, usual)
            if not answer:
                continue
            named = [answer["column"]] if "column" in answer else answer.get("add", [])
            if named:
                texts = pd.unique(cells[named].to_numpy().ravel())
                answer |= rules_of(terminal, column, named, texts, wide=False)
            if answer != {"column": role}:
                columns[role] = answer["column"] if list(answer) == ["column"] else answer
    wide = data.pop("wide", None)
    data["columns"] = columns
    if wide is not None:
        data["wide"] = wide


def _usual_level(data: dict[str, Any]) -> str:
    """Return the level of a wide table whose grades are all of one, as an answer."""
    rows = data.get("wide", {}).get("rows", [])
    grades = {row["means"].get("grade", 0) for row in rows}
    if not grades or 0 in grades:
        return ""
    return "=primary" if max(grades) <= 6 else "=lower_secondary" if min(grades) >= 7 else ""


def _ask_role(
    terminal: Terminal, column: Column, role: str, meaning: Text, headers: list[str], usual: str
) -> dict[str, Any]:
    """Ask for one column of ours, `usual` proposed where no header is likely; empty: none."""
    near = role if role in headers else likeliest(column, headers)
    proposed = str(headers.index(near) + 1) if near else usual or "-"
    need = Text(" (needed)", "（必需）") if column.required else Text("", "")
    question = Text(
        f"{role}{need.en} — {meaning.en}" + (f" [{near}]" if near else ""),
        f"{role}{need.zh} — {meaning.zh}" + (f"［{near}］" if near else ""),
    )
    return terminal.ask(question, proposed, partial(_source_of, headers))


def _source_of(headers: list[str], text: str) -> dict[str, Any] | None:
    """Read where a column of ours comes from."""
    if text == "-":
        return {}
    if text.startswith("=") and len(text) > 1:
        return {"value": text[1:]}
    if text in headers:
        return {"column": text}
    numbers = _numbers(len(headers), text)
    return _origin([headers[number - 1] for number in numbers]) if numbers else None
