"""Zones joined to fewer: who may be joined, in which order, and how far that moves pupils."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.findings import Source
from geodata.joining import joined, joined_finding, least_number, neighbours, number_findings
from tests.support.layers import points, squares

SOURCE = Source("county.gpkg", "zones")
NONE = -1


def town(zones, kind="rural"):
    """Put zones into one town; `kind` is one word or one a zone."""
    return zones.assign(town="a", kind=kind)


def street(*easts, size=1000.0):
    """Six villages: squares side by side from the west, and further ones as asked."""
    return town(squares(size, **{f"z{i}": (east, 0) for i, east in enumerate(easts)}))


SIX = (0, 1, 2, 3, 4, 5)


def xy_of(zones):
    middle = zones.geometry.representative_point()
    return np.column_stack([middle.x, middle.y])


def groups(zones, number, weight=None, schools=None):
    """Join zones and name those that are together, one text a group."""
    weight = np.ones(len(zones)) if weight is None else np.asarray(weight, float)
    schools = [[NONE]] * len(zones) if schools is None else [[one] for one in schools]
    result = joined(xy_of(zones), weight, np.array(schools), neighbours(zones), number)
    ids = zones["zone_id"].to_numpy()
    return {"".join(ids[result.group == one]) for one in range(len(result.middle))}


def test_of_neighbours_those_with_fewest_pupils_are_joined_first():
    weight = [90, 80, 2, 1, 70, 60]
    assert groups(street(*SIX), 5, weight) == {"z0", "z1", "z2z3", "z4", "z5"}


def test_zones_that_do_not_touch_are_never_joined_however_near():
    # Three pairs; a gap of 100 m between them, and a corner is no border either.
    row = street(0, 1, 2.1, 3.1, 4.2, 5.2)
    assert least_number(6, neighbours(row)) == 3
    assert groups(row, 3) == {"z0z1", "z2z3", "z4z5"}
    corner = town(squares(a=(0, 0), b=(1, 1)))
    assert neighbours(corner).tolist() == []


def test_a_joined_zone_of_outlines_is_in_one_piece():
    grid = squares(500.0, **{f"z{x}{y}": (x, y) for x in range(6) for y in range(6)})
    zones = town(grid)
    result = joined(xy_of(zones), np.arange(36.0), np.full((36, 1), NONE), neighbours(zones), 7)
    pieces = [shapely.union_all(part) for _, part in zones.geometry.groupby(result.group)]
    assert [one.geom_type for one in pieces] == ["Polygon"] * 7


def test_zones_of_other_towns_and_kinds_stay_apart():
    row = street(*SIX).assign(
        town=["a", "a", "a", "b", "b", "b"],
        kind=["urban", "rural", "rural", "rural", "rural", "rural"],
    )
    assert groups(row, 3) == {"z0", "z1z2", "z3z4z5"}
    scattered = row.set_geometry(row.representative_point())
    assert groups(scattered, 3) == {"z0", "z1z2", "z3z4z5"}


def test_zones_with_different_schools_today_are_joined_last():
    schools = [1, 1, 2, 2, 2, 2]
    # By pupils alone z1 and z2 would come first.
    weight = [50, 1, 1, 50, 50, 50]
    assert "z1z2" in groups(street(*SIX), 5, weight)
    assert groups(street(*SIX), 2, weight, schools) == {"z0z1", "z2z3z4z5"}
    assert groups(street(*SIX), 1, weight, schools) == {"z0z1z2z3z4z5"}


def test_a_zone_without_pupils_agrees_with_any_school():
    assert groups(street(0, 1, 2), 2, [9, 0, 9], [1, NONE, 2]) in (
        {"z0z1", "z2"},
        {"z0", "z1z2"},
    )
    # Once joined to the first it has its school, so that the third waits.
    four = street(0, 1, 2, 3)
    assert groups(four, 2, [1, 0, 9, 9], [1, NONE, 2, 2]) == {"z0z1", "z2z3"}


def test_points_are_joined_by_nearness():
    villages = town(
        points("zone_id", a=(0, 0), b=(90, 0), c=(5000, 0), d=(5000, 80), e=(0, 9000), f=(60, 9000))
    )
    assert groups(villages, 3) == {"ab", "cd", "ef"}
    assert groups(villages, 1) == {"abcdef"}


def test_points_of_a_town_in_far_clumps_can_all_be_joined():
    clumps = {f"p{x}{y}": (1e4 * x + 10 * y, 7.0 * y) for x in range(3) for y in range(12)}
    assert least_number(36, neighbours(town(points("zone_id", **clumps)))) == 1


def test_points_on_one_spot_or_alone_are_no_trouble():
    spots = town(points("zone_id", **{f"p{i}": (0, 0) for i in range(15)}, far=(9, 9)))
    assert groups(spots, 2) == {"".join(f"p{i}" for i in range(15)), "far"}
    alone = town(points("zone_id", a=(0, 0)))
    assert groups(alone, 1) == {"a"}


def test_ways_begin_at_the_village_nearest_to_the_mean_of_its_pupils_and_the_move_is_told():
    row = street(0, 1, 2)
    weight, none = np.array([10.0, 20.0, 70.0]), np.full((3, 1), NONE)
    result = joined(xy_of(row), weight, none, neighbours(row), 1)
    # The mean lies at (0 + 20 + 140) / 100 = 1.6 km: the third village at 2 km is nearest.
    assert result.middle.tolist() == [2]
    assert result.metres.tolist() == pytest.approx([2000, 1000, 0])
    # (10 · 2,000 + 20 · 1,000) / 100 = 400 m.
    finding = joined_finding(result, weight, none, 1, SOURCE)
    assert (finding.code, finding.value, finding.column) == ("D60", "1", "join_to")
    assert "3 became 1, 0 of them" in finding.why.en
    assert "400 m on average, 2,000 m at most" in finding.why.en
    assert "平均400米，最远2,000米" in finding.why.zh


def test_nobody_is_moved_from_where_nobody_lives():
    row = street(0, 1, 2)
    weight, none = np.array([0.0, 5.0, 5.0]), np.full((3, 1), NONE)
    result = joined(xy_of(row), weight, none, neighbours(row), 1)
    assert "500 m on average, 1,000 m at most" in (
        joined_finding(result, weight, none, 1, SOURCE).why.en
    )


def test_joined_zones_with_different_schools_are_counted():
    row, weight = street(*SIX), np.ones(6)
    schools = np.array([[1], [2], [NONE], [3], [3], [NONE]])
    result = joined(xy_of(row), weight, schools, neighbours(row), 1)
    assert "6 became 1, 1 of them" in joined_finding(result, weight, schools, 1, SOURCE).why.en


@pytest.mark.parametrize(("number", "codes"), [(1, ["D61"]), (2, []), (6, []), (7, ["D61"])])
def test_numbers_that_cannot_be_had_are_refused_with_those_that_can(number, codes):
    findings = number_findings(street(0, 1, 2, 9, 10, 11), number, SOURCE)
    assert [one.code for one in findings] == codes
    assert all("from 2 to 6" in one.why.en and "2至6" in one.why.zh for one in findings)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_every_number_from_the_least_is_met_and_joined_zones_nest(seed, as_points):
    rng = np.random.default_rng(seed)
    cells = rng.permutation(25)[:16]
    zones = squares(700.0, **{f"z{cell:02}": divmod(int(cell), 5) for cell in sorted(cells)})
    zones = zones.assign(town=rng.choice(["a", "b"], 16), kind=rng.choice(["urban", "rural"], 16))
    if as_points:
        zones = zones.set_geometry(gpd.GeoSeries(zones.representative_point(), crs=zones.crs))
    weight, schools = rng.integers(0, 40, 16).astype(float), rng.integers(-1, 3, (16, 2))
    pairs = neighbours(zones)
    before = np.zeros(16, dtype=int)
    for number in range(least_number(16, pairs), 17):
        result = joined(xy_of(zones), weight, schools, pairs, number)
        assert sorted(set(result.group)) == list(range(number)) == list(range(len(result.middle)))
        assert (result.group[result.middle] == np.arange(number)).all()
        together = zones.groupby(result.group)[["town", "kind"]].nunique()
        assert (together == 1).all(axis=None)
        # A finer answer divides the groups of a coarser one.
        assert len(set(zip(result.group, before, strict=True))) == number
        before = result.group
