from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios.cli import Method, main
from scenarios.outcome import Outcome, StudyOutcome
from scenarios.run import RunOptions
from scenarios.verify import verify
from tests.support.studies import SMALL, small_study

HEAVY = ("pyomo", "geopandas", "highspy", "numba", "pandas", "numpy")


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    code = main([str(one) for one in arguments])
    text = capsys.readouterr().out
    return code, json.loads(text) if text else None


def test_help_loads_nothing_heavy() -> None:
    script = f"""
import sys
from scenarios.cli import main
code = main(["run", "--help"])
heavy = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded {{heavy}}" if heavy else code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--write-mps" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["run"],
        ["run", "x.yaml", "--gap", "5"],
        ["run", "x.yaml", "--nodes", "0"],
        ["run", "x.yaml", "--method", "magic"],
        ["run", "x.yaml", "--method", "today"],
    ],
)
def test_a_fault_of_usage_is_an_input_fault(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err
    assert "Traceback" not in said.err


def test_every_method_can_be_asked_for() -> None:
    from optimizer.solve import METHODS

    assert {one.value for one in Method} == {"auto", *METHODS}


@pytest.mark.parametrize("command", [[], ["run", "x.yaml"]])
def test_a_run_may_be_limited_to_so_many_nodes(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    asked: list[RunOptions] = []

    def note(_: Path, options: RunOptions, *__: bool) -> int:
        asked.append(options)
        return 0

    monkeypatch.setattr("scenarios.commands.run_command", note)
    assert main(command) == 0
    assert main([*command, "--nodes", "7"]) == 0
    assert [one.nodes for one in asked] == [None, 7]
    assert asked[0].of_solver() != asked[1].of_solver()


def test_check_finds_nothing_wrong_with_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, content = answer(capsys, "check", SMALL, "--json")
    assert code == 0
    assert [one for one in content["findings"] if one["severity"] == "error"] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_check_lists_faults_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str
) -> None:
    study = small_study(tmp_path, ("notice_years", "notice_year"))
    code, content = answer(capsys, "check", study, "--json", "--lang", lang)
    assert code == 1
    (finding,) = content["findings"]
    assert finding["code"] == "C01"
    assert finding["file"] == "study.yaml"
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in finding["why"])
    assert chinese == (lang == "zh")


@pytest.mark.parametrize("command", [["run"], ["check"], ["evaluate", "--plan", "today"]])
def test_every_command_refuses_a_missing_study_alike(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    code, content = answer(capsys, *command, tmp_path / "none.yaml", "--json")
    assert code == 1
    assert [one["code"] for one in content["findings"]] == ["C35"]


def test_an_unknown_scenario_is_refused_with_the_closest_name_before_any_file_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in ("check.open_layers", "layers.open_layers"):
        monkeypatch.setattr(f"scenarios.assemble.{reader}", lambda _: pytest.fail("read"))
    code, content = answer(
        capsys, "run", SMALL, "--only", "midle-keep", "--out", tmp_path, "--json", "--quiet"
    )
    assert code == 1
    assert "middle-keep" in content["findings"][0]["mend"]
    assert list(tmp_path.iterdir()) == []


def test_schema_is_a_json_schema_of_a_study(capsys: pytest.CaptureFixture[str]) -> None:
    code, content = answer(capsys, "schema")
    assert code == 0
    assert {"study", "inputs", "projections", "policies"} <= set(content["properties"])


@pytest.mark.parametrize(
    "command",
    ["run", "check", "verify", "compare", "evaluate", "explain", "template", "schema"],
)
def test_every_command_takes_the_options_of_every_command(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--help"]) == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--help", "--quiet", "--lang", "--json"))


def test_a_run_in_the_background_of_a_shell_script_can_be_interrupted() -> None:
    """Such a shell starts its background jobs with an interruption that is ignored."""
    script = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from scenarios.cli import main
main(["run", "--help"])
signal.raise_signal(signal.SIGINT)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "KeyboardInterrupt" in done.stderr


def test_comparing_an_empty_folder_is_an_input_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer(capsys, "compare", tmp_path, "--json")[0] == 1


def test_verifying_what_is_no_run_is_a_wrong_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, content = answer(capsys, "verify", tmp_path, "--json")
    assert code == 5
    assert not content["ok"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Today's network, run where an earlier attempt had left the log of its failure."""
    out = tmp_path_factory.mktemp("results")
    (out / "small_county").mkdir()
    (out / "small_county" / "today.failed.log").write_text("an earlier failure", encoding="utf-8")
    options = ["--only", "today", "--out", str(out), "--jobs", "1", "--quiet"]
    assert main(["run", str(SMALL), *options]) == 0
    return out / "small_county"


