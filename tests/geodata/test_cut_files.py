"""Copies that broke off, and files damaged inside: refused, and said to be that."""

import geopandas as gpd
import pytest
import shapely

from geodata.readers import read_layer
from geodata.schemas import TOWNS


@pytest.fixture
def towns():
    squares = [shapely.box(120 + x, 36, 120.01 + x, 36.01) for x in (0, 0.01, 0.02)]
    return gpd.GeoDataFrame({"town": ["A", "B", "C"]}, geometry=squares, crs="EPSG:4490")


def cut(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])


def refused_as_cut(path, layer):
    """Return the finding of a layer that is refused as cut off and comes back empty."""
    frame, (finding,) = read_layer(path, layer, TOWNS, name=path.name)
    assert (finding.code, finding.file, len(frame)) == ("G52", path.name, 0)
    assert "Copy it again" in finding.mend.en
    return finding


@pytest.mark.parametrize("share", [0.03, 0.5, 0.9999])
def test_a_geopackage_that_is_cut_off_is_said_to_be_so(tmp_path, towns, share):
    path = tmp_path / "county.gpkg"
    towns.to_file(path, layer="towns", driver="GPKG")
    cut(path, share)
    assert "bytes are missing" in refused_as_cut(path, "towns").why.en


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_shapefile_that_is_cut_off_is_not_read_with_fewer_rows(tmp_path, towns, part):
    path = tmp_path / "towns.shp"
    towns.to_file(path)
    cut(path.with_suffix(part), 0.8)
    refused_as_cut(path, "")


def test_geojson_that_is_cut_off_is_refused(tmp_path, towns):
    path = tmp_path / "towns.geojson"
    towns.to_crs("EPSG:4326").to_file(path)
    cut(path, 0.7)
    refused_as_cut(path, "")


def test_a_geopackage_damaged_inside_is_refused(tmp_path, towns):
    path = tmp_path / "county.gpkg"
    towns.to_file(path, layer="towns", driver="GPKG")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))
    refused_as_cut(path, "towns")


@pytest.mark.parametrize("place", [0.15, 0.4, 0.7])
@pytest.mark.parametrize("byte", [0x00, 0xAA, 0xFF])
def test_a_geopackage_with_odd_bytes_is_read_or_refused_and_never_fails(
    tmp_path, towns, place, byte
):
    path = tmp_path / "county.gpkg"
    towns.to_file(path, layer="towns", driver="GPKG")
    content = bytearray(path.read_bytes())
    at = int(place * len(content))
    content[at : at + 3000] = bytes([byte]) * 3000
    path.write_bytes(content)
    frame, findings = read_layer(path, "towns", TOWNS)
    assert len(frame) == 3 or findings


def test_whole_files_are_read(tmp_path, towns):
    for name, layer in (("county.gpkg", "towns"), ("towns.shp", "towns")):
        towns.to_file(tmp_path / name, layer=layer)
        assert len(read_layer(tmp_path / name, layer, TOWNS).frame) == 3
