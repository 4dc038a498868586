"""YAML as plain data with the line of every key: strict, small, and never a bomb.

Only what a study needs is read: maps, lists, text, numbers, true, false and null of YAML 1.2.
Anchors, aliases, merge keys, tags, duplicate keys and further documents are refused (C02, C06-C11).
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from scenarios.config.findings import Finding, FindingError, Words, error

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_Text = tuple[str, Words, Words]

Lines = dict[tuple[str | int, ...], int]
"""Path of a key or list item to its line, counted from 1."""

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}


class YamlText(NamedTuple):
    """Plain data (None where nothing could be built), the line of each key, and every fault."""

    data: Any
    lines: Lines
    faults: list[Finding]


def read_yaml(path: Path, name: str) -> tuple[Any, Lines]:
    """Return the plain data of a YAML file and the line of each of its keys.

    Raises
    ------
    FindingError
        With every fault that `open_yaml` finds.
    """
    data, lines, faults = open_yaml(path, name)
    if faults:
        raise FindingError(faults)
    return data, lines


def open_yaml(path: Path, name: str) -> YamlText:
    """Read a YAML file as far as it goes.

    Parameters
    ----------
    path
        File to read.
    name
        How findings call it.

    Returns
    -------
    YamlText
        Of a key that stands twice the first; faults where the file is missing, too big, not UTF-8,
        or uses what is not allowed.
    """
    if not path.is_file():
        return YamlText(None, {}, [_fault(name, 0, _MISSING)])
    if path.stat().st_size > MAX_BYTES:
        return YamlText(None, {}, [_fault(name, 0, _TOO_BIG)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return YamlText(None, {}, [_fault(name, 0, _NOT_UTF8)])
    return _open_text(text, name)


def parse_yaml(text: str, name: str) -> tuple[Any, Lines]:
    """Return the plain data of a YAML text and the line of each key; see `read_yaml`."""
    data, lines, faults = _open_text(text, name)
    if faults:
        raise FindingError(faults)
    return data, lines


def _open_text(text: str, name: str) -> YamlText:
    try:
        faults = _forbidden(text, name)
        node = None if faults else yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        return YamlText(None, {}, [_fault(name, line, _SYNTAX, value=problem.problem or "")])
    except yaml.YAMLError as problem:
        return YamlText(None, {}, [_fault(name, 0, _SYNTAX, value=str(problem)[:80])])
    if not faults and node is None:
        faults = [_fault(name, 1, _EMPTY)]
    lines: Lines = {}
    data = _plain(node, (), lines, faults, name) if node is not None else None
    return YamlText(data, lines, faults)


def _forbidden(text: str, name: str) -> list[Finding]:
    """Return what is refused before anything is built: depth, anchors, tags, documents."""
    faults: list[Finding] = []
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                return [*faults, _fault(name, line, _DOCUMENTS)]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return [*faults, _fault(name, line, _ANCHOR)]
        if getattr(event, "tag", None):
            faults.append(_fault(name, line, _TAG, value=str(getattr(event, "tag", ""))))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return [*faults, _fault(name, line, _DEEP)]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return faults


def _plain(
    node: yaml.Node, path: tuple[str | int, ...], lines: Lines, faults: list[Finding], name: str
) -> Any:
    """Turn a node into plain data, noting lines and faults."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value)
        return [_plain(item, (*path, index), lines, faults, name) for index, item in items]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, faults, name)
    return _scalar(node, path, faults, name)


def _mapping(
    node: yaml.MappingNode,
    path: tuple[str | int, ...],
    lines: Lines,
    faults: list[Finding],
    name: str,
) -> dict[Any, Any]:
    data: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(_fault(name, line, _KEY))
            continue
        if key_node.value == "<<" and key_node.style is None:
            faults.append(_fault(name, line, _ANCHOR))
            continue
        key = _key(key_node, path, faults, name)
        below = (*path, key)
        if key in data:
            first = lines[below]
            faults.append(_fault(name, line, _twice(first, line), column=dotted(below)))
            continue
        lines[below] = line
        data[key] = _plain(value_node, below, lines, faults, name)
    return data


