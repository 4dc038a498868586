"""One sound file for each reader, small, so that a change of a byte is likely to matter."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import osmium
import pyproj
import shapely

from geodata.column_map import Cells, ColumnMap, Place, Wide, WideColumn
from geodata.columns import Schema
from geodata.osm import read_roads
from geodata.readers import read_layer, read_table
from geodata.readers.raster import read_people
from geodata.schemas import CHILDREN, ENROLMENT, ZONES

_HEADER: list[str | float] = ["zone_id", "age", "children"]
_CELLS: list[list[str | float]] = [
    [f"Z{zone}", float(age), float(zone + age)] for zone in range(4) for age in range(3)
]
_ROWS = [_HEADER, *_CELLS]
_WIDE = '某县\n学校代码,一年级,二年级男,二年级女\nS1,30,"1,028",3\nS2,-,5,2\n合计,30,5,2\n\n注,,,\n'


@dataclass(frozen=True)
class Reader:
    """A reader: its file, with what lies beside it, and the call that reads it."""

    file: str
    schema: Schema | None
    by: ColumnMap | None = None
    around: gpd.GeoDataFrame | None = None

    def read(self, folder: Path) -> Any:
        """Read the file in a folder: a frame, and findings."""
        path = folder / self.file
        if self.around is not None:
            return read_people(path, name=self.file, around=self.around)
        if self.schema is None:
            return read_roads(path, name=self.file)
        read: Callable[..., Any] = read_layer if self.schema.geometry else read_table
        return read(path, "", self.schema, name=self.file, by=self.by)


_MAP = ColumnMap(
    "map.yaml",
    (("site_id", Cells(("学校代码",))), ("level", Cells(value="primary"))),
    Wide(
        "pupils",
        (
            WideColumn(("一年级",), (("grade", "1"),)),
            WideColumn(("二年级男", "二年级女"), (("grade", "2"),)),
        ),
        Cells(words=(("-", "0"),), thousands=","),
    ),
    (("学校代码", "合计"),),
    Place(header=(2,), ends_blank=True),
)
_COUNTY = gpd.GeoDataFrame(geometry=[shapely.box(120, 36, 120.03, 36.01)], crs="EPSG:4490")
READERS: dict[str, Reader] = {
    "gpkg": Reader("zones.gpkg", ZONES),
    "shp": Reader("zones.shp", ZONES),
    "geojson": Reader("zones.geojson", ZONES),
    "zip": Reader("zones.zip", ZONES),
    "csv": Reader("children.csv", CHILDREN),
    "columns": Reader("bureau.csv", ENROLMENT, _MAP),
    "xlsx": Reader("children.xlsx", CHILDREN),
    "xls": Reader("children.xls", CHILDREN),
    "xlsb": Reader("children.xlsb", CHILDREN),
    "ods": Reader("children.ods", CHILDREN),
    "pbf": Reader("roads.osm.pbf", None),
    "tif": Reader("people.tif", None, around=_COUNTY),
    "asc": Reader("people.asc", None, around=_COUNTY),
}


def write_seeds(folder: Path) -> None:
    """Write the seed of each reader into a folder of its name."""
    from tests.support.old_books import write_ods, write_xls, write_xlsb

    for name in READERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    squares = [shapely.box(120 + i / 100, 36, 120.01 + i / 100, 36.01) for i in range(3)]
    words = {"zone_id": ["Z1", "Z2", "Z3"], "name": ["胶东", "城关", "西岭"], "town": ["T"] * 3}
    zones = gpd.GeoDataFrame({**words, "kind": ["rural"] * 3}, geometry=squares, crs="EPSG:4490")
    zones.to_file(folder / "gpkg/zones.gpkg", driver="GPKG")
    zones.to_file(folder / "geojson/zones.geojson", driver="GeoJSON")
    zones.to_file(folder / "shp/zones.shp", encoding="UTF-8")
    with zipfile.ZipFile(folder / "zip/zones.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted((folder / "shp").iterdir()):
            archive.write(part, part.name)
    lines = [
        ",".join(f"{cell:g}" if isinstance(cell, float) else cell for cell in r) for r in _ROWS
    ]
    (folder / "csv/children.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "columns/bureau.csv").write_text(_WIDE, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("children", 0)
    del book["Sheet"]
    for row in _ROWS:
        sheet.append(row)
    book.save(folder / "xlsx/children.xlsx")
    write_xls(folder / "xls/children.xls", "children", _ROWS)
    write_xlsb(folder / "xlsb/children.xlsb", "children", _ROWS)
    write_ods(folder / "ods/children.ods", "children", _ROWS)
    _write_extract(folder / "pbf/roads.osm.pbf")
    _write_grids(folder)


def _write_grids(folder: Path) -> None:
    """Write a grid of people over the county as GeoTIFF, not compressed, and as ASCII."""
    import numpy as np
    import rasterio

    place = rasterio.transform.from_origin(120, 36.01, 0.001, 0.001)
    people = np.arange(300, dtype="float32").reshape(10, 30)
    shape = {"count": 1, "height": 10, "width": 30, "dtype": "float32", "nodata": -9999.0}
    tif = folder / "tif/people.tif"
    with rasterio.open(tif, "w", driver="GTiff", crs="EPSG:4490", transform=place, **shape) as file:
        file.write(people, 1)
    rows = "\n".join(" ".join(f"{figure:g}" for figure in row) for row in people)
    head = "ncols 30\nnrows 10\nxllcorner 120\nyllcorner 36\ncellsize 0.001\nNODATA_value -9999\n"
    (folder / "asc/people.asc").write_text(head + rows + "\n", encoding="ascii")
    wkt = pyproj.CRS("EPSG:4490").to_wkt("WKT1_ESRI")
    (folder / "asc/people.prj").write_text(wkt, encoding="ascii")


def _write_extract(path: Path) -> None:
    """Write an extract whose blocks are not compressed: there a changed byte is a changed road."""
    ends = {1: (120.0, 36.0), 2: (120.001, 36.0), 3: (120.001, 36.001), 4: (120.0, 36.001)}
    barrier = {"barrier": "gate"}
    ways = {
        10: ([1, 2, 3], {"highway": "residential", "oneway": "yes"}),
        11: ([3, 4, 1], {"highway": "track", "maxspeed": "20"}),
    }
    writer = osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none"))
    for number, place in ends.items():
        tags = barrier if number == 2 else {}
        node = osmium.osm.mutable.Node(id=number, location=place, tags=tags, version=1)
        writer.add_node(node)
    for number, (nodes, said) in ways.items():
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=said, version=1))
    writer.close()
