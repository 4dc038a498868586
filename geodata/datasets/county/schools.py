"""Schools, teaching points and candidate sites: their places, ids, names and rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.datasets.county.land import Land
from geodata.datasets.county.siting import SEAT_KM, candidate_zones, school_zones
from geodata.datasets.county.tools import records


def make_sites(land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """Schools and points: site_id, name, town, kind, place, school_type, zone, x, y and rules.

    `zone` is the row of the zone in which a site stands. Points name no parent yet: pupils do.
    """
    sites = _placed(land, school_zones(land, rng), rng, reach=(0.1, 0.25))
    point = (sites.school_type == "teaching_point").to_numpy()
    order = [land.spec.town_names.index(name) for name in sites.town]
    sites = sites.assign(order=order, point=point).sort_values(
        ["point", "order", "kind", "school_type", "zone"], ascending=[True, True, False, True, True]
    )
    sites = sites.drop(columns="order").reset_index(drop=True)
    schools = int((~sites.point).sum())
    sites["site_id"] = [f"S{i:03d}" for i in range(1, schools + 1)] + [
        f"T{i:02d}" for i in range(1, len(sites) - schools + 1)
    ]
    sites["name"] = _names(land, sites)
    sites["point_grades"] = np.where(sites.point, rng.choice([2, 3], len(sites)), 0)
    return _with_rules(land, sites, rng).drop(columns="point")


def make_candidates(land: Land, sites: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Candidate sites: site_id, name, town, kind, place, zone, x, y, land_m2."""
    schools = sites.zone[sites.school_type != "teaching_point"].to_numpy()
    frame = candidate_zones(land, schools, rng)
    frame = _placed(land, frame, rng, reach=(0.15, 0.3))
    frame["site_id"] = [f"C{i:02d}" for i in range(1, len(frame) + 1)]
    frame["name"] = [f"备选校址{i:02d}（{t}）" for i, t in enumerate(frame.town, start=1)]
    large = np.where(frame.kind == "urban", 52_000, 46_000)
    frame["land_m2"] = np.round(large * rng.uniform(0.6, 1.0, len(frame)), -2)
    return frame.drop(columns="school_type")


def _placed(
    land: Land, sites: pd.DataFrame, rng: np.random.Generator, reach: tuple[float, float]
) -> pd.DataFrame:
    """Add town, x, y and place: a site stands a little beside its zone's own point."""
    home = land.zones.iloc[sites.zone.to_numpy()].reset_index(drop=True)
    radius = rng.uniform(*reach, len(sites)) * np.sqrt(home.area.to_numpy() / np.pi)
    angle = rng.uniform(0, 2 * np.pi, len(sites))
    sites = sites.assign(
        town=home.town,
        x=np.round(home.x + radius * np.cos(angle), 2),
        y=np.round(home.y + radius * np.sin(angle), 2),
    )
    role = {town.name: town.role for town in land.spec.towns}
    away = land.from_own_seat(sites.town.to_numpy(), sites[["x", "y"]].to_numpy())
    core = (sites.town.map(role) == "core") & (home.kind == "urban")
    near = away <= SEAT_KM
    central = near & (sites.town.map(role) == "central")
    sites["place"] = np.select(
        [core, central, near], ["county_town", "central_town", "town_seat"], "village"
    )
    return sites


def _with_rules(land: Land, sites: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Say which sites are unsafe, protected, or defended by parents."""
    village = (sites.place == "village").to_numpy() & ~sites.point.to_numpy()
    unsafe = rng.choice(np.flatnonzero(village), land.spec.schools.unsafe - 1, replace=False)
    town = rng.choice(np.flatnonzero((sites.kind == "urban") & (sites.school_type == "primary")), 1)
    rows = np.arange(len(sites))
    return sites.assign(
        unsafe=np.isin(rows, np.concatenate([unsafe, town])).astype(int),
        protected=(village & (rng.random(len(sites)) < 0.06)).astype(int),
        objection=np.where(village, np.round(rng.beta(2.2, 4.0, len(sites)), 2), 0.0),
    )


def _names(land: Land, sites: pd.DataFrame) -> list[str]:
    """Name schools systematically: serial numbers in town, the seat's or the village's outside."""
    word = {"primary": "小学", "lower_secondary": "中学", "nine_year": "九年制学校"}
    village = land.zones.name.iloc[sites.zone.to_numpy()].str.replace("-", "").to_numpy()
    serial = sites.groupby(["kind", "school_type"]).cumcount() + 1
    names = []
    for n, site in enumerate(records(sites)):
        if site.school_type == "teaching_point":
            names.append(f"{village[n]}教学点")
        elif site.kind == "urban":
            names.append(f"城区第{serial.iloc[n]}{word[site.school_type]}")
        elif site.zone in land.seats:
            names.append(f"{site.town}中心{word[site.school_type]}")
        else:
            names.append(f"{village[n]}{word[site.school_type]}")
    return names
