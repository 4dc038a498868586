"""A model and a plan on paper."""

from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pytest

from optimizer.formulation.export import (
    NotInModelError,
    plan_to_columns,
    write_mps,
    write_with_plan,
)
from optimizer.methods.base import Limits
from optimizer.solve import solve
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem


def test_the_mps_holds_the_constant_and_reads_back_in_highs(tmp_path: Path) -> None:
    problem = random_county(2)
    result = solve(problem, limits=Limits(gap=0.0))
    write_mps(problem, tmp_path / "model.mps")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(tmp_path / "model.mps"))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(result.objective, rel=1e-7)


def test_names_with_blanks_stay_one_word_each(tmp_path: Path) -> None:
    problem = tiny_problem()
    spaced = replace(problem, zones=replace(problem.zones, ids=("z 0", "z_0", "第三 村")))
    write_mps(spaced, tmp_path / "model.mps")
    text = (tmp_path / "model.mps").read_text(encoding="utf-8")
    columns = text[text.index("COLUMNS") : text.index("RHS")]
    assert all(len(line.split()) == 3 for line in columns.splitlines()[1:])


def test_two_writings_are_the_same_to_the_byte(tmp_path: Path) -> None:
    for name in ("one.mps", "two.mps"):
        write_mps(random_county(5), tmp_path / name)
    assert (tmp_path / "one.mps").read_bytes() == (tmp_path / "two.mps").read_bytes()


def test_a_plan_that_breaks_a_rule_is_not_in_the_model() -> None:
    problem = random_county(0)
    plan = solve(problem, limits=Limits(gap=0.0)).plan
    assert plan is not None
    crowded = replace(plan, classes=tuple(np.zeros_like(one) for one in plan.classes))
    with pytest.raises(NotInModelError):
        plan_to_columns(problem, crowded)


def test_the_solution_file_begins_with_the_objective(tmp_path: Path) -> None:
    problem = random_county(0)
    result = solve(problem, limits=Limits(gap=0.0))
    assert result.plan is not None
    write_with_plan(problem, result.plan, tmp_path / "model.mps", tmp_path / "plan.sol")
    first = (tmp_path / "plan.sol").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("=obj= ")
    assert float(first.split()[1]) == pytest.approx(result.objective, rel=1e-9)
