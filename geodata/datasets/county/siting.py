"""In which zones schools, teaching points and candidates stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.datasets.county.land import Land

SEAT_KM = 2.0
_POINT_SPACING_KM = 3.0
_APART_KM = 2.8


def school_zones(land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """zone, school_type and kind of every school and teaching point.

    Seats outside the county town have schools first; where the way to school is longest for most
    children, the next ones stand. Nine-year schools are the last of the lower secondary ones.
    """
    counts = land.spec.schools
    seats = land.seats[~land.school_town[land.seats]]
    uneven = land.weight * rng.lognormal(0, 0.6, len(land.zones))
    town = land.weight * land.school_town
    lower, both, lower_rural, both_rural = _lower_secondary(land, seats)
    primary = pick(land.km, town, land.school_town, counts.urban_primary, both)
    central = seats[~np.isin(seats, both_rural)]
    have = np.concatenate([central, primary, both, both_rural])
    remote = ~land.urban & (land.km[have].min(axis=0) > _APART_KM)
    villages = pick(
        land.km, uneven * ~land.school_town, remote, counts.rural_primary - len(central), have
    )
    points = _points(land, np.concatenate([have, villages]))
    return pd.concat(
        [
            _rows(primary, "primary", "urban"),
            _rows(np.concatenate([central, villages]), "primary", "rural"),
            _rows(lower, "lower_secondary", "urban"),
            _rows(lower_rural, "lower_secondary", "rural"),
            _rows(both, "nine_year", "urban"),
            _rows(both_rural, "nine_year", "rural"),
            _rows(points, "teaching_point", "rural"),
        ],
        ignore_index=True,
    )


def _lower_secondary(land: Land, seats: np.ndarray) -> tuple[np.ndarray, ...]:
    """Zones of lower secondary and of nine-year schools, urban ones first."""
    counts = land.spec.schools
    urban = pick(
        land.km,
        land.weight * land.school_town,
        land.school_town,
        counts.urban_lower_secondary + counts.urban_nine_year,
    )
    beyond = pick(
        land.km,
        land.weight * ~land.school_town,
        ~land.urban,
        counts.rural_lower_secondary + counts.rural_nine_year - len(seats),
        np.concatenate([seats, urban]),
    )
    rural = np.concatenate([seats, beyond])
    return (
        *np.split(urban, [counts.urban_lower_secondary]),
        *np.split(rural, [counts.rural_lower_secondary]),
    )


def candidate_zones(land: Land, schools: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Zone and kind of every candidate: in town far from the schools' zones, and at seats."""
    in_town, at_seats = land.spec.candidates
    town = land.school_town
    edge = land.weight * town * rng.lognormal(0, 0.4, len(town))
    free = ~np.isin(np.arange(len(town)), schools)
    chosen = pick(land.km, edge, town & free, in_town, schools)
    near_seat = (land.km_to_own_seat < SEAT_KM) & ~town
    near_seat[chosen] = False
    seats = pick(land.km, land.weight, near_seat, at_seats)
    return pd.concat([_rows(chosen, "", "urban"), _rows(seats, "", "rural")], ignore_index=True)


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


def _points(land: Land, have: np.ndarray) -> np.ndarray:
    """Remote villages, heavy ones first, apart from each other."""
    heavy = np.sqrt(land.weight / land.weight.mean())
    lonely = np.where(land.urban, -1.0, land.km[have].min(axis=0) * heavy)
    chosen: list[int] = []
    for zone in np.argsort(-lonely, kind="stable"):
        if len(chosen) == land.spec.schools.points:
            break
        if not chosen or land.km[zone, chosen].min() >= _POINT_SPACING_KM:
            chosen.append(int(zone))
    return np.array(chosen, dtype=np.int64)


def _rows(zone: np.ndarray, school_type: str, kind: str) -> pd.DataFrame:
    return pd.DataFrame({"zone": zone, "school_type": school_type, "kind": kind})
