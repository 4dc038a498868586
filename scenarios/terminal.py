"""What the program says: progress to standard error, answers to standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from geodata.findings import Finding, Text, capped


def progress(lang: str, *, quiet: bool) -> Callable[[str, Text], None]:
    """Return a printer of progress: coloured on a terminal, plain lines otherwise, or silent."""
    if quiet:
        return lambda _name, _text: None
    if not sys.stderr.isatty():
        return lambda name, text: _write(sys.stderr, _joined(name, text.get(lang)))
    from rich.console import Console

    console = Console(stderr=True, highlight=False)

    def show(name: str, text: Text) -> None:
        console.print(name, style="bold cyan", end="  " if name else "", markup=False)
        console.print(text.get(lang), markup=False)

    return show


def answer(content: Any, lines: Iterable[str], *, as_json: bool, quiet: bool) -> None:
    """Print a summary: JSON, or lines for a person, or nothing."""
    if as_json:
        _write(sys.stdout, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
    elif not quiet:
        for line in lines:
            _write(sys.stdout, line)


def findings_answer(findings: Iterable[Finding], lang: str, *, as_json: bool, quiet: bool) -> None:
    """Print findings, a thousand of each code at most; errors are said even when quiet."""
    kept, left_out = capped(findings)
    content: dict[str, Any] = {"findings": [finding.as_dict(lang) for finding in kept]}
    if left_out:
        content["left_out"] = left_out
    lines = [finding.line(lang) for finding in kept]
    more = "另有 {} 条未列出" if lang == "zh" else "{} more are not listed"
    lines += [f"{code} {more.format(count)}" for code, count in left_out.items()]
    answer(content, lines, as_json=as_json, quiet=quiet)


def _joined(name: str, text: str) -> str:
    return f"{name}  {text}" if name else text


def _write(stream: Any, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()
