"""Formats that a planner has: Shapefiles of any encoding, archives, old workbooks, other texts."""

import json
import zipfile

import geopandas as gpd
import pytest
import shapely

from geodata.columns import Column, Kind, Schema
from geodata.readers import read_layer, read_table
from geodata.schemas import CHILDREN, CLASSES, SCHOOLS, TOWNS
from tests.support.old_books import write_ods, write_xls

NAMES = ["胶东街道", "城关镇", "西岭乡"]
SCHOOL_WORDS = {"kind": "rural", "place": "village", "school_type": "primary"}
HEADER = "zone_id,age,children\n"


def towns(names=NAMES, crs="EPSG:4490"):
    squares = [shapely.box(120 + x, 36, 120.01 + x, 36.01) for x in (0, 0.01, 0.02)]
    return gpd.GeoDataFrame({"town": names}, geometry=squares, crs=crs)


def shapefile(folder, encoding, cpg):
    """Save the towns in an encoding, with a .cpg that says something, or none."""
    towns().to_file(folder / "towns.shp", encoding=encoding)
    beside = folder / "towns.cpg"
    beside.unlink() if cpg is None else beside.write_text(cpg)
    return folder / "towns.shp"


def told(findings):
    return [(finding.code, finding.row) for finding in findings]


def zipped(folder, name, *paths, within=""):
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, within + path.name)
    return folder / name


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "BIG5"])
@pytest.mark.parametrize("said", ["cpg", "study"])
def test_a_shapefile_is_read_in_the_encoding_that_is_said(tmp_path, encoding, said):
    named = said == "study"
    path = shapefile(tmp_path, "UTF-8" if encoding == "UTF-8" else "GB18030", None)
    if encoding == "BIG5":
        layer = towns(["膠東街道", "城關鎮", "西嶺鄉"])
        layer.to_file(path, encoding="BIG5")
    (tmp_path / "towns.cpg").unlink(missing_ok=True)
    if not named:
        (tmp_path / "towns.cpg").write_text(encoding)
    frame, findings = read_layer(path, "", TOWNS, encoding=encoding.lower() if named else "")
    assert findings == []
    assert frame["town"].tolist()[1] == ("城關鎮" if encoding == "BIG5" else "城关镇")


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        ("GB18030", "UTF-8"),
        ("UTF-8", "GBK"),
        ("GB18030", "ISO-8859-1"),
        ("GB18030", "ANSI 1252"),
        ("UTF-8", "ISO-8859-1"),
    ],
)
def test_a_cpg_that_says_another_encoding_is_refused_and_the_names_shown(tmp_path, encoding, cpg):
    frame, (finding,) = read_layer(shapefile(tmp_path, encoding, cpg), "", TOWNS)
    assert (finding.code, finding.value, len(frame)) == ("G53", cpg, 0)
    assert f"{encoding}: 胶东街道, 城关镇, 西岭乡" in finding.why.en


@pytest.mark.parametrize("cpg", ["936", "cp936", "ANSI 936", "GBK", "GB2312"])
def test_the_code_page_of_chinese_windows_has_many_names(tmp_path, cpg):
    frame, findings = read_layer(shapefile(tmp_path, "GB18030", cpg), "", TOWNS)
    assert (findings, frame["town"].tolist()) == ([], NAMES)


@pytest.mark.parametrize("cpg", ["ISO-8859-1", "1252"])
def test_western_names_are_read_as_such(tmp_path, cpg):
    names = ["Ruggell", "Gäßle", "Süd-Öd"]
    towns(names).to_file(tmp_path / "towns.shp", encoding="ISO-8859-1")
    (tmp_path / "towns.cpg").write_text(cpg)
    frame, findings = read_layer(tmp_path / "towns.shp", "", TOWNS)
    assert (findings, frame["town"].tolist()) == ([], names)


def test_a_rubbish_cpg_counts_as_none(tmp_path):
    assert told(read_layer(shapefile(tmp_path, "GB18030", "???"), "", TOWNS).findings) == [
        ("G40", 0)
    ]


