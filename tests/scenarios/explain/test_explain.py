"""`explain` on a study from files, and its words in both languages."""

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer.diagnose import Cut
from optimizer.domain import Status, Violation
from optimizer.explain import LAWS, Change, Explanation, Mend
from optimizer.explain.reach import Wider, with_idle_sites
from optimizer.explain.rules import soft_rules
from optimizer.formulation.elastic import ROW_RULES
from scenarios.assemble import assemble, prepare
from scenarios.cli import main
from scenarios.commands import run_command
from scenarios.config import load_study
from scenarios.explain import StudyExplained, as_dict
from scenarios.explain.lines import lines_of
from scenarios.explain.wider import wider_tables
from scenarios.explain.words import _CHANGES, _FACTS, RULES, UNITS
from scenarios.run import RunOptions
from tests.support.studies import SMALL, small_study

EVERY = tuple(rule.name for rule in soft_rules())

FOUND = Explanation(
    status=Status.INFEASIBLE,
    counted=(Violation("orders.unsafe", "S003", 2024, 1.0, "schools"),),
    cuts=(Cut("primary", 2023, ("Z1", "Z2"), ("S1",), 120.0, 90.0),),
    lacking=(("rooms", "S1", 1.0), ("budget", "2023", 2e6)),
    clash=("rooms", "class_size"),
    laws=("places",),
    mends=(
        Mend(Change("rooms", "rooms", (("S1", 1.0),), True), 5e6, 4e5, 0.01),
        Mend(Change("class_size", "pupils a class", (("primary", 5.0),), False), None, 0.0, None),
    ),
    untried=("clash:budget", "reach"),
)


@pytest.fixture(scope="module")
def stuck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unsafe schools that may neither close nor be made safe in the first year."""
    return small_study(
        tmp_path_factory.mktemp("stuck"),
        ("unsafe_deadline: 2024", "unsafe_deadline: 2021"),
        ("close_below: 100", "close_below: 2"),
    )


def test_explain_proves_names_and_ends_with_two(
    stuck: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--only", "middle-reshape", "--seconds", "8", "--json", "--quiet"]
    assert main(["explain", str(stuck), *options]) == 2
    content = json.loads(capsys.readouterr().out)
    assert content["scenario"] == "middle-reshape"
    assert {"clash", "cut", "mends", "laws", "counted", "lacking", "untried"} <= set(content)
    assert [(one["rule"], one["where"]) for one in content["counted"]] == [
        ("orders.unsafe", "S003"),
        ("orders.unsafe", "S008"),
    ]
    assert [one["scenario"] for one in content["scenarios"]] == ["middle-reshape"]


def test_run_points_to_explain_where_there_is_no_plan(
    stuck: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = RunOptions(("slow-reshape",), tmp_path, "monolithic", seconds=30.0, jobs=1)
    assert run_command(stuck, options, quiet=True, as_json=False) == 2
    assert run_command(stuck, options, quiet=False, as_json=False) == 2
    said = capsys.readouterr().out
    assert f"explain {stuck} --only slow-reshape" in said


def test_explain_refuses_what_run_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(tmp_path / "none.yaml"), "--json"]) == 1
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["findings"]] == ["C35"]
    assert main(["explain", str(SMALL), "--only", "midle-keep", "--json"]) == 1


def test_the_json_is_what_others_rely_on() -> None:
    content: dict[str, Any] = json.loads(json.dumps(as_dict(FOUND), allow_nan=False))
    assert content["clash"] == ["rooms", "class_size"]
    assert content["cut"] == {
        "level": "primary",
        "year": 2023,
        "zones": ["Z1", "Z2"],
        "sites": ["S1"],
        "pupils": 120.0,
        "places": 90.0,
        "short": 30.0,
    }
    first = content["mends"][0]
    assert {name: first[name] for name in ("rule", "change", "unit", "cost")} == {
        "rule": "rooms",
        "change": 1.0,
        "unit": "rooms",
        "cost": 5e6,
    }
    assert as_dict(Explanation(Status.FEASIBLE))["cut"] is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_person_reads_it_in_the_language_asked_for(lang: str) -> None:
    lines = list(lines_of("middle-keep", FOUND, lang))
    chinese = [any("\u4e00" <= sign <= "\u9fff" for sign in line) for line in lines]
    assert all(chinese) if lang == "zh" else not any(chinese)
    text = "\n".join(lines)
    assert "S003" in text
    assert "30" in text
    assert "5,000,000" in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_plan_and_doubt_are_said_plainly(lang: str) -> None:
    plan = list(lines_of("a", Explanation(Status.FEASIBLE), lang))
    doubt = list(lines_of("a", Explanation(Status.UNKNOWN, untried=("undecided",)), lang))
    assert len(plan) == 1
    assert len(doubt) == 2


def test_of_several_scenarios_the_worst_stands_at_the_top() -> None:
    plan, doubt = Explanation(Status.FEASIBLE), Explanation(Status.UNKNOWN)
    explained = StudyExplained("s", (("plan", plan), ("doubt", doubt), ("stuck", FOUND)))
    answer = explained.as_dict()
    assert (answer["exit"], answer["scenario"], answer["clash"]) == (2, "stuck", list(FOUND.clash))
    assert [one["scenario"] for one in answer["scenarios"]] == ["plan", "doubt", "stuck"]
    assert StudyExplained("s", explained.scenarios[:2]).as_dict()["scenario"] == "doubt"
    assert StudyExplained("s", explained.scenarios[:2]).exit_code == 3
    assert StudyExplained("s", explained.scenarios[:1]).exit_code == 0


def test_every_rule_and_every_change_has_words() -> None:
    assert {*EVERY, *LAWS, "reach"} == set(RULES)
    assert {*EVERY, "reach"} == set(_CHANGES)
    assert set(UNITS) == ROW_RULES
    assert {"orders.unsafe", "orders.closings", "orders.retrofits"} < set(_FACTS)


def test_what_the_rules_keep_out_is_found_and_changes_no_plan_by_itself() -> None:
    loaded = load_study(SMALL)
    prepared = prepare(loaded)
    (scenario,) = [one for one in loaded.scenarios if one.name == "middle-keep"]
    problem = assemble(prepared, scenario).problem
    wider = wider_tables(loaded, scenario, problem)
    assert isinstance(wider, Wider)
    assert (wider.travel.beyond > 0).any()
    assert wider.travel.beyond.max() <= 40.0
    assert len(wider.merge_arcs) > len(problem.merge_arcs)
    joined = with_idle_sites(problem, wider)
    assert set(problem.merge_arcs.from_site) <= set(joined.merge_arcs.from_site)
    assert len(problem.merge_arcs) < len(joined.merge_arcs) <= len(wider.merge_arcs) + 1
