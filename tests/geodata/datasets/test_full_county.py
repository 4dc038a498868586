"""The embedded county holds the facts it is modelled on, as its written files show."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.support.made_county import EXAMPLES, Files, minutes_to_sites, read_files

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
CENTRES_AND_AREAS = {  # metres in EPSG:4549 and km²; © OpenStreetMap contributors
    "洋河镇": (493575, 3998044, 129.70),
    "里岔镇": (481540, 3995391, 156.49),
    "铺集镇": (473301, 3998883, 113.50),
    "九龙街道": (504305, 4007589, 194.97),
    "李哥庄镇": (513529, 4025166, 75.01),
    "胶莱街道": (504529, 4033758, 143.83),
    "胶东街道": (506749, 4023541, 120.52),
    "胶西街道": (489329, 4011722, 165.30),
    "胶北街道": (495728, 4024691, 101.65),
    "阜安街道": (501974, 4017783, 10.96),
    "三里河街道": (498995, 4012023, 57.25),
    "中云街道": (497927, 4016822, 16.37),
}
# The lessons a week of a class in all its grades together, over the weekly load of a teacher.
ARTS_AND_PE_FTE = {
    ("primary", "arts"): [4 / 18] * 6,
    ("primary", "pe"): [4 / 18, 4 / 18, 3 / 18, 3 / 18, 3 / 18, 3 / 18],
    ("lower_secondary", "arts"): [2 / 16] * 3,
    ("lower_secondary", "pe"): [3 / 14] * 3,
}


@pytest.fixture(scope="module")
def county() -> Files:
    return read_files(EXAMPLES / "county")


@pytest.fixture(scope="module")
def grades(county: Files) -> pd.DataFrame:
    """Pupils and classes by school and grade, with the school's kind."""
    keys = ["site_id", "level", "grade"]
    pupils = county.enrolment.groupby(keys, as_index=False).pupils.sum()
    table = pupils.merge(county.classes, on=keys, how="outer", validate="one_to_one")
    assert table.notna().all(axis=None)
    return table.merge(county.schools[["site_id", "kind"]], on="site_id")


def outlines() -> gpd.GeoDataFrame:
    path = SHARED / "county_jiaozhou" / "towns.geojson"
    if not path.exists():
        pytest.skip(f"the real outlines are not here: {path}")
    return gpd.read_file(path).to_crs("EPSG:4549").set_index("name")


def test_the_twelve_towns_have_the_real_centres_and_areas(county):
    assert set(county.towns.town) == set(CENTRES_AND_AREAS)
    for town in county.towns.itertuples():
        x, y, area = CENTRES_AND_AREAS[town.town]
        assert town.geometry.centroid.distance(shapely.Point(x, y)) < 1_000
        assert town.geometry.area / 1e6 == pytest.approx(area, rel=0.03)


def test_the_facts_about_towns_agree_with_the_real_outlines():
    for name, outline in outlines().geometry.items():
        x, y, area = CENTRES_AND_AREAS[name]
        assert outline.centroid.distance(shapely.Point(x, y)) < 1
        assert outline.area / 1e6 == pytest.approx(area, abs=0.005)


def test_no_real_outline_is_copied(county):
    real = outlines().geometry
    for town in county.towns.itertuples():
        shared = town.geometry.boundary.intersection(real[town.town].boundary.buffer(20)).length
        assert shared < 0.1 * town.geometry.length


def test_zones_tile_the_towns_without_gap_or_overlap(county):
    zones = county.zones
    assert 950 <= len(zones) <= 1_050
    assert zones.zone_id.is_unique
    assert shapely.coverage_is_valid(
        gpd.read_file(EXAMPLES / "county" / "county.gpkg", layer="zones").geometry.to_numpy()
    )
    by_town = zones.dissolve("town").geometry
    for town in county.towns.itertuples():
        assert by_town[town.town].symmetric_difference(town.geometry).area < 10


def test_children_sum_to_the_census_by_age(county):
    by_age = county.children.groupby("age").children.sum()
    assert by_age.to_dict() == {0: 7_804, 1: 13_212, 2: 13_212, 3: 13_212, 4: 13_212, 5: 10_510}
    urban = county.zones.zone_id[county.zones.kind == "urban"]
    share = county.children.children[county.children.zone_id.isin(urban)].sum() / by_age.sum()
    assert share == pytest.approx(0.6216, abs=5e-4)


def test_pupils_sum_to_the_report_and_grades_run_smoothly(county):
    by_level = county.enrolment.groupby("level").pupils.sum()
    assert by_level.to_dict() == {"primary": 61_179, "lower_secondary": 31_979}
    by_grade = county.enrolment.groupby("grade").pupils.sum()
    assert (by_grade.pct_change().abs().dropna() < 0.04).all()
    assert by_grade.between(0.95 * 10_135, 1.08 * 10_510).all()


def test_schools_are_counted_as_in_the_report(county):
    schools = county.schools[county.schools.school_type != "teaching_point"]
    assert len(schools) == 95
    assert (schools.school_type == "primary").sum() == 74
    assert schools.school_type.isin(["lower_secondary", "nine_year"]).sum() == 21
    assert schools.kind.value_counts().to_dict() == {"rural": 64, "urban": 31}
    assert county.schools.name.is_unique
    pupils = county.enrolment.groupby("site_id").pupils.sum()
    rural = county.schools.site_id[county.schools.kind == "rural"]
    assert pupils[rural].sum() == pytest.approx(31_000, rel=0.01)


