"""What the elastic family lends to the rows of others, frozen as an LP that a person can read.

After a change that is meant: `python -m tests.optimizer.formulation.test_golden_elastic`.
"""

from pathlib import Path

import pytest

from optimizer.domain import Problem
from optimizer.formulation.build import FAMILIES, build
from optimizer.formulation.elastic import ROW_RULES, Elastic, Lever
from tests.optimizer.formulation.test_golden import PRIMARY, one_zone, two_schools
from tests.support.lp import elastic_lp
from tests.support.tiny import BOTH

GOLDEN = Path(__file__).parent / "golden_elastic"


def giving(problem: Problem, *rules: str) -> tuple[Problem, Elastic]:
    return problem, Elastic(frozenset(rules))


def unlocked() -> tuple[Problem, Elastic]:
    """Let the second school, which was protected, close, and count that."""
    free = two_schools(policy={"actions": frozenset({"close", "merge"}), "closings_per_year": 1})
    locked = two_schools(sites={"protected": [False, True]})

    def lever(kind: str, number: int) -> Lever | None:
        return ("protected", free.sites.ids[number]) if kind == "stop" and number == 1 else None

    return free, Elastic(frozenset({"closings"}), before=locked, lever=lever)


CASES = {
    "places_and_rooms": giving(one_zone(), "places", "rooms", "class_size"),
    "cap_is_the_limit": giving(one_zone(level={"cap": 40.0, "hard": 40.0}), "class_size"),
    "closings": giving(
        two_schools(
            policy={"actions": frozenset({"merge"}), "closings_per_year": 1, "close_below": 40.0}
        ),
        "closings",
        "close_below",
        "actions",
        "continuing",
    ),
    "stability": giving(
        two_schools(policy={"actions": frozenset({"merge"}), "stability": 0.25}), "stability"
    ),
    "schools": giving(
        two_schools(
            runs=(BOTH, PRIMARY),
            policy={"actions": frozenset({"close"}), "schools_open": 1, "notice_years": 0},
        ),
        "schools_open",
        "last_school",
    ),
    "budget": giving(
        one_zone(
            options=[{"site": 1, "after": PRIMARY, "rooms": 3, "lead": 0, "committed": 2021}],
            budget=70.0,
        ),
        "budget",
    ),
    "seats_and_unsafe": giving(
        one_zone(
            options=(),
            sites={"seats": [60.0, 0.0], "unsafe": [True, False]},
            policy={"families_off": frozenset({"class_size"}), "unsafe_deadline": 2021},
        ),
        "seats",
        "unsafe",
    ),
    "orders_and_points": giving(
        two_schools(
            runs=(BOTH, PRIMARY),
            enrolled=[(0, 0, 1, 3, 20.0)],
            point=(1, 1, 0),
            options=[
                {"site": 0, "action": "convert", "after": BOTH[1:], "committed": 2021, "lead": 0}
            ],
            merge_arcs=(),
            policy={"actions": frozenset({"close"})},
        ),
        "orders",
        "points",
    ),
    "unlocked": unlocked(),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_is_lent_is_as_frozen(name: str) -> None:
    frozen = (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")
    assert elastic_lp(*CASES[name]) == frozen


def test_every_rule_that_may_give_is_frozen_somewhere() -> None:
    lent = set()
    for problem, elastic in CASES.values():
        build(problem, (elastic, *FAMILIES))
        lent |= {rule for rule, _ in elastic.slacks}
    assert lent == ROW_RULES | {"protected"}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, case in CASES.items():
        (GOLDEN / f"{name}.lp").write_text(elastic_lp(*case), encoding="utf-8")
