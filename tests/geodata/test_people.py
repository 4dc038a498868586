"""Where people live: zones made of them, and children divided by them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.people import clusters, divided, live, made_zones
from tests.support.layers import CRS, at, squares

TOWNS = squares(size=10_000.0, a=(0, 0), b=(1, 0)).rename(columns={"zone_id": "town"})


def people(*rows):
    """Places as x, y, number."""
    return gpd.GeoDataFrame(
        {"people": [float(row[2]) for row in rows]},
        geometry=[shapely.Point(at(*row[:2])) for row in rows],
        crs=CRS,
    )


def scattered(count, seed=0):
    rng = np.random.default_rng(seed)
    return people(*rng.uniform([0, 0, 1], [20_000, 10_000, 9], (count, 3)))


def villages(*centres, each=20):
    rng = np.random.default_rng(1)
    return people(
        *((x + dx, y + dy, 1) for x, y in centres for dx, dy in rng.normal(0, 90, (each, 2)))
    )


def test_villages_apart_become_zones_of_their_own_at_a_place_where_people_live():
    lived = villages((1000, 1000), (5000, 8000), (9000, 2000), (15_000, 5000))
    zones = made_zones(TOWNS, lived, 4, 1500.0)
    assert zones["zone_id"].tolist() == ["a-001", "a-002", "a-003", "b-001"]
    assert zones["town"].tolist() == ["a", "a", "a", "b"]
    of, starts = live(lived, zones, TOWNS)
    assert np.bincount(of.zone).tolist() == [20, 20, 20, 20]
    assert of.metres.max() < 400
    assert starts.geometry.isin(lived.geometry).all()


def test_towns_get_zones_by_their_people_and_one_at_least():
    lived = people(*((x * 100, 500, 10) for x in range(90)), (15_000, 500, 1))
    zones = made_zones(TOWNS, lived, 10, 1500.0)
    assert zones["town"].value_counts().to_dict() == {"a": 9, "b": 1}
    assert len(made_zones(TOWNS, lived, 1, 1500.0)) == 2


def test_there_are_no_more_zones_than_places():
    assert len(made_zones(TOWNS, people((10, 10, 5), (20, 10, 5)), 50, 1500.0)) == 2


def test_a_zone_is_urban_where_most_of_its_people_live_close():
    lived = people((500, 500, 1600), (5500, 500, 1400))
    kinds = made_zones(TOWNS, lived, 2, 1500.0).set_index("zone_id")["kind"]
    assert kinds.to_dict() == {"a-001": "urban", "a-002": "rural"}


def test_more_zones_bring_people_nearer_to_their_zone():
    lived = scattered(2000)
    means = []
    for number in (5, 20, 80, 320):
        of, _ = live(lived, made_zones(TOWNS, lived, number, 1500.0), TOWNS)
        means.append(np.average(of.metres, weights=lived["people"]))
    assert means == sorted(means, reverse=True)
    # A square of side s holds its people 0.38 s from its middle, on average.
    assert means[2] == pytest.approx(0.38 * (2e8 / 80) ** 0.5, rel=0.15)


def test_zones_do_not_depend_on_the_order_of_the_file():
    lived = scattered(300)
    other = made_zones(TOWNS[::-1], lived[::-1], 20, 1500.0)
    assert made_zones(TOWNS, lived, 20, 1500.0).equals(other)


def test_groups_are_all_in_use_and_hold_everybody():
    lived = scattered(500)
    xy = shapely.get_coordinates(lived.geometry.to_numpy())
    group = clusters(xy, lived["people"].to_numpy(), 37)
    assert set(group) == set(range(37))


def test_people_of_an_outline_are_those_inside_and_it_begins_where_they_live():
    zones = squares(z1=(0, 0), z2=(1, 0)).assign(town="a")
    lived = people((100, 100, 3), (150, 100, 3), (900, 900, 1), (1500, 500, 2), (5000, 5000, 9))
    of, starts = live(lived, zones, TOWNS)
    assert of.zone.tolist() == [0, 0, 0, 1, -1]
    assert [(p.x, p.y) for p in starts.geometry] == [at(150, 100), at(1500, 500)]
    assert of.metres[:2] == pytest.approx([50, 0])
    assert np.isnan(of.metres[4])


def test_an_outline_where_nobody_lives_begins_inside():
    zones = squares(z1=(0, 0), z2=(1, 0)).assign(town="a")
    _, starts = live(people((100, 100, 3)), zones, TOWNS)
    assert starts.geometry.iloc[1].within(zones.geometry.iloc[1])


def test_people_belong_to_the_nearest_zone_of_their_own_town():
    zones = people((9000, 500, 0), (10_100, 500, 0)).assign(zone_id=["z1", "z2"], town=["a", "b"])
    of, _ = live(people((9900, 500, 1), (10_050, 500, 1)), zones, TOWNS)
    assert of.zone.tolist() == [0, 1]


def test_children_of_a_town_are_divided_whole_and_none_is_lost():
    totals = pd.DataFrame({"town": ["a", "a", "b"], "age": [0, 1, 0], "children": [10, 1, 7]})
    weights = pd.DataFrame(
        {"zone_id": ["z1", "z2", "z3", "z4"], "town": ["a", "a", "a", "b"], "weight": [1, 1, 2, 5]}
    )
    parts = divided(totals.set_axis([5, 6, 7]), weights)
    assert parts[parts["age"] == 0].set_index("zone_id")["children"].to_dict() == {
        "z1": 3, "z2": 2, "z3": 5, "z4": 7,
    }  # fmt: skip
    assert parts.groupby(level=0)["children"].sum().to_dict() == {5: 10, 6: 1, 7: 7}


def test_children_of_a_town_where_nobody_lives_are_left_to_be_told_of():
    totals = pd.DataFrame({"town": ["a"], "age": [0], "children": [10]})
    assert divided(totals, pd.DataFrame({"zone_id": ["z"], "town": ["a"], "weight": [0.0]})).empty
