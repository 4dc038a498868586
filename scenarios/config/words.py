"""Faults of a study file in a planner's words: code, line, closest key, why, how to mend."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from scenarios.config.findings import Finding, Words, error
from scenarios.config.yaml_text import Lines, dotted

KeyPath = tuple[str | int, ...]
Origin = Mapping[str, KeyPath]
"""Where the value of a norm's path was written in the study file."""

_NUMBER: tuple[str, Words, Words] = (
    "C04",
    (
        "A number is due here, without quotes, units or separators.",
        "此处应为数字，不带引号、单位和分隔符。",
    ),
    (
        "Write a plain number; whole where years or counts are meant.",
        "请写普通数字；年份和个数须为整数。",
    ),
)
_MAP: tuple[str, Words, Words] = (
    "C12",
    ("This has the wrong shape: a map or a list is due here.", "结构不对：此处应为映射或列表。"),
    ("Give it the shape of docs/inputs.md.", "请按 docs/inputs.md 的结构书写。"),
)
_BOUND: tuple[str, Words, Words] = (
    "C51",
    (
        "The value lies outside what makes sense; it must be {more}.",
        "数值超出合理范围，应 {more}。",
    ),
    ("Write a value within the bound.", "请写范围内的数值。"),
)
_TEXT: tuple[str, Words, Words] = (
    "C03",
    (
        "Text is due here; words such as true, false or numbers need quotes.",
        "此处应为文本；true、false 或数字须加引号。",
    ),
    ("Put it in quotes.", "请加上引号。"),
)
_WORD: tuple[str, Words, Words] = (
    "C52",
    ("This word is not known here; known are {more}.", "此处不认识这个词；可用的有 {more}。"),
    ("Use one of them.", "请使用其中之一。"),
)
_MISSING: tuple[str, Words, Words] = (
    "C50",
    ("A key is missing that every study needs.", "缺少必需的键。"),
    ("Add it; docs/inputs.md shows how.", "请补上，写法见 docs/inputs.md。"),
)
_NAME: tuple[str, Words, Words] = (
    "C53",
    (
        "A name here holds letters, digits, '-', '_' and '.', at most 60, for it names a folder.",
        "此处名称只能含字母、汉字、数字、“-”“_”“.”，不超过 60 个，因为它用作文件夹名。",
    ),
    ("Shorten or rename it.", "请缩短或改名。"),
)

_BY_TYPE: dict[str, tuple[str, Words, Words]] = {
    "missing": _MISSING,
    "union_tag_not_found": _MISSING,
    **dict.fromkeys(("int_type", "float_type", "int_from_float", "int_parsing"), _NUMBER),
    **dict.fromkeys(("list_type", "dict_type", "model_type", "model_attributes_type"), _MAP),
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _BOUND),
    **dict.fromkeys(("literal_error", "union_tag_invalid"), _WORD),
    **dict.fromkeys(("string_pattern_mismatch", "string_too_long"), _NAME),
    "string_type": _TEXT,
    "bool_type": (
        "C04",
        ("true or false is due here.", "此处应为 true 或 false。"),
        ("Write true or false.", "请写 true 或 false。"),
    ),
    "too_short": (
        "C54",
        ("At least one is needed here.", "此处至少需要一项。"),
        ("Add one.", "请添加一项。"),
    ),
    "finite_number": (
        "C05",
        ("Not a finite number.", "不是有限的数。"),
        ("Write a number.", "请写一个数。"),
    ),
    "one_origin": (
        "C50",
        (
            "Cells come from exactly one of: column, add, value.",
            "单元格的来源须恰好是 column、add、value 之一。",
        ),
        ("Keep or add one of them.", "请保留或补上其中之一。"),
    ),
    "C34": (
        "C34",
        (
            "A path must stay inside the study's folder: relative, no '..', '~', drive or URL.",
            "路径必须在研究文件夹之内：相对路径，不含“..”“~”、盘符或网址。",
        ),
        ("Put the file beside the study file.", "请把文件放在研究文件旁边。"),
    ),
    "run_folder": (
        "C34",
        (
            "An earlier run is a folder on this computer: no '~', address, share or variable.",
            "先前的运行须是本机上的文件夹：不含“~”、网址、网络共享或变量。",
        ),
        (
            "Write the run's path, absolute or from the folder in which the command is given.",
            "请写该运行的路径：绝对路径，或相对于执行命令时所在的文件夹。",
        ),
    ),
    "C43": (
        "C43",
        ("Distances need the code of a projection in metres.", "距离需要以米为单位的投影代码。"),
        ("Write for example EPSG:4549.", "例如写 EPSG:4549。"),
    ),
}
_NEGATIVE: tuple[str, Words, Words] = (
    "C14",
    ("This cannot be negative.", "此值不能为负。"),
    ("Write 0 or more.", "请写 0 或正数。"),
)


