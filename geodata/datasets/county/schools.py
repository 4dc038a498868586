"""Where schools, teaching points and candidate sites stand, and of which type they are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.datasets.county.roads import Network
from geodata.datasets.county.spec import Spec
from geodata.datasets.county.zones import seat_of

_SEAT_KM = 2.0
_POINT_SPACING_KM = 3.0
_APART_KM = 2.8
_URBAN_SEAT_ZONES = 8


def make_sites(
    spec: Spec,
    zones: gpd.GeoDataFrame,
    weight: np.ndarray,
    network: Network,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Schools and points: site_id, name, town, kind, place, school_type, zone, x, y and rules.

    `zone` is the row of the zone in which a site stands. Points name no parent yet: pupils do.
    """
    km = network.kilometres(np.arange(len(zones)))[:, : len(zones)]
    town_zone = _urban_core(spec, zones)
    rural = (zones.kind == "rural").to_numpy()
    counts = spec.schools
    nine_year = counts.urban_nine_year
    lower = pick(km, weight * town_zone, town_zone, counts.urban_lower_secondary + nine_year)
    seats = np.array([s for s in _seat_zones(spec, zones) if not town_zone[s]])
    uneven = weight * rng.lognormal(0, 0.6, len(zones))
    lower_rural = pick(
        km,
        weight * ~town_zone,
        rural,
        counts.rural_lower_secondary + counts.rural_nine_year,
        np.concatenate([seats, lower]).astype(np.int64),
    )
    lower_rural = np.concatenate([seats, lower_rural])[
        : counts.rural_lower_secondary + counts.rural_nine_year
    ]
    urban_both = lower[len(lower) - nine_year :] if nine_year else lower[:0]
    rural_both = lower_rural[len(lower_rural) - counts.rural_nine_year :]
    primary = pick(km, weight * town_zone, town_zone, counts.urban_primary, urban_both)
    central = seats[~np.isin(seats, rural_both)]
    have = np.concatenate([central, primary, urban_both, rural_both])
    remote = rural & (km[have].min(axis=0) > _APART_KM)
    villages = pick(km, uneven * ~town_zone, remote, counts.rural_primary - len(central), have)
    primary_rural = np.concatenate([central, villages])
    points = _points(km, weight, rural, np.concatenate([have, primary_rural]), counts.points)
    sites = pd.concat(
        [
            _rows(primary, "primary", "urban"),
            _rows(primary_rural, "primary", "rural"),
            _rows(lower[: len(lower) - nine_year], "lower_secondary", "urban"),
            _rows(
                lower_rural[: len(lower_rural) - counts.rural_nine_year],
                "lower_secondary",
                "rural",
            ),
            _rows(urban_both, "nine_year", "urban"),
            _rows(rural_both, "nine_year", "rural"),
            _rows(points, "teaching_point", "rural"),
        ],
        ignore_index=True,
    )
    return _described(spec, zones, sites, rng)


