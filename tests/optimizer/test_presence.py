"""Who is where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Plan, Problem
from optimizer.presence import pair_rows, presence
from tests.support.plans import changed
from tests.support.random_counties import random_county
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1


def test_entrants_stay_at_their_school_until_the_last_grade():
    problem = tiny_problem(entrants=10.0)
    here = presence(problem, changed(problem, sends={(0, PRIMARY, 2021): 1}))[PRIMARY]
    body = (here.zone == 0) & (here.cohort == 1)  # entered in 2021
    assert here.year[body].tolist() == [0, 1]
    assert here.site[body].tolist() == [1, 1]
    assert here.number[body].tolist() == [10.0, 10.0]
    assert here.pupils[1, 1].tolist() == [20.0, 20.0, 0.0]  # with zone 2


def test_nobody_is_no_pupils_rather_than_a_whole_number_of_them():
    # Compiled code is made for the kind of number that it is first called with.
    problem = tiny_problem(entrants=0.0, enrolled=[])
    plan = changed(problem)
    here = presence(problem, replace(plan, share=np.zeros_like(plan.share)))[PRIMARY]
    assert (here.pupils.dtype, here.arrivals.dtype) == (float, float)
    assert not here.pupils.any()


def test_pupils_of_the_last_grade_have_left_when_the_horizon_begins():
    problem = tiny_problem(entrants=0.0, enrolled=[(0, 0, 0, 1, 7.0), (0, 0, 0, 2, 9.0)])
    here = presence(problem, changed(problem))[PRIMARY]
    assert here.number.tolist() == [7.0]
    assert (here.cohort[0], here.year[0]) == (0, 0)


def test_cohorts_grow_by_their_progression_from_entry_or_from_the_base_year():
    problem = tiny_problem(
        entrants=10.0, grades=(3, 1), progression=1.1, enrolled=[(0, 0, 0, 1, 100.0)], years=3
    )
    here = presence(problem, changed(problem))[PRIMARY]
    inherited, entered = here.cohort == 1, (here.cohort == 2) & (here.zone == 0)
    assert here.number[inherited] == pytest.approx([110.0, 121.0])
    assert here.number[entered] == pytest.approx([10.0, 11.0, 12.1])


def test_a_split_zone_is_at_both_schools():
    problem = tiny_problem(policy={"whole_zones": False})
    plan = changed(problem, sends={(1, PRIMARY, 2021): {0: 0.25, 1: 0.75}})
    here = presence(problem, plan)[PRIMARY]
    body = (here.zone == 1) & (here.cohort == 1) & (here.year == 1)
    assert dict(zip(here.site[body], here.number[body], strict=True)) == {0: 5.0, 1: 15.0}


def test_a_merger_takes_all_cohorts_along_but_not_the_entrants_of_its_year():
    problem = tiny_problem(grades=(3, 1), years=3)
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    plan = changed(problem, plan, sends={(2, PRIMARY, 2022): 1})  # enters after the merger
    here = presence(problem, plan)[PRIMARY]
    from_zone_2 = (here.zone == 2) & (here.year == 1)
    assert dict(zip(here.cohort[from_zone_2], here.site[from_zone_2], strict=True)) == {
        1: 0,  # inherited, in grade 3
        2: 0,  # entered in 2021
        3: 1,
    }
    assert here.merged[from_zone_2].tolist() == [cohort < 3 for cohort in here.cohort[from_zone_2]]
    assert here.arrivals[0, :, 1].tolist() == [0.0, 20.0, 20.0, 0.0, 0.0]
    assert not here.merged[here.year == 2].any()


def test_a_later_merger_takes_the_earlier_one_along():
    problem = tiny_problem(grades=(3, 1), site_at=(0, 20, 10), runs=(BOTH, BOTH, BOTH))
    plan = changed(problem, merges=[(1, 2, PRIMARY, 2021), (2, 0, PRIMARY, 2022)])
    here = presence(problem, plan)[PRIMARY]
    assert here.loc[1, 1].tolist() == [2, 0, -1]
    assert here.pupils[:, 1, 1].tolist() == [60.0, 0.0, 0.0]
    body = (here.origin == 1) & (here.cohort == 1)
    assert here.came_from[body].tolist() == [1, 2]


def test_pupils_of_a_teaching_point_go_on_at_its_parent_without_a_merger():
    problem = tiny_problem(
        grades=(3, 1),
        runs=(BOTH, ("primary",), ()),
        point=(1, 1, 0),
        enrolled=[(2, 1, 0, 1, 12.0), (2, 0, 0, 2, 14.0)],
    )
    here = presence(problem, changed(problem))[PRIMARY]
    assert here.loc[1, 1].tolist() == [0, 0, -1]  # in grade 1 at the point in the base year
    assert here.loc[1, 2].tolist() == [1, 0, 0]  # enters at the point in 2021
    gone_on = (here.origin == 1) & (here.came_from == 1) & (here.site == 0)
    assert sorted(here.number[gone_on]) == [12.0, 20.0, 20.0]
    assert not here.merged.any()


def test_a_merger_of_the_parent_takes_those_who_just_came_from_the_point():
    problem = tiny_problem(grades=(3, 1), runs=(BOTH, ("primary",), BOTH), point=(1, 1, 0), years=2)
    here = presence(problem, changed(problem, merges=[(0, 2, PRIMARY, 2022)]))[PRIMARY]
    assert here.loc[1, 2].tolist() == [1, 2]
    body = (here.origin == 1) & (here.cohort == 2) & (here.year == 1)
    assert here.came_from[body].tolist() == [1]
    assert here.merged[body].tolist() == [True]


def test_pupils_without_a_pair_are_present_all_the_same():
    problem = tiny_problem(reach=5, travel={(1, 2, 0): {"intake": True, "usable_from": 1}})
    here = presence(problem, changed(problem))[PRIMARY]
    lost = (here.zone == 1) & (here.site == 0)
    assert here.number[lost].sum() == 20.0
    assert set(here.pair[lost]) == {-1}


def test_pair_rows_of_a_problem_without_pairs_are_missing():
    problem = tiny_problem(reach=-1)
    assert pair_rows(problem, 0, np.array([0, 1]), np.array([0, 1])).tolist() == [-1, -1]


@pytest.mark.parametrize("seed", range(12))
def test_presence_agrees_with_following_one_body_at_a_time(seed):
    problem = random_county(seed, sites=3 + seed % 3, split=bool(seed % 2), grades=(3, 2), years=4)
    plan = _with_random_mergers(problem, seed)
    for level, here in enumerate(presence(problem, plan)):
        rows = list(zip(here.zone, here.origin, here.cohort, here.year, strict=True))
        sites = [_site_of(problem, plan, level, row[1:]) for row in rows]
        assert here.site.tolist() == sites
        for site, cohort, year in np.ndindex(here.pupils.shape):
            at = (here.site == site) & (here.cohort == cohort) & (here.year == year)
            assert here.pupils[site, cohort, year] == pytest.approx(here.number[at].sum())
        entered = problem.demand.entrants[:, level].sum(axis=0)
        first = problem.levels[level].grades - 1
        for year in range(problem.horizon.years):
            assert here.pupils[:, first + year, year].sum() == pytest.approx(entered[year])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"start": np.zeros(9, int)}, "start is"),
        ({"share": np.zeros((1, 1))}, "share is"),
        ({"merges": np.array([[0, 9, 0, 2021]])}, "does not exist"),
        ({"merges": np.array([[-1, 0, 0, 2021]])}, "does not exist"),
        ({"merges": np.array([[0, 1, 2, 2021]])}, "does not exist"),
        ({"classes": (np.zeros((1, 1, 1)), np.zeros((1, 1, 1)))}, r"classes\[0\] is"),
        ({"classes": ()}, "classes of 0 levels"),
    ],
)
def test_a_plan_of_another_problem_is_refused(change, why):
    problem = tiny_problem()
    plan = replace(changed(problem), **change)
    with pytest.raises(ValueError, match=why):
        presence(problem, plan)


def _with_random_mergers(problem: Problem, seed: int) -> Plan:
    rng = np.random.default_rng(seed)
    rows = [
        (int(a), int(b), int(level), int(rng.integers(2021, 2025)))
        for a, b, level in zip(
            problem.merge_arcs.from_site,
            problem.merge_arcs.to_site,
            problem.merge_arcs.level,
            strict=True,
        )
    ]
    once = {(a, level): (a, b, level, year) for a, b, level, year in rows}
    plan = changed(problem)
    return replace(plan, merges=np.array(list(once.values()), int).reshape(-1, 4))


def _site_of(problem: Problem, plan: Plan, level: int, body: tuple[int, int, int]) -> int:
    """P2, word by word, for (origin, cohort, year)."""
    site, cohort, year = body
    for earlier in range(year + 1):
        grade = problem.levels[level].grade_index(cohort, earlier)
        if grade <= 0:
            continue
        point = problem.sites.point_grades[site]
        if point and grade >= point:
            site = problem.sites.parent[site]
        for a, b, of, when in plan.merges:
            if (a, of, when) == (site, level, 2021 + earlier):
                site = b
                break
    return int(site)
