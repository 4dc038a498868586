"""Places for a new school: what rules one out, and how well the others do by each criterion.

Every function takes tables and returns tables on the same index; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.findings import Text

LAND_PER_PUPIL = {"primary": 22.0, "lower_secondary": 26.0}
"""m² (Jiaozuo 2019, art. 7); Anyang 2021 asks for 17 to 18 and 20 to 22."""
SCHOOL_LAND = ("A33", "0804")
"""Codes of land for schools begin so: GB 50137-2011, and the land classes of 2020 and 2023."""
STEEPEST_LAND = 0.25
"""Steeper land is no site: a choice, no norm; terraces cost more the steeper it is."""
ROAD_METRES, NEAR_ROAD_METRES = 500.0, 50.0
"""Farther from any road is no site; nearer is as good as can be."""
LEAST_FILLED = 0.25
"""Part of a school's places that pupils in reach must fill: far from all schools is no merit where
nobody lives. A choice, no norm."""
WEIGHTS = {
    "demand": 0.40,
    "schools": 0.25,
    "land": 0.15,
    "roads": 0.10,
    "land_use": 0.05,
    "hazards": 0.05,
}
"""Of the criteria that can be judged; a planner's choice, no norm."""


@dataclass(frozen=True)
class Need:
    """What a school asks of its site.

    Attributes
    ----------
    pupils
        Places.
    land_m2
        Least land; 0: not judged.
    """

    pupils: float
    land_m2: float


def need_of(classes: Mapping[str, int], caps: Mapping[str, float]) -> Need:
    """Return the places and land of a school by its classes and the norm's class size by level."""
    pupils = {level: count * caps[level] for level, count in classes.items()}
    land = sum(LAND_PER_PUPIL[level] * count for level, count in pupils.items())
    return Need(sum(pupils.values()), land)


def grid(county: shapely.Geometry, metres: float, crs: object) -> gpd.GeoDataFrame:
    """Cut a county into squares; those whose middle lies outside are left out.

    Returns
    -------
    GeoDataFrame
        parcel_id (`G<column>-<row>`, from the south-west), geometry.
    """
    west, south, east, north = shapely.bounds(county)
    x, y = (np.arange(low, high, metres) for low, high in ((west, east), (south, north)))
    column, row = (part.ravel() for part in np.meshgrid(np.arange(len(x)), np.arange(len(y))))
    inside = shapely.contains_xy(county, x[column] + metres / 2, y[row] + metres / 2)
    column, row = column[inside], row[inside]
    names = [f"G{c + 1:03d}-{r + 1:03d}" for c, r in zip(column, row, strict=True)]
    boxes = shapely.box(x[column], y[row], x[column] + metres, y[row] + metres)
    return gpd.GeoDataFrame({"parcel_id": names}, geometry=boxes, crs=crs)


def exclusions(
    table: pd.DataFrame,
    need: Need,
    forbidden: Sequence[str] = (),
    max_slope: float = STEEPEST_LAND,
) -> dict[str, list[Text]]:
    """Say what rules parcels out, each by every reason.

    Parameters
    ----------
    table
        Of `distances`, with land_m2 (missing: not known), land_use (empty: not known) and slope
        (missing: not known).
    need
        Of the school.
    forbidden
        Beginnings of codes of land use on which no school may be built.
    max_slope
        Steeper land, on average, is ruled out.

    Returns
    -------
    dict
        parcel_id to its reasons; parcels without any are not in it.
    """
    found: dict[str, list[Text]] = {}
    for row in table.to_dict("records"):
        reasons = []
        if row["land_m2"] < need.land_m2:
            reasons.append(
                Text(
                    f"too small: {row['land_m2']:,.0f} of {need.land_m2:,.0f} m²",
                    f"面积不足：{row['land_m2']:,.0f}㎡，需{need.land_m2:,.0f}㎡",
                )
            )
        if row["land_use"] and row["land_use"].startswith(tuple(forbidden)):
            reasons.append(
                Text(f"land use {row['land_use']}", f"用地性质{row['land_use']}不得建校")
            )
        if row["slope"] > max_slope:
            reasons.append(
                Text(
                    f"slope {row['slope']:.0%}, more than {max_slope:.0%}",
                    f"坡度{row['slope']:.0%}，超过{max_slope:.0%}",
                )
            )
        if np.isfinite(row["road_metres"]) and row["road_metres"] > ROAD_METRES:
            reasons.append(
                Text(
                    f"{row['road_metres']:,.0f} m from any road",
                    f"距最近道路{row['road_metres']:,.0f}米",
                )
            )
        if row["hazard_metres"] < row["hazard_least"]:
            reasons.append(_too_near(row["hazard"], row["hazard_metres"], row["hazard_least"]))
        if reasons:
            found[str(row["parcel_id"])] = reasons
    return found


