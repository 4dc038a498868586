"""Counties side by side: with borders open whatever closed ones allow, and more."""

import json

import numpy as np
import pytest

from benchmarks.county import main
from benchmarks.yearly_county import County, make_county, make_prefecture
from benchmarks.yearly_problem import yearly_problem
from optimizer.domain import Result
from optimizer.methods.base import Limits
from optimizer.solve import solve

SIZE = (20, 3, 2)
GAP = 1e-4


def solved(county: County, method: str = "monolithic", seconds: float = 60.0) -> Result:
    return solve(yearly_problem(county, False), method, Limits(gap=GAP, seconds=seconds))


def ways(county: County) -> dict[tuple[str, str], float]:
    """Kilometres by the ids of zone and site."""
    pairs = zip(county.pair_zone, county.pair_site, county.kilometres, strict=True)
    return {(county.zone_ids[zone], county.site_ids[site]): km for zone, site, km in pairs}


def test_closed_borders_leave_each_county_as_it_is_alone() -> None:
    alone = [ways(make_county(*SIZE, seed)) for seed in (5, 6)]
    together = ways(make_prefecture(2, *SIZE, 5, crossing=False))
    assert len(together) == sum(len(one) for one in alone)
    for number, county in enumerate(alone):
        for (zone, site), km in county.items():
            assert together[f"c{number}{zone}", f"c{number}{site}"] == pytest.approx(km)


def test_open_borders_add_the_nearest_schools_beyond_them() -> None:
    closed, crossed = (ways(make_prefecture(4, 60, 8, 2, 0, crossing=c)) for c in (False, True))
    assert closed.items() <= crossed.items()
    more = crossed.keys() - closed.keys()
    assert more
    assert all(zone[:2] != site[:2] for zone, site in more)
    assert min(crossed[pair] for pair in more) < float(np.median(list(closed.values())))


def test_open_borders_never_cost_more_than_closed_ones() -> None:
    closed, crossed = (solved(make_prefecture(2, *SIZE, 0, crossing=c)) for c in (False, True))
    assert closed.gap <= GAP
    assert crossed.gap <= GAP
    assert crossed.objective <= closed.objective * (1.0 + GAP)
    assert crossed.objective < 0.995 * closed.objective
    apart = sum(solved(make_county(*SIZE, seed)).objective for seed in (0, 1))
    assert closed.objective == pytest.approx(apart, rel=2 * GAP)
    lagrange = solved(make_prefecture(2, *SIZE, 0, crossing=True), "by_site", 3.0)
    assert lagrange.bound <= crossed.objective * (1.0 + 1e-9)
    assert lagrange.objective >= crossed.bound * (1.0 - 1e-9)


def test_the_line_of_a_prefecture_tells_who_crosses_a_border(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--counties", "2", "--zones", "12", "--sites", "3", "--years", "2"]
    lines = []
    for borders in ("open", "closed"):
        assert main([*asked, "--borders", borders, "--method", "monolithic"]) == 0
        lines.append(json.loads(capsys.readouterr().out))
    assert [line["borders"] for line in lines] == ["open", "closed"]
    assert {line["counties"] for line in lines} == {2}
    assert 0.0 < lines[0]["across"] < 1.0
    assert lines[1]["across"] == 0.0


def test_no_county_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--counties", "0", "--zones", "12", "--sites", "3"]) == 1
    assert "one county" in capsys.readouterr().err