def make_candidates(
    spec: Spec,
    zones: gpd.GeoDataFrame,
    weight: np.ndarray,
    network: Network,
    sites: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Candidate sites: site_id, name, town, kind, place, zone, x, y, land_m2."""
    km = network.kilometres(np.arange(len(zones)))[:, : len(zones)]
    town_zone = _urban_core(spec, zones)
    in_town, at_seats = spec.candidates
    have = sites.zone[sites.school_type != "teaching_point"].to_numpy()
    edge = weight * town_zone * rng.lognormal(0, 0.4, len(zones))
    chosen = pick(km, edge, town_zone & ~np.isin(np.arange(len(zones)), have), in_town, have)
    seat_xy = np.array([seat_of(spec, town) * 1e3 for town in spec.towns])
    own = seat_xy[[spec.town_names.index(name) for name in zones.town]]
    near_seat = np.hypot(*(zones[["x", "y"]].to_numpy() - own).T) < _SEAT_KM * 1e3
    open_seat = near_seat & ~town_zone & ~np.isin(np.arange(len(zones)), chosen)
    seats = pick(km, weight, open_seat, at_seats)
    frame = pd.concat([_rows(chosen, "", "urban"), _rows(seats, "", "rural")], ignore_index=True)
    frame = _placed(spec, zones, frame, rng, reach=(0.15, 0.3))
    frame["site_id"] = [f"C{i:02d}" for i in range(1, len(frame) + 1)]
    frame["name"] = [f"备选校址{i:02d}（{t}）" for i, t in enumerate(frame.town, start=1)]
    large = np.where(frame.kind == "urban", 52_000, 46_000)
    frame["land_m2"] = np.round(large * rng.uniform(0.6, 1.0, len(frame)), -2)
    return frame.drop(columns="school_type")


def pick(
    km: np.ndarray,
    weight: np.ndarray,
    allowed: np.ndarray,
    count: int,
    have: np.ndarray | None = None,
) -> np.ndarray:
    """Greedy p-median: zones (count,) that most shorten the weighted way to the nearest site.

    Parameters
    ----------
    km
        (Z, Z) ways.
    weight, allowed
        (Z,) pupils, and zones that may be picked.
    have
        Zones with a site already.
    """
    have = np.zeros(0, dtype=np.int64) if have is None else have.astype(np.int64)
    nearest = km[have].min(axis=0) if len(have) else np.full(len(km), km.max())
    candidates = np.flatnonzero(allowed)
    chosen: list[int] = []
    for _ in range(count):
        gain = (np.maximum(0.0, nearest - km[candidates]) * weight).sum(axis=1)
        best = int(candidates[np.round(gain, 9).argmax()])
        chosen.append(best)
        nearest = np.minimum(nearest, km[best])
    return np.array(chosen, dtype=np.int64)


def _urban_core(spec: Spec, zones: gpd.GeoDataFrame) -> np.ndarray:
    """(Z,) bool: urban zones of the county town and of the larger seats: urban schools' land."""
    towns = [t.name for t in spec.towns if t.role == "core" or t.seat_zones >= _URBAN_SEAT_ZONES]
    return np.asarray((zones.kind == "urban") & zones.town.isin(towns))


def _seat_zones(spec: Spec, zones: gpd.GeoDataFrame) -> list[int]:
    """Zone row of each seat outside the county town."""
    xy = zones[["x", "y"]].to_numpy()
    outside = [town for town in spec.towns if town.role != "core"]
    return [int(np.hypot(*(xy - seat_of(spec, t) * 1e3).T).argmin()) for t in outside]


def _points(
    km: np.ndarray, weight: np.ndarray, rural: np.ndarray, have: np.ndarray, count: int
) -> np.ndarray:
    """Remote villages, heavy ones first, apart from each other."""
    lonely = np.where(rural, km[have].min(axis=0) * np.sqrt(weight / weight.mean()), -1.0)
    chosen: list[int] = []
    for zone in np.argsort(-lonely, kind="stable"):
        if len(chosen) == count:
            break
        if not chosen or km[zone, chosen].min() >= _POINT_SPACING_KM:
            chosen.append(int(zone))
    return np.array(chosen, dtype=np.int64)


def _rows(zone: np.ndarray, school_type: str, kind: str) -> pd.DataFrame:
    return pd.DataFrame({"zone": zone, "school_type": school_type, "kind": kind})


def _placed(
    spec: Spec,
    zones: gpd.GeoDataFrame,
    sites: pd.DataFrame,
    rng: np.random.Generator,
    reach: tuple[float, float],
) -> pd.DataFrame:
    """Add town, x, y and place: a site stands a little beside its zone's own point."""
    home = zones.iloc[sites.zone.to_numpy()].reset_index(drop=True)
    radius = rng.uniform(*reach, len(sites)) * np.sqrt(home.area.to_numpy() / np.pi)
    angle = rng.uniform(0, 2 * np.pi, len(sites))
    sites = sites.assign(
        town=home.town,
        x=np.round(home.x + radius * np.cos(angle), 2),
        y=np.round(home.y + radius * np.sin(angle), 2),
    )
    role = {town.name: town.role for town in spec.towns}
    seat = {town.name: seat_of(spec, town) * 1e3 for town in spec.towns}
    away = np.array([np.hypot(x - seat[t][0], y - seat[t][1]) for t, x, y in
                     zip(sites.town, sites.x, sites.y, strict=True)])  # fmt: skip
    core = (sites.town.map(role) == "core") & (home.kind == "urban")
    near = away <= _SEAT_KM * 1e3
    central = near & (sites.town.map(role) == "central")
    sites["place"] = np.select(
        [core, central, near], ["county_town", "central_town", "town_seat"], "village"
    )
    return sites


def _described(
    spec: Spec, zones: gpd.GeoDataFrame, sites: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Add place, ids and names, and which sites are unsafe, protected or defended by parents."""
    sites = _placed(spec, zones, sites, rng, reach=(0.1, 0.25))
    point = (sites.school_type == "teaching_point").to_numpy()
    order = [spec.town_names.index(name) for name in sites.town]
    sites = sites.assign(order=order, point=point).sort_values(
        ["point", "order", "kind", "school_type", "zone"], ascending=[True, True, False, True, True]
    )
    sites = sites.drop(columns="order").reset_index(drop=True)
    schools = int((~sites.point).sum())
    sites["site_id"] = [f"S{i:03d}" for i in range(1, schools + 1)] + [
        f"T{i:02d}" for i in range(1, len(sites) - schools + 1)
    ]
    sites["name"] = _names(zones, sites, _seat_zones(spec, zones))
    sites["point_grades"] = np.where(sites.point, rng.choice([2, 3], len(sites)), 0)
    village = (sites.place == "village").to_numpy() & ~sites.point.to_numpy()
    unsafe = rng.choice(np.flatnonzero(village), spec.schools.unsafe - 1, replace=False)
    town = rng.choice(np.flatnonzero((sites.kind == "urban") & (sites.school_type == "primary")), 1)
    sites["unsafe"] = np.isin(np.arange(len(sites)), np.concatenate([unsafe, town])).astype(int)
    sites["protected"] = (village & (rng.random(len(sites)) < 0.06)).astype(int)
    sites["objection"] = np.where(village, np.round(rng.beta(2.2, 4.0, len(sites)), 2), 0.0)
    return sites.drop(columns="point")


def _names(zones: gpd.GeoDataFrame, sites: pd.DataFrame, seats: list[int]) -> list[str]:
    """Systematic names, made up: serial numbers in town, the seat's or the village's outside."""
    word = {"primary": "小学", "lower_secondary": "中学", "nine_year": "九年制学校"}
    village = zones.name.iloc[sites.zone.to_numpy()].str.replace("-", "").to_numpy()
    serial = sites.groupby(["kind", "school_type"]).cumcount() + 1
    names = []
    for n, site in enumerate(sites.itertuples()):
        if site.school_type == "teaching_point":
            names.append(f"{village[n]}教学点")
        elif site.kind == "urban":
            names.append(f"城区第{serial.iloc[n]}{word[site.school_type]}")
        elif site.zone in seats:
            names.append(f"{site.town}中心{word[site.school_type]}")
        else:
            names.append(f"{village[n]}{word[site.school_type]}")
    return names
