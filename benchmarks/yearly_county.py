"""Counties of yearly enrolment: what the reference county is made of, and made ones like it.

Rules and prices are those of `county_reference`: 0.3 per pupil and kilometre, 400 a year for a
running site, 250 for a class of 45, 900 for six rooms, all in thousand yuan and undiscounted; at
most 60 classes at a site and at most four blocks of six rooms a year; a school of today that stops
does not restart, a new one does not stop.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.instances import InstanceError

THOUSAND = 1000.0
NEAREST = 12
URBAN_PART = 0.4


@dataclass(frozen=True)
class County:
    """Zones, sites and the pairs that may be used.

    Attributes
    ----------
    zone_ids, site_ids
        Z and S texts.
    pupils
        (Z, T) pupils of each year.
    existing, rooms
        (S,) whether a school runs today; rooms while running.
    pair_zone, pair_site, kilometres
        (P,) each.
    """

    name: str
    zone_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    pupils: np.ndarray
    existing: np.ndarray
    rooms: np.ndarray
    pair_zone: np.ndarray
    pair_site: np.ndarray
    kilometres: np.ndarray


def read_county(folder: Path) -> County:
    """Read `zones.csv`, `sites.csv` and `pairs.csv` of a folder.

    Raises
    ------
    InstanceError
        If a file, a column or a number is missing.
    """
    zones, sites, pairs = (
        _table(folder / name, wanted)
        for name, wanted in (
            ("zones.csv", ("zone_id", "pupils_year1")),
            ("sites.csv", ("site_id", "existing", "rooms")),
            ("pairs.csv", ("zone_id", "site_id", "km")),
        )
    )
    years = sorted((c for c in zones if c.startswith("pupils_year")), key=lambda c: int(c[11:]))
    zone_at = {name: row for row, name in enumerate(zones["zone_id"])}
    site_at = {name: row for row, name in enumerate(sites["site_id"])}
    try:
        return County(
            name=folder.name,
            zone_ids=tuple(zones["zone_id"]),
            site_ids=tuple(sites["site_id"]),
            pupils=np.array([zones[year] for year in years], dtype=float).T,
            existing=np.array(sites["existing"], dtype=int) > 0,
            rooms=np.array(sites["rooms"], dtype=int),
            pair_zone=np.array([zone_at[name] for name in pairs["zone_id"]]),
            pair_site=np.array([site_at[name] for name in pairs["site_id"]]),
            kilometres=np.array(pairs["km"], dtype=float),
        )
    except (KeyError, ValueError) as error:
        raise InstanceError(f"{folder}: {error} fits no id or number") from error


def _table(path: Path, wanted: tuple[str, ...]) -> dict[str, list[str]]:
    """Columns of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InstanceError(f"{path}: cannot be read: {error}") from error
    missing = [name for name in wanted if not rows or name not in rows[0]]
    if missing:
        raise InstanceError(f"{path}: has no rows with a column {', '.join(missing)}")
    return {name: [row[name] for row in rows] for name in rows[0]}


def make_county(zones: int, sites: int, years: int, seed: int) -> County:
    """Make a county like the reference one: a growing town, a shrinking country, tight schools.

    Two fifths of the zones are urban with 60 to 160 pupils, growing by 7 % of the first year's
    number each year; the rest have 10 to 60 and lose 4 %. A fifth of the sites are candidates in
    town. Rooms of today's schools hold about 95 % of the first year's pupils, so that every
    year asks for building, sharing or sending pupils farther.
    """
    return _drawn(zones, sites, years, seed)[0]


