"""A bound that a solver proved on its own is not taken for one that was recomputed."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.domain import Result
from optimizer.methods.base import Limits
from optimizer.solve import MethodError, solve, with_certificate
from scenarios.verify import verify
from tests.support.random_counties import random_county
from tests.support.run_folder import edit_manifest
from tests.support.stored import stored

SECONDS = 5.0


def by_solver(seed: int) -> tuple[Result, Result]:
    """Return the whole MILP's result, without and with a certificate."""
    problem = random_county(seed)
    result = solve(problem, "monolithic", Limits(gap=1e-6, seconds=60.0))
    return result, with_certificate(problem, result, SECONDS)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("solved"), random_county(1), by_solver(1)[1])


@pytest.mark.parametrize("seed", range(3))
def test_a_certificate_proves_no_more_than_the_solver(seed: int) -> None:
    result, certified = by_solver(seed)
    assert result.certificate is None
    assert certified.certificate is not None
    assert 0.0 < certified.certified <= certified.bound == result.bound


def test_a_plan_with_a_certificate_keeps_it() -> None:
    problem = random_county(1)
    result = solve(problem, "by_site", Limits(gap=0.05, seconds=5.0))
    assert with_certificate(problem, result, SECONDS) is result


def test_what_the_certificate_proves_is_recomputed_and_the_rest_named(run: Path) -> None:
    verdict = verify(run, bound=True)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert verdict.faults == ()
    assert verdict.bound is not None
    assert verdict.bound >= manifest["certified_bound"] - 0.1
    assert ("bound" in verdict.unchecked) == (manifest["certified_bound"] < manifest["bound"])


def test_no_other_method_may_state_more_than_its_certificate(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    edit_manifest(run, method="by_site", bound=2.0 * manifest["certified_bound"])
    assert "bound.value" in [fault.code for fault in verify(run, bound=True).faults]
    edit_manifest(run, method=manifest["method"], bound=manifest["bound"])


def test_a_certificate_raises_a_weaker_bound_of_the_solver(tmp_path: Path) -> None:
    problem = random_county(1)
    result, certified = by_solver(1)
    found = with_certificate(problem, replace(result, bound=-math.inf), SECONDS)
    assert found.bound == found.certified > 0.9 * certified.certified
    verdict = verify(stored(tmp_path, problem, found), bound=True)
    assert verdict.ok
    assert "bound" not in verdict.unchecked


def test_a_certificate_above_the_objective_is_no_result() -> None:
    result, certified = by_solver(1)
    cheap = replace(result, objective=0.5 * certified.certified, bound=-math.inf)
    with pytest.raises(MethodError, match="above its objective"):
        with_certificate(random_county(1), cheap, SECONDS)


def test_a_solvers_bound_without_a_plan_is_named_as_unchecked(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    edit_manifest(run, status="unknown", objective=None, bound=2.0 * manifest["bound"])
    verdict = verify(run, bound=True)
    edit_manifest(run, **{name: manifest[name] for name in ("status", "objective", "bound")})
    assert verdict.unchecked == ("bound",)
