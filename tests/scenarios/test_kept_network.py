"""`run --network`: the network of a run kept, pupils assigned anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.findings import FindingError
from scenarios.cli import main
from scenarios.holds import require_kept
from scenarios.kept_network import require_fit
from scenarios.run import RunOptions
from scenarios.verify import verify
from tests.support.studies import SMALL
from tests.support.tiny import tiny_problem


def run(*arguments: object) -> int:
    return main(["run", *(str(one) for one in arguments), "--jobs", "1", "--quiet"])


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def network(folder: Path) -> pd.DataFrame:
    """Return which levels run where in which year."""
    columns = ["site_id", "level", "year", "operates"]
    return pd.read_parquet(folder / "tables" / "schools.parquet")[columns]


def other(run_dir: Path) -> tuple[str, str]:
    """Return a zone and a primary school that it may enter in every year and never does."""
    primary = "level == 'primary'"
    ran = network(run_dir).query(primary).groupby("site_id")["operates"]
    schools = ran.all() & (ran.size() == ran.size().max())
    ways = pd.read_parquet(run_dir / "problem" / "travel.parquet").query(primary)
    used = pd.read_parquet(run_dir / "tables" / "assignment.parquet").query(primary)
    sent = set(zip(used["zone_id"], used["site_id"], strict=True))
    for way in ways[ways["intake"] & ways["site_id"].isin(schools.index[schools])].itertuples():
        if way.zone_id in set(used["zone_id"]) and (way.zone_id, way.site_id) not in sent:
            return way.zone_id, way.site_id
    raise AssertionError("every zone is everywhere")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results")
    assert run(SMALL, "--only", "slow-keep", "--out", out, "--seconds", 3) == 0
    return out / "small_county" / "slow-keep"


def test_another_future_is_answered_in_the_network_of_a_run(tmp_path: Path, kept: Path) -> None:
    options = ["--only", "middle-keep", "--only", "today", "--out", tmp_path]
    assert run(SMALL, *options, "--network", kept) == 0
    found = tmp_path / "small_county" / "middle-keep"
    told = manifest(found)
    assert told["method"] == "reassign"
    assert told["started_from"]["scenario"] == "slow-keep"
    assert network(found).equals(network(kept))
    assert verify(found).ok
    assert manifest(tmp_path / "small_county" / "today")["method"] == "today"


def test_where_the_network_breaks_a_rule_there_is_no_plan_and_the_rule_is_said(
    tmp_path: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert network(kept).query("site_id == 'S008' and year >= 2024")["operates"].any()
    options = ["--only", "middle-reshape", "--out", tmp_path, "--network", kept]
    assert main(["run", str(SMALL), *map(str, options), "--json", "--quiet"]) == 3
    (said,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert said["label"] == "the network to be kept breaks rules here"
    assert {one["rule"] for one in said["shortages"]} == {"lifecycle.unsafe"}


def test_a_run_is_not_replaced_by_what_comes_of_its_own_network(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (kept / "manifest.json").read_bytes()
    assert run(SMALL, "--only", "slow-keep", "--out", kept.parents[1], "--network", kept) == 1
    assert "C36" in capsys.readouterr().out
    assert (kept / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("damage", ["no run", "cut"])
def test_without_a_whole_run_nothing_is_run(
    tmp_path: Path, kept: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    if damage == "cut":
        shutil.copytree(kept, folder)
        (folder / "tables" / "actions.parquet").write_bytes(b"cut")
    assert run(SMALL, "--out", tmp_path / "out", "--network", folder) == 1
    assert "C35" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_network_of_other_places_is_refused_by_name(kept: Path) -> None:
    with pytest.raises(FindingError) as caught:
        require_fit(tiny_problem(), kept)
    assert "S008" in {one.value for one in caught.value.findings}


def test_with_a_network_no_method_is_chosen(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SMALL, "--network", kept, "--method", "by_site") == 1
    assert "--network" in capsys.readouterr().err


def test_a_zone_put_at_a_school_by_hand_stays_there_and_the_run_says_so(
    tmp_path: Path, kept: Path
) -> None:
    zone, site = other(kept)
    options = ["--only", "slow-keep", "--out", tmp_path, "--network", kept, "--seconds", 3]
    assert run(SMALL, *options, "--hold", f"{zone}={site}:primary") == 0
    found = tmp_path / "small_county" / "slow-keep"
    table = pd.read_parquet(found / "tables" / "assignment.parquet")
    mine = table[(table["zone_id"] == zone) & (table["level"] == "primary")]
    assert set(mine["site_id"]) == {site}
    told = manifest(found)
    assert told["holds"] == [{"zone": zone, "site": site, "level": "primary"}]
    assert verify(found).ok
    page = (found / "report.html").read_text(encoding="utf-8")
    assert "Put at a school by hand and held there" in page
    assert "由规划人员指定并在各规划年保持不变的划片（1项）" in page
    # Without the hold it is another run, and the folder is not taken for it.
    assert run(SMALL, *options) == 0
    assert manifest(found)["key"] != told["key"]
    assert "holds" not in manifest(found)


def test_holds_are_part_of_what_a_run_depends_on_in_any_order(kept: Path) -> None:
    one, two = "Z0001=S001", "Z0002=S001"
    keys = [RunOptions(network=kept, holds=holds).of_solver() for holds in ((one, two), (two, one))]
    assert keys[0] == keys[1]
    assert keys[0] != RunOptions(network=kept, holds=(one,)).of_solver()
    assert "holds" not in RunOptions(network=kept).of_solver()


def test_every_hold_that_cannot_be_is_named_at_once(
    tmp_path: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone, site = other(kept)
    own = pd.read_parquet(kept / "tables" / "assignment.parquet")
    there = own[(own["zone_id"] == zone) & (own["level"] == "primary")]["site_id"].iloc[0]
    runs = network(kept)
    closed = sorted(set(runs["site_id"]) - set(runs.loc[runs["operates"].astype(bool), "site_id"]))
    ways = pd.read_parquet(kept / "problem" / "travel.parquet")
    near = set(ways.loc[(ways["site_id"] == "T01") & ways["intake"], "zone_id"])
    far = min(set(ways["zone_id"]) - near)
    holds = ["Z9999=S999", "Z0001", f"{zone}={site}:primary", f"{zone}={there}:primary"]
    holds += [f"{zone}={closed[0]}", f"{far}=T01"]
    listed = [part for hold in holds for part in ("--hold", hold)]
    assert run(SMALL, "--only", "slow-keep", "--out", tmp_path, "--network", kept, *listed) == 1
    said = capsys.readouterr().out
    assert "This is not ZONE=SITE" in said
    assert "no such zone" in said
    assert "no such site" in said
    assert "held at another school too" in said
    assert "does not run in" in said
    assert "may not be sent there" in said
    assert (said.count("C55"), said.count("C56")) == (3, 3)
    assert not (tmp_path / "small_county" / "slow-keep").exists()


@pytest.mark.parametrize(
    ("texts", "codes"),
    [(["Z0001"], ["C55", "C35"]), (["=S1", "Z="], ["C55", "C55", "C35"]), (["Z=S"], ["C35"])],
)
def test_without_a_network_nothing_is_held(texts: list[str], codes: list[str]) -> None:
    with pytest.raises(FindingError) as caught:
        require_kept(texts, None)
    assert [one.code for one in caught.value.findings] == codes