def test_plain_letters_need_no_encoding(tmp_path):
    towns(["A", "B", "C"]).to_file(tmp_path / "towns.shp")
    (tmp_path / "towns.cpg").unlink()
    assert read_layer(tmp_path / "towns.shp", "", TOWNS).findings == []


def test_names_cut_to_ten_bytes_are_understood_and_said(tmp_path):
    numbers = dict.fromkeys(("rooms", "annual_cost", "teaching_area_m2", "sports_area_m2"), 9)
    rooms = {"function_music": 1, "function_art": 2, "land_m2": 9, "point_grades": 0}
    words = {"site_id": "s", "name": "n", "town": "t"} | SCHOOL_WORDS
    layer = gpd.GeoDataFrame(
        {key: [value] for key, value in (words | numbers | rooms).items()},
        geometry=[shapely.Point(120, 36)],
        crs="EPSG:4490",
    )
    layer.to_file(tmp_path / "schools.shp")
    frame, findings = read_layer(tmp_path / "schools.shp", "", SCHOOLS)
    assert {finding.code for finding in findings} == {"G41"}
    assert {"school_typ", "function_m", "teaching_a"} <= {finding.value for finding in findings}
    assert frame.loc[1, ["function_music", "function_art", "point_grades"]].tolist() == [1, 2, 0]


def test_a_text_that_fills_its_field_is_warned_of(tmp_path):
    towns(["长" * 84, "B", "C"]).to_file(tmp_path / "towns.shp", encoding="UTF-8")
    assert told(read_layer(tmp_path / "towns.shp", "", TOWNS).findings) == []
    towns(["x" * 300, "B", "C"]).to_file(tmp_path / "towns.shp")
    assert told(read_layer(tmp_path / "towns.shp", "", TOWNS).findings) == [("G42", 0)]


@pytest.mark.parametrize("name", ["towns.gpkg", "towns.geojson", "towns.shp"])
def test_a_zipped_layer_is_read_like_the_layer(tmp_path, name):
    towns(crs="EPSG:4326").to_file(tmp_path / name)
    parts = sorted(tmp_path.iterdir())
    path = zipped(tmp_path, "towns.zip", *parts, within="数据/")
    frame, findings = read_layer(path, "", TOWNS)
    assert (findings, frame["town"].tolist(), frame.crs.to_epsg()) == ([], NAMES, 4326)


def test_of_several_layers_in_an_archive_one_is_named(tmp_path):
    for name in ("towns", "others"):
        towns(crs="EPSG:4326").to_file(tmp_path / f"{name}.geojson")
    path = zipped(tmp_path, "all.zip", *tmp_path.glob("*.geojson"))
    (finding,) = read_layer(path, "", TOWNS).findings
    assert (finding.code, "others, towns" in finding.why.en) == ("G43", True)
    assert read_layer(path, "towns", TOWNS).findings == []


def test_an_archive_of_anything_else_is_refused(tmp_path):
    (tmp_path / "run.vrt").write_text("<OGRVRTDataSource/>")
    path = zipped(tmp_path, "run.zip", tmp_path / "run.vrt")
    assert told(read_layer(path, "", TOWNS).findings) == [("G46", 0)]


