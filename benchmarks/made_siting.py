"""A made county for siting with areas that hang together: places as cells, schools nearly full.

`python -m benchmarks.made_siting FOLDER [--zones N] [--sites M] [--schools P] [--fill F]
[--seed K]`, from the repository's root, writes `made_N_M.txt`, a table of places as
`benchmarks.location --kind siting` reads it, and `made_N_M_touching.csv`, the pairs of places whose
cells share a border, for `--contiguity`. The same arguments give the same files.

Places are random points and their Voronoi cells; pupils crowd around five towns. Sites are places
drawn by lot, likelier where pupils are. Each has room for the pupils who have it nearest, a quarter
more or less by lot, so that the nearest school is full for many; all are then enlarged alike, until
P average sites hold all pupils at a fill of F.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.spatial import Voronoi

WIDTH = 40_000.0
"""Metres of the square county."""
TOWNS = 5


def main(arguments: list[str] | None = None) -> int:
    """Draw a county and write it."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    for name, default in (("zones", 1276), ("sites", 33), ("schools", 33), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--fill", type=float, default=0.97)
    chosen = parser.parse_args(arguments)
    where, demand, capacity = draw(
        chosen.zones, chosen.sites, chosen.schools, chosen.fill, chosen.seed
    )
    chosen.folder.mkdir(parents=True, exist_ok=True)
    name = f"made_{chosen.zones}_{chosen.sites}"
    lines = ["ID\tDemand\tx\ty\tFcand\tFcost\tFcap"]
    for row, ((x, y), pupils, room) in enumerate(zip(where, demand, capacity, strict=True), 1):
        lines.append(f"{row}\t{pupils}\t{x:.1f}\t{y:.1f}\t{int(room > 0)}\t0\t{room}")
    (chosen.folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pairs = ["a,b", *(f"{a + 1},{b + 1}" for a, b in touching(where))]
    (chosen.folder / f"{name}_touching.csv").write_text("\n".join(pairs) + "\n", encoding="utf-8")
    return 0


def draw(
    zones: int, sites: int, schools: int, fill: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw places: metres (Z, 2), pupils (Z,) and capacity (Z,), 0 where no school may be."""
    rng = np.random.default_rng([seed, zones, sites])
    where = rng.uniform(0.0, WIDTH, (zones, 2)).round(1)
    towns = rng.uniform(0.15, 0.85, (TOWNS, 2)) * WIDTH
    away = np.linalg.norm(where[:, None] - towns[None], axis=2).min(axis=1)
    demand = 1 + rng.poisson(4.0 + 30.0 * np.exp(-away / 4_000.0) * rng.uniform(0.3, 1.7, zones))
    chosen = rng.choice(zones, size=sites, replace=False, p=demand / demand.sum())
    nearest = np.linalg.norm(where[:, None] - where[chosen][None], axis=2).argmin(axis=1)
    part = np.bincount(nearest, demand, sites) * rng.uniform(0.75, 1.25, sites)
    capacity = np.zeros(zones, dtype=int)
    capacity[chosen] = np.ceil(part / part.mean() * demand.sum() / fill / schools)
    return where, demand, capacity


def touching(where: np.ndarray) -> np.ndarray:
    """(E, 2) pairs of places whose Voronoi cells share a border inside the county."""
    count = len(where)
    mirrored = [where]
    for axis in (0, 1):
        for wall in (0.0, WIDTH):
            image = where.copy()
            image[:, axis] = 2.0 * wall - image[:, axis]
            mirrored.append(image)
    ridges = Voronoi(np.concatenate(mirrored)).ridge_points
    inside = ridges[(ridges < count).all(axis=1)]
    pairs: np.ndarray = np.unique(np.sort(inside, axis=1), axis=0)
    return pairs


if __name__ == "__main__":
    sys.exit(main())
