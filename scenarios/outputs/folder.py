"""A finished run read back from its folder: everything the outputs are made of.

Only the files of the run are read (docs/semantics.md, "Files of a run"), so an old run can be drawn
again without its inputs, and the pictures cannot show anything that the tables do not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geodata.findings import Finding, FindingError, Severity, Text

PROBLEM = (
    *("zones", "sites", "options", "budget", "prices", "enrolled", "enrolled_classes"),
    *("travel", "entrants"),
)
TABLES = ("assignment", "classes", "schools", "actions", "spend", "merges", "kpi")
AREA_PROBLEM = ("adjacency", "own_zones")
"""Only where zones of a school have to hang together."""
STAFF_PROBLEM = ("staff_pools", "staff_due", "lessons")
STAFF_TABLES = ("postings", "moves", "hires")


def broken(path: Path, why: Text) -> FindingError:
    """Refuse a folder that should hold a finished run and does not."""
    mend = Text("Run the study again.", "请重新运行该方案。")
    finding = Finding("R01", Severity.ERROR, str(path), "", 0, "", "", why, mend)
    return FindingError([finding])


def no_plan(run: Run) -> FindingError:
    """Refuse to draw a run that ended without a plan."""
    why = Text("The run ended with no plan to draw.", "该方案没有可绘制的结果。")
    return broken(run.path, why)


def _unreadable(path: Path, error: Exception) -> FindingError:
    kind = type(error).__name__
    return broken(path, Text(f"The file cannot be read ({kind}).", f"文件无法读取（{kind}）。"))


@dataclass(frozen=True)
class Geometry:
    """Layers of `problem/geometry.gpkg` in one metric CRS; all but zones and sites may be empty.

    `catchments_today` has level, site_id and land that may overlap and leave gaps, `service_areas`
    site_id, mode, unit (metres, minutes), reach and land. `given_zones`, where the study joined its
    zones, has given_id, name, zone_id (of the joined one), pupils (and children) and place.
    """

    zones: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    catchments_today: gpd.GeoDataFrame
    service_areas: gpd.GeoDataFrame
    given_zones: gpd.GeoDataFrame

    def points(self) -> gpd.GeoDataFrame | None:
        """Return zone_id and point of each zone, of joined ones all members; None: polygons."""
        zones = self.given_zones if len(self.given_zones) else self.zones
        return zones if (zones.geom_type == "Point").all() else None


@dataclass(frozen=True)
class Run:
    """One scenario's run.

    Attributes
    ----------
    problem, tables
        Frames by file name. `tables` is empty where the run has no plan.
    flows
        zone_id, site_id, level, year, pupils, pupil_minutes: who is present where, grades summed;
        the base year included, with minutes of the travel table (NaN where it has no such pair).
    """

    path: Path
    manifest: dict[str, Any]
    rules: dict[str, Any]
    problem: dict[str, pd.DataFrame]
    tables: dict[str, pd.DataFrame]
    flows: pd.DataFrame
    geometry: Geometry

    @property
    def first_year(self) -> int:
        """First planned year."""
        return int(self.rules["horizon"]["first_year"])

    @property
    def base_year(self) -> int:
        """Year before the first planned one: the network as it is."""
        return self.first_year - 1

    @property
    def years(self) -> range:
        """Planned years."""
        return range(self.first_year, self.first_year + int(self.rules["horizon"]["years"]))

    @property
    def last_year(self) -> int:
        """Last planned year."""
        return self.years[-1]

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels, in their order."""
        return tuple(level["name"] for level in self.rules["levels"])

    @property
    def has_plan(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.tables)

    @property
    def study(self) -> dict[str, Any]:
        """Names that pages print; a run without them is called by its folder."""
        known = {
            "name": self.manifest.get("study", self.path.parent.name),
            "scenario": self.manifest.get("scenario", self.path.name),
            "made_up": False,
            "credits": [],
        }
        return {**known, **self.rules.get("study", {})}

    @property
    def made_up(self) -> bool:
        """Whether the county does not exist."""
        return bool(self.study["made_up"])

    @property
    def credits(self) -> tuple[str, ...]:
        """Whom whatever shows the study's map has to name."""
        return tuple(str(name) for name in self.study["credits"])

    @property
    def titles(self) -> dict[str, str]:
        """Title of the study by language."""
        title = self.study.get("title") or {}
        return {lang: str(title.get(lang) or self.study["name"]) for lang in ("en", "zh")}

    def site_names(self) -> pd.Series:
        """Name by site_id; a site without a name is called by its id."""
        sites = self.problem["sites"].set_index("site_id")
        names = sites["name"].fillna("").astype(str).str.strip()
        return names.where(names != "", names.index.to_series())

    def villages(self) -> pd.DataFrame:
        """Return zone_id, town and name by the id of each zone as the study gives it.

        Several of them are one zone of the plan where the study joined them; one without a name is
        called by its id.
        """
        zones, given = self.problem["zones"], self.geometry.given_zones
        if len(given):
            named = pd.DataFrame(given[["given_id", "name", "zone_id"]])
            rows = named.merge(zones[["zone_id", "town"]], on="zone_id")
        else:
            rows = zones[["zone_id", "name", "town"]].assign(given_id=zones["zone_id"])
        rows = rows.set_index("given_id").sort_index()
        name = rows["name"].fillna("").astype(str).str.strip()
        name = name.where(name != "", rows.index.to_series())
        return rows[["zone_id", "town"]].assign(name=name)


