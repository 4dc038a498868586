"""A folder that cannot be judged is answered in words, never by a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.verify import Verdict, verify
from scenarios.verify.bound import KINDS
from scenarios.verify.words import FAULTS
from tests.support.run_folder import edit, edit_manifest, seal


def codes(verdict: Verdict) -> set[str]:
    assert not verdict.ok
    for fault in verdict.faults:
        assert fault.text("en")
        assert fault.text("zh")
    json.dumps(verdict.as_dict(), allow_nan=False)
    return {fault.code for fault in verdict.faults}


def reseal(run: Path) -> None:
    seal(run, json.loads((run / "manifest.json").read_text(encoding="utf-8")))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert codes(verify(tmp_path / "nowhere")) == {"folder.missing"}


def test_a_run_without_a_manifest_was_never_finished(run: Path) -> None:
    (run / "manifest.json").unlink()
    assert codes(verify(run)) == {"manifest.missing"}


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff", "[" * 100_000])
def test_a_broken_manifest(run: Path, text: str) -> None:
    (run / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert codes(verify(run)) == {"manifest.broken"}


@pytest.mark.parametrize(
    "entries",
    [
        {"objective": "much"},
        {"objective": float("nan")},
        {"status": "fine"},
        {"terms": [{"name": "bus"}]},
        {"terms": None},
        {"fixed_terms": {}},
        {"files": []},
        {"files": {"tables/kpi.parquet": 3}},
        {"violations": [{"rule": "x"}]},
    ],
)
def test_a_manifest_entry_of_the_wrong_kind(run: Path, entries: dict[str, Any]) -> None:
    edit_manifest(run, **entries)
    assert codes(verify(run)) == {"manifest.entry"}


@pytest.mark.parametrize("name", ["tables/spend.parquet", "problem/travel.parquet"])
def test_a_missing_file(run: Path, name: str) -> None:
    (run / name).unlink()
    assert codes(verify(run)) == {"file.missing"}
    reseal(run)
    assert codes(verify(run)) == {"file.missing"}


def test_a_file_that_the_manifest_does_not_vouch_for(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["tables/merges.parquet"]
    edit_manifest(run, files=manifest["files"])
    assert codes(verify(run)) == {"file.unlisted"}


@pytest.mark.parametrize("name", ["objective", "bound", "gap"])
def test_a_number_that_no_float_holds(run: Path, name: str) -> None:
    edit_manifest(run, **{name: 10**400})
    assert any(one.rule == f"manifest.{name}" for one in verify(run).violations)


def test_a_file_outside_the_folder(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    edit_manifest(run, files=manifest["files"] | {"../secret": {"sha256": "", "rows": 0}})
    assert codes(verify(run)) == {"file.path"}


def test_a_file_changed_after_the_run(run: Path) -> None:
    path = run / "tables/kpi.parquet"
    pd.read_parquet(path).assign(note=1).to_parquet(path)
    assert codes(verify(run)) == {"file.changed"}


def test_a_number_of_rows_that_is_not_the_stated_one(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["tables/kpi.parquet"]["rows"] -= 1
    edit_manifest(run, files=manifest["files"])
    assert codes(verify(run)) == {"file.rows"}


@pytest.mark.parametrize("name", ["tables/enrolment.parquet", "problem/entrants.parquet"])
@pytest.mark.parametrize("part", [0.0, 0.4, 0.99])
def test_a_truncated_table(run: Path, name: str, part: float) -> None:
    path = run / name
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    found = codes(verify(run))
    assert found == {"file.changed", "file.unreadable"}


def test_a_table_whose_pages_are_damaged(run: Path) -> None:
    path = run / "tables/enrolment.parquet"
    content = bytearray(path.read_bytes())
    content[8:200] = bytes(192)
    path.write_bytes(bytes(content))
    assert "file.changed" in codes(verify(run))


BAD: dict[str, tuple[str, str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "a column is gone": (
        "column.missing",
        "tables/assignment",
        lambda frame: frame.drop(columns="share"),
    ),
    "a share is NaN": (
        "column.empty",
        "tables/assignment",
        lambda frame: frame.assign(share=float("nan")),
    ),
    "a share is infinite": (
        "column.kind",
        "tables/assignment",
        lambda frame: frame.assign(share=float("inf")),
    ),
    "a share is text": ("column.kind", "tables/assignment", lambda frame: frame.assign(share="1")),
    "a year is half": (
        "column.kind",
        "tables/assignment",
        lambda frame: frame.assign(entry_year=frame["entry_year"] + 0.5),
    ),
    "an id is a number": ("column.kind", "tables/merges", lambda frame: frame.assign(to_site_id=1)),
    "a flag is three": ("column.kind", "tables/schools", lambda frame: frame.assign(operates=3)),
    "an id is missing": (
        "column.empty",
        "tables/schools",
        lambda frame: frame.assign(site_id=None),
    ),
    "a zone is unknown": (
        "id.unknown",
        "tables/assignment",
        lambda frame: frame.replace({"zone_id": {"Z1": "Z9"}}),
    ),
    "an option is unknown": (
        "id.unknown",
        "tables/actions",
        lambda frame: frame.replace({"option": {"extend A": "extend Z"}}),
    ),
    "a year is outside": (
        "year.outside",
        "tables/assignment",
        lambda frame: frame.assign(entry_year=frame["entry_year"] + 1),
    ),
    "a class is of no cohort": (
        "year.outside",
        "tables/classes",
        lambda frame: frame.replace({"entry_year": {2019: 1900}}),
    ),
    "a row stands twice": (
        "row.twice",
        "tables/assignment",
        lambda frame: pd.concat([frame, frame.head(1)]),
    ),
    "a distance is negative": (
        "column.negative",
        "problem/travel",
        lambda frame: frame.assign(metres=-1.0),
    ),
    "a level is unknown": (
        "id.unknown",
        "problem/entrants",
        lambda frame: frame.replace({"level": {"primary": "college"}}),
    ),
    "a grade is unknown": (
        "problem.value",
        "problem/enrolled",
        lambda frame: frame.replace({"grade": {5: 9}}),
    ),
    "a price is missing": ("manifest.entry", "problem/prices", lambda frame: frame.head(3)),
    "a mode is unknown": (
        "problem.value",
        "problem/travel",
        lambda frame: frame.assign(mode="air"),
    ),
    "an action is unknown": (
        "problem.value",
        "problem/options",
        lambda frame: frame.assign(action="paint"),
    ),
    "spend does not add up": ("problem.spend", "problem/spend", lambda frame: frame.head(2)),
    "a point has no parent": ("problem.parent", "problem/sites", lambda f: f.assign(parent_id="")),
    "a factor is missing": (
        "problem.progression",
        "problem/progression",
        lambda frame: frame[frame["grade"] != 2],
    ),
    "an enrolled pair has no travel": (
        "problem.travel",
        "problem/travel",
        lambda frame: frame[frame["site_id"] != "P"],
    ),
    "a town's levels are gone": (
        "column.missing",
        "problem/sites",
        lambda frame: frame.drop(columns="runs_primary"),
    ),
}


@pytest.mark.parametrize(("code", "table", "change"), BAD.values(), ids=BAD.keys())
def test_a_bad_table_is_answered_in_words(
    code: str, table: str, change: Callable[[pd.DataFrame], pd.DataFrame], run: Path
) -> None:
    edit(run, table, change)
    verdict = verify(run)
    assert codes(verdict) == {code}
    assert verdict.faults[0].file == f"{table}.parquet"


@pytest.mark.parametrize(
    "path", ["horizon.years", "levels", "standards.point_cap", "policy", "policy.actions"]
)
def test_rules_without_an_entry(run: Path, path: str) -> None:
    file = run / "problem/rules.json"
    rules = json.loads(file.read_text(encoding="utf-8"))
    place = rules
    *parents, last = path.split(".")
    for key in parents:
        place = place[key]
    place[last] = "nothing"
    file.write_text(json.dumps(rules), encoding="utf-8")
    reseal(run)
    assert codes(verify(run)) == {"manifest.entry"}


def test_an_unknown_kind_of_bound_is_refused_in_words(run: Path) -> None:
    (run / "bound").mkdir()
    certificate = {"kind": "astrology", "relaxed": [], "dropped": [], "value": 1.0}
    (run / "bound/certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    reseal(run)
    assert verify(run).ok
    assert codes(verify(run, bound=True)) == {"bound.kind"}


def test_a_stated_bound_needs_a_certificate(run: Path) -> None:
    assert codes(verify(run, bound=True)) == {"file.missing"}


def test_a_run_that_states_no_bound_has_none_to_recompute(run: Path) -> None:
    edit_manifest(run, bound=None, gap=None, gap_above_floor=None)
    assert verify(run, bound=True).ok


def test_a_bound_is_held_against_the_stated_one(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stated = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["bound"]
    (run / "bound").mkdir()
    certificate = {"kind": "toy", "value": stated}
    (run / "bound/certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    reseal(run)
    monkeypatch.setitem(KINDS, "toy", lambda *_: (stated, []))
    assert verify(run, bound=True).ok
    assert verify(run, bound=True).bound == stated
    monkeypatch.setitem(KINDS, "toy", lambda *_: (stated - 1.0, []))
    assert codes(verify(run, bound=True)) == {"bound.value"}


def test_a_run_that_ended_without_a_plan_has_no_tables_to_judge(run: Path) -> None:
    for path in (run / "tables").iterdir():
        path.unlink()
    edit_manifest(run, status="infeasible", objective=None, bound=None, terms=[], fixed_terms=[])
    reseal(run)
    verdict = verify(run)
    assert verdict.ok
    assert verdict.recomputed is None


def test_every_fault_has_words_in_both_languages() -> None:
    for code, (english, chinese) in FAULTS.items():
        assert english != chinese, code