def test_teaching_points_stand_beside_and_hand_on_to_a_primary_school(county):
    schools = county.schools.set_index("site_id")
    points = schools[schools.school_type == "teaching_point"]
    assert len(points) == 5
    assert points.point_grades.isin([2, 3]).all()
    assert (schools.school_type[points.parent_id]).isin(["primary", "nine_year"]).all()
    own = county.enrolment[county.enrolment.site_id.isin(points.index)]
    assert (own.grade <= points.point_grades[own.site_id].to_numpy()).all()
    assert own.groupby(["site_id", "grade"]).pupils.sum().max() <= 30


def test_teachers_sum_to_the_report(county):
    teachers = county.teachers
    assert teachers.teachers.sum() == 6_551
    assert set(teachers.subject) == {
        *("chinese", "mathematics", "english", "science", "social", "arts", "pe", "other")
    }
    pool = teachers[["pool_id", "level", "subject", "rank", "home_town"]].drop_duplicates()
    assert pool.pool_id.is_unique


def test_one_in_fourteen_town_classes_is_large(grades):
    town = grades[grades.kind == "urban"]
    large = town.pupils / town.classes >= 56
    assert town.classes[large].sum() / town.classes.sum() == pytest.approx(0.07, abs=0.003)
    over = np.ceil(town.pupils / town.classes) >= 56
    assert (over == large).all()


def test_a_fifth_of_town_function_rooms_is_taken_by_classes(county, grades):
    town = county.schools[county.schools.kind == "urban"].set_index("site_id")
    function_rooms = town.filter(like="function_").sum(axis=1)
    classes = grades.groupby("site_id").classes.sum()[town.index]
    taken = (classes - town.rooms).clip(lower=0)
    assert taken.sum() / function_rooms.sum() == pytest.approx(0.20, abs=0.005)
    assert (taken <= function_rooms).all()


def test_every_school_holds_its_classes(county, grades):
    schools = county.schools.set_index("site_id")
    classes = grades.groupby("site_id").classes.sum()[schools.index]
    holds = schools.rooms + schools.filter(like="function_").sum(axis=1)
    assert (classes <= holds).all()
    villages = schools.kind == "rural"
    assert (classes <= schools.rooms)[villages].all()


def test_rural_classes_are_small(grades):
    rural = grades[grades.kind == "rural"]
    assert 22 < rural.pupils.sum() / rural.classes.sum() < 25


def test_villages_lack_sixty_teachers_of_arts_and_physical_education(county):
    rural = set(county.schools.site_id[county.schools.kind == "rural"])
    gap = 0.0
    villages = county.classes[county.classes.site_id.isin(rural)]
    teachers = county.teachers[county.teachers.site_id.isin(rural)]
    for (level, subject), fte in ARTS_AND_PE_FTE.items():
        classes = villages[villages.level == level]
        index = classes.grade - (1 if level == "primary" else 7)
        have = teachers.teachers[(teachers.level == level) & (teachers.subject == subject)]
        gap += (classes.classes * np.array(fte)[index]).sum() - have.sum()
    assert gap >= 60


@pytest.mark.parametrize("level", ["primary", "lower_secondary"])
def test_key_teachers_are_unevenly_spread(county, level):
    enrolment, teachers = county.enrolment, county.teachers
    pupils = enrolment[enrolment.level == level].groupby("site_id").pupils.sum()
    key = teachers[(teachers.level == level) & (teachers["rank"] == "key")]
    key = key.groupby("site_id").teachers.sum().reindex(pupils.index, fill_value=0)
    mean = key.sum() / pupils.sum()
    spread = np.sqrt((pupils / pupils.sum() * (key / pupils - mean) ** 2).sum())
    assert spread / mean > 0.55


def test_every_zone_has_each_level_within_half_an_hour(county):
    for level in ("primary", "lower_secondary"):
        sites = county.schools[county.schools.school_type.isin([level, "nine_year"])]
        share = (minutes_to_sites(county, sites).min(axis=0) <= 30).mean()
        assert share >= 0.99


def test_candidates_stand_mostly_in_town_and_at_seats(county):
    assert 28 <= len(county.candidates) <= 32
    assert (county.candidates.place != "village").mean() > 0.9
    assert (county.candidates.land_m2 > 0).all()


def test_births_are_those_of_china_and_the_variants_part_evenly(county):
    births = county.births.pivot_table(index="year", columns="variant", values="births_index")
    assert births.loc[2020].tolist() == [1, 1, 1]
    assert births.low[2030] / births.medium[2030] == pytest.approx(0.9, abs=1e-3)
    assert births.high[2030] / births.medium[2030] == pytest.approx(1.1, abs=1e-3)
    folder = SHARED / "births_un"
    if not folder.exists():
        pytest.skip(f"the United Nations' table is not here: {folder}")
    china = pd.concat(
        [
            pd.read_csv(folder / name, sep="\t").query("country == 'China'").iloc[0, 2:]
            for name in ("births.txt", "birthsprojMed.txt")
        ]
    ).astype(float)
    china.index = china.index.astype(int)
    expected = china[births.index] / china[2020]
    assert np.abs(births.medium - expected).max() < 1e-4
