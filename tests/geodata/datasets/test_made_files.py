"""Both made counties are complete, fit together, and come out the same again."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geodata.datasets.county.county import make_county
from geodata.datasets.county.spec import FULL, SMALL, Spec
from geodata.datasets.county.write import write_county
from geodata.findings import Source
from geodata.readers import cross_check, read_layer, read_table
from geodata.schemas import SCHEMAS
from tests.support.made_county import EXAMPLES, Files, read_files

SEED = 2020


@pytest.fixture(scope="module", params=["county", "small_county"])
def files(request: pytest.FixtureRequest) -> Files:
    return read_files(EXAMPLES / request.param)


def same_bytes(spec: Spec, folder: Path) -> None:
    write_county(make_county(spec, SEED), folder)
    committed = EXAMPLES / spec.name
    made = sorted(path.name for path in folder.iterdir())
    assert made == sorted(path.name for path in committed.iterdir() if path.is_file())
    different = [n for n in made if (folder / n).read_bytes() != (committed / n).read_bytes()]
    assert different == []


def test_the_small_county_made_again_is_the_same_byte_for_byte(tmp_path):
    same_bytes(SMALL, tmp_path)


@pytest.mark.slow
def test_the_full_county_made_again_is_the_same_byte_for_byte(tmp_path):
    same_bytes(FULL, tmp_path)


def test_another_seed_makes_another_county_with_the_same_totals():
    county = make_county(SMALL, SEED + 1)
    assert county.enrolment.groupby("grade").pupils.sum().tolist() == list(SMALL.pupils)
    assert county.teachers.teachers.sum() == SMALL.teachers
    assert not county.enrolment.equals(make_county(SMALL, SEED).enrolment)


@pytest.mark.parametrize("name", ["county", "small_county"])
def test_the_readers_find_no_fault(name):
    folder = EXAMPLES / name
    frames, sources, findings = {}, {}, []
    for key, place in read_files(folder).study["inputs"].items():
        path, part = folder / place["file"], place.get("layer", place.get("sheet", ""))
        read = read_layer if "layer" in place else read_table
        frames[key], found = read(path, part, SCHEMAS[key])
        sources[key] = Source(place["file"], part)
        findings += found
    assert [*findings, *cross_check(frames, sources)] == []


def test_the_files_stay_small():
    for name in ("county", "small_county"):
        assert sum(path.stat().st_size for path in (EXAMPLES / name).iterdir()) < 8e6


def test_pages_can_say_in_two_languages_that_it_is_made_up(files):
    assert files.study["made_up"] is True
    assert "made" in files.study["title"]["en"]
    assert "虚构" in files.study["title"]["zh"]
    notes = (EXAMPLES / files.study["study"] / "notes.md").read_text(encoding="utf-8")
    assert "made up" in notes
    assert "虚构" in notes


def test_a_zone_goes_whole_to_one_school_in_each_grade(files):
    assert not files.enrolment.duplicated(["zone_id", "grade"]).any()
    assert (files.enrolment.pupils > 0).all()


def test_roads_join_every_place_to_every_other_in_both_directions(files):
    roads = files.roads[files.roads["class"] != "motorway"]
    lines = np.array([(line.coords[0], line.coords[-1]) for line in roads.geometry])
    nodes, index = np.unique(np.round(lines.reshape(-1, 2), 1), axis=0, return_inverse=True)
    forth = index.reshape(-1, 2)
    ways = np.concatenate([forth, forth[roads.oneway.to_numpy() == 0][:, ::-1]])
    graph = csr_matrix((np.ones(len(ways)), (ways[:, 0], ways[:, 1])), (len(nodes), len(nodes)))
    assert connected_components(graph, directed=True, connection="strong")[0] == 1
    assert files.roads["class"].nunique() == 6


def test_options_start_and_serve_within_the_horizon(files):
    first, last = files.study["first_year"], files.study["first_year"] + files.study["years"] - 1
    free = files.options[files.options.committed == 0]
    assert (free.earliest >= first).all()
    assert (free.earliest <= free.latest).all()
    assert (free.latest + free.lead <= last).all()
    assert (free.latest <= 2028).all()


def test_committed_projects_start_in_their_year_and_fit_the_budget(files):
    committed = files.options[files.options.committed > 0]
    assert (committed.earliest == committed.committed).all()
    assert (committed.latest == committed.committed).all()
    assert 1 <= len(committed) <= 3
    first = files.study["first_year"]
    due = [
        row.capital_cost * sum(parts[max(0, first - row.committed) :][:1])
        for row in committed.itertuples()
        for parts in [[float(part) for part in str(row.spend).split(";") if part] or [1.0]]
    ]
    assert 0 < sum(due) <= files.study["budget"]


def test_every_unsafe_school_can_be_made_safe_in_time(files):
    unsafe = files.schools.site_id[files.schools.unsafe == 1]
    retrofit = files.options[files.options.action == "retrofit"]
    assert set(retrofit.site_id) == set(unsafe)
    deadline = files.study["policies"]["reshape"]["unsafe_deadline"]
    assert (retrofit.earliest + retrofit.lead <= deadline).all()
    rooms = files.schools.set_index("site_id").rooms
    classes = files.classes.groupby("site_id").classes.sum()
    village = files.schools.set_index("site_id").kind == "rural"
    spare = (rooms - classes).where(village, np.inf)
    assert (retrofit.rooms_out.to_numpy() <= spare[retrofit.site_id].to_numpy()).all()


def test_options_have_the_standard_sizes(files):
    sizes = {"primary": {12, 18, 24, 30, 36}, "lower_secondary": {12, 24, 30},
             "nine_year": {18, 36, 45}}  # fmt: skip
    new = files.options[files.options.action.isin(["open", "relocate"])]
    assert len(new)
    for option in new.itertuples():
        assert option.rooms in sizes[option.school_type_after]
        assert option.area_m2 * 4_500 <= option.capital_cost
    extend = files.options[files.options.action == "extend"]
    assert extend.rooms.isin([6, 12]).all()
    assert extend.groupby("site_id").size().max() <= 2


def test_every_candidate_has_an_option(files):
    assert set(files.candidates.site_id) <= set(files.options.site_id)
    assert set(files.options.action) >= {"open", "extend", "retrofit", "convert", "relocate"}
