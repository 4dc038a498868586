"""Rules that cannot all hold, and no more of them than need be."""

from optimizer.clash import clash
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem


def test_rules_that_can_hold_together_do_not_clash() -> None:
    assert clash(random_county(0)) == ()


def test_a_clash_names_every_rule_it_needs_and_no_other() -> None:
    found = clash(tiny_problem(policy={"schools_open": 9}))
    assert found == ("schools.schools_open",)


def test_a_rule_that_cannot_hold_alone_is_named_with_its_place() -> None:
    assert clash(tiny_problem(reach=5.0))[0].startswith("assignment.sum[z1")