def make_prefecture(
    counties: int, zones: int, sites: int, years: int, seed: int, crossing: bool
) -> County:
    """Set made counties of that many zones and sites each on a grid, one seed after another.

    With `crossing` a zone has, beside the nearest schools of its own county, the nearest of all:
    whatever may be done with borders closed may be done with open ones.
    """
    columns, parts, zones_at, sites_at = math.ceil(math.sqrt(counties)), [], [], []
    for number in range(counties):
        part, of_zones, of_sites = _drawn(zones, sites, years, seed + number)
        corner = np.array(divmod(number, columns)) * _side(zones)
        parts.append(part)
        zones_at.append(of_zones + corner)
        sites_at.append(of_sites + corner)
    where, place = np.concatenate(zones_at), np.concatenate(sites_at)
    pairs = [
        (number * zones + part.pair_zone) * len(place) + number * sites + part.pair_site
        for number, part in enumerate(parts)
    ]
    if crossing:
        rank = np.arange(1, min(NEAREST, len(place)) + 1)
        nearest = cKDTree(place).query(where, k=rank)[1]
        pairs.append((np.arange(len(where))[:, None] * len(place) + nearest).ravel())
    zone, site = np.divmod(np.unique(np.concatenate(pairs)), len(place))
    borders = "open" if crossing else "closed"
    return County(
        name=f"made_{counties}x{zones}x{sites}x{years}_{seed}_{borders}",
        zone_ids=tuple(f"c{k}{name}" for k, part in enumerate(parts) for name in part.zone_ids),
        site_ids=tuple(f"c{k}{name}" for k, part in enumerate(parts) for name in part.site_ids),
        pupils=np.concatenate([part.pupils for part in parts]),
        existing=np.concatenate([part.existing for part in parts]),
        rooms=np.concatenate([part.rooms for part in parts]),
        pair_zone=zone,
        pair_site=site,
        kilometres=np.linalg.norm(where[zone] - place[site], axis=1),
    )


def _side(zones: int) -> float:
    """Kilometres along a side of a made county."""
    return float(np.sqrt(zones) * 1.5)


def _drawn(zones: int, sites: int, years: int, seed: int) -> tuple[County, np.ndarray, np.ndarray]:
    """Draw a county; with it the kilometres of its zones (Z, 2) and sites (S, 2) from a corner."""
    rng = np.random.default_rng(seed)
    side = _side(zones)
    urban = np.arange(zones) < round(URBAN_PART * zones)
    where = rng.uniform(0.0, side, (zones, 2))
    where[urban] = side / 2.0 + rng.normal(0.0, side / 12.0, (int(urban.sum()), 2))
    first = np.where(urban, rng.uniform(60.0, 160.0, zones), rng.uniform(10.0, 60.0, zones))
    growth = np.where(urban, 0.07, -0.04)[:, None] * np.arange(years)
    existing = np.arange(sites) < sites - max(1, sites // 5)
    place = where[rng.choice(zones, sites, replace=sites > zones)] + rng.normal(
        0.0, 0.3, (sites, 2)
    )
    place[~existing] = side / 2.0 + rng.normal(0.0, side / 12.0, (int((~existing).sum()), 2))
    distance = np.linalg.norm(where[:, None] - place[None, :], axis=2)
    served = np.bincount(distance[:, existing].argmin(axis=1), first, minlength=int(existing.sum()))
    rooms = np.full(sites, 24)
    rooms[existing] = np.clip(np.round(served * 0.95 / 45.0), 6, 48)
    nearest = np.sort(np.argsort(distance, axis=1, kind="stable")[:, :NEAREST], axis=1)
    zone = np.repeat(np.arange(zones), nearest.shape[1])
    county = County(
        name=f"made_{zones}x{sites}x{years}_{seed}",
        zone_ids=tuple(f"z{row:05d}" for row in range(zones)),
        site_ids=tuple(f"s{row:04d}" for row in range(sites)),
        pupils=first[:, None] * np.maximum(0.1, 1.0 + growth),
        existing=existing,
        rooms=rooms,
        pair_zone=zone,
        pair_site=nearest.ravel(),
        kilometres=distance[zone, nearest.ravel()],
    )
    return county, where, place
