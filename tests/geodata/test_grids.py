"""Grids of people and heights: read as they stand, or refused in words."""

import numpy as np
import pytest
import shapely

from geodata.child import in_child
from geodata.findings import FindingError, Source
from geodata.grids import Grid, sampled, slope_of
from geodata.readers import parts_of, raster
from geodata.readers.raster import read_heights, read_people
from tests.support.grids import NONE, TURNED, write_asc, write_tif
from tests.support.layers import CRS, at, squares

TOWNS = squares(a=(0, 0))
"""One kilometre from the corner to the north-east."""
TEN = np.arange(100, dtype="float32").reshape(10, 10)


def read(path, around=TOWNS):
    return read_people(path, name="pop.tif", around=around)


def codes(path, around=TOWNS):
    frame, findings = read(path, around)
    assert len(frame) == 0 or findings == []
    return [(one.code, one.severity.value, one.file) for one in findings]


@pytest.mark.parametrize("write", [write_tif, write_asc])
def test_cells_are_points_in_their_middle_with_their_people(tmp_path, write):
    path = write(
        tmp_path / f"pop.{write.__name__[-3:]}", [[1.0, NONE], [0.0, 4.5]], corner=(0, 200)
    )
    frame, findings = read(path)
    assert findings == []
    assert frame["people"].tolist() == [1.0, 4.5]
    assert [(p.x, p.y) for p in frame.to_crs(CRS).geometry] == [
        pytest.approx(at(50, 150)), pytest.approx(at(150, 50)),
    ]  # fmt: skip


def test_of_a_grid_of_a_province_only_the_county_is_read(tmp_path):
    path = write_tif(tmp_path / "pop.tif", np.ones((100, 100), "int16"), corner=(-4000, 6000))
    frame, _ = read(path)
    assert len(frame) == 100
    assert frame.total_bounds.tolist() == pytest.approx([*at(50, 50), *at(950, 950)])


def test_degrees_and_integers_are_read(tmp_path):
    from rasterio.transform import from_origin

    here = TOWNS.to_crs("EPSG:4326").total_bounds
    place = from_origin(here[0] - 0.001, here[3] + 0.001, 0.001, 0.001)
    values = np.full((14, 14), 7, "uint8")
    path = write_tif(tmp_path / "p.tif", values, crs="EPSG:4326", transform=place, nodata=None)
    frame, findings = read(path)
    assert (findings, frame.crs.to_epsg(), set(frame["people"])) == ([], 4326, {7.0})
    inside = frame.to_crs(CRS).within(TOWNS.geometry.iloc[0])
    assert inside.sum() == pytest.approx(1e6 / (111_000 * 91_000 * 1e-6), rel=0.15)


def test_a_grid_without_a_system_is_refused(tmp_path):
    assert codes(write_asc(tmp_path / "p.asc", TEN, crs="")) == [("G16", "error", "pop.tif")]
    path = write_tif(tmp_path / "p.tif", TEN, corner=(0, 1000), crs=None)
    assert codes(path) == [("G16", "error", "pop.tif")]


def test_a_grid_of_another_county_is_refused_with_where_it_lies(tmp_path):
    path = write_tif(tmp_path / "p.tif", TEN, corner=(90_000, 1000))
    _, (finding,) = read(path)
    assert finding.code == "G63"
    assert "590000 to 591000 by 4e+06 to 4.001e+06 in EPSG:4549" in finding.why.en


def test_a_grid_of_nothing_is_refused(tmp_path):
    path = write_tif(tmp_path / "p.tif", np.full((10, 10), NONE), corner=(0, 1000))
    assert codes(path) == [("G64", "error", "pop.tif")]


def test_fewer_people_than_none_are_refused_and_never_dropped(tmp_path):
    values = TEN.copy()
    values[3, 4] = -200.0
    _, (finding,) = read(write_tif(tmp_path / "p.tif", values, corner=(0, 1000)))
    assert (finding.code, finding.value) == ("G65", "-200")
    assert "1 cells" in finding.why.en


def test_more_cells_than_a_county_has_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setitem(raster.MOST_CELLS, "population", 99)
    assert codes(write_tif(tmp_path / "p.tif", TEN, corner=(0, 1000)))[0][0] == "G66"


def test_heights_that_are_none_on_earth_are_refused(tmp_path):
    values = np.full((10, 10), 100, "int16")
    values[0, 0] = -32768
    path = write_tif(tmp_path / "h.tif", values, corner=(0, 1000), nodata=None)
    grid, (finding,) = read_heights(path, around=TOWNS)
    assert (grid, finding.code) == (None, "G67")
    grid, findings = read_heights(
        write_tif(tmp_path / "i.tif", values, corner=(0, 1000), nodata=-32768), around=TOWNS
    )
    assert findings == []
    assert np.isnan(grid.values).sum() == 1


