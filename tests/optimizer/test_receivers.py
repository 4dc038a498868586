"""The rows that a stop needs a receiver: kept by every network that the judge lets pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.plan import candidate_design
from tests.support.brute_force import networks
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county

PRIMARY = ("primary",)


def a_school_that_may_move(close_below: float | None, grades: int) -> Problem:
    """One primary school, two years; its pupils may go to a new site, which opens or takes it over.

    The base year left 20 pupils: with 2 grades for the first year, with 3 for both.
    """
    new_site = {"site": 1, "after": PRIMARY, "lead": 0}
    return tiny_problem(
        years=2,
        grades=(grades, 2),
        zone_at=(0,),
        site_at=(0, 0),
        runs=(PRIMARY, ()),
        entrants=0.0,
        enrolled=[(0, 0, 0, 1, 20.0)],
        merge_arcs=[(0, 1, 0)],
        options=[
            {"action": "open", **new_site},
            {"action": "relocate", "relocates": 0, **new_site},
        ],
        policy={"close_below": close_below},
    )


def by_how_much(frame: Frame, problem: Problem) -> Iterator[np.ndarray]:
    """Take receivers from stops, for each allowed network, in the rows that there are."""
    rows = np.flatnonzero(np.diff(frame.receiving.indptr))
    for network in networks(problem):
        design = candidate_design(frame, network)
        assert design is not None
        taken = np.bincount(design.cycle, minlength=len(frame.cycles))
        yield (frame.receiving @ taken)[rows]


@pytest.mark.parametrize(
    ("close_below", "grades", "rows"),
    [
        (None, 2, [0]),  # in the second year nobody is left
        (None, 3, [0, 1]),
        (10.0, 2, [0, 1]),  # too large to close: it can only move
        (10.0, 3, [0, 1]),
    ],
)
def test_a_row_stands_where_pupils_are_left_or_the_school_can_only_move(
    close_below: float | None, grades: int, rows: list[int]
) -> None:
    problem = a_school_that_may_move(close_below, grades)
    frame = make_frame(problem)
    assert np.flatnonzero(np.diff(frame.receiving.indptr)).tolist() == rows
    worst = [float(row.max()) for row in by_how_much(frame, problem)]
    assert len(worst) > 3
    assert max(worst) == 0.0


def test_there_is_no_row_where_a_receiver_always_runs() -> None:
    problem = tiny_problem(
        runs=(PRIMARY, PRIMARY, ()),
        merge_arcs=[(0, 1, 0)],
        sites={"protected": [False, True, False]},
    )
    assert make_frame(problem).receiving.nnz == 0


@pytest.mark.parametrize("seed", range(4))
def test_no_allowed_network_of_a_random_county_breaks_a_row(seed: int) -> None:
    problem = varied_county(seed, zones=2, sites=3, years=2)
    frame = make_frame(problem)
    assert all((row <= 0.0).all() for row in by_how_much(frame, problem))