def read_run(run_dir: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    FindingError
        If the manifest or a file that every run has is missing or broken.
    """
    manifest = _json(run_dir / "manifest.json")
    rules = _json(run_dir / "problem" / "rules.json")
    problem = _frames(run_dir / "problem", PROBLEM)
    if "staffing" in rules:
        problem |= _frames(run_dir / "problem", STAFF_PROBLEM)
    if (run_dir / "problem" / "adjacency.parquet").exists():
        problem |= _frames(run_dir / "problem", AREA_PROBLEM)
    planned = (run_dir / "tables" / "assignment.parquet").exists()
    tables = _frames(run_dir / "tables", TABLES) if planned else {}
    if planned and (run_dir / "tables" / "postings.parquet").exists():
        tables |= _frames(run_dir / "tables", STAFF_TABLES)
    base_year = int(rules["horizon"]["first_year"]) - 1
    flows = _flows(run_dir, problem, base_year, planned)
    geometry = _geometry(run_dir / "problem" / "geometry.gpkg")
    return Run(run_dir, manifest, rules, problem, tables, flows, geometry)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(content, dict):
        raise broken(path, Text("The file holds no object.", "文件内容不是对象。"))
    return content


def _frames(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    return {name: _frame(folder / f"{name}.parquet") for name in names}


def _frame(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table; missing texts become empty texts, as docs/kpi.md allows either."""
    try:
        frame: pd.DataFrame = pd.read_parquet(path, columns=columns)
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(path, error) from error
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    for name in texts:
        frame[name] = frame[name].fillna("").astype(str)
    return frame


def _flows(
    run_dir: Path, problem: dict[str, pd.DataFrame], base_year: int, planned: bool
) -> pd.DataFrame:
    keys = ["zone_id", "site_id", "level"]
    travel = problem["travel"][[*keys, "minutes"]]
    base = problem["enrolled"].groupby(keys, as_index=False)["pupils"].sum()
    base = base.merge(travel, "left", keys)
    base = base.assign(year=base_year, pupil_minutes=base["pupils"] * base["minutes"])
    parts = [base.drop(columns="minutes")]
    if planned:
        wanted = [*keys, "year", "pupils", "minutes"]
        path = run_dir / "tables" / "enrolment.parquet"
        present = _categories(path, wanted)
        present["pupil_minutes"] = present["pupils"] * present["minutes"]
        sums = present.groupby([*keys, "year"], observed=True)[["pupils", "pupil_minutes"]].sum()
        parts.append(sums.reset_index().astype(dict.fromkeys(keys, str)))
    flows = pd.concat(parts, ignore_index=True)
    kept: pd.DataFrame = flows[flows["pupils"] > 1e-4].astype({"year": np.int64})
    return kept.sort_values(["year", *keys[::-1]], ignore_index=True)


def _categories(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read a long table with its texts as categories: a million rows in a fraction of a second."""
    from pyarrow import ArrowException, parquet

    try:
        texts = [name for name in columns if name.endswith("_id") or name == "level"]
        table = parquet.read_table(path, columns=columns, read_dictionary=texts)
    except (OSError, ArrowException) as error:
        raise _unreadable(path, error) from error
    return pd.DataFrame(table.to_pandas())


def _geometry(path: Path) -> Geometry:
    if not path.exists():
        raise broken(path, Text("The file is missing.", "文件缺失。"))
    layers = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    zones = gpd.read_file(path, layer="zones")
    if zones.crs is None or not zones.crs.is_projected:
        raise broken(path, Text("The layers have no metric CRS.", "图层缺少以米为单位的坐标系。"))
    columns = {
        "towns": ["town"],
        "roads": ["road_id", "class"],
        "catchments_today": ["level", "site_id"],
        "service_areas": ["site_id", "mode", "unit", "reach"],
        "given_zones": ["given_id", "name", "zone_id", "pupils"],
    }
    empty = {
        name: gpd.GeoDataFrame({column: [] for column in of}, geometry=[], crs=zones.crs)
        for name, of in columns.items()
    }
    rest = {
        name: gpd.read_file(path, layer=name) if name in layers else frame
        for name, frame in empty.items()
    }
    return Geometry(zones=zones, sites=gpd.read_file(path, layer="sites"), **rest)
