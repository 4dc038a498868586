"""Sets of sites where pupils may be: the same as the model's own."""

from collections import defaultdict

import pytest

from optimizer.domain import Problem
from optimizer.formulation.index import make_network
from optimizer.formulation.reach import reach_sets
from optimizer.formulation.whereabouts import follow, make_pairs
from tests.support.random_counties import random_county
from tests.support.varied import varied_county


def of_model(problem: Problem) -> dict[tuple[int, int], dict[tuple[int, frozenset[int]], float]]:
    """Read the same groups from the cells of the model."""
    sites = defaultdict(set)
    pupils = {}
    places = follow(problem, make_network(problem), make_pairs(problem))
    for (site, level, cohort, year), cell in places.cells.items():
        for zone, number, _ in cell:
            if number > 1e-4:
                sites[level, year, zone, cohort].add(site)
                pupils[level, year, zone, cohort] = number
    found = defaultdict(lambda: defaultdict(float))
    for (level, year, zone, cohort), where in sites.items():
        number = pupils[level, year, zone, cohort]
        found[level, year][zone, frozenset(where)] += number
    return found


@pytest.mark.parametrize("seed", range(20))
def test_pupils_may_be_where_the_model_lets_them(seed: int) -> None:
    problem = varied_county(seed) if seed % 2 else random_county(seed, point=True)
    found = reach_sets(problem, make_network(problem), make_pairs(problem))
    wanted = of_model(problem)
    assert found.keys() == wanted.keys()
    for key, groups in wanted.items():
        assert found[key] == pytest.approx(dict(groups))
