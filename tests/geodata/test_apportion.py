import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.apportion import areal_shares, largest_remainder, zone_of
from geodata.findings import Source
from tests.support.layers import points, squares


def test_an_area_is_shared_by_the_land_it_has_in_each():
    towns = squares(size=2000.0, t=(0, 0)).rename(columns={"zone_id": "town"})
    zones = squares(a=(0, 0), b=(1, 0), c=(0, 1))
    shares = areal_shares(towns, zones, "town", "zone_id").set_index("zone_id")["share"]
    assert shares.to_dict() == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})


def test_a_point_on_a_border_is_counted_once_and_one_outside_is_told():
    zones = squares(b=(1, 0), a=(0, 0))
    places = points("site_id", border=(1000, 500), inside=(1500, 500), outside=(-5, 0))
    places.index = pd.Index([1, 2, 3])
    zone, findings = zone_of(places, zones, Source("county.gpkg", "schools"))
    assert zone.tolist() == ["a", "b", ""]
    assert [(f.code, f.row) for f in findings] == [("G30", 3)]


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=30))
def test_whole_numbers_keep_the_sum_and_stay_within_one(values):
    figures = np.array(values)
    whole = largest_remainder(figures)
    assert whole.sum() == pytest.approx(figures.sum(), abs=0.5 + 1e-6)
    assert (np.abs(whole - figures) < 1 + 1e-6).all()


def test_the_largest_remainders_go_up():
    assert largest_remainder(np.array([1.2, 1.7, 1.1])).tolist() == [1, 2, 1]
