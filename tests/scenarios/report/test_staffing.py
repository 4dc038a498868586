"""The tiny county with teachers: primary stops at the second school in 2022 and joins the first.

One of its three primary teachers is due to leave in 2023 and goes along with the pupils; the other
two move because they must. A teacher of lower secondary rotates to the second school in 2021.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.domain import Plan, Postings, Problem
from scenarios.report import tables_of
from tests.support.plans import changed
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem

CLASSROOM = 1.5
"""Teachers that a class needs."""


def county(**fields: object) -> Problem:
    staffing = tiny_staffing(
        rows=((0, 0, 10, 4), (0, 1, 10, 3), (1, 0, 10, 4), (1, 1, 10, 4)),
        due=((0, 1, 2023, 1),),
        lessons=CLASSROOM,
    )
    given = {"merge_arcs": [(1, 0, 0)], "staffing": staffing} | fields
    return tiny_problem(**given)  # type: ignore[arg-type]


def plan_of(problem: Problem) -> Plan:
    teachers = np.zeros((2, 3, 3), dtype=int)
    teachers[0, :2] = [[4, 7, 7], [3, 0, 0]]
    teachers[1, :2] = [[3, 3, 3], [5, 5, 5]]
    moves = [[0, 1, 0, 2022, 1], [0, 1, 0, 2022, 1], [1, 0, 1, 2021, 1]]
    hires = [[0, 0, 2023, 2023, 1]]
    postings = Postings(teachers, np.array(moves), np.array(hires))
    return replace(changed(problem, merges=[(1, 0, 0, 2022)]), postings=postings)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    problem = county()
    return tables_of(problem, plan_of(problem))


def figure(
    tables: dict[str, pd.DataFrame], name: str, level: str, group: str = "all"
) -> list[float]:
    kpi = tables["kpi"]
    rows = kpi[(kpi["name"] == name) & (kpi["level"] == level) & (kpi["group"] == group)]
    values: list[float] = rows.sort_values("year")["value"].tolist()
    return values


def test_moves_say_why_and_the_due_go_with_their_pupils(tables: dict[str, pd.DataFrame]) -> None:
    assert list(tables["moves"].itertuples(index=False, name=None)) == [
        ("p1", "s0", "s1", 2021, 1, "rotation"),
        ("p0", "s1", "s0", 2022, 1, "due"),
        ("p0", "s1", "s0", 2022, 2, "level stops"),
    ]


def test_postings_leave_out_where_nobody_stands(tables: dict[str, pd.DataFrame]) -> None:
    postings = tables["postings"].set_index(["pool_id", "site_id", "year"])["posts"]
    assert postings["p0", "s0", 2022] == 7
    assert ("p0", "s1", 2022) not in postings.index
    assert postings.sum() == 45


def test_hires_say_when_they_are_hired_and_posted(tables: dict[str, pd.DataFrame]) -> None:
    assert list(tables["hires"].itertuples(index=False, name=None)) == [("p0", "s0", 2023, 2023, 1)]


def test_posts_of_a_school_are_those_of_its_classes(tables: dict[str, pd.DataFrame]) -> None:
    posts = tables["schools"].set_index(["site_id", "level", "year"])["posts"].sort_index()
    assert posts["s0", "primary"].tolist() == [3, 6, 6]
    assert posts["s1", "primary"].tolist() == [3, 0, 0]


def test_figures_set_teachers_against_posts(tables: dict[str, pd.DataFrame]) -> None:
    assert figure(tables, "posts_needed", "primary") == [6, 6, 6]
    assert figure(tables, "teachers", "primary") == [7, 7, 7]
    assert figure(tables, "posts_surplus", "primary") == [1, 1, 1]
    assert figure(tables, "posts_short", "primary") == [0, 0, 0]
    assert figure(tables, "posts_surplus", "lower_secondary") == [2, 2, 2]


def test_movers_count_where_they_leave_and_the_due_do_not(tables: dict[str, pd.DataFrame]) -> None:
    assert figure(tables, "teachers_moved", "primary") == [0, 2, 0]
    assert figure(tables, "teachers_moved", "lower_secondary") == [1, 0, 0]
    assert figure(tables, "teachers_moved", "lower_secondary", "urban") == [1, 0, 0]
    assert figure(tables, "teachers_moved", "lower_secondary", "rural") == [0, 0, 0]


def test_teachers_per_100_pupils_spread_as_worked_out_by_hand(
    tables: dict[str, pd.DataFrame],
) -> None:
    per_100, pupils = np.array([100 * 3 / 80, 100 * 5 / 40]), np.array([80, 40])
    mean = per_100 @ pupils / 120
    spread = np.sqrt((per_100 - mean) ** 2 @ pupils / 120) / mean
    assert figure(tables, "cv_teachers_per_100", "lower_secondary")[0] == pytest.approx(spread)
    assert spread == pytest.approx(0.6187, abs=1e-4)


def test_what_is_built_counts_for_teaching_by_a_part_of_its_floor_area() -> None:
    options = [{"site": 1, "action": "extend", "area_m2": 1000.0, "lead": 1}]
    area = {"teaching_area": [800.0, 400.0, 0.0]}
    problem = county(options=options, sites=area, staffing=None)
    spread = figure(
        tables_of(problem, changed(problem, start={0: 2021})), "cv_teaching_area", "primary"
    )
    shares = np.array([400 / 80, (400 + 450) * 0.5 / 40])
    mean = shares @ [80, 40] / 120
    later = np.sqrt((shares - mean) ** 2 @ [80, 40] / 120) / mean
    assert spread == pytest.approx([0.0, later, later])


@pytest.mark.parametrize("off", ["no staffing", "family off", "no postings"])
def test_nothing_is_said_of_teachers_where_they_are_not_planned(off: str) -> None:
    problem = county()
    plan = plan_of(problem)
    if off == "no staffing":
        problem = county(staffing=None)
    elif off == "family off":
        problem = county(policy={"families_off": frozenset({"staffing"})})
    else:
        plan = replace(plan, postings=None)
    found = tables_of(problem, plan)
    assert not {"postings", "moves", "hires"} & found.keys()
    assert found["schools"]["posts"].isna().all()
    assert "teachers" not in set(found["kpi"]["name"])
