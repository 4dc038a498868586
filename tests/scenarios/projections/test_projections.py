from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain import Level
from scenarios.config.models import HousingConfig, ProgressionConfig, UrbanisationConfig
from scenarios.projections import Population, project
from scenarios.projections.demand import demand_of, yearly_demand_of
from scenarios.projections.population import MissingBirthsError
from scenarios.projections.progression import progress
from scenarios.projections.urbanisation import UrbanShareFallsError, move_to_towns, urban_path

LEVELS = (
    Level("primary", 1, 6, cap=45),
    Level("lower_secondary", 7, 3, cap=50),
)


def population(
    *, zones: int = 3, years: int = 10, pupils: object = 20.0, urban: int = 1, **changes: object
) -> Population:
    """Zones with as many pupils in each grade and children at each age, the first ones urban."""
    index = dict.fromkeys(range(2021, 2040), 1.0)
    made = Population(
        base_year=2020,
        years=years,
        levels=LEVELS,
        urban=np.arange(zones) < urban,
        enrolled=np.broadcast_to(np.asarray(pupils, float), (zones, 9)).copy(),
        children=np.broadcast_to(np.asarray(pupils, float), (zones, 6)).copy(),
        births={"medium": index},
        dwellings=np.zeros((zones, 2, years + 1)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@st.composite
def populations(draw: st.DrawFn) -> Population:
    zones, years = draw(st.integers(2, 5)), draw(st.integers(1, 10))
    seed = draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    enrolled = rng.integers(0, 60, (zones, 9)) * (rng.random((zones, 9)) < 0.8)
    children = rng.integers(0, 60, (zones, 6)) * (rng.random((zones, 6)) < 0.8)
    enrolled[[0, -1]] += 1
    return population(
        zones=zones,
        years=years,
        enrolled=enrolled.astype(float),
        children=children.astype(float),
        dwellings=rng.random((zones, 2, years + 1)) * 30,
    )


def urban_share(people: Population) -> float:
    return float(people.enrolled[people.urban].sum() / people.enrolled.sum())


def test_each_child_enters_exactly_once_in_order_of_age() -> None:
    children = np.arange(6, dtype=float)[None] + 1
    people = population(zones=1, children=children, enrolled=np.zeros((1, 9)))
    demand = demand_of(progress(people, None), people)
    assert demand.entrants[0, 0, :6].tolist() == [6, 5, 4, 3, 2, 1]


def test_entrants_not_yet_born_mix_two_calendar_years_one_third_to_two_thirds() -> None:
    births = {"low": {2021: 0.9, 2022: 0.6, 2023: 0.3, 2024: 0.3}}
    people = population(zones=1, births=births)
    entrants = demand_of(progress(people, "low"), people).entrants[0, 0]
    # 2027 turns 6 by 31 August: born September 2020 to August 2021.
    assert entrants[6] == pytest.approx(20 * (1.0 + 2 * 0.9) / 3)
    assert entrants[7] == pytest.approx(20 * (0.9 + 2 * 0.6) / 3)


def test_births_that_are_missing_are_named() -> None:
    people = population(births={"low": {2021: 1.0, 2023: 1.0}})
    with pytest.raises(MissingBirthsError) as caught:
        progress(people, "low")
    assert caught.value.years == (2022, 2024)


def test_lower_secondary_entrants_are_last_years_sixth_grade_of_the_zone() -> None:
    enrolled = np.zeros((1, 9))
    enrolled[0, 5] = 31.0
    enrolled[0, 0] = 17.0
    people = population(zones=1, enrolled=enrolled)
    demand = demand_of(progress(people, None), people)
    assert demand.entrants[0, 1, 0] == 31
    assert demand.entrants[0, 1, 5] == 17
    assert demand.entrants[0, 1, 6] == 20


def test_without_moves_every_factor_is_one() -> None:
    people = population()
    demand = demand_of(progress(people, None), people)
    assert all((factor == 1).all() for factor in demand.progression)


def test_inherited_cohorts_move_too() -> None:
    people = population(zones=2)
    pupils = project(people, UrbanisationConfig(method="urbanisation", urban_share_end=0.8))
    primary = demand_of(pupils, people).progression[0]
    fifth_grade_in_base_year = 0
    assert primary[0, fifth_grade_in_base_year, 4] == 1.0
    assert primary[0, fifth_grade_in_base_year, 5] > 1.0
    assert primary[1, fifth_grade_in_base_year, 5] < 1.0


@given(populations(), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_moves_keep_every_cohort_of_the_county_whole(people: Population, part: float) -> None:
    before = progress(people, "medium")
    share = urban_share(people)
    after = move_to_towns(before, people.urban, share + part * (0.99 - share))
    assert np.allclose(after.sum(axis=0), before.sum(axis=0))
    assert (after >= 0).all()


@given(populations(), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_nobody_moves_back_to_the_country(people: Population, part: float) -> None:
    before = progress(people, "medium")
    share = urban_share(people)
    after = move_to_towns(before, people.urban, share + part * (0.99 - share))
    assert (after[people.urban] >= before[people.urban] - 1e-9).all()
    assert (after[~people.urban] <= before[~people.urban] + 1e-9).all()


@given(populations())
@settings(max_examples=60, deadline=None)
def test_the_demand_says_what_the_projection_says(people: Population) -> None:
    pupils = project(people, HousingConfig(method="housing", births="medium"))
    demand, yearly = demand_of(pupils, people), yearly_demand_of(pupils, people)
    for index, level in enumerate(LEVELS):
        factor = demand.progression[index]
        for year in range(people.years):
            total = 0.0
            for cohort in range(level.cohorts(people.years)):
                entry, grade = level.entry_offset(cohort), level.grade_index(cohort, year)
                if not 0 <= grade < level.grades:
                    continue
                if entry >= 0:
                    start = demand.entrants[:, index, entry]
                else:
                    start = people.enrolled[:, level.first_grade - 1 + grade - year - 1]
                total += float((start * factor[:, cohort, grade]).sum())
            assert total == pytest.approx(yearly.entrants[:, index, year].sum())


@given(populations())
@settings(max_examples=60, deadline=None)
def test_dwellings_bring_exactly_their_pupils_and_take_nobody(people: Population) -> None:
    before = project(people, ProgressionConfig(method="progression", births="medium"))
    after = project(people, HousingConfig(method="housing", births="medium"))
    assert (after >= before - 1e-9).all()
    first_year = (after - before)[:, :, 1].sum()
    assert first_year == pytest.approx(people.dwellings[:, :, 1].sum())


def test_the_urban_share_of_pupils_ends_where_it_is_sent() -> None:
    people = population(zones=4, urban=1)
    after = move_to_towns(progress(people, None), people.urban, 0.7)
    last = after[:, :, -1]
    assert last[people.urban].sum() / last.sum() == pytest.approx(0.7)


@given(st.floats(0.05, 0.9), st.floats(0.0, 1.0), st.integers(1, 30))
def test_the_urban_path_rises_from_its_beginning_to_its_end(
    share: float, part: float, years: int
) -> None:
    end = share + part * (0.98 - share)
    path = urban_path(share, end, years)
    assert path[0] == pytest.approx(share)
    assert path[-1] == pytest.approx(end)
    assert (np.diff(path) >= -1e-12).all()


def test_a_falling_urban_share_is_refused() -> None:
    people = population(zones=2)
    with pytest.raises(UrbanShareFallsError):
        move_to_towns(progress(people, None), people.urban, 0.3)


def test_zones_without_pupils_stay_empty() -> None:
    pupils = np.array([[20.0], [20.0], [0.0]])
    people = population(pupils=pupils)
    moved = project(people, UrbanisationConfig(method="urbanisation", urban_share_end=0.9))
    assert (moved[2] == 0).all()
    demand = demand_of(moved, people)
    assert all(np.isfinite(factor).all() for factor in demand.progression)


def test_more_births_never_mean_fewer_pupils() -> None:
    few = population(births={"v": dict.fromkeys(range(2021, 2031), 0.5)})
    many = replace(few, births={"v": dict.fromkeys(range(2021, 2031), 0.8)})
    assert (progress(many, "v") >= progress(few, "v")).all()
