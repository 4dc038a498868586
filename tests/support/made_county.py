"""The written files of a made county, read with nothing of the product."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

EXAMPLES = Path(__file__).resolve().parents[2] / "scenarios" / "examples"
LAYERS = ("towns", "zones", "schools", "candidates", "roads")
SHEETS = ("enrolment", "classes", "teachers")
CSV = ("children", "births", "housing", "options")
METRIC = "EPSG:4549"


@dataclass
class Files:
    """Tables of a county by name, layers in metres, and its study file."""

    tables: dict[str, Any]
    study: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Return a table or layer by name."""
        return self.tables[name]


def read_files(folder: Path) -> Files:
    """Read every file of a made county."""
    layers = {
        name: gpd.read_file(folder / "county.gpkg", layer=name).to_crs(METRIC) for name in LAYERS
    }
    sheets = pd.read_excel(folder / "schools.xlsx", sheet_name=list(SHEETS), engine="calamine")
    tables = {
        name: pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype={"spend": str})
        for name in CSV
    }
    study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    return Files({**layers, **sheets, **tables}, study)


def minutes_to_sites(files: Files, sites: gpd.GeoDataFrame) -> np.ndarray:
    """Minutes (sites, zones) on foot (4 km/h up to 2 km) or by bus (40 km/h plus 10)."""
    ends = files.roads.geometry.apply(lambda line: (line.coords[0], line.coords[-1]))
    rounded = np.round(np.array(ends.tolist()).reshape(-1, 2), 1)
    nodes, index = np.unique(rounded, axis=0, return_inverse=True)
    edges = index.reshape(-1, 2)
    length = files.roads.length.to_numpy()
    graph = csr_matrix((length, (edges[:, 0], edges[:, 1])), shape=(len(nodes), len(nodes)))

    def nearest(points: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
        gap = np.hypot(*(np.c_[points.x, points.y][:, None] - nodes[None]).transpose(2, 0, 1))
        return gap.argmin(axis=1), gap.min(axis=1)

    zone, zone_gap = nearest(files.zones.representative_point())
    site, site_gap = nearest(sites.geometry)
    km = (dijkstra(graph, directed=False, indices=site)[:, zone] + site_gap[:, None]) / 1e3
    km += zone_gap / 1e3
    return np.where(km <= 2, km * 15, km * 1.5 + 10)