def test_an_archive_that_unpacks_without_end_is_refused_unopened(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("towns.geojson", b" " * 50_000_000)
    assert told(read_layer(tmp_path / "bomb.zip", "", TOWNS).findings) == [("T44", 0)]


def test_a_damaged_archive_is_refused(tmp_path):
    towns(crs="EPSG:4326").to_file(tmp_path / "towns.geojson")
    path = zipped(tmp_path, "towns.zip", tmp_path / "towns.geojson")
    content = bytearray(path.read_bytes())
    content[80:120] = bytes(40)
    path.write_bytes(content)
    assert told(read_layer(path, "", TOWNS).findings) == [("G52", 0)]


def test_archives_of_chinese_windows_name_their_layers_in_gbk(tmp_path):
    for name in ("AAAA", "BBBB"):
        towns(crs="EPSG:4326").to_file(tmp_path / f"{name}.shp")
    path = zipped(tmp_path, "all.zip", *tmp_path.iterdir())
    content = path.read_bytes()
    for name, meant in (("AAAA", "乡镇"), ("BBBB", "单元")):
        content = content.replace(f"{name}.".encode(), f"{meant}.".encode("gbk"))
    path.write_bytes(content)
    (finding,) = read_layer(path, "", TOWNS).findings
    assert (finding.code, "乡镇, 单元" in finding.why.en) == ("G43", True)
    frame, findings = read_layer(path, "乡镇", TOWNS)
    assert (findings, frame["town"].tolist()) == ([], NAMES)


def test_no_member_of_an_archive_leaves_its_folder(tmp_path, monkeypatch):
    towns(crs="EPSG:4326").to_file(tmp_path / "towns.geojson")
    path = zipped(tmp_path, "towns.zip", tmp_path / "towns.geojson", within="../../")
    (tmp_path / "towns.geojson").unlink()
    (tmp_path / "unpacked").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "unpacked"))
    assert read_layer(path, "", TOWNS).findings == []
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["towns.zip", "unpacked"]


def test_geojson_in_gb18030_is_read_and_said(tmp_path):
    towns(crs="EPSG:4326").to_file(tmp_path / "towns.geojson")
    text = (tmp_path / "towns.geojson").read_text(encoding="utf-8")
    (tmp_path / "towns.geojson").write_bytes(text.encode("gb18030"))
    frame, findings = read_layer(tmp_path / "towns.geojson", "", TOWNS)
    assert (told(findings), frame["town"].tolist()) == ([("T31", 0)], NAMES)


def test_json_that_gdal_would_run_is_never_handed_to_it(tmp_path):
    path = tmp_path / "towns.geojson"
    path.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": "x", "Feature": 1}))
    assert told(read_layer(path, "", TOWNS).findings) == [("G46", 0)]
    path.write_text('{"type": "gdal_streamed_alg", "type": "FeatureCollection", "features": []}')
    assert told(read_layer(path, "", TOWNS).findings) == [("T40", 0), ("T43", 0)]


