"""A study whose roads are an OpenStreetMap extract: the small county's own, written as one."""

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely

from geodata.findings import FindingError
from optimizer.domain.tables import MODES
from scenarios.assemble import assemble, prepare
from scenarios.assemble.layers import read_layers
from scenarios.assemble.measure import measure
from scenarios.config import load_study, open_study
from scenarios.run import credits
from tests.support.studies import SMALL, small_study

CLASSES = {"street": "unclassified", "track": "service"}
DRAWN = ("roads: {file: county.gpkg, layer: roads}", "roads: {file: roads.osm.pbf}")


def as_extract(path, *, east=0.0):
    """Write the small county's roads as an extract, moved east by degrees."""
    roads = gpd.read_file(SMALL.parent / "county.gpkg", layer="roads")
    xy, line = shapely.get_coordinates(roads.geometry.to_numpy(), return_index=True)
    places, node = np.unique(np.round(xy, 7), axis=0, return_inverse=True)
    writer = osmium.SimpleWriter(str(path))
    for number, (x, y) in enumerate(places.tolist(), start=1):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=(x + east, y), version=1))
    for number, row in enumerate(roads.itertuples()):
        tags = {"highway": CLASSES.get(row[2], row[2])}
        if row.oneway:
            tags["oneway"] = str(row.oneway)
        nodes = (node.ravel()[line == number] + 1).tolist()
        writer.add_way(osmium.osm.mutable.Way(id=number + 1, nodes=nodes, tags=tags, version=1))
    writer.close()


def codes(study):
    with pytest.raises(FindingError) as error:
        read_layers(load_study(study))
    return [(one.code, one.file) for one in error.value.findings]


def measured(study):
    loaded = load_study(study)
    table = measure(loaded, read_layers(loaded)).table
    return table.set_index(["zone_id", "site_id", "mode"])


def test_an_extract_serves_a_study_as_its_drawn_roads_do(tmp_path):
    study = small_study(tmp_path, DRAWN)
    as_extract(study.parent / "roads.osm.pbf")
    drawn, read = measured(SMALL), measured(study)
    both = drawn.index.intersection(read.index)
    assert len(both) > 0.9 * len(drawn)
    walked = both[both.get_level_values("mode") == "walk"]
    ratio = read.loc[walked, "metres"] / drawn.loc[walked, "metres"]
    assert ratio.median() == pytest.approx(1, abs=1e-4)
    assert ratio.between(0.99, 1.01).mean() > 0.95


def test_an_extract_of_another_county_is_refused(tmp_path):
    study = small_study(tmp_path, DRAWN)
    as_extract(study.parent / "roads.osm.pbf", east=2.0)
    assert codes(study) == [("N37", "roads.osm.pbf")]


def test_an_extract_that_breaks_off_is_refused_beside_other_faults(tmp_path):
    study = small_study(tmp_path, DRAWN)
    path = study.parent / "roads.osm.pbf"
    as_extract(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (study.parent / "births.csv").write_text("no,births\n", encoding="utf-8")
    found = codes(study)
    assert ("N43", "roads.osm.pbf") in found
    assert {file for _, file in found} == {"births.csv", "roads.osm.pbf"}


def test_a_page_saved_under_the_name_of_an_extract_is_refused(tmp_path):
    study = small_study(tmp_path, DRAWN)
    (study.parent / "roads.osm.pbf").write_text("<html>404</html>", encoding="utf-8")
    assert codes(study) == [("N43", "roads.osm.pbf")]


@pytest.mark.parametrize("said", ["columns: map.yaml", "datum: GCJ-02"])
def test_an_extract_has_neither_columns_nor_a_datum(tmp_path, said):
    study = small_study(tmp_path, (DRAWN[0], f"roads: {{file: roads.osm.pbf, {said}}}"))
    as_extract(study.parent / "roads.osm.pbf")
    (study.parent / "map.yaml").write_text("table: roads\n", encoding="utf-8")
    _, faults = open_study(study)
    assert [(one.code, one.column) for one in faults] == [
        ("C23", f"inputs.roads.{said.split(':')[0]}")
    ]


def test_pupils_may_cycle_where_a_study_says_so(tmp_path):
    cycling = ("standards: {}", "standards: {travel.modes: [walk, cycle, bus]}")
    study = small_study(tmp_path, DRAWN, cycling)
    as_extract(study.parent / "roads.osm.pbf")
    prepared = prepare(load_study(study))
    minutes = prepared.travel.table.pivot_table("minutes", ["zone_id", "site_id"], "mode").dropna()
    # Twelve kilometres an hour instead of four, but for the legs to and from the road.
    assert (minutes["walk"] / minutes["cycle"]).median() == pytest.approx(3, abs=0.3)
    scenario = next(one for one in prepared.loaded.scenarios if one.name == "middle-keep")
    modes = assemble(prepared, scenario).problem.travel.mode
    assert {MODES[number] for number in set(modes.tolist())} == {"walk", "cycle", "bus"}


def test_maps_of_an_extract_name_who_made_the_map(tmp_path):
    study = small_study(tmp_path, DRAWN)
    as_extract(study.parent / "roads.osm.pbf")
    assert credits(load_study(study)) == ["© OpenStreetMap contributors, ODbL"]
    assert credits(load_study(SMALL)) == []


def test_a_mode_that_is_none_is_refused(tmp_path):
    flying = ("standards: {}", "standards: {travel.modes: [fly]}")
    with pytest.raises(FindingError, match=r"travel\.modes"):
        load_study(small_study(tmp_path, flying))
