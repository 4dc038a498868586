"""What the model as a whole promises: names, sites, sparseness, open to new families."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.evaluate import evaluate
from optimizer.formulation.build import FAMILIES, build
from optimizer.formulation.compile import Compiled, compile_model, split_by_site
from optimizer.formulation.extract import extract
from optimizer.formulation.parts import ImpossibleError, Linear, Parts, Terms, rows
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county


def compiled(problem: Problem) -> Compiled:
    return compile_model(build(problem))


def names(problem: Problem) -> str:
    return " ".join(compiled(problem).names)


def test_names_read_as_rules() -> None:
    made = compiled(random_county(0))
    assert "class_size.cap[s0,primary,2021,2022]" in made.row_names
    assert "share[z1,s0,primary,2022]" in made.names


def test_only_declared_rows_tie_sites_together() -> None:
    declared = {f"{one.NAME}.{group}" for one in FAMILIES for group in one.TIES_SITES}
    for seed in range(8):
        made = compiled(varied_county(seed))
        _, tying = split_by_site(made)
        found = {made.row_names[row].split("[")[0] for row in tying}
        assert found <= declared


def test_every_column_belongs_to_a_site_and_the_parts_cover_all_untied_rows() -> None:
    made = compiled(random_county(3))
    parts, tying = split_by_site(made)
    assert (made.site >= 0).all()
    assert sorted(np.concatenate([part.columns for part in parts])) == list(range(len(made.cost)))
    covered = np.concatenate([tying, *(part.rows for part in parts)])
    assert sorted(covered) == list(range(made.matrix.shape[0]))
    for part in parts:
        inside = made.matrix[part.rows]
        assert set(inside.indices) <= set(part.columns)


def test_what_policy_forbids_has_no_variable() -> None:
    arcs, options = [(1, 0, 0)], [{"site": 2}]
    allowed = tiny_problem(merge_arcs=arcs, options=options)
    assert "merges" in names(allowed)
    assert "builds" in names(allowed)
    barred = replace(allowed, policy=replace(allowed.policy, actions=frozenset()))
    assert not any(kind in names(barred) for kind in ("merges", "builds", "operates", "moved"))


def test_no_level_stops_before_its_notice() -> None:
    problem = tiny_problem(policy={"notice_years": 3})
    assert "operates[s0,primary,2023]" in names(problem)
    assert "operates[s0,primary,2022]" not in names(problem)


def test_protected_schools_have_no_stop() -> None:
    assert "operates[s1," not in names(tiny_problem(sites={"protected": [False, True, False]}))


def test_no_coefficient_is_larger_than_what_it_bounds() -> None:
    made = compiled(random_county(1))
    pupils = float(random_county(1).demand.entrants.sum() + random_county(1).enrolled.pupils.sum())
    rows_of_classes = [r for r, name in enumerate(made.row_names) if name.startswith("class_size")]
    assert np.abs(made.matrix[rows_of_classes].data).max() <= pupils


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_judge_prices_a_plan_as_the_solver_does(seed: int, split: bool) -> None:
    problem = varied_county(seed, split=split)
    model = build(problem)
    made = compile_model(model)
    outcome = solve(made, Settings(gap=0.0))
    assert outcome.values is not None
    objective = evaluate(problem, extract(model, made, outcome.values)).objective
    assert objective == pytest.approx(outcome.objective, rel=1e-7)


def test_a_rule_that_cannot_hold_is_named() -> None:
    nowhere = tiny_problem(reach=5.0)
    with pytest.raises(ImpossibleError, match=r"assignment\.sum\[z1,primary,2021\]"):
        build(nowhere)


def test_a_new_family_is_one_module_and_one_line() -> None:
    def add(block: Any, parts: Parts) -> Terms:
        key = next(key for key in parts.variables if key[0] == "classes")
        rows(block, "few", {"all": (None, Linear().add(1.0, parts.variables[key]), 1.0)})
        return {"toy": Linear().add(5.0, parts.variables[key])}

    toy = SimpleNamespace(NAME="toy", TIES_SITES=frozenset(), applies=lambda _: True, add=add)
    problem = random_county(0)
    plain, with_toy = compile_model(build(problem)), compile_model(build(problem, (*FAMILIES, toy)))
    assert with_toy.matrix.shape[0] == plain.matrix.shape[0] + 1
    assert with_toy.cost.sum() == pytest.approx(plain.cost.sum() + 5.0)
