"""Findings of a study as a file to work through: a workbook in both languages, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from geodata.findings import Finding, Severity, Text, capped
from scenarios.outputs.files import write_text
from scenarios.outputs.workbook import Column, workbook, write_heading, write_table

_COLUMNS = (
    Column(Text("code", "代码"), "text", 8),
    Column(Text("severity", "程度"), "text", 10),
    Column(Text("file", "文件"), "text", 22),
    Column(Text("sheet or layer", "工作表/图层"), "text", 16),
    Column(Text("row", "行"), "year", 8),
    Column(Text("column", "列"), "text", 26),
    Column(Text("value", "值"), "text", 22),
    Column(Text("why it matters", "原因"), "text", 64),
    Column(Text("how to mend it", "改法"), "text", 48),
)
_SEVERITIES = {
    Severity.ERROR: Text("error", "错误"),
    Severity.REPAIR: Text("repair", "已修复"),
    Severity.WARNING: Text("warning", "提示"),
}
_TITLE = Text("Findings", "检查结果")


def write_findings(path: Path, findings: Sequence[Finding], study: str) -> None:
    """Write findings, a thousand of each code at most; the suffix of `path` says how.

    Parameters
    ----------
    path
        Ends in a key of `WRITERS`; the file appears whole or not at all.
    findings
        In the order in which they shall stand.
    study
        Name of the study file.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    WRITERS[path.suffix.lower()](path, findings, study)


def _write_json(path: Path, findings: Sequence[Finding], study: str) -> None:
    kept, left_out = capped(findings)
    rows = [{**one.as_dict("en"), "why_zh": one.why.zh, "mend_zh": one.mend.zh} for one in kept]
    content = {"study": study, "findings": rows, "left_out": left_out}
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _write_workbook(path: Path, findings: Sequence[Finding], study: str) -> None:
    kept, left_out = capped(findings)
    notes = [(Text(study, study), "note")]
    for code, count in left_out.items():
        more = Text(f"{code}: {count} more are not listed", f"{code}：另有 {count} 条未列出")
        notes.append((more, "warning"))
    with workbook(path, f"{_TITLE.zh} {_TITLE.en}") as book:
        sheet = book.file.add_worksheet(_TITLE.en.lower())
        top = write_heading(book, sheet, _TITLE, notes)
        end = write_table(book, sheet, top, _COLUMNS, [_row(one) for one in kept])
        sheet.freeze_panes(top + 1, 0)
        if kept:
            sheet.autofilter(top, 0, end - 1, len(_COLUMNS) - 1)


def _row(one: Finding) -> tuple[object, ...]:
    place = (one.file, one.sheet, one.row or None, one.column, one.value)
    return (one.code, _SEVERITIES[one.severity], *place, one.why, one.mend)


WRITERS: dict[str, Callable[[Path, Sequence[Finding], str], None]] = {
    ".xlsx": _write_workbook,
    ".json": _write_json,
}
"""How to write findings, by the suffix of the file."""
