"""What the rows of `options.csv` and of the tables beside it must agree on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from geodata.cells import text_of
from geodata.findings import Finding, Source
from geodata.partial import known
from scenarios.config import LoadedStudy
from scenarios.config.findings import CORRECT_CELL, Words, error, error_in_row

BUILDS_LEVELS = ("open", "convert", "relocate")
FUNCTION = "function_"
OLDEST_CHILD = 5
"""Years of age; older children are at school in the base year."""

Wrong = Callable[[Mapping[Hashable, Any], Collection[str]], bool]
"""Whether an option breaks a rule; the second argument holds the ids of the schools."""

_RULES: tuple[tuple[str, tuple[str, ...], Words, Wrong], ...] = (
    (
        "D60",
        ("school_type_after", "action"),
        (
            "open, convert and relocate name the school they lead to; extend and retrofit name "
            "none.",
            "新建、改办和搬迁须写明建成后的学校类型，扩建和改造不写。",
        ),
        lambda option, _: (option["action"] in BUILDS_LEVELS) != bool(option["school_type_after"]),
    ),
    (
        "D60",
        ("site_id", "action"),
        (
            "open and relocate need a candidate; the other actions need a school.",
            "新建和搬迁须在候选地点，其他措施须在已有学校。",
        ),
        lambda option, schools: (
            (option["action"] in ("open", "relocate")) == (option["site_id"] in schools)
        ),
    ),
    (
        "D60",
        ("relocates_id", "action"),
        ("Only relocate names the school that moves.", "只有搬迁须写明搬迁的学校。"),
        lambda option, _: (option["action"] == "relocate") != bool(option["relocates_id"]),
    ),
    (
        "D61",
        ("latest", "earliest"),
        ("The latest start lies before the earliest.", "最晚开工年早于最早开工年。"),
        lambda option, _: bool(option["earliest"] > option["latest"]),
    ),
    (
        "D62",
        ("spend", "lead"),
        (
            "Shares joined by ';' are due, none negative, that add up to 1.",
            "应为以“;”分隔、非负、合计为 1 的比例。",
        ),
        lambda option, _: spend_shares(option["spend"], int(option["lead"])) is None,
    ),
)
"""Code, columns (the first is blamed), why, and what is wrong, for every row of the options."""


def option_faults(
    loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame], source: Source
) -> list[Finding]:
    """Return what contradicts itself in the options, and what the study cannot use.

    Returns
    -------
    list of Finding
        Of the inputs in `frames`, which are those that could be read, and of the cells known:
        D60 an option at odds with its action or its site, D61 years out of order, D62 spend shares
        that are none, D63 a column for an unknown kind of function room, D64 children of school
        age, D65 teaching points with `enrolment: yearly`, D69 candidates whose running cost
        nothing tells.
    """
    return [
        *_rows(frames, source),
        *_room_kinds(loaded, frames),
        *_ages(loaded, frames),
        *_points_without_grades(loaded, frames),
        *_running_costs(loaded, frames),
    ]


def _rows(frames: Mapping[str, pd.DataFrame], source: Source) -> Iterator[Finding]:
    if "options" not in frames:
        return
    layers = [name for name in ("schools", "candidates") if name in frames]
    ids = {name: set(known(frames[name], "site_id")["site_id"]) for name in layers}
    sites = set().union(*ids.values())
    options = frames["options"]
    for row, option in zip(options.index, options.to_dict("records"), strict=True):
        for code, columns, why, wrong in _RULES:
            judged = not any(pd.isna(option[column]) for column in columns)
            judged &= columns[0] != "site_id" or option["site_id"] in sites
            if judged and wrong(option, ids.get("schools", ())):
                column = columns[0]
                yield error_in_row(code, source, row, column, text_of(option[column]), why)


def spend_shares(text: str, lead: int) -> list[float] | None:
    """Return the shares of capital by year from the start; None if the text holds none (C3)."""
    if not text:
        years = max(lead, 1)
        return [1.0 / years] * years
    try:
        shares = [float(part) for part in text.split(";")]
    except ValueError:
        return None
    right = all(0 <= share <= 1 for share in shares) and abs(sum(shares) - 1) <= 1e-6
    return [share / sum(shares) for share in shares] if right else None


def _room_kinds(loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame]) -> list[Finding]:
    kinds = [FUNCTION + kind for kind in loaded.profile.norms.function_rooms]
    why = (
        f"The profile has no such kind of room; it has {', '.join(kinds)}.",
        f"标准中没有这种功能室；有 {'、'.join(kinds)}。",
    )
    faults: list[Finding] = []
    if not loaded.known(("profile",)):
        return faults
    for name in ("schools", "options"):
        given = loaded.study.inputs.given().get(name)
        for column in frames[name].columns if name in frames else ():
            if given is not None and column.startswith(FUNCTION) and column not in kinds:
                sheet = given.layer or given.sheet or ""
                faults.append(
                    error("D63", given.file, why, CORRECT_CELL, sheet=sheet, column=column)
                )
    return faults


def _ages(loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame]) -> list[Finding]:
    if "children" not in frames:
        return []
    children, given = known(frames["children"], "age"), loaded.study.inputs.children
    source = Source(given.file, given.sheet or "")
    why = (
        "Children of 6 and more are at school in the base year; ages 0 to 5 are due.",
        "满 6 岁的儿童基准年已在校；此处应为 0 至 5 岁。",
    )
    late = children["age"][children["age"] > OLDEST_CHILD]
    return [error_in_row("D64", source, row, "age", text_of(age), why) for row, age in late.items()]


def _points_without_grades(
    loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    faults: list[Finding] = []
    if "schools" not in frames:
        return faults
    yearly = [n for n, p in loaded.study.policies.items() if p.enrolment == "yearly"]
    if yearly and (frames["schools"]["point_grades"] > 0).any():
        why = (
            f"Teaching points run some grades only; the policy {yearly[0]} knows no grades.",
            f"教学点只办部分年级；政策 {yearly[0]} 不区分年级。",
        )
        faults.append(error("D65", loaded.name, why, CORRECT_CELL, column=f"policies.{yearly[0]}"))
    return faults


def _running_costs(loaded: LoadedStudy, frames: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Find candidates without a running cost where no school of today tells it."""
    given = loaded.study.inputs.candidates
    if not {"schools", "candidates"} <= frames.keys() or len(frames["schools"]) or given is None:
        return []
    candidates = frames["candidates"]
    why = (
        "There is no school of today to take the yearly cost of running one from.",
        "没有现有学校可参照，无法得知学校的年运行费用。",
    )
    mend = ("Enter annual_cost for every candidate.", "请为每个候选地点填写 annual_cost。")
    where = {"sheet": given.layer or "", "column": "annual_cost"}
    silent = candidates.index[candidates["annual_cost"].isna()]
    return [error("D69", given.file, why, mend, row=int(str(row)), **where) for row in silent]
