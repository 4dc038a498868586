"""A real map, from the extract to a judged plan, where the shared data is there."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata.datasets.liechtenstein.__main__ import main
from geodata.datasets.liechtenstein.write import EXTRACT, write_study_files
from geodata.findings import FindingError, errors
from optimizer.check import check
from optimizer.methods.base import Limits
from optimizer.solve import solve
from scenarios.assemble import assemble, prepare
from scenarios.config import load_study
from tests.support.osm import extract
from tests.support.studies import EXAMPLES

STUDY = EXAMPLES / "liechtenstein" / "study.yaml"
SHARED = Path(__file__).resolve().parents[3] / "shared/data/roads_liechtenstein" / EXTRACT
PEOPLE = 36_838
"""What the map says of the eleven municipalities."""
AREA_KM2 = 160.5

needs_the_map = pytest.mark.skipif(
    not SHARED.is_file(), reason=f"the real map is not here: {SHARED} is absent"
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("liechtenstein")
    shutil.copyfile(SHARED, folder / EXTRACT)
    write_study_files(folder)
    return Path(shutil.copy(STUDY, folder))


@needs_the_map
def test_the_land_is_that_of_the_map(study):
    towns = gpd.read_file(study.parent / "places.gpkg", layer="towns")
    zones = gpd.read_file(study.parent / "places.gpkg", layer="zones")
    schools = gpd.read_file(study.parent / "places.gpkg", layer="schools")
    assert len(towns) == 11
    assert towns.area.sum() / 1e6 == pytest.approx(AREA_KM2, abs=0.5)
    assert {"Vaduz", "Balzers", "Malbun", "Schaanwald"} <= set(zones["name"])
    assert {"Weiterführende Schule Triesen", "Kleinschule Planken"} <= set(schools["name"])
    assert not schools["name"].str.contains("Musik|Universität|Kita").any()


@needs_the_map
def test_pupils_are_a_share_of_the_people(study):
    pupils = pd.read_csv(study.parent / "enrolment.csv").groupby("grade")["pupils"].sum()
    assert pupils.tolist() == [round(PEOPLE * 0.0105)] * 9


@needs_the_map
def test_the_extract_leads_to_a_plan_without_a_broken_rule(study):
    prepared = prepare(load_study(study))
    assert errors(prepared.findings) == []
    scenario = next(one for one in prepared.loaded.scenarios if one.name == "steady-build")
    problem = assemble(prepared, scenario).problem
    result = solve(problem, "monolithic", Limits(gap=0.05, seconds=60.0, threads=1))
    assert result.plan is not None
    assert list(check(problem, result.plan)) == []
    assert 0 < result.bound <= result.objective <= 1.06 * result.bound


@needs_the_map
def test_a_bus_goes_from_balzers_to_triesen_on_the_main_road(study):
    prepared = prepare(load_study(study))
    ways = prepared.travel.table.set_index(["zone_id", "site_id", "mode"])
    zones, schools = (prepared.layers.frames[name] for name in ("zones", "schools"))
    zone = zones.loc[zones["name"] == "Balzers", "zone_id"].item()
    school = schools.loc[schools["name"] == "Primarschule Triesen", "site_id"].item()
    assert ways["metres"][zone, school, "bus"] == pytest.approx(5_680, rel=0.02)


def test_without_the_extract_the_maker_says_what_is_missing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["liechtenstein", "--folder", str(tmp_path)])
    assert main() == 1
    assert "C35" in capsys.readouterr().err


def test_an_extract_of_elsewhere_makes_no_study(tmp_path):
    nodes = {1: (0, 0), 2: (500, 0), 3: (100, 0, {"place": "village", "name": "X"})}
    extract(tmp_path, nodes, {9: ([1, 2], {"highway": "residential"})}, EXTRACT)
    with pytest.raises(FindingError, match="N43"):
        write_study_files(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [EXTRACT]