def too_few(table: pd.DataFrame, need: Need, reach_metres: float) -> dict[str, list[Text]]:
    """Rule out parcels whose pupils in reach would leave the school nearly empty.

    Parameters
    ----------
    table
        parcel_id, pupils_in_reach (missing: not counted).
    need
        Of the school.
    reach_metres
        How far pupils are counted.

    Returns
    -------
    dict
        parcel_id to its reason.
    """
    few = table[table["pupils_in_reach"] < LEAST_FILLED * need.pupils]
    within, places = f"{reach_metres:,.0f}", f"{need.pupils:,.0f}"
    return {
        str(name): [
            Text(
                f"only {pupils:,.0f} pupils within {within} m for {places} places",
                f"{within}米内仅有学生{pupils:,.0f}人（学位{places}）",
            )
        ]
        for name, pupils in zip(few["parcel_id"], few["pupils_in_reach"], strict=True)
    }


def _too_near(kind: str, metres: float, least: float) -> Text:
    name = HAZARD_WORDS.get(kind, Text(kind, kind))
    return Text(
        f"{metres:,.0f} m from {name.en}, less than {least:,.0f} m",
        f"距{name.zh}{metres:,.0f}米，不足{least:,.0f}米",
    )


HAZARD_WORDS = {
    "railway": Text("a railway", "铁路"),
    "main_road": Text("a main road", "干道"),
    "jail": Text("a jail", "监狱"),
    "infectious_hospital": Text("a hospital for infections", "传染病医院"),
    "polluter": Text("a polluter", "污染源"),
    "crematorium": Text("a crematorium", "火葬场"),
    "landfill": Text("a landfill", "垃圾填埋场"),
}


def scores(table: pd.DataFrame, need: Need, reach_metres: float) -> pd.DataFrame:
    """Judge parcels by each criterion, from 0 to 1; missing where it cannot be judged.

    Parameters
    ----------
    table
        Of `distances`, with land_m2, land_use, pupils_in_reach, of which pupils_nearer (for whom no
        school of today is as near) and school_metres (to the nearest school of the level).
    need
        Of the school.
    reach_metres
        How far pupils are counted.

    Returns
    -------
    DataFrame
        The criteria of `WEIGHTS`, and score, their mean with these weights over those judged.
    """
    use = table["land_use"].astype(str)
    known = np.where(use.str.startswith(SCHOOL_LAND), 1.0, 0.5)
    margin = table["hazard_metres"] / (2 * table["hazard_least"].where(table["hazard_least"] > 0))
    span = ROAD_METRES - NEAR_ROAD_METRES
    parts = {
        # Pupils who would be nearer count whole, others half: they have a school already.
        "demand": (table["pupils_in_reach"] + table["pupils_nearer"]) / (2 * need.pupils),
        "schools": table["school_metres"] / (2 * reach_metres),
        "land": (table["land_m2"] / need.land_m2 - 1.0) / 0.5 if need.land_m2 > 0 else np.nan,
        "roads": (ROAD_METRES - table["road_metres"].where(np.isfinite(table["road_metres"])))
        / span,
        "land_use": pd.Series(np.where(use == "", np.nan, known), index=table.index),
        "hazards": margin.where(np.isfinite(margin)),
    }
    judged = pd.DataFrame(parts, index=table.index).clip(0.0, 1.0)
    weight = judged.notna() * pd.Series(WEIGHTS)
    total = weight.sum(axis=1)
    score = (judged.fillna(0.0) * weight).sum(axis=1) / total.where(total > 0)
    return judged.assign(score=score.fillna(0.0))


def reasons(row: Mapping[str, float | str], need: Need, reach_metres: float) -> Text:
    """Say in figures what speaks for a parcel and against it."""
    en = [
        f"{row['pupils_in_reach']:,.0f} pupils within {reach_metres:,.0f} m of {need.pupils:,.0f} "
        f"places, {row['pupils_nearer']:,.0f} of them nearer than to any school of today"
    ]
    zh = [
        f"{reach_metres:,.0f}米内有学生{row['pupils_in_reach']:,.0f}人（学位{need.pupils:,.0f}），"
        f"其中{row['pupils_nearer']:,.0f}人比到现有学校更近"
    ]
    if np.isfinite(float(row["school_metres"])):
        en.append(f"nearest school of the level {row['school_metres']:,.0f} m away")
        zh.append(f"距最近同学段学校{row['school_metres']:,.0f}米")
    if need.land_m2 > 0 and np.isfinite(float(row["land_m2"])):
        en.append(f"{row['land_m2']:,.0f} m² of land, {need.land_m2:,.0f} needed")
        zh.append(f"用地{row['land_m2']:,.0f}㎡，需{need.land_m2:,.0f}㎡")
    if np.isfinite(float(row["road_metres"])):
        en.append(f"road {row['road_metres']:,.0f} m away")
        zh.append(f"距道路{row['road_metres']:,.0f}米")
    if row["land_use"]:
        en.append(f"land use {row['land_use']}")
        zh.append(f"用地性质{row['land_use']}")
    if np.isfinite(float(row["slope"])):
        en.append(f"slope {row['slope']:.0%}")
        zh.append(f"坡度{row['slope']:.0%}")
    if row["hazard"]:
        kind = HAZARD_WORDS.get(str(row["hazard"]), Text(str(row["hazard"]), str(row["hazard"])))
        en.append(f"{kind.en} {row['hazard_metres']:,.0f} m away")
        zh.append(f"距{kind.zh}{row['hazard_metres']:,.0f}米")
    return Text("; ".join(en), "；".join(zh))
