"""Classes of the base year, and the rooms, land and running cost of each school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.datasets.county.spec import FUNCTION_ROOMS, LEVELS
from geodata.datasets.county.tools import largest_remainder

LARGE_CLASS = 56
LARGE_SHARE = 0.07
TAKEN_SHARE = 0.20
RURAL_CLASS_MEAN = 24.3
_POINT_COST = 300_000.0
_TOWN_FULL = 53.0
_TOWN_FUNCTION_ROOMS = 0.45


def make_classes(
    sites: pd.DataFrame, enrolment: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Classes by site_id, level, grade: small in villages; full in town, one in fourteen large."""
    keys = ["site_id", "level", "grade"]
    frame = enrolment.groupby(keys)["pupils"].sum().to_frame().reset_index()
    urban = frame.site_id.isin(sites.site_id[sites.kind == "urban"]).to_numpy()
    pupils = frame.pupils.to_numpy()
    classes = np.ceil(pupils / _TOWN_FULL).astype(np.int64)
    classes[~urban] = _village_classes(pupils[~urban])
    rows = np.flatnonzero(urban)
    classes[rows] = _with_large(pupils[rows], classes[rows], rng)
    frame["classes"] = classes
    return frame.drop(columns=["pupils"])


def equip(
    sites: pd.DataFrame, enrolment: pd.DataFrame, classes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Add rooms, function rooms, areas and running cost to the sites.

    Town schools have fewer than half of the function rooms of the norm, and the classes beyond
    general rooms take `TAKEN_SHARE` of those; villages have rooms to spare.
    """
    used = classes.groupby("site_id").classes.sum().reindex(sites.site_id).to_numpy()
    pupils = enrolment.groupby("site_id").pupils.sum().reindex(sites.site_id).to_numpy()
    urban = (sites.kind == "urban").to_numpy()
    point = (sites.school_type == "teaching_point").to_numpy()
    kinds = function_rooms(sites.school_type.to_numpy(), used)
    few = np.minimum(kinds, np.maximum(1, np.rint(kinds * _TOWN_FUNCTION_ROOMS).astype(np.int64)))
    kinds = np.where(urban[:, None], few, kinds)
    total = kinds.sum(axis=1)
    taken = np.zeros(len(sites), dtype=np.int64)
    crowding = total[urban] * rng.uniform(0.6, 1.4, int(urban.sum()))
    taken[urban] = largest_remainder(crowding, round(TAKEN_SHARE * total[urban].sum()))
    spare = np.where(urban, 0, np.where(point, 0, 1 + rng.poisson(1 + 0.08 * used)))
    area = np.where(urban, 4.1, 7.5) * rng.lognormal(0, 0.25, len(sites)) * pupils
    land = np.where(urban, 14.0, 32.0) * rng.lognormal(0, 0.2, len(sites)) * pupils
    cost = np.where(point, _POINT_COST, np.clip(500_000 + 450 * pupils, 600_000, 1_500_000))
    return sites.assign(
        rooms=used - taken + spare,
        **{f"function_{kind}": kinds[:, k] for k, kind in enumerate(FUNCTION_ROOMS)},
        annual_cost=np.round(cost, -3),
        teaching_area_m2=np.round(area),
        sports_area_m2=np.round(land * 0.4),
        land_m2=np.round(land + 2_000, -2),
    )


def function_rooms(school_type: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the function rooms (S, kinds) as the norm has them: one of a kind per 12 begun.

    Laboratories count three (physics, chemistry, biology); schools below 6 classes have none.
    """
    twelves = np.where(classes >= 6, -(-classes // 12), 0)
    lower = np.isin(school_type, ("lower_secondary", "nine_year"))
    primary = np.isin(school_type, ("primary", "nine_year"))
    columns = {
        "music": twelves,
        "art": twelves,
        "computer": twelves,
        "science": twelves * primary,
        "laboratory": 3 * twelves * lower,
    }
    return np.stack([columns[kind] for kind in FUNCTION_ROOMS], axis=1)


def levels_of(school_type: str) -> tuple[str, ...]:
    """Levels that a type of school runs."""
    if school_type == "nine_year":
        return LEVELS
    return ("primary",) if school_type == "teaching_point" else (school_type,)


def _village_classes(pupils: np.ndarray) -> np.ndarray:
    """Classes so that the mean class is just below `RURAL_CLASS_MEAN`."""
    low, high = 10.0, 45.0
    for _ in range(40):
        size = (low + high) / 2
        mean = pupils.sum() / np.ceil(pupils / size).sum()
        low, high = (size, high) if mean < RURAL_CLASS_MEAN else (low, size)
    return np.asarray(np.ceil(pupils / low).astype(np.int64))


def _with_large(pupils: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Squeeze some grades into fewer classes until `LARGE_SHARE` of classes are large."""
    classes = classes.copy()
    squeezed = pupils // LARGE_CLASS
    fits = (squeezed >= 1) & (squeezed < classes) & (pupils <= 65 * squeezed)
    large = np.zeros(len(classes), dtype=bool)
    for row in rng.permutation(np.flatnonzero(fits)):
        wanted = LARGE_SHARE * (classes.sum() - classes[row] + squeezed[row])
        if classes[large].sum() + squeezed[row] <= wanted + 1:
            classes[row], large[row] = squeezed[row], True
    return classes
