"""A study that asks for areas in one piece: what touches, where schools stand, what is torn."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.findings import FindingError
from scenarios.assemble import assemble, prepare
from scenarios.assemble.land import adjacency_of
from scenarios.assemble.layers import read_layers
from scenarios.config import load_study
from tests.support.studies import small_study

ASKED = ("actions: [open, extend]", "actions: [open]\n    contiguous: true")
LINKS = ("  options:", "  links: {file: links.csv}\n  options:")


def test_neighbours_and_own_zones_come_in_the_order_of_the_problem(tmp_path: Path) -> None:
    loaded = load_study(small_study(tmp_path, ASKED))
    prepared = prepare(loaded)
    asked, free = (
        assemble(prepared, one).problem
        for name in ("keep", "reshape")
        for one in [s for s in loaded.scenarios if s.policy == name][:1]
    )
    assert free.adjacency is None
    adjacency = asked.adjacency
    assert adjacency is not None
    assert asked.policy.contiguous
    zones = prepared.layers.layer("zones").set_index("zone_id").geometry
    sites = prepared.layers.sites().set_index("site_id").geometry
    for a, b in zip(adjacency.zone_a[:20], adjacency.zone_b[:20], strict=True):
        assert zones[asked.zones.ids[a]].intersection(zones[asked.zones.ids[b]]).length > 0
    for site, own in enumerate(adjacency.own):
        assert zones[asked.zones.ids[own]].intersects(sites[asked.sites.ids[site]])


def test_a_study_that_asks_nothing_has_no_land_to_find(tmp_path: Path) -> None:
    loaded = load_study(small_study(tmp_path))
    assert adjacency_of(loaded, read_layers(loaded)) == (None, [])


def test_pupils_far_from_their_school_make_a_torn_area_that_is_named(tmp_path: Path) -> None:
    study = small_study(tmp_path, ASKED)
    loaded = load_study(study)
    layers = read_layers(loaded)
    before = adjacency_of(loaded, layers)[1]
    enrolment = layers.frames["enrolment"]
    places = layers.layer("zones").set_index("zone_id").geometry.centroid
    schools = layers.sites().set_index("site_id").geometry
    primary = enrolment[enrolment["level"] == "primary"]
    site = str(primary["site_id"].iloc[0])
    far = str(places.distance(schools[site]).idxmax())
    moved = (enrolment["zone_id"] == far) & (enrolment["level"] == "primary")
    enrolment.loc[moved, "site_id"] = site
    found = [one for one in adjacency_of(loaded, layers)[1] if one not in before]
    assert [(one.code, one.value) for one in found] == [("D37", f"{site}, primary")]
    assert far in found[0].why.en


def as_points(study: Path) -> None:
    """Draw the zones of a study as points."""
    file = study.parent / "county.gpkg"
    zones = gpd.read_file(file, layer="zones")
    zones = zones.set_geometry(zones.geometry.representative_point())
    zones.to_file(file, layer="zones", driver="GPKG")


def test_points_without_links_are_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path, ASKED)
    as_points(study)
    with pytest.raises(FindingError) as error:
        prepare(load_study(study))
    assert [one.code for one in error.value.findings if one.severity.value == "error"] == ["G62"]


def test_points_touch_by_the_links_given(tmp_path: Path) -> None:
    study = small_study(tmp_path, ASKED, LINKS)
    as_points(study)
    ids = sorted(gpd.read_file(study.parent / "county.gpkg", layer="zones")["zone_id"])
    rows = pd.DataFrame({"zone_a_id": ids[1:], "zone_b_id": ids[:-1]})
    rows.to_csv(study.parent / "links.csv", index=False)
    loaded = load_study(study)
    adjacency, _ = adjacency_of(loaded, read_layers(loaded))
    assert adjacency is not None
    assert np.array_equal(adjacency.zone_a, np.arange(len(ids) - 1))
    assert (adjacency.own >= 0).all()


def test_a_link_to_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path, ASKED, LINKS)
    (study.parent / "links.csv").write_text("zone_a_id,zone_b_id\nnowhere,nobody\n")
    with pytest.raises(FindingError) as error:
        prepare(load_study(study))
    assert {one.code for one in error.value.findings if one.severity.value == "error"} == {"T53"}
