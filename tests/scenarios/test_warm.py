"""A scenario begins with what a run on disk came to."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.domain import Problem, Result
from optimizer.methods.base import Limits, Progress
from optimizer.methods.by_site.method import by_site
from optimizer.solve import solve
from optimizer.today import today_plan
from scenarios.cli import main
from scenarios.config.load import Scenario
from scenarios.run import neighbour
from scenarios.scenario_job import Job, keeper
from scenarios.store import close_unfinished, forget_unfinished, unfinished
from scenarios.warm import first_start
from tests.support.random_counties import random_county
from tests.support.stored import facts_of, stored

SMALL = Path("scenarios/examples/small_county")


@pytest.fixture(scope="module")
def problem() -> Problem:
    return random_county(3)


@pytest.fixture(scope="module")
def result(problem: Problem) -> Result:
    return solve(problem, "by_site", Limits(gap=1e-6, seconds=3.0))


def test_a_run_gives_its_plan_and_its_prices(
    tmp_path: Path, problem: Problem, result: Result
) -> None:
    run = stored(tmp_path, problem, result)
    found = first_start(problem, [tmp_path / "nothing here", run])
    assert found is not None
    start, manifest = found
    assert manifest["scenario"] == "s"
    assert start.plan is not None
    assert result.plan is not None
    assert start.plan.share == pytest.approx(result.plan.share)
    assert start.prices is not None
    assert result.certificate is not None
    for name, values in result.certificate.multipliers.items():
        assert start.prices.multipliers[name].ravel() == pytest.approx(values.ravel())
    assert start.prices.entrants == pytest.approx(problem.demand.entrants)


def test_a_damaged_run_is_no_start(tmp_path: Path, problem: Problem, result: Result) -> None:
    run = stored(tmp_path, problem, result)
    (run / "bound" / "multipliers.parquet").write_bytes(b"cut")
    assert first_start(problem, [run]) is None


def test_of_a_run_in_other_places_the_plan_is_left(
    tmp_path: Path, problem: Problem, result: Result
) -> None:
    run = stored(tmp_path, problem, result)
    elsewhere = replace(problem.zones, ids=tuple(f"other {name}" for name in problem.zones.ids))
    found = first_start(replace(problem, zones=elsewhere), [run])
    assert found is not None
    assert found[0].plan is None
    assert found[0].prices is not None
    assert found[0].prices.sites == problem.sites.ids


def test_a_run_broken_off_goes_on_from_its_best_so_far(tmp_path: Path, problem: Problem) -> None:
    target = tmp_path / "results" / "county"
    job = Job(problem, facts_of(tmp_path, problem), "by_site", Limits(), target, {})
    keep, seen = keeper(job, every=0.0), list[Progress]()

    def report(progress: Progress) -> bool:
        seen.append(progress)
        keep(progress)
        return progress.plan is not None

    by_site(problem, Limits(gap=1e-6, seconds=5.0), None, report)
    best = seen[-1]
    assert best.plan is not None
    assert best.certificate is not None
    found = first_start(problem, [unfinished(target)])
    assert found is not None
    start, manifest = found
    assert (manifest["objective"], manifest["bound"]) == (best.objective, best.bound)
    assert start.plan is not None
    assert start.plan.share == pytest.approx(best.plan.share)
    assert start.prices is not None
    zone = best.certificate.multipliers["zone"]
    assert start.prices.multipliers["zone"] == pytest.approx(zone)
    close_unfinished(target.parent)
    assert unfinished(target).is_dir()
    forget_unfinished(target)
    close_unfinished(target.parent)
    assert list(target.parent.iterdir()) == []


def test_the_best_so_far_is_not_written_with_every_line(tmp_path: Path, problem: Problem) -> None:
    target = tmp_path / "results" / "county"
    job = Job(problem, facts_of(tmp_path, problem), "by_site", Limits(), target, {})
    keeper(job, every=60.0)(Progress(1.0, "plan", 1.0, 0.0, today_plan(problem)))
    assert not unfinished(target).exists()


def test_the_neighbour_is_the_future_before_of_the_same_policy() -> None:
    rows = [("slow", "keep"), ("slow", "reshape"), ("fast", "keep"), ("fast", "reshape")]
    scenarios = [Scenario("-".join(row), *row) for row in rows]
    assert [neighbour(scenarios, one) for one in scenarios] == [
        None,
        None,
        "slow-keep",
        "slow-reshape",
    ]


def test_an_edited_study_begins_with_what_it_came_to_before(tmp_path: Path) -> None:
    def run(*options: str) -> dict[str, object]:
        command = ["run", str(study), "--only", "slow-keep", "--out", str(tmp_path / "results")]
        assert main([*command, "--quiet", *options]) == 0
        manifest = tmp_path / "results" / "small_county" / "slow-keep" / "manifest.json"
        content: dict[str, object] = json.loads(manifest.read_text(encoding="utf-8"))
        return content

    shutil.copytree(SMALL, tmp_path / "study")
    study = tmp_path / "study" / "study.yaml"
    text = study.read_text(encoding="utf-8")
    first = run()
    assert first["started_from"] is None
    study.write_text(text.replace("discount_rate: 0.04", "discount_rate: 0.05"), encoding="utf-8")
    edited = run()
    assert edited["started_from"] == {"scenario": "slow-keep", "key": first["key"]}
    assert edited["objective"] != first["objective"]
    study.write_text(text.replace("discount_rate: 0.04", "discount_rate: 0.06"), encoding="utf-8")
    assert run("--cold")["started_from"] is None