@pytest.mark.parametrize(
    ("values", "how", "said"),
    [
        (np.stack([TEN, TEN]), {}, "2 bands"),
        (TEN.astype("complex64"), {"nodata": None}, "complex"),
        (TEN, {"transform": TURNED}, "north"),
    ],
)
def test_what_is_no_plain_grid_is_refused(tmp_path, values, how, said):
    _, (finding,) = read(write_tif(tmp_path / "p.tif", values, corner=(0, 1000), **how))
    assert finding.code == "G68"
    assert said in finding.why.en


def test_a_description_that_leads_to_other_files_is_refused(tmp_path):
    write_tif(tmp_path / "real.tif", TEN, corner=(0, 1000))
    (tmp_path / "p.tif").write_text(
        '<VRTDataset rasterXSize="10" rasterYSize="10"><VRTRasterBand dataType="Float32" band="1">'
        '<SimpleSource><SourceFilename>real.tif</SourceFilename></SimpleSource></VRTRasterBand>'
        "</VRTDataset>"
    )  # fmt: skip
    assert codes(tmp_path / "p.tif") == [("G68", "error", "pop.tif")]
    assert codes("/vsicurl/http://example.org/p.tif") == [("C34", "error", "pop.tif")]


def test_a_grid_cut_off_is_refused(tmp_path):
    path = write_tif(tmp_path / "p.tif", np.ones((200, 200)), corner=(0, 1000))
    path.write_bytes(path.read_bytes()[:3000])
    assert codes(path)[0][0] == "G52"


def test_a_grid_is_read_in_the_process_apart(tmp_path):
    path = write_tif(tmp_path / "p.tif", TEN, corner=(0, 1000))
    there, findings = in_child(read_people, path, around=TOWNS, source=Source("p.tif"))
    assert there.equals(read(path)[0])
    assert findings == []
    with pytest.raises(FindingError, match="T64"):
        in_child(read_people, path, around=None, source=Source("p.tif"))


def grid(values, cell=100.0):
    west, north = at(0, 0)
    return Grid(np.array(values, dtype="float32"), west, north, cell, cell, TOWNS.crs)


def test_between_middles_of_cells_a_grid_is_read_in_proportion():
    heights = grid([[0.0, 100.0], [100.0, 200.0]])
    spots = np.array([at(50, -50), at(100, -50), at(100, -100), at(0, 0), at(201, 0)])
    told = sampled(heights, spots, TOWNS.crs)
    assert told[:4] == pytest.approx([0, 50, 100, 0])
    assert np.isnan(told[4])


def test_beside_cells_without_a_figure_nothing_is_made_up():
    spots = np.array([at(50, -50), at(120, -50)])
    assert np.isnan(sampled(grid([[0.0, np.nan]]), spots, TOWNS.crs)).tolist() == [False, True]


def test_an_even_slope_is_as_steep_everywhere():
    west_up = np.tile(np.arange(5) * -30.0, (4, 1))
    assert slope_of(grid(west_up)).values == pytest.approx(0.3)
    both = grid(west_up + (np.arange(4) * 40.0)[:, None])
    assert slope_of(both).values == pytest.approx(0.5)


def test_the_slope_of_cells_in_degrees_is_that_of_their_metres():
    x, y = shapely.Point(120.0, 36.0).coords[0]
    values = np.tile(np.arange(5) * 9.006, (4, 1))
    heights = Grid(values, x, y, 0.001, 0.001, TOWNS.to_crs("EPSG:4490").crs)
    assert slope_of(heights).values == pytest.approx(0.1, rel=0.01)


def test_the_system_beside_an_ascii_grid_is_one_of_its_parts(tmp_path):
    path = write_asc(tmp_path / "p.asc", TEN)
    assert parts_of(path) == [tmp_path / "p.prj"]
    assert parts_of(write_tif(tmp_path / "p.tif", TEN)) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("nrows 10\n", "", "G68"),
        ("ncols 10", "ncols 0", "G68"),
        ("nrows 10", "nrows 900000", "G52"),
    ],
)
def test_an_ascii_grid_that_does_not_say_its_size_is_refused_at_once(tmp_path, old, new, code):
    path = write_asc(tmp_path / "p.asc", TEN)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert codes(path) == [(code, "error", "pop.tif")]
