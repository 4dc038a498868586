"""Each family's rows, frozen as an LP that a person can read and check by hand.

After a change that is meant: `python -m tests.optimizer.formulation.test_golden` writes them anew.
"""

from pathlib import Path

import numpy as np
import pytest

from optimizer.domain import Adjacency, FunctionRoom, Problem
from optimizer.formulation.build import FAMILIES
from tests.support.lp import family_lp
from tests.support.tiny import BOTH, tiny_problem

GOLDEN = Path(__file__).parent / "golden"
PRIMARY = ("primary",)
ONLY_PRIMARY = [[[50.0, 40.0], [0.0, 0.0]]]


def one_zone(**fields: object) -> Problem:
    """One zone at a primary school, a candidate 20 minutes on, two years, two grades."""
    defaults = {
        "years": 2,
        "grades": (2, 1),
        "zone_at": (0,),
        "site_at": (0, 20),
        "runs": (PRIMARY, ()),
        "rooms": (4, 0),
        "entrants": ONLY_PRIMARY,
        "options": [{"site": 1, "after": PRIMARY, "rooms": 3, "lead": 1}],
        "policy": {"actions": frozenset({"open"}), "keep_last_lower_secondary": False},
    }
    return tiny_problem(**(defaults | fields))


def two_schools(**fields: object) -> Problem:
    """One zone, two primary schools; the second may merge into the first."""
    defaults = {
        "runs": (PRIMARY, PRIMARY),
        "rooms": (4, 4),
        "options": (),
        "enrolled": [(0, 1, 0, 1, 30.0)],
        "merge_arcs": [(1, 0, 0)],
        "policy": {"actions": frozenset({"merge"}), "keep_last_lower_secondary": False},
    }
    return one_zone(**(defaults | fields))


CASES = {
    "assignment": one_zone(),
    "access": one_zone(
        prices={"yuan_per_minute": 0.5, "bus_pupil_year": 900.0, "beyond_pupil_minute": 7.0},
        travel={(0, 1, 0): {"mode": 1, "beyond": 5.0}},
    ),
    "lifecycle": two_schools(
        site_at=(0, 20, 30),
        runs=(PRIMARY, PRIMARY, ()),
        rooms=(4, 4, 0),
        options=[{"site": 2, "after": PRIMARY, "lead": 1, "cost": 1000.0}],
        policy={"actions": frozenset({"open", "merge"})},
    ),
    "schools": one_zone(
        options=[{"site": 1, "after": BOTH, "lead": 0}],
        site_at=(0, 20, 30),
        runs=(PRIMARY, BOTH, ()),
        rooms=(4, 4, 0),
        entrants=0.0,
        enrolled=[],
        sites={"annual_cost": [100.0, 200.0, 300.0]},
        policy={"actions": frozenset({"close"}), "schools_open": 1},
    ),
    "capacity": one_zone(
        sites={"seats": [60.0, float("nan")], "function_rooms": [[1], [0]]},
        function_rooms=[FunctionRoom("music", frozenset(BOTH), 1)],
        options=[
            {"site": 1, "after": PRIMARY, "rooms": 3, "lead": 1},
            {"site": 0, "action": "extend", "rooms": 2, "rooms_out": 1, "lead": 1},
        ],
        policy={"actions": frozenset({"open", "extend"})},
    ),
    "class_size": two_schools(prices={"over_cap_pupil_year": 9.0}, level={"hard": 55.0}),
    "function_rooms": one_zone(
        function_rooms=[
            FunctionRoom("music", frozenset(BOTH), 1),
            FunctionRoom("laboratory", frozenset({"lower_secondary"}), 3),
        ],
        sites={"function_rooms": [[1, 0], [0, 0]]},
        rooms=(14, 0),
        prices={"room_debt_year": 60.0},
    ),
    "cohorts": two_schools(prices={"pupil_moved": 2.0}),
    "closing": two_schools(
        runs=(BOTH, PRIMARY),
        policy={"actions": frozenset({"close"}), "closings_per_year": 1},
    ),
    "catchments": one_zone(prices={"entrant_reassigned": 8.0}),
    "contiguity": one_zone(
        years=1,
        zone_at=(0, 5, 10, 15, 20),
        entrants=[[[pupils], [0.0]] for pupils in (9.0, 8.0, 0.0, 7.0, 6.0)],
        runs=(PRIMARY, PRIMARY),
        rooms=(4, 4),
        options=(),
        adjacency=Adjacency(
            np.array([0, 1, 1, 2, 3]), np.array([1, 2, 3, 3, 4]), np.array([0, -1])
        ),
        policy={"actions": frozenset(), "contiguous": True},
    ),
    "stability": two_schools(
        enrolled=[(0, 0, 0, 1, 10.0), (0, 1, 0, 1, 30.0)],
        prices={"entrant_reassigned": 8.0},
        policy={"actions": frozenset({"merge"}), "stability": 0.25},
    ),
    "budget": one_zone(
        options=[
            {"site": 1, "after": PRIMARY, "rooms": 3, "lead": 0},
            {"site": 0, "action": "extend", "cost": 40.0, "committed": 2021},
        ],
        budget=70.0,
    ),
}


@pytest.mark.parametrize("family", sorted(CASES))
def test_a_familys_rows_are_as_frozen(family: str) -> None:
    frozen = (GOLDEN / f"{family}.lp").read_text(encoding="utf-8")
    assert family_lp(CASES[family], family) == frozen


def test_every_family_is_frozen() -> None:
    names = {family.NAME for family in FAMILIES}
    assert names == set(CASES) == {path.stem for path in GOLDEN.glob("*.lp")}


if __name__ == "__main__":
    for name, problem in CASES.items():
        (GOLDEN / f"{name}.lp").write_text(family_lp(problem, name), encoding="utf-8")