def test_a_run_is_verified_by_the_second_judge(results: Path) -> None:
    assert verify(results / "today").ok


def test_a_run_leaves_its_outputs_and_nothing_half_written(results: Path) -> None:
    names = {path.name for path in (results / "today").iterdir()}
    assert {"manifest.json", "plan.gpkg", "report.html", "problem", "tables", "maps"} <= names
    assert {path.name for path in results.iterdir()} == {
        "today",
        "comparison.html",
        "comparison.xlsx",
        "comparison.parquet",
    }


def test_every_assumption_of_a_run_is_written_with_its_figure_and_its_source(results: Path) -> None:
    rules = json.loads((results / "today" / "problem" / "rules.json").read_text(encoding="utf-8"))
    assert rules["sources"]["travel.bus_wait_minutes"]["value"] == 10
    assert rules["sources"]["levels.primary.cap"]["value"] == 45
    assert all(one["value"] is not None and one["source"] for one in rules["sources"].values())


def test_running_again_does_not_run_again(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    manifest = results / "today" / "manifest.json"
    before = manifest.stat().st_mtime_ns
    options = ["--only", "today", "--out", results.parent, "--json", "--quiet"]
    code, content = answer(capsys, "run", SMALL, *options)
    assert code == 0
    assert manifest.stat().st_mtime_ns == before
    assert [one["scenario"] for one in content["scenarios"]] == ["today"]


def test_a_run_is_a_plan_that_can_be_evaluated(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    run = results / "today"
    stated = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    options = ["--plan", run, "--scenario", "today", "--json"]
    code, content = answer(capsys, "evaluate", SMALL, *options)
    assert content["objective"] == pytest.approx(stated["objective"])
    assert code == (0 if content["ok"] else 5)


def test_today_is_priced_and_its_breaches_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, content = answer(capsys, "evaluate", SMALL, "--plan", "today", "--json")
    assert code == 0
    assert content["objective"] == pytest.approx(content["recomputed"])
    assert content["violations"]


def test_evaluate_and_verify_agree_on_today_and_say_why_breaches_are_no_fault(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    evaluated = answer(capsys, "evaluate", SMALL, "--plan", "today", "--json")
    verified = answer(capsys, "verify", results / "today", "--json")
    assert [(code, content["ok"]) for code, content in (evaluated, verified)] == [(0, True)] * 2
    assert main(["evaluate", str(SMALL), "--plan", "today"]) == 0
    lines = capsys.readouterr().out.splitlines()
    apart = next(n for n, line in enumerate(lines) if "judged as it is" in line)
    assert any(line.startswith("rotation.share") for line in lines[apart + 1 :])


def test_a_mistyped_run_is_an_input_fault_and_a_folder_without_a_run_is_judged_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, content = answer(capsys, "verify", tmp_path / "nowhere", "--json")
    assert (code, content["ok"]) == (1, False)
    assert [one["code"] for one in content["faults"]] == ["folder.missing"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["verify", str(tmp_path / "file")]) == 1
    assert main(["verify", str(tmp_path)]) == 5


def test_terms_and_broken_rules_are_said_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    today = ["--plan", "today", "--lang", "zh"]
    for command in (
        ["evaluate", str(SMALL), *today],
        ["verify", str(results / "today"), *today[2:]],
    ):
        assert main(command) == 0
        said = capsys.readouterr().out
        assert "rotation.share (交流教师比例不足)  2021: " in said
        assert not [line for line in said.splitlines() if "teachers" in line]
    assert main(["evaluate", str(SMALL), *today[:2]]) == 0
    assert "travel time of pupils: " in capsys.readouterr().out


def test_a_plan_that_cannot_be_read_is_an_input_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, content = answer(capsys, "evaluate", SMALL, "--plan", tmp_path, "--json")
    assert code == 1
    assert [one["code"] for one in content["findings"]] == ["C35", "C35"]


def outcome(status: str, *, plan: bool, method: str = "highs") -> Outcome:
    return Outcome("one", status, method, 1.0 if plan else None)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([outcome("optimal", plan=True), outcome("feasible", plan=True)], 0),
        ([outcome("infeasible", plan=False)] * 2, 2),
        ([outcome("unknown", plan=False)] * 2, 3),
        ([outcome("infeasible", plan=False), outcome("unknown", plan=False)], 4),
        ([outcome("optimal", plan=True), outcome("infeasible", plan=False)], 4),
        ([outcome("optimal", plan=True), outcome("failed", plan=False)], 4),
        ([outcome("infeasible", plan=False), outcome("unknown", plan=True, method="today")], 2),
    ],
)
def test_the_exit_code_says_how_a_study_ended(outcomes: list[Outcome], code: int) -> None:
    assert StudyOutcome("s", tuple(outcomes)).exit_code == code