def validation_faults(
    problem: ValidationError,
    file: str,
    lines: Lines,
    model: type[BaseModel],
    origin: Origin | None = None,
) -> list[Finding]:
    """Return one finding for each fault that pydantic found, in the order of the file."""
    faults: dict[tuple[int, str], Finding] = {}
    for fault in problem.errors(include_url=False, include_context=True):
        path = _path(fault["loc"], lines, fault["type"], origin)
        finding = _fault(dict(fault), path, file, lines, model)
        faults.setdefault((finding.row, finding.column), finding)
    return [faults[key] for key in sorted(faults)]


def key_fault(
    file: str, lines: Lines, path: KeyPath, value: object, known: Iterable[str]
) -> Finding:
    """Return the finding of a word that names nothing, with the nearest known one."""
    names = sorted(known)
    why, mend = _nearest(str(value), names)
    return error("C24", file, why, mend, row=line_of(lines, path), column=dotted(path), value=value)


def overrides_nothing(file: str, lines: Lines, path: KeyPath, known: Iterable[str]) -> Finding:
    """Return the finding of an override whose path no profile has (C33)."""
    why, mend = _nearest(str(path[-1]), sorted(known))
    return error("C33", file, why, mend, row=line_of(lines, path), column=dotted(path))


def fault_at(
    code: str,
    file: str,
    lines: Lines,
    path: KeyPath,
    *words: Words,
    value: object = "",
) -> Finding:
    """Return a finding at a path; `words` are why and how to mend."""
    why, mend = words
    return error(code, file, why, mend, row=line_of(lines, path), column=dotted(path), value=value)


def line_of(lines: Lines, path: KeyPath) -> int:
    """Return the line of a path, or of the nearest key above it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _fault(
    fault: dict[str, Any], path: KeyPath, file: str, lines: Lines, model: type[BaseModel]
) -> Finding:
    kind, value = fault["type"], fault["input"]
    row, column = line_of(lines, path), dotted(path)
    if kind == "extra_forbidden":
        known = {name for m in models_at(model, path[:-1]) for name in m.model_fields}
        why, mend = _nearest(str(path[-1]), sorted(known))
        return error("C01", file, why, mend, row=row, column=column)
    code, why, mend = _BY_TYPE.get(kind, _MAP)
    negative = isinstance(value, int | float) and value < 0
    if kind.startswith("greater_than") and negative:
        code, why, mend = _NEGATIVE
    if isinstance(value, dict | list):
        value = ""
    words = {"more": _more(fault.get("ctx", {}))}
    why = (why[0].format_map(words), why[1].format_map(words))
    return error(code, file, why, mend, value=value, row=row, column=column)


def _more(context: dict[str, Any]) -> str:
    """Return the bound or the known words of a fault, in signs that both languages share."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    bounds = [f"{sign} {context[key]:g}" for key, sign in signs.items() if key in context]
    words = str(context.get("expected") or context.get("expected_tags") or "")
    return ", ".join(bounds) or words.replace("' or '", "', '")


def _path(loc: tuple[str | int, ...], lines: Lines, kind: str, origin: Origin | None) -> KeyPath:
    """Return the path in the file of pydantic's location, without its union tags."""
    if origin is not None:
        wanted = ".".join(str(part) for part in loc)
        return next((p for norm, p in origin.items() if wanted.startswith(norm)), loc)
    path: KeyPath = ()
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if (*path, part) in lines or (last and kind == "missing"):
            path = (*path, part)
    return (*path, "method") if kind == "union_tag_not_found" else path


def models_at(model: type[BaseModel], path: KeyPath) -> set[type[BaseModel]]:
    """Return the models that may stand at a path; names of maps and list indices are passed by."""
    current = {model}
    for part in path:
        below = [m.model_fields[part].annotation for m in current if part in m.model_fields]
        current = {found for annotation in below for found in _models_in(annotation)} or current
    return current


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for part in get_args(annotation) for found in _models_in(part)}


def _nearest(word: str, known: list[str]) -> tuple[Words, Words]:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    listed = ", ".join(known[:30])
    why = (f'Nothing is called "{word}" here.', f"此处没有“{word}”。")
    if close:
        return why, (f'Did you mean "{close[0]}"?', f"是否应为“{close[0]}”？")
    return why, (f"Known are: {listed}.", f"可用的有：{listed}。")