def test_an_open_ring_is_refused_with_its_row(tmp_path):
    path = tmp_path / "towns.geojson"
    towns(crs="EPSG:4326").to_file(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][1]["geometry"]["coordinates"][0].pop()
    path.write_text(json.dumps(document), encoding="utf-8")
    assert told(read_layer(path, "", TOWNS).findings) == [("G06", 2)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_of_excel(tmp_path, encoding):
    (tmp_path / "c.csv").write_bytes((HEADER + "胶东,3,1\n城关,3,2\n").encode(encoding))
    frame, findings = read_table(tmp_path / "c.csv", "", CHILDREN)
    assert frame["zone_id"].tolist() == ["胶东", "城关"]
    assert [code for code, _ in told(findings)] == ([] if encoding == "utf-8-sig" else ["T31"])


def test_big5_is_not_taken_for_gb18030(tmp_path):
    content = (HEADER + "膠東街道辦事處,3,1\n城關鎮西嶺鄉,3,2\n").encode("big5")
    (tmp_path / "c.csv").write_bytes(content)
    (finding,) = read_table(tmp_path / "c.csv", "", CHILDREN).findings
    assert finding.code == "T61"
    assert "膠東街道" in finding.why.en
    frame, findings = read_table(tmp_path / "c.csv", "", CHILDREN, encoding="big5")
    assert (findings, frame["zone_id"].tolist()[0]) == ([], "膠東街道辦事處")


def test_an_encoding_that_the_study_names_wrongly_is_refused(tmp_path):
    (tmp_path / "c.csv").write_bytes((HEADER + "胶东,3,1\n").encode("gb18030"))
    findings = read_table(tmp_path / "c.csv", "", CHILDREN, encoding="utf-8").findings
    assert told(findings) == [("T32", 2)]


@pytest.mark.parametrize(("suffix", "write"), [(".ods", write_ods), (".xls", write_xls)])
def test_a_workbook_of_another_program_is_read_like_any_other(tmp_path, suffix, write):
    path = tmp_path / f"classes{suffix}"
    write(
        path, "classes", [["site_id", "level", "grade", "classes"], ["0012", "primary", 1.0, 3.0]]
    )
    frame, findings = read_table(path, "classes", CLASSES)
    assert (findings, frame.loc[2].tolist()) == ([], ["0012", "primary", 1, 3])
    write(path, "classes", [["site_id", "level", "grade", "classes"], ["a", "大学", 1.5, -3.0]])
    assert told(read_table(path, "classes", CLASSES).findings) == [
        ("T58", 2),
        ("T07", 2),
        ("T57", 2),
    ]


def test_a_column_name_is_only_completed_where_one_is_meant():
    from geodata.findings import Source
    from geodata.readers.shapefile import full_names

    twins = ("teaching_area_m2", "teaching_area_mu")
    schema = Schema("x", tuple(Column(name, Kind.NUMBER) for name in twins))
    assert full_names(["teaching_a"], schema, Source("f")) == ({}, [])


def test_geojson_and_attributes_too_large_for_a_county_are_refused(tmp_path, monkeypatch):
    towns(crs="EPSG:4326").to_file(tmp_path / "towns.geojson")
    monkeypatch.setattr("geodata.readers.opened.MOST_GEOJSON", 100)
    assert told(read_layer(tmp_path / "towns.geojson", "", TOWNS).findings) == [("T44", 0)]
    towns().to_file(tmp_path / "towns.shp")
    (tmp_path / "towns.dbf").write_bytes(b"0" * 2000)
    monkeypatch.setattr("geodata.readers.files.MOST_BYTES", 1000)
    assert ("T44", 0) in told(read_layer(tmp_path / "towns.shp", "", TOWNS).findings)


@pytest.mark.parametrize("place", range(0, 1600, 37))
def test_a_damaged_old_workbook_is_read_or_refused_and_never_fails(tmp_path, place):
    path = tmp_path / "c.xls"
    write_xls(
        path, "classes", [["site_id", "level", "grade", "classes"], ["a", "primary", 1.0, 3.0]]
    )
    content = bytearray(path.read_bytes())
    content[place : place + 4] = b"\x00\xff\x13\x00"
    path.write_bytes(content)
    frame, findings = read_table(path, "classes", CLASSES)
    assert len(frame) == 1 or findings


def test_a_damaged_prj_is_no_system(tmp_path):
    path = shapefile(tmp_path, "UTF-8", "UTF-8")
    text = (tmp_path / "towns.prj").read_text()
    (tmp_path / "towns.prj").write_text(text.replace("SPHEROID", "XPHEROID"))
    assert told(read_layer(path, "", TOWNS).findings) == [("G16", 0)]
    (tmp_path / "towns.cpg").unlink()
    assert told(read_layer(path, "", TOWNS).findings) == [("G40", 0), ("G16", 0)]


def test_a_system_that_is_not_of_this_earth_is_none(tmp_path):
    path = shapefile(tmp_path, "UTF-8", "UTF-8")
    said = path.with_suffix(".prj")
    said.write_text(said.read_text().replace("6378137", "3396190"))
    frame, findings = read_layer(path, "", TOWNS)
    assert told(findings) == [("G16", 0)]
    assert "of no use" in findings[0].why.en
    assert frame.crs is None


@pytest.mark.parametrize("said", ["uu", "rot13", "hex", "undefined", "no such thing"])
def test_a_cpg_that_names_no_encoding_of_texts_counts_as_none(tmp_path, said):
    path = shapefile(tmp_path, "UTF-8", said)
    frame, findings = read_layer(path, "", TOWNS)
    assert told(findings) == [("G40", 0)]
    assert frame["town"].tolist() == NAMES


def test_a_member_without_a_name_is_passed_by(tmp_path):
    path = shapefile(tmp_path, "UTF-8", "UTF-8")
    archive = zipped(tmp_path, "towns.zip", *sorted(tmp_path.glob("towns.*")))
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr(zipfile.ZipInfo("x"), "")
        more.filelist[-1].filename = ""
    assert told(read_layer(archive, "", TOWNS).findings) == told(
        read_layer(path, "", TOWNS).findings
    )
