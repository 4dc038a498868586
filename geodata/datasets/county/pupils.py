"""Who goes to which school in the base year."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.datasets.county.land import Land
from geodata.datasets.county.spec import GRADES, LEVELS, Spec
from geodata.datasets.county.tools import largest_remainder

_OTHER_SCHOOL_SHARE = 0.04
_RURAL_SHIFT = {"primary": 0.004, "lower_secondary": -0.048}
_NINE_YEAR_PART = 0.6
_NEAR_WEIGHT = 0.4
_PULL_KM = 3.5
_POINT_KM = 3.0
_POINT_CLASS = 26


def zone_weights(spec: Spec, zones: gpd.GeoDataFrame, rng: np.random.Generator) -> np.ndarray:
    """Share (Z,) of the county's children in each zone; urban zones hold `urban_share`."""
    urban = (zones.kind == "urban").to_numpy()
    weight = np.where(urban, rng.lognormal(0, 0.3, len(zones)), rng.lognormal(0, 0.45, len(zones)))
    weight[urban] *= spec.urban_share / weight[urban].sum()
    weight[~urban] *= (1 - spec.urban_share) / weight[~urban].sum()
    return np.asarray(weight)


def spread(
    total: int, weight: np.ndarray, urban: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """Whole children (Z,) of one age or grade: exact in total and in urban share."""
    shaken = weight * rng.lognormal(0, 0.1, len(weight))
    children = np.zeros(len(weight), dtype=np.int64)
    in_town = round(total * share)
    children[urban] = largest_remainder(shaken[urban], in_town)
    children[~urban] = largest_remainder(shaken[~urban], total - in_town)
    return children


def make_enrolment(
    land: Land, sites: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Seat every pupil, whole zones by grade, mostly at the nearest school with a place.

    Returns
    -------
    enrolment
        site_id, level, grade, zone_id, pupils.
    sites
        The sites with `parent_id` added: where a teaching point's pupils go on.
    """
    spec = land.spec
    pupils = np.stack(
        [spread(n, land.weight, land.urban, spec.urban_share, rng) for n in spec.pupils]
    )
    km = land.ways(sites.zone.to_numpy())
    school = _schools_of_zones(spec, sites, km, pupils, rng)
    parent = np.where(sites.school_type == "teaching_point", school[0, sites.zone], -1)
    school = _to_points(sites, parent, km, school, pupils)
    enrolment = _enrolment(land.zones.zone_id.to_numpy(), sites, school, pupils)
    ids = np.append(sites.site_id.to_numpy(), "")
    return enrolment, sites.assign(parent_id=ids[parent])


def _schools_of_zones(
    spec: Spec, sites: pd.DataFrame, km: np.ndarray, pupils: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Site row (9, Z) of every grade and zone."""
    rural_share = spec.rural_pupils / sum(spec.pupils)
    rows = []
    for level in LEVELS:
        able = np.flatnonzero(sites.school_type.isin((level, "nine_year")))
        grades = np.array(GRADES[level]) - 1
        size = pupils[grades].sum(axis=0)
        share = rural_share + _RURAL_SHIFT[level]
        cost = _crowded_km(sites.iloc[able], km[able], size, (1 - share) * size.sum(), rng)
        order = np.argsort(cost, axis=0, kind="stable")
        first, second = able[order[0]], able[order[1]]
        elsewhere = rng.random((len(grades), km.shape[1])) < _OTHER_SCHOOL_SHARE
        near = km[second, np.arange(km.shape[1])] < 8
        elsewhere &= near & (np.arange(len(grades)) >= len(grades) // 2)[:, None]
        rows.append(np.where(elsewhere, second, first))
    return np.concatenate(rows)


def _crowded_km(
    sites: pd.DataFrame,
    km: np.ndarray,
    size: np.ndarray,
    urban_total: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Ways (S, Z) plus what crowding adds, so that town schools fill to about their target."""
    urban = (sites.kind == "urban").to_numpy()
    part = np.where(sites.school_type == "nine_year", _NINE_YEAR_PART, 1.0) * urban
    nearest = np.bincount(km.argmin(axis=0), size, minlength=len(sites)) * part
    even = rng.lognormal(0, 0.1, len(sites)) * part
    target = _NEAR_WEIGHT * nearest / nearest.sum() + (1 - _NEAR_WEIGHT) * even / even.sum()
    target *= urban_total / target.sum()
    price = np.zeros(len(sites))
    for step in range(600):
        home = (km + price[:, None]).argmin(axis=0)
        load = np.bincount(home, size, minlength=len(sites))
        over = np.where(urban, (load - target) / np.maximum(target, 1), 0.0)
        price = np.maximum(price + 0.3 / (1 + step / 60) * np.clip(over, -1, 1), -_PULL_KM)
    return np.asarray(km + price[:, None])


def _to_points(
    sites: pd.DataFrame, parent: np.ndarray, km: np.ndarray, school: np.ndarray, pupils: np.ndarray
) -> np.ndarray:
    """Send the first grades of the zones beside a teaching point there, as far as it holds."""
    school = school.copy()
    for point in np.flatnonzero(parent >= 0):
        grades = np.arange(int(sites.point_grades.iloc[point]))
        seated = np.zeros(len(grades), dtype=np.int64)
        for zone in np.argsort(km[point], kind="stable")[:6]:
            extra = pupils[grades, zone]
            same = (school[: len(grades) + 1, zone] == parent[point]).all()
            if same and km[point, zone] < _POINT_KM and (seated + extra).max() <= _POINT_CLASS:
                school[grades, zone] = point
                seated += extra
    return school


def _enrolment(
    zone_ids: np.ndarray, sites: pd.DataFrame, school: np.ndarray, pupils: np.ndarray
) -> pd.DataFrame:
    grade, zone = np.nonzero(pupils)
    frame = pd.DataFrame(
        {
            "site_id": sites.site_id.to_numpy()[school[grade, zone]],
            "level": np.where(grade < 6, *LEVELS),
            "grade": grade + 1,
            "zone_id": zone_ids[zone],
            "pupils": pupils[grade, zone],
        }
    )
    return frame.sort_values(["site_id", "grade", "zone_id"], ignore_index=True)