def _key(
    node: yaml.ScalarNode, path: tuple[str | int, ...], faults: list[Finding], name: str
) -> str | int:
    """Return a key: whole numbers (years) stay numbers, everything else is text."""
    plain = _scalar(node, path, faults, name)
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else str(node.value)


def _scalar(
    node: yaml.Node, path: tuple[str | int, ...], faults: list[Finding], name: str
) -> str | int | float | bool | None:
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _NOT_FINITE.fullmatch(text) or (_NUMBER.fullmatch(text) and math.isinf(float(text))):
        line = node.start_mark.line + 1
        faults.append(_fault(name, line, _INFINITE, column=dotted(path), value=text))
        return text
    if _NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return text


def dotted(path: tuple[str | int, ...]) -> str:
    """Return a path as a reader writes it: ``policies.keep.actions[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) and text else f".{part}" if text else str(part)
    return text


def _fault(name: str, line: int, text: _Text, column: str = "", value: str = "") -> Finding:
    code, why, mend = text
    return error(code, name, why, mend, row=line, column=column, value=value)


_MISSING: _Text = (
    "C35",
    ("This file is not there, or is not a regular file.", "文件不存在，或不是普通文件。"),
    ("Give the path of an existing study file.", "请给出已有研究文件的路径。"),
)
_TOO_BIG: _Text = (
    "C06",
    (
        "The file is larger than 1 MB, which no study needs.",
        "文件超过 1 MB，研究文件不需要这么大。",
    ),
    ("Keep data in the layers and tables.", "把数据放在图层和表格里。"),
)
_NOT_UTF8: _Text = (
    "C09",
    ("The file is not UTF-8 text.", "文件不是 UTF-8 文本。"),
    ("Save it as UTF-8.", "请另存为 UTF-8 编码。"),
)
_SYNTAX: _Text = (
    "C09",
    (
        "This is not valid YAML (a tab, an indent or a bracket).",
        "不是合法的 YAML（制表符、缩进或括号）。",
    ),
    ("Indent with spaces and close what is opened.", "请用空格缩进，括号与引号要成对。"),
)
_EMPTY: _Text = (
    "C11",
    ("The file holds nothing.", "文件没有内容。"),
    (
        "Copy scenarios/examples/small_county/study.yaml and change it.",
        "请复制 scenarios/examples/small_county/study.yaml 后修改。",
    ),
)
_DOCUMENTS: _Text = (
    "C10",
    (
        "A second YAML document begins here; a study is one.",
        "这里开始了第二个 YAML 文档，研究只能有一个。",
    ),
    ("Remove the line ---.", "请删去 --- 这一行。"),
)
_ANCHOR: _Text = (
    "C06",
    (
        "Anchors, aliases and merge keys are not read: they can hide what a study says.",
        "不接受锚点、别名和合并键：它们会掩盖研究的真实内容。",
    ),
    ("Write the values out.", "请把数值直接写出。"),
)
_TAG: _Text = (
    "C08",
    ("Tags are not read.", "不接受标签。"),
    ("Write a plain value.", "请写普通的值。"),
)
_DEEP: _Text = (
    "C07",
    (f"Nested deeper than {MAX_DEPTH} levels.", f"嵌套超过 {MAX_DEPTH} 层。"),
    ("Flatten it as in docs/inputs.md.", "请按 docs/inputs.md 的结构展平。"),
)
_KEY: _Text = (
    "C12",
    ("A key must be one word, not a list or a map.", "键必须是一个词，不能是列表或映射。"),
    ("Write key: value.", "请写成 键: 值。"),
)
_INFINITE: _Text = (
    "C05",
    ("Not a finite number.", "不是有限的数。"),
    ("Write a number, or leave the key out.", "请写一个数，或删去该键。"),
)


def _twice(first: int, line: int) -> _Text:
    return (
        "C02",
        (
            f"The key stands on line {first} and again on line {line}; one would be lost.",
            f"该键在第 {first} 行和第 {line} 行各出现一次，其中一个会丢失。",
        ),
        ("Keep one of the two.", "请只保留一个。"),
    )
