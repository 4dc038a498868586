"""The second judge derives a certified bound again, and refuses one that the problem does not bear.

The instances are worked out by hand: one road, all yuan from `class_year` or a yuan a pupil-minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.methods.base import Limits
from optimizer.methods.by_site.method import by_site
from optimizer.solve import solve
from scenarios.verify import Verdict, verify
from tests.support.certified import certified, one_school, recomputed, written
from tests.support.run_folder import edit, edit_manifest
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county

PRIMARY, LOWER = ("primary",), ("lower_secondary",)
A_YUAN_A_MINUTE = {"class_year": 0.0, "yuan_per_minute": 1.0, "school_days": 0.5}


def codes(run: Path) -> list[str]:
    return [fault.code for fault in verify(run, bound=True).faults]


def test_a_cohort_is_priced_in_whole_classes(tmp_path):
    # Two classes for two years take the whole zone; one would leave out 10 pupils, 20 yuan each.
    assert recomputed(tmp_path, one_school(), zone=1200.0) == pytest.approx(400.0)


def test_a_share_of_a_zone_fills_a_class_to_the_hard_limit(tmp_path):
    # A pupil is worth 8 and costs 6 over the cap: 50 of 60 pupils come, for 2 * (100 + 5 * 3).
    assert recomputed(tmp_path, one_school(), zone=480.0) == pytest.approx(480 - 400 + 230)


def test_a_share_of_a_zone_fills_a_class_to_the_cap(tmp_path):
    # A pupil is worth 5.5 and costs 6 over the cap: 45 of 60 pupils come, for 2 * 100.
    assert recomputed(tmp_path, one_school(), zone=330.0) == pytest.approx(330 - 247.5 + 200)


def test_pupils_of_a_closed_school_may_be_sent_on_when_the_next_one_closes_too(tmp_path):
    # From 100 minutes away to 90 in the first year, and home in the second: 20 * 90 in all.
    problem = tiny_problem(
        grades=(6, 2),
        zone_at=(100,),
        site_at=(0, 10, 100),
        runs=(PRIMARY, PRIMARY, PRIMARY),
        entrants=0.0,
        enrolled=[(0, 0, 0, 1, 20.0)],
        merge_arcs=[(0, 1, 0), (1, 2, 0)],
        prices=A_YUAN_A_MINUTE,
    )
    assert recomputed(tmp_path, problem) == pytest.approx(1800.0)


def test_a_school_that_must_stay_sends_nobody_on(tmp_path):
    problem = tiny_problem(
        grades=(6, 2),
        zone_at=(100,),
        site_at=(0, 10, 100),
        runs=(PRIMARY, PRIMARY, PRIMARY),
        entrants=0.0,
        enrolled=[(0, 0, 0, 1, 20.0)],
        merge_arcs=[(0, 1, 0), (1, 2, 0)],
        sites={"protected": [False, True, False]},
        prices=A_YUAN_A_MINUTE,
    )
    assert recomputed(tmp_path, problem) == pytest.approx(3 * 1800.0)


def test_the_parent_of_a_point_may_close_after_it(tmp_path):
    # A year at the point (100 minutes), one at its parent (90), which then moves home for two.
    entrants = np.zeros((1, 2, 4))
    entrants[0, 0, 0] = 20.0
    problem = tiny_problem(
        years=4,
        grades=(4, 2),
        zone_at=(100,),
        site_at=(0, 10, 100),
        runs=(PRIMARY, PRIMARY, PRIMARY),
        entrants=entrants,
        enrolled=[],
        merge_arcs=[(1, 2, 0)],
        point=(0, 1, 1),
        travel={(0, 1, 0): {"intake": False}, (0, 2, 0): {"intake": False}},
        prices=A_YUAN_A_MINUTE,
    )
    assert recomputed(tmp_path, problem, zone=7400.0) == pytest.approx(3800.0)


def test_the_parent_of_a_primary_point_never_merges_classes_of_lower_secondary(tmp_path):
    # Two classes of ten in the base year, for one year more; a class costs 10.
    problem = tiny_problem(
        zone_at=(0,),
        site_at=(0, 0),
        runs=(PRIMARY, PRIMARY + LOWER),
        entrants=0.0,
        enrolled=[(0, 1, 1, 3, 20.0)],
        classes=[(1, 1, 3, 2)],
        point=(0, 1, 1),
        prices={"class_year": 10.0},
    )
    assert recomputed(tmp_path, problem) == pytest.approx(20.0)


def test_nobody_pays_for_classes_of_pupils_who_have_left(tmp_path):
    problem = one_school(progression=0.0, prices={"class_year": 100.0})
    assert recomputed(tmp_path, problem, zone=1200.0) == pytest.approx(200.0)


def test_an_unsafe_site_that_stands_empty_may_be_mended_after_the_deadline(tmp_path):
    entrants = np.zeros((1, 2, 5))
    entrants[0, 1, 4] = 20.0
    window = {"lead": 1, "earliest": 2024, "latest": 2024, "rooms": 0}
    problem = one_school(
        years=5,
        entrants=entrants,
        policy={"unsafe_deadline": 2022, "keep_last_lower_secondary": False, "notice_years": 0},
        sites={"unsafe": [True]},
        options=[
            {"action": "convert", "site": 0, "after": LOWER, "cost": 10.0, **window},
            {"action": "retrofit", "site": 0, "cost": 5.0, **window},
        ],
        prices={"class_year": 1.0, "life_years": 1.0},
    )
    # Both projects serve for the last year, of which nothing is left, and one class is formed.
    assert recomputed(tmp_path, problem, zone=100.0) == pytest.approx(16.0)


@pytest.mark.parametrize(("close_below", "bound"), [(61.0, 10.0), (60.0, 100.0)])
def test_a_conversion_may_not_end_a_level_of_a_large_school(tmp_path, close_below, bound):
    # 60 pupils have just left the primary school; 20 would enter lower secondary in the last year.
    entrants = np.zeros((1, 2, 2))
    entrants[0, 1, 1] = 20.0
    problem = one_school(
        entrants=entrants,
        enrolled=[(0, 0, 0, 2, 60.0)],
        policy={"keep_last_lower_secondary": False, "close_below": close_below},
        options=[{"action": "convert", "site": 0, "after": LOWER, "cost": 0.0, "lead": 0}],
        prices={"class_year": 10.0},
    )
    assert recomputed(tmp_path, problem, zone=100.0) == pytest.approx(bound)


@pytest.mark.parametrize("seed", [0, 4, 23, 35])
def test_the_recomputed_bound_lies_between_the_stated_one_and_the_best_plan(tmp_path, seed):
    problem = varied_county(seed, zones=4, sites=4, years=3)
    answer = by_site(problem, Limits(seconds=2.0, gap=1.0), None, None)
    assert answer.certificate is not None
    run = written(tmp_path, problem, answer.certificate, answer.bound)
    verdict = verify(run, bound=True)
    best = solve(problem, "monolithic", Limits(seconds=60.0, gap=0.0))
    assert verdict.faults == ()
    assert verdict.bound is not None
    assert answer.bound - 0.1 <= verdict.bound <= best.objective + 0.1


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Write a run whose bound of 400 is exact: 1200 from the zone, -800 from the school."""
    return certified(tmp_path, one_school(), parts=[-800.0, 1200.0], zone=paid(1200.0))


