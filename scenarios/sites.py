"""The command `sites`: parcels or a grid screened for a school that a study may build."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import screening
from geodata.catalogue import found
from geodata.findings import Finding, FindingError, Source, Text, refuse
from geodata.parcels import read_hazards, read_parcels, unknown_distances
from geodata.schemas import LEVELS_OF
from geodata.surroundings import HAZARD_METRES, distances
from geodata.travel import TravelMode, travel_table
from scenarios.assemble.layers import Layers, read_layers
from scenarios.assemble.map_checks import levels_run
from scenarios.assemble.measure import modes_of
from scenarios.config import LoadedStudy, load_study
from scenarios.config.findings import error

MOST_PLACES = 20_000
NINE_YEAR_SHARE = {"primary": 6 / 9, "lower_secondary": 3 / 9}


@dataclass(frozen=True)
class SiteOptions:
    """Options of the command.

    Attributes
    ----------
    parcels, hazards
        File, and name of its layer (empty: the only one); None: a grid, and no hazards.
    grid
        Metres of a cell, where there are no parcels.
    school_type, classes
        Of the school.
    reach
        Metres along the roads within which pupils are counted.
    forbidden
        Beginnings of land-use codes.
    max_slope
        Share from which land is too steep, where the study has heights.
    """

    parcels: tuple[Path, str] | None
    grid: float
    hazards: tuple[Path, str] | None
    school_type: str
    classes: int
    reach: float
    forbidden: tuple[str, ...]
    out: Path
    max_slope: float = screening.STEEPEST_LAND


class Screened(NamedTuple):
    """A screening.

    Attributes
    ----------
    places
        parcel_id, rank (0: excluded), score, score_<criterion>, figures, en and zh (reasons),
        geometry.
    """

    loaded: LoadedStudy
    options: SiteOptions
    need: screening.Need
    places: gpd.GeoDataFrame
    findings: tuple[Finding, ...]


def screen_study(path: Path, options: SiteOptions) -> Screened:
    """Screen the places of a study's county, the best first.

    Raises
    ------
    FindingError
        If the study or a layer has faults, there are too many places, or no way to measure.
    """
    loaded = load_study(path)
    layers = read_layers(loaded)
    _refuse_unmeasured(loaded, layers)
    need = _need(loaded, options)
    parcels, findings = _parcels(loaded, layers, options)
    hazards, more = _hazards(loaded, options)
    refuse([*findings, *more])
    if len(parcels) > MOST_PLACES:
        raise FindingError([_too_many(loaded, len(parcels))])
    roads = layers.layer("roads") if "roads" in layers.sources else None
    # The table of distances follows the parcels row by row.
    table = distances(parcels, roads, hazards, layers.heights)
    table["land_m2"], table["land_use"] = (
        parcels["land_m2"].to_numpy(),
        parcels["land_use"].to_numpy(),
    )
    out = screening.exclusions(table, need, options.forbidden, options.max_slope)
    free = parcels[~parcels["parcel_id"].isin(out)]
    table = table.merge(_demand(loaded, layers, free, options), "left", "parcel_id")
    out |= screening.too_few(table, need, options.reach)
    places = _ranked(parcels, table, need, options, out)
    return Screened(loaded, options, need, places, (*layers.findings, *findings, *more))


def _refuse_unmeasured(loaded: LoadedStudy, layers: Layers) -> None:
    factor = loaded.study.travel.straight_line_factor
    if "roads" in layers.sources or factor is not None:
        return
    why = (
        "Places are measured along roads or straight lines; a travel table knows only its own.",
        "选址须沿道路或直线度量；出行表只含其自身的地点。",
    )
    mend = ("Give inputs.roads in a copy of the study.", "请在研究文件的副本中给出 inputs.roads。")
    raise FindingError([error("C23", loaded.name, why, mend, column="inputs.roads")])


def _need(loaded: LoadedStudy, options: SiteOptions) -> screening.Need:
    levels = LEVELS_OF[options.school_type]
    share = NINE_YEAR_SHARE if len(levels) > 1 else dict.fromkeys(levels, 1.0)
    classes = {level: round(options.classes * share[level]) for level in levels}
    caps = {str(name): level.cap for name, level in loaded.profile.norms.levels.items()}
    return screening.need_of(classes, caps)


def _parcels(
    loaded: LoadedStudy, layers: Layers, options: SiteOptions
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    if options.parcels is not None:
        return read_parcels(*options.parcels, loaded.study.crs)
    land = layers.layer("towns")
    county = shapely.union_all(land.geometry.to_numpy())
    west, south, east, north = shapely.bounds(county)
    cells = (east - west) * (north - south) / options.grid**2
    if cells > 10 * MOST_PLACES:
        raise FindingError([_too_many(loaded, int(cells))])
    places = screening.grid(county, options.grid, land.crs)
    # Whose land a cell is, and for what it may be used, a grid does not know.
    return places.assign(land_use="", land_m2=np.nan), []


def _too_many(loaded: LoadedStudy, count: int) -> Finding:
    why = (
        f"There are {count:,} places; at most {MOST_PLACES:,} are screened at once.",
        f"共有{count:,}个地点，一次最多筛选{MOST_PLACES:,}个。",
    )
    mend = ("Widen the grid, or give fewer parcels.", "请加大网格，或减少地块。")
    return error("C51", loaded.name, why, mend, column="--grid", value=count)


def _hazards(
    loaded: LoadedStudy, options: SiteOptions
) -> tuple[gpd.GeoDataFrame | None, list[Finding]]:
    if options.hazards is None:
        return None, []
    path, layer = options.hazards
    hazards, findings = read_hazards(path, layer, loaded.study.crs)
    known = tuple(HAZARD_METRES)
    lost = unknown_distances(hazards, known)
    source, words = Source(str(path), layer), ", ".join(known)
    findings += [found("T58", source, column="kind", value=kind, more=words) for kind in lost]
    return hazards, findings


def _demand(
    loaded: LoadedStudy, layers: Layers, places: gpd.GeoDataFrame, options: SiteOptions
) -> pd.DataFrame:
    """Return parcel_id, pupils_in_reach, pupils_nearer, school_metres of places."""
    levels = LEVELS_OF[options.school_type]
    enrolment = layers.frames["enrolment"]
    pupils = enrolment[enrolment["level"].isin(levels)].groupby("zone_id")["pupils"].sum()
    spots = gpd.GeoDataFrame(
        {"site_id": places["parcel_id"].to_numpy()},
        geometry=places.geometry.representative_point().to_numpy(),
        crs=places.crs,
    )
    runs = levels_run(layers.frames["schools"])
    ours = set().union(*(runs[level] for level in levels))
    schools = layers.layer("schools")[["site_id", "geometry"]]
    schools = schools[schools["site_id"].isin(ours)]
    zones = layers.places()[["zone_id", "geometry"]]
    here = _walked(loaded, layers, zones, spots, options.reach)
    here = here[here["metres"] <= options.reach]
    today = _walked(loaded, layers, zones, schools, 0.0).groupby("zone_id")["metres"].min()
    counted = here["zone_id"].map(pupils).fillna(0.0)
    nearer = counted.where(here["metres"] < here["zone_id"].map(today).fillna(np.inf), 0.0)
    sums = pd.DataFrame({"site_id": here["site_id"], "in": counted, "nearer": nearer})
    sums = sums.groupby("site_id").sum().reindex(spots["site_id"]).fillna(0.0)
    as_zones = spots.rename(columns={"site_id": "zone_id"})
    away = _walked(loaded, layers, as_zones, schools, 0.0).groupby("zone_id")["metres"].min()
    return pd.DataFrame(
        {
            "parcel_id": spots["site_id"],
            "pupils_in_reach": sums["in"].to_numpy(),
            "pupils_nearer": sums["nearer"].to_numpy(),
            "school_metres": spots["site_id"].map(away).fillna(np.inf),
        }
    )


def _walked(
    loaded: LoadedStudy,
    layers: Layers,
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    reach: float,
) -> pd.DataFrame:
    """Return zone_id, site_id, metres on foot within a reach; 0: to the nearest site only."""
    if not len(sites) or not len(zones):
        return pd.DataFrame({"zone_id": [], "site_id": [], "metres": []})
    walk: TravelMode = modes_of(loaded)["walk"]
    factor = loaded.study.travel.straight_line_factor
    return travel_table(
        zones,
        sites,
        layers.layer("roads") if factor is None else None,
        (walk,),
        limits={"walk": reach * 0.06 / walk.straight_kmh},
        nearest=0 if reach > 0 else 1,
        straight_line_factor=factor,
    ).table


def _ranked(
    parcels: gpd.GeoDataFrame,
    table: pd.DataFrame,
    need: screening.Need,
    options: SiteOptions,
    out: dict[str, list[Text]],
) -> gpd.GeoDataFrame:
    """Put the free places in order, the best first, and the excluded ones after them."""
    free = ~table["parcel_id"].isin(out)
    judged = screening.scores(table[free], need, options.reach).reindex(table.index)
    criteria = judged.drop(columns="score").add_prefix("score_")
    both = pd.concat([table, judged["score"], criteria], axis=1)
    words = [
        screening.reasons(row, need, options.reach)
        if row["parcel_id"] not in out
        else _joined(out[row["parcel_id"]])
        for row in map(_by_name, table.to_dict("records"))
    ]
    both["en"], both["zh"] = [one.en for one in words], [one.zh for one in words]
    both["geometry"] = parcels.geometry.to_numpy()
    both = both.sort_values(["score", "parcel_id"], ascending=[False, True], na_position="last")
    count = int(free.sum())
    both["rank"] = np.where(np.arange(len(both)) < count, np.arange(1, len(both) + 1), 0)
    return gpd.GeoDataFrame(both.reset_index(drop=True), geometry="geometry", crs=parcels.crs)


def _by_name(row: dict[Hashable, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _joined(texts: list[Text]) -> Text:
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))


def summary(screened: Screened, files: list[Path], most: int) -> dict[str, Any]:
    """Return the answer of the command as plain data."""
    free = screened.places[screened.places["rank"] > 0].head(most)
    columns = ["rank", "parcel_id", "score", "pupils_in_reach", "pupils_nearer", "en", "zh"]
    return {
        "places": len(screened.places),
        "excluded": int((screened.places["rank"] == 0).sum()),
        "need": {"pupils": screened.need.pupils, "land_m2": screened.need.land_m2},
        "best": free[columns].to_dict("records"),
        "files": [str(path) for path in files],
    }
