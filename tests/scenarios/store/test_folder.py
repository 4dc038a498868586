from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from scenarios.store.folder import (
    MANIFEST,
    is_valid_run,
    listing,
    new_folder,
    sweep,
    write_json,
    write_table,
)


def test_a_folder_appears_only_when_its_writing_ends(tmp_path: Path) -> None:
    target = tmp_path / "study" / "run"
    with new_folder(target) as folder:
        (folder / "a.txt").write_text("1")
        assert not target.exists()
    assert (target / "a.txt").read_text() == "1"
    assert [path.name for path in target.parent.iterdir()] == ["run"]


def test_a_failed_writing_leaves_the_old_folder_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "run"
    with new_folder(target) as folder:
        (folder / "a.txt").write_text("old")
    with pytest.raises(RuntimeError), new_folder(target) as folder:
        (folder / "a.txt").write_text("new")
        raise RuntimeError
    assert (target / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".writing-run-1").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".writing-run-2").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["run"]


def test_an_empty_table_keeps_its_text_columns(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"a": pd.Series([], dtype=object)}), tmp_path / "t.parquet")
    assert str(pq.read_schema(tmp_path / "t.parquet").field("a").type) == "string"


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a", "b"], "value": [0.5, 1.5], "yes": [True, False]})
    for name in ("one", "two"):
        write_table(table, tmp_path / f"{name}.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_numbers_that_are_not_finite_become_null(tmp_path: Path) -> None:
    write_json({"a": float("inf"), "b": [float("nan"), 1.0]}, tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None, "b": [None, 1.0]}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    write_json({"x": 1}, folder / "problem" / "rules.json")
    write_json({"key": "k", "files": listing(folder)}, folder / MANIFEST)
    return folder


def test_a_run_is_valid_for_its_own_key_only(run: Path) -> None:
    assert is_valid_run(run, "k")
    assert not is_valid_run(run, "other")


def test_a_run_with_a_changed_or_missing_file_is_not_valid(run: Path) -> None:
    (run / "problem" / "rules.json").write_text("{}")
    assert not is_valid_run(run, "k")
    (run / "problem" / "rules.json").unlink()
    assert not is_valid_run(run, "k")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"key": "k"}', '{"key": "k", "files": 3}'])
def test_a_broken_manifest_is_no_run(run: Path, text: str) -> None:
    (run / MANIFEST).write_text(text)
    assert not is_valid_run(run, "k")
