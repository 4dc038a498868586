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
from scenarios.kept_network import require_fit
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


def test_a_network_of_other_places_is_refused_by_name(kept: Path) -> None:
    with pytest.raises(FindingError) as caught:
        require_fit(tiny_problem(), kept)
    assert "S008" in {one.value for one in caught.value.findings}


def test_with_a_network_no_method_is_chosen(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SMALL, "--network", kept, "--method", "by_site") == 1
    assert "--network" in capsys.readouterr().err
