"""The travel benchmark agrees with itself, and with the distances that are known."""

import json

import pytest

from benchmarks.travel import FILE, KNOWN_METRES, main
from benchmarks.travel_grid import agreement


def line(capsys, *arguments):
    code = main(list(arguments))
    return code, json.loads(capsys.readouterr().out)


def test_nothing_is_off_in_a_matrix() -> None:
    assert agreement(400) == {"single": 0, "triangle": 0, "reverse": 0, "rows": 0}


def test_scipy_finds_the_same_minutes(capsys) -> None:
    code, found = line(capsys, "many", "--nodes=400", "--zones=30", "--sites=7", "--minutes=2")
    assert code == 0
    assert found["furthest_apart_minutes"]["scipy"] == 0
    assert found["seconds"].keys() >= {"graph", "own", "own, limit", "scipy", "scipy, limit"}


def test_a_made_county_goes_from_roads_to_pairs(capsys) -> None:
    small = ("--nodes=100", "--zones=30", "--sites=7", "--modes=walk")
    code, found = line(capsys, "county", *small)
    assert (code, found["zones"], found["sites"]) == (0, 30, 7)
    # On a square kilometre everybody reaches every site in 40 minutes.
    assert found["rows"] == found["pairs"] == 30 * 7
    assert found["seconds"].keys() == {"made", "table", "pairs"}
    assert found["peak_memory_mb"] > 50


@pytest.mark.skipif(not FILE.is_file(), reason=f"the real map is not here: {FILE} is absent")
def test_villages_are_as_far_from_school_as_they_are_known_to_be(capsys) -> None:
    code, found = line(capsys, "extract")
    assert code == 0
    assert found["metres"] == pytest.approx(KNOWN_METRES, rel=0.05)
    assert found["sites"] == 25
    assert found["zones"] > 500


def test_a_file_that_is_no_extract_is_refused(tmp_path, capsys) -> None:
    path = tmp_path / "x.osm.pbf"
    path.write_text("no", encoding="utf-8")
    assert main(["extract", "--file", str(path)]) == 1
    assert "N43" in capsys.readouterr().err
