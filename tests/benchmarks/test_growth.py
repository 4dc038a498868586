"""The exponent of a series of counties."""

import json

import pytest

from benchmarks.growth import exponent, main


def test_the_exponent_is_that_of_the_power_behind_the_seconds() -> None:
    sizes = [250.0, 500.0, 1000.0, 4000.0]
    assert exponent(sizes, [0.01 * size**1.3 for size in sizes]) == pytest.approx(1.3)


def test_counties_that_did_not_reach_the_gap_are_left_out() -> None:
    sizes = [1.0, 2.0, 4.0, 8.0]
    assert exponent(sizes, [3.0, 6.0, 12.0, None]) == pytest.approx(1.0)


def test_two_counties_tell_no_exponent() -> None:
    assert exponent([1.0, 2.0, 4.0], [3.0, None, 12.0]) is None


def test_a_county_of_one_zone_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--vary", "zones", "--values", "1"]) == 1
    assert "two zones" in capsys.readouterr().err


@pytest.mark.slow
def test_a_series_says_when_each_gap_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--vary", "zones", "--values", "20,40,60", "--sites", "5", "--years", "2"]
    assert main([*asked, "--seconds", "10", "--gaps", "0.5,0.2"]) == 0
    *counties, fit = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [county["zones"] for county in counties] == [20, 40, 60]
    for county in counties:
        assert county["bound"] <= county["objective"]
        assert county["clock_to"]["0.5"] <= county["clock_to"]["0.2"]
        assert 0.0 < county["processor_to"]["0.5"] <= county["processor_seconds"]
    assert fit["counties"] == {"0.5": 3, "0.2": 3}
    assert fit["exponents"]["0.2"] is not None
