"""Teachers of a plan survive the way to its tables and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geodata.findings import FindingError
from optimizer.check import check
from optimizer.domain import Plan, Postings, Problem
from scenarios.plan_staff import with_postings
from scenarios.plan_tables import read_plan
from scenarios.report import tables_of
from scenarios.store.folder import write_table
from tests.support.plans import changed
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem


@pytest.fixture(scope="module")
def problem() -> Problem:
    rows = ((0, 0, 10, 4), (0, 1, 10, 3), (1, 0, 10, 4))
    staffing = tiny_staffing(rows=rows, due=((0, 1, 2023, 1),))
    return tiny_problem(merge_arcs=[(1, 0, 0)], staffing=staffing)


@pytest.fixture(scope="module")
def plan(problem: Problem) -> Plan:
    teachers = np.zeros((2, 3, 3), dtype=int)
    teachers[0, :2] = [[4, 7, 7], [3, 0, 0]]
    teachers[1, 0] = 4
    moves, hires = [[0, 1, 0, 2022, 2]], [[0, 0, 2023, 2023, 1]]
    postings = Postings(teachers, np.array(moves), np.array(hires))
    return replace(changed(problem, merges=[(1, 0, 0, 2022)]), postings=postings)


def write(problem: Problem, plan: Plan, folder: Path, *left_out: str) -> Path:
    for name, table in tables_of(problem, plan).items():
        if name not in left_out:
            write_table(table, folder / f"{name}.parquet")
    return folder


def test_postings_read_back_are_those_written(problem: Problem, plan: Plan, tmp_path: Path) -> None:
    assert read_plan(problem, write(problem, plan, tmp_path)).postings == plan.postings


def test_a_plan_may_say_nothing_of_teachers(problem: Problem, plan: Plan, tmp_path: Path) -> None:
    bare = write(problem, plan, tmp_path, "postings", "moves", "hires")
    assert read_plan(problem, bare).postings is None


def test_postings_need_moves_and_hires_beside_them(
    problem: Problem, plan: Plan, tmp_path: Path
) -> None:
    with pytest.raises(FindingError) as caught:
        read_plan(problem, write(problem, plan, tmp_path, "moves"))
    assert [one.code for one in caught.value.findings] == ["C35"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("pool_id", "p9", "T53"), ("site_id", "s9", "T53"), ("year", 1999, "C28")],
)
def test_a_posting_that_the_problem_does_not_know_is_named(
    problem: Problem, plan: Plan, tmp_path: Path, column: str, value: object, code: str
) -> None:
    folder = write(problem, plan, tmp_path)
    table = tables_of(problem, plan)["postings"]
    write_table(table.assign(**{column: value}), folder / "postings.parquet")
    with pytest.raises(FindingError) as caught:
        read_plan(problem, folder)
    assert {one.code for one in caught.value.findings} == {code}


def test_a_plan_that_says_nothing_of_teachers_gets_them(problem: Problem, plan: Plan) -> None:
    found = with_postings(problem, replace(plan, postings=None))
    assert found.postings is not None
    assert check(problem, found) == ()


def test_a_plan_that_says_where_teachers_are_keeps_them(problem: Problem, plan: Plan) -> None:
    assert with_postings(problem, plan) is plan


def test_nobody_is_posted_in_a_network_that_breaks_rules(problem: Problem, plan: Plan) -> None:
    broken = replace(plan, postings=None, merges=plan.merges[:0])
    assert with_postings(problem, broken) is broken
