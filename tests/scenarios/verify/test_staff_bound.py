"""What a certificate counts for moves of teachers is derived again; more than that is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.staff_bound import moves_bound
from scenarios.verify import verify
from tests.support.certified import certified, one_school
from tests.support.random_counties import random_county
from tests.support.random_staff import with_teachers
from tests.support.run_folder import seal
from tests.support.staff import random_staff, tiny_staffing

PUPILS = {"class_year": 100.0, "over_cap_pupil_year": 3.0}
NETWORK, MOVES = 400.0, 3.0 * (3 + 3)
"""What the school costs at least, and moves of a tenth of 30 teachers, then of the other 27."""


def school(**fields: object) -> Problem:
    staffing = tiny_staffing(rows=[(0, 0, 10, 30)], rotation_share=0.1, **fields)
    return one_school(staffing=staffing, prices={**PUPILS, "teacher_moved": 3.0})


def stated(folder: Path, staffing: float, problem: Problem | None = None) -> Path:
    """Write a run that states so much for moves, and so much more as its bound."""
    return certified(
        folder,
        school() if problem is None else problem,
        parts=[NETWORK - 1200.0, 1200.0],
        bound=NETWORK + staffing,
        staffing=staffing,
        zone=np.array([[[1200.0, 0.0], [0.0, 0.0]]]),
    )


def rewritten(run: Path, **entries: object) -> Path:
    """Change entries of the certificate; None takes one away."""
    path = run / "bound" / "certificate.json"
    content = json.loads(path.read_text(encoding="utf-8")) | entries
    content = {name: value for name, value in content.items() if value is not None}
    path.write_text(json.dumps(content), encoding="utf-8")
    seal(run, json.loads((run / "manifest.json").read_text(encoding="utf-8")))
    return run


def faults(run: Path) -> list[tuple[str, str]]:
    return [(one.code, one.column) for one in verify(run, bound=True).faults]


def test_moves_that_rotation_asks_for_are_part_of_the_bound(tmp_path: Path) -> None:
    verdict = verify(stated(tmp_path, MOVES), bound=True)
    assert verdict.faults == ()
    assert verdict.bound == pytest.approx(NETWORK + MOVES)


def test_a_part_of_one_teacher_more_is_refused(tmp_path: Path) -> None:
    run = stated(tmp_path, MOVES + 3.0)
    assert faults(run) == [("bound.part", "staffing"), ("bound.value", "value")]


def test_a_part_raised_without_the_bound_is_refused(tmp_path: Path) -> None:
    run = rewritten(stated(tmp_path, MOVES), staffing=MOVES + 3.0)
    assert faults(run) == [("bound.part", "staffing")]


def test_a_part_lowered_without_the_bound_leaves_the_network_too_much(tmp_path: Path) -> None:
    run = rewritten(stated(tmp_path, MOVES), staffing=0.0)
    assert faults(run) == [("bound.sum", "value")]


@pytest.mark.parametrize("part", [True, "18.0", [18.0]])
def test_a_part_that_is_no_number_is_refused(tmp_path: Path, part: object) -> None:
    assert faults(rewritten(stated(tmp_path, MOVES), staffing=part)) == [
        ("bound.staffing", "staffing")
    ]


def test_a_part_that_is_not_a_number_at_all_is_refused(tmp_path: Path) -> None:
    run = rewritten(stated(tmp_path, MOVES), staffing=float("nan"))
    assert ("bound.part", "staffing") in faults(run)


def test_a_value_or_a_part_that_no_float_holds_is_refused(tmp_path: Path) -> None:
    run = rewritten(stated(tmp_path, MOVES), value=10**400)
    assert faults(run) == [("bound.sum", "value")]
    assert ("bound.part", "staffing") in faults(rewritten(run, staffing=10**400))


def test_a_part_for_teachers_who_are_not_planned_is_refused(tmp_path: Path) -> None:
    run = stated(tmp_path, MOVES, replace(school(), staffing=None))
    assert faults(run) == [("bound.part", "staffing"), ("bound.value", "value")]


def test_a_run_that_drops_the_teachers_counts_nothing_for_them(tmp_path: Path) -> None:
    run = rewritten(stated(tmp_path, 0.0), staffing=None, dropped=["staffing"])
    assert faults(run) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["town and village", "any county"])
def test_both_judges_bound_the_moves_alike(tmp_path: Path, seed: int, kind: str) -> None:
    if kind == "any county":
        problem = with_teachers(random_county(seed, zones=3, sites=3), seed)
    else:
        problem, _ = random_staff(seed, rotation_share=0.3)
    bounds = []
    for number, one in enumerate((problem, replace(problem, staffing=None))):
        (folder := tmp_path / str(number)).mkdir()
        bounds.append(verify(certified(folder, one, bound=0.0), bound=True).bound)
    assert None not in bounds
    assert bounds[0] - bounds[1] == pytest.approx(moves_bound(problem), abs=1e-6)
