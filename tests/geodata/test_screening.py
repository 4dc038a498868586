"""Screening of places for a new school."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.screening import (
    HAZARD_WORDS,
    LAND_PER_PUPIL,
    WEIGHTS,
    Need,
    exclusions,
    grid,
    need_of,
    reasons,
    scores,
    too_few,
)
from geodata.surroundings import HAZARD_METRES, distances
from tests.support.layers import CRS, at, roads

NEED = Need(pupils=540.0, land_m2=11_880.0)
STREET = roads([(0, 0), (5000, 0)])


def parcels(**middles):
    """Squares of 200 m round some places."""
    shapes = [shapely.Point(at(*xy)).buffer(100, cap_style="square") for xy in middles.values()]
    return gpd.GeoDataFrame({"parcel_id": list(middles)}, geometry=shapes, crs=CRS)


def hazards(*rows):
    """Kind, metres and the place of each hazard."""
    columns = {"kind": [row[0] for row in rows], "metres": [row[1] for row in rows]}
    places = [shapely.Point(at(*row[2])) for row in rows]
    return gpd.GeoDataFrame(columns, geometry=places, crs=CRS)


def table(places, lines=STREET, dangers=None, land=40_000.0, use=""):
    found = distances(places, lines, dangers)
    return found.assign(land_m2=land, land_use=use)


def test_a_school_of_twelve_classes_needs_the_land_of_its_pupils():
    assert need_of({"primary": 12}, {"primary": 45.0}) == NEED
    both = need_of(
        {"primary": 12, "lower_secondary": 6}, {"primary": 45.0, "lower_secondary": 50.0}
    )
    assert both == Need(840.0, 540 * LAND_PER_PUPIL["primary"] + 300 * 26.0)


def test_a_grid_fills_the_county_and_nothing_beyond():
    county = shapely.box(*at(0, 0), *at(1000, 500))
    cells = grid(county, 250.0, CRS)
    assert len(cells) == 8
    assert cells["parcel_id"].is_unique
    assert shapely.union_all(cells.geometry.to_numpy()).equals(county)


def test_a_free_parcel_by_a_street_is_not_ruled_out():
    assert exclusions(table(parcels(a=(1000, 60))), NEED) == {}


@pytest.mark.parametrize(
    ("place", "given", "words"),
    [
        ((1000, 60), {"land": 9_000.0}, "too small: 9,000 of 11,880 m²"),
        ((1000, 900), {}, "900 m from any road"),
        ((1000, 60), {"lines": roads([(0, 0), (5000, 0)], road_class="primary")},
         "60 m from a main road, less than 80 m"),
        ((1000, 60), {"dangers": hazards(("railway", np.nan, (1000, 160)))},
         "100 m from a railway, less than 300 m"),
        ((1000, 60), {"dangers": hazards(("quarry", 500.0, (1000, 460)))},
         "400 m from quarry, less than 500 m"),
    ],
)  # fmt: skip
def test_each_hard_exclusion_is_named_with_its_figures(place, given, words):
    (reason,) = exclusions(table(parcels(a=place), **given), NEED)["a"]
    assert reason.en == words
    assert reason.zh != reason.en


def test_land_that_may_not_be_used_is_ruled_out_by_the_beginning_of_its_code():
    places = table(parcels(a=(1000, 60)), use="0101")
    assert exclusions(places, NEED, ("01",))["a"][0].en == "land use 0101"
    assert exclusions(places, NEED, ("02",)) == {}
    assert exclusions(places, NEED) == {}


def test_a_place_is_ruled_out_by_every_reason_at_once():
    places = table(parcels(a=(1000, 900)), land=1.0, use="W1")
    assert len(exclusions(places, NEED, ("W",))["a"]) == 3


def test_land_that_is_not_known_rules_nothing_out():
    assert exclusions(table(parcels(a=(1000, 60)), land=np.nan), NEED) == {}


def test_of_several_hazards_the_one_with_the_smallest_margin_counts():
    dangers = hazards(("landfill", np.nan, (1000, 1900)), ("jail", np.nan, (1000, 960)))
    (row,) = distances(parcels(a=(1000, 60)), STREET, dangers).to_dict("records")
    assert (row["hazard"], row["hazard_metres"], row["hazard_least"]) == (
        "landfill",
        1840.0,
        2000.0,
    )


def judged(**figures):
    row = {
        "road_metres": 50.0, "hazard": "", "hazard_metres": np.inf, "hazard_least": 0.0,
        "land_m2": 17_820.0, "land_use": "A33", "pupils_in_reach": 540.0, "pupils_nearer": 540.0,
        "school_metres": 4000.0,
    }  # fmt: skip
    return scores(pd.DataFrame([row | figures]), NEED, 2000.0).iloc[0]


def test_a_place_that_is_good_in_everything_has_the_whole_score():
    best = judged()
    assert best["score"] == pytest.approx(1.0)
    assert np.isnan(best["hazards"])


@pytest.mark.parametrize(
    ("figures", "criterion", "value"),
    [
        ({"pupils_in_reach": 270.0, "pupils_nearer": 0.0}, "demand", 0.25),
        ({"school_metres": 1000.0}, "schools", 0.25),
        ({"school_metres": np.inf}, "schools", 1.0),
        ({"land_m2": 14_850.0}, "land", 0.5),
        ({"road_metres": 275.0}, "roads", 0.5),
        ({"land_use": "R2"}, "land_use", 0.5),
        ({"hazard_metres": 300.0, "hazard_least": 300.0}, "hazards", 0.5),
    ],
)
def test_a_criterion_falls_with_its_figure_and_takes_its_weight(figures, criterion, value):
    row = judged(**figures)
    assert row[criterion] == pytest.approx(value)
    known = [name for name in WEIGHTS if not np.isnan(row[name])]
    wanted = sum(WEIGHTS[name] * row[name] for name in known) / sum(WEIGHTS[n] for n in known)
    assert row["score"] == pytest.approx(wanted)


def test_what_cannot_be_judged_weighs_nothing():
    row = judged(land_m2=np.nan, land_use="")
    assert np.isnan(row[["land", "land_use"]].astype(float)).all()
    assert row["score"] == pytest.approx(1.0)


def test_reasons_say_the_figures_in_both_languages():
    row = {
        "pupils_in_reach": 400.0, "pupils_nearer": 100.0, "school_metres": 2500.0,
        "land_m2": 20_000.0, "road_metres": 40.0, "land_use": "A33", "hazard": "railway",
        "hazard_metres": 900.0, "slope": np.nan,
    }  # fmt: skip
    said = reasons(row, NEED, 2000.0)
    assert "400 pupils within 2,000 m of 540 places, 100 of them nearer" in said.en
    assert "a railway 900 m away" in said.en
    assert "2,000米内有学生400人" in said.zh


def test_every_kind_of_hazard_has_words():
    assert set(HAZARD_WORDS) == set(HAZARD_METRES)


def test_a_place_that_few_pupils_reach_is_ruled_out_with_their_number():
    reached = pd.DataFrame({"parcel_id": ["a", "b"], "pupils_in_reach": [134.0, 135.0]})
    ((name, (why,)),) = too_few(reached, NEED, 2000.0).items()
    assert (name, "134 pupils within 2,000 m" in why.en, "134人" in why.zh) == ("a", True, True)
