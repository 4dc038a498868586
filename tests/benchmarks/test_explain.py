"""A small part of the planted clashes; `python -m benchmarks.explain` draws a hundred."""

import json

import pytest

from benchmarks.explain import compare, main, shortage_exact
from benchmarks.hall import largest_excess
from benchmarks.planted import draw
from optimizer.explain import explain
from optimizer.explain.rule import with_sites
from tests.support.tiny import tiny_problem


@pytest.mark.parametrize(
    "kind",
    ["too few places in reach", "decided project above the budget", "new school too late"],
)
def test_the_clash_named_lies_within_the_planted_one(kind: str) -> None:
    found = compare(draw(kind, 1), 60.0)
    assert found["proven"]
    assert found["within_planted"]
    assert found["mended"]


def test_one_line_says_how_many_were_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--studies", "2", "--first", "4"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["studies"], line["proven"], line["within_planted"]) == (2, 2, 2)
    assert line["shortage_exact"] == line["shortage_known"] == 2


def test_the_largest_excess_is_what_adding_up_gives() -> None:
    problem = tiny_problem(
        rooms=(2, 20, 0), reach=10.0, runs=((), ("primary", "lower_secondary"), ()), years=1
    )
    assert largest_excess(problem)["primary", 2021] == pytest.approx(20.0)


def test_a_wrong_cut_is_seen() -> None:
    study = draw("too few seats in reach", 1)
    answer = explain(study.problem, 30.0)
    assert shortage_exact(study.problem, answer)
    seats = study.problem.sites.seats + 10.0
    assert not shortage_exact(with_sites(study.problem, seats=seats), answer)
