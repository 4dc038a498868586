"""Some columns of a programme chosen anew: the rest stays, nothing gets dearer."""

from __future__ import annotations

import time

import numpy as np
import pytest

from benchmarks.yearly_county import make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.methods.base import Limits
from optimizer.methods.by_site.divide import Programme, divided, programme_of
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings, SolverError
from optimizer.methods.monolithic import monolithic
from optimizer.methods.neighbourhood import (
    Search,
    around,
    bonds,
    chosen_anew,
    improved,
    part_of,
    separate,
)

EXACT = Settings(gap=1e-7, seconds=20.0)


@pytest.fixture(scope="module")
def programme() -> Programme:
    """State 16 zones, 5 sites and 2 years, each year's pupils placed afresh."""
    found = programme_of(yearly_problem(make_county(16, 5, 2, seed=3), whole_zones=False))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def rough(programme: Programme) -> np.ndarray:
    """Values of a plan that can be improved."""
    plan = monolithic(programme.model.problem, Limits(gap=0.2, seconds=20.0)).plan
    assert plan is not None
    values = divided(programme, plan, Search(time.perf_counter() + 20.0, EXACT))
    assert values is not None
    return values


def test_a_part_costs_what_the_whole_does(programme: Programme, rough: np.ndarray) -> None:
    milp, free = programme.milp, programme.milp.site == 1
    part = part_of(milp, rough, free)
    assert part.objective(rough[free]) == pytest.approx(milp.objective(rough))
    assert part.worst_violation(rough[free]) <= 1e-6


def test_the_part_of_all_columns_is_the_whole(programme: Programme, rough: np.ndarray) -> None:
    whole = part_of(programme.milp, rough, np.ones(len(rough), dtype=bool))
    assert whole.size == programme.milp.size
    assert np.array_equal(whole.matrix.toarray(), programme.milp.matrix.toarray())
    assert np.array_equal(whole.row_upper, programme.milp.row_upper)


def test_only_free_columns_change(programme: Programme, rough: np.ndarray) -> None:
    milp, free = programme.milp, np.isin(programme.milp.site, (0, 2))
    found = chosen_anew(milp, rough, free, EXACT)
    assert found is not None
    assert np.array_equal(found[~free], rough[~free])
    assert milp.worst_violation(found) <= 1e-6
    assert milp.objective(found) <= milp.objective(rough) + 1e-6


def test_years_of_a_kept_network_hang_together_no_longer(programme: Programme) -> None:
    milp, free = programme.milp, ~programme.network
    year = np.array([name.rstrip("]").rsplit(",", 1)[-1] for name in milp.names])
    masks = separate(milp, free, least=1)
    assert np.array_equal(np.sum(masks, axis=0), free)
    assert all(len(set(year[mask])) == 1 for mask in masks)
    assert len(separate(milp, free, least=len(free))) == 1


def test_sites_that_a_zone_reaches_are_tied(programme: Programme) -> None:
    tied = bonds(programme.milp)
    travel = programme.model.problem.travel
    both = np.zeros(tied.shape, dtype=bool)
    for zone in np.unique(travel.zone):
        sites = travel.site[(travel.zone == zone) & travel.intake]
        both[np.ix_(sites, sites)] = True
    np.fill_diagonal(both, False)
    assert np.array_equal(tied > 0, both)


def test_a_group_is_a_centre_and_what_is_tied_to_it() -> None:
    tied = np.array([[0, 5, 0, 0], [5, 0, 3, 0], [0, 3, 0, 0], [0, 0, 0, 0]], dtype=float)
    size = np.array([2, 2, 2, 2])
    lot = np.random.default_rng(0)
    assert set(around(tied, size, 0, 8, lot)) == {0, 1, 2}
    assert set(around(tied, size, 0, 4, lot)) == {0, 1}
    assert set(around(tied, size, 3, 8, lot)) == {3}


def test_choices_around_schools_end_at_the_optimum_here(
    programme: Programme, rough: np.ndarray
) -> None:
    told: list[float] = []

    def heard(values: np.ndarray) -> bool:
        told.append(programme.milp.objective(values))
        return False

    values = improved(programme.milp, rough, Search(time.perf_counter() + 20.0, EXACT), heard)
    assert told == sorted(told, reverse=True)
    assert programme.milp.objective(values) == told[-1]
    assert told[-1] == pytest.approx(solve(programme.milp, EXACT).objective, rel=1e-6)


def test_a_wish_to_stop_is_heard(programme: Programme, rough: np.ndarray) -> None:
    told: list[np.ndarray] = []
    search = Search(time.perf_counter() + 20.0, EXACT)
    improved(programme.milp, rough, search, lambda values: told.append(values) is None)
    assert len(told) == 1


def test_a_solver_that_fails_changes_nothing(
    programme: Programme, rough: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise SolverError("the process that solved the model died")

    monkeypatch.setattr("optimizer.methods.neighbourhood.solve", fails)
    search = Search(time.perf_counter() + 20.0, EXACT)
    values = improved(programme.milp, rough, search, lambda _: False)
    assert np.array_equal(values, rough)