def paid(yuan: float) -> np.ndarray:
    """Multipliers of the one zone with entrants: primary, first year."""
    prices = np.zeros((1, 2, 2))
    prices[0, 0, 0] = yuan
    return prices


def test_an_exact_bound_is_accepted(run):
    verdict: Verdict = verify(run, bound=True)
    assert verdict.ok
    assert verdict.bound == pytest.approx(400.0)


def changed(name: str, value: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[frame["name"] == name][0], "value"] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("name", "value"),
    [("rooms", -1e-3), ("budget", 1.0), ("closings", 1.0), ("small", 1.0), ("receiver", 1.0)],
)
def test_a_multiplier_that_its_row_does_not_allow_is_refused(run, name, value):
    edit(run, "bound/multipliers", changed(name, value))
    assert codes(run) == ["bound.multiplier"]
    assert verify(run, bound=True).bound is None


def test_a_multiplier_of_an_older_form_of_the_bound_is_refused(run):
    edit(run, "bound/multipliers", lambda frame: frame.replace({"name": {"rooms": "debt"}}))
    assert codes(run) == ["bound.row"]


def test_a_bound_stated_one_percent_higher_is_refused(run):
    edit_manifest(run, bound=404.0)
    assert set(codes(run)) == {"bound.value", "bound.sum"}


def test_a_bound_stated_higher_in_the_certificate_too_is_refused(run):
    restated(run, 404.0)
    assert set(codes(run)) == {"bound.value", "bound.sum"}


def test_a_raised_part_is_refused_with_the_name_of_its_site(run):
    edit(run, "bound/parts", lambda parts: parts.assign(value=[-796.0, 1200.0]))
    restated(run, 404.0)
    faults = {fault.code: fault for fault in verify(run, bound=True).faults}
    assert set(faults) == {"bound.part", "bound.value"}
    assert faults["bound.part"].column == "s0"


def test_a_lowered_part_no_longer_adds_up_to_the_bound(run):
    edit(run, "bound/parts", lambda parts: parts.assign(value=[-810.0, 1200.0]))
    assert codes(run) == ["bound.sum"]


def test_multipliers_of_another_solution_do_not_bear_the_bound(run):
    edit(run, "bound/multipliers", changed("zone", 480.0))
    assert set(codes(run)) == {"bound.part", "bound.value"}


def test_a_multiplier_of_a_row_that_is_not_there_is_refused(run):
    edit(run, "bound/multipliers", lambda frame: frame.assign(index0=frame["index0"] + 5))
    assert set(codes(run)) == {"bound.row"}


def restated(run: Path, value: float) -> None:
    """State another bound in the certificate and the manifest, sealed."""
    path = run / "bound" / "certificate.json"
    content = json.loads(path.read_text(encoding="utf-8")) | {"value": value}
    path.write_text(json.dumps(content), encoding="utf-8")
    edit_manifest(run, bound=value)
    edit(run, "bound/parts", lambda parts: parts)
