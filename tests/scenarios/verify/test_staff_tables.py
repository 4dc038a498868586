"""Tables of teachers that disagree with the decisions are named, malformed ones told in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scenarios.verify import Verdict, verify
from scenarios.verify.bound import KINDS
from tests.support.run_folder import edit, edit_manifest, seal, write_run
from tests.support.run_staff import staffed_case

Edit = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(staffed_case(), tmp_path_factory.mktemp("staffed"))


def rules(verdict: Verdict) -> set[str]:
    assert not verdict.ok
    assert not verdict.faults
    return {violation.rule for violation in verdict.violations}


def more(column: str, amount: float = 1.0, row: int = 0) -> Edit:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(float)
        frame.loc[frame.index[row], column] += amount
        return frame

    return change


def first(column: str, value: object, row: int = 0) -> Edit:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[row], column] = value
        return frame

    return change


def doubled(frame: pd.DataFrame, name: str = "post_short_year") -> pd.DataFrame:
    ours = frame["name"] == name
    return frame.assign(value=frame["value"].where(~ours, 2 * frame["value"]))


EDITS: dict[str, tuple[str, Edit, set[str]]] = {
    "posts of a school": ("tables/schools", more("posts"), {"tables.schools"}),
    "posts left out": ("tables/schools", lambda f: f.assign(posts=None), {"tables.schools"}),
    "a reason": ("tables/moves", first("why", "level stops"), {"tables.moves"}),
    "one more follows": ("tables/moves", more("posts", 1, -1), {"tables.moves"}),
    "nobody follows": ("tables/moves", lambda f: f[f["why"] != "due"], {"tables.moves"}),
    "a teacher missing": (
        "tables/postings",
        lambda f: f.iloc[1:],
        {"staffing.balance", "manifest.fixed_terms", "tables.kpi"},
    ),
    "a move left out": (
        "tables/moves",
        lambda f: f.iloc[1:],
        {"staffing.balance", "rotation.key", "manifest.terms", "tables.kpi"},
    ),
    "a hire of another year": ("tables/hires", more("hired", -1), {"staffing.hire"}),
    "a figure": ("tables/kpi", lambda f: f.replace({"unit": {"teachers": "men"}}), {"tables.kpi"}),
    "a hire left out": ("tables/hires", lambda f: f.iloc[1:], {"staffing.total"}),
    "years served": ("problem/staff_pools", first("years", 0, 5), {"rotation.eligible"}),
    "the lesson grid": ("problem/lessons", more("fte", 5.0), {"tables.schools", "tables.kpi"}),
    "the date of leaving": ("problem/staff_due", more("year"), {"staffing.total"}),
    "the price of a post": ("problem/prices", doubled, {"manifest.objective"}),
    "the pay": ("problem/prices", lambda f: doubled(f, "teacher_year"), {"manifest.fixed_terms"}),
}


@pytest.mark.parametrize(("table", "change", "found"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_table_of_teachers_is_named(
    table: str, change: Edit, found: set[str], run: Path
) -> None:
    edit(run, table, change)
    assert rules(verify(run)) >= found


def split_first(frame: pd.DataFrame) -> pd.DataFrame:
    """State the teachers of the first row in two rows."""
    row = frame.iloc[[0]]
    part = pd.concat([row.assign(teachers=1), row.assign(teachers=row["teachers"] - 1)])
    return pd.concat([frame.iloc[1:], part])


def test_harmless_edits_of_teachers_are_not_refused(run: Path) -> None:
    for table in ("tables/postings", "tables/moves", "tables/hires", "problem/lessons"):
        edit(run, table, lambda f: f.sample(frac=1.0, random_state=2)[f.columns[::-1]])
    for table in ("problem/staff_pools", "problem/staff_due"):
        edit(run, table, lambda f: f.sample(frac=1.0, random_state=3).assign(note="seen"))
    edit(run, "tables/postings", lambda f: f.assign(posts=f["posts"].astype(float)))
    nobody = {"pool_id": "arts", "site_id": "D", "year": 2021, "posts": 0}
    edit(run, "tables/postings", lambda f: pd.concat([f, pd.DataFrame([nobody])]))
    edit(run, "problem/staff_pools", split_first)
    assert verify(run).violations == ()
    assert verify(run).ok


BAD: dict[str, tuple[str, str, Edit]] = {
    "part of a teacher": ("column.kind", "tables/postings", more("posts", 0.5)),
    "fewer than none": ("column.negative", "tables/moves", more("posts", -9)),
    "an unknown pool": ("id.unknown", "tables/postings", first("pool_id", "sport")),
    "an unknown school": ("id.unknown", "tables/hires", first("site_id", "Z")),
    "an unknown subject": ("id.unknown", "problem/staff_pools", first("subject", "chess")),
    "a year outside": ("year.outside", "tables/moves", first("year", 2030)),
    "leaving outside": ("year.outside", "problem/staff_due", first("year", 2019)),
    "a reason that is none": ("table.value", "tables/moves", first("why", "bored")),
    "a row twice": ("row.twice", "tables/postings", lambda f: pd.concat([f, f.head(1)])),
    "an unknown rank": ("problem.value", "problem/staff_pools", first("rank", "star")),
    "a pool of two ranks": ("problem.pool", "problem/staff_pools", first("rank", "key")),
    "teachers of no school": ("problem.value", "problem/staff_pools", first("site_id", "N")),
    "more due than there": ("problem.due", "problem/staff_due", more("teachers", 99)),
    "a grade of no level": ("problem.value", "problem/lessons", first("grade", 9)),
    "a price missing": ("manifest.entry", "problem/prices", lambda f: f.iloc[:-1]),
    "a price below nothing": ("column.negative", "problem/prices", more("value", -9e9, -2)),
}


@pytest.mark.parametrize(("code", "table", "change"), BAD.values(), ids=BAD.keys())
def test_a_bad_table_of_teachers_is_answered_in_words(
    code: str, table: str, change: Edit, run: Path
) -> None:
    edit(run, table, change)
    verdict = verify(run)
    assert not verdict.ok
    assert {fault.code for fault in verdict.faults} == {code}
    assert verdict.faults[0].file == f"{table}.parquet"
    assert verdict.faults[0].text("en") != verdict.faults[0].text("zh")


def test_tables_of_teachers_come_together_or_not_at_all(run: Path) -> None:
    names = [f"tables/{name}.parquet" for name in ("postings", "moves", "hires")]
    (run / names[2]).unlink()
    edit_manifest(run, files=listed(run, names[2]))
    assert {fault.code for fault in verify(run).faults} == {"file.missing"}
    for name in names[:2]:
        (run / name).unlink()
    edit_manifest(run, files=listed(run, *names))
    assert {one.rule for one in verify(run).violations} >= {"staffing.missing", "manifest.terms"}


def listed(run: Path, *gone: str) -> dict[str, object]:
    """Files of the manifest without some."""
    files = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name: entry for name, entry in files.items() if name not in gone}


def test_rules_that_do_not_know_of_the_teachers_in_the_problem_are_refused(run: Path) -> None:
    path = run / "problem/rules.json"
    rules = json.loads(path.read_text(encoding="utf-8"))
    del rules["staffing"]
    path.write_text(json.dumps(rules), encoding="utf-8")
    seal(run, json.loads((run / "manifest.json").read_text(encoding="utf-8")))
    faults = verify(run).faults
    assert [(fault.code, fault.column) for fault in faults] == [("manifest.entry", "staffing")]


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        *(("rotation_share", 1.5), ("term_years", 0), ("to_town", 0.5), ("subjects", ["a", "a"])),
        *(("pupils_per_staff", {}), ("core_share", None)),
    ],
)
def test_a_norm_of_teachers_that_no_problem_can_have(entry: str, value: object, run: Path) -> None:
    path = run / "problem/rules.json"
    rules = json.loads(path.read_text(encoding="utf-8"))
    rules["staffing"][entry] = value
    path.write_text(json.dumps(rules), encoding="utf-8")
    seal(run, json.loads((run / "manifest.json").read_text(encoding="utf-8")))
    assert {fault.code for fault in verify(run).faults} == {"manifest.entry"}


def test_a_family_that_is_off_is_not_judged(run: Path) -> None:
    case = staffed_case()
    case["rules"]["policy"]["families_off"] = ["staffing"]
    verdict = verify(write_run(case, run))
    assert verdict.violations == ()
    assert "post_short" not in {term.name for term in verdict.terms}


@pytest.mark.parametrize("dropped", [["staffing"], ["merger.inflow", "staffing"]])
def test_a_bound_of_the_network_bounds_the_sum(
    dropped: list[str], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(run, {"dropped": dropped}, monkeypatch)
    assert verify(run, bound=True).ok


@pytest.mark.parametrize("entries", [{}, {"dropped": ["merger.inflow"]}, {"dropped": "staffing"}])
def test_a_bound_that_is_silent_about_teachers_is_none(
    entries: dict[str, object], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(run, entries, monkeypatch)
    assert [fault.code for fault in verify(run, bound=True).faults] == ["bound.staffing"]


def certify(run: Path, entries: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a certificate of a toy kind for the stated bound."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    certificate = {"kind": "toy", "value": manifest["bound"], **entries}
    (run / "bound").mkdir()
    (run / "bound/certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    monkeypatch.setitem(KINDS, "toy", lambda *_: (manifest["bound"], []))
    seal(run, manifest)
