"""Children not yet at school, births to come, and new dwellings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.datasets.county.facts import CHINA_BIRTHS
from geodata.datasets.county.land import Land
from geodata.datasets.county.pupils import spread
from geodata.datasets.county.spec import BASE_YEAR
from geodata.datasets.county.tools import largest_remainder

VARIANT_END = {"low": -0.10, "medium": 0.0, "high": 0.10}
"""How far births stand from the medium variant from the tenth year on; linear until then."""


def make_children(land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """zone_id, age, children at 1 November of the base year, one row for each zone and age."""
    spec, zone_ids = land.spec, land.zones.zone_id.to_numpy()
    ages = [
        spread(total, land.weight, land.urban, spec.urban_share, rng) for total in spec.children
    ]
    return pd.DataFrame(
        {
            "zone_id": np.repeat(zone_ids, len(ages)),
            "age": np.tile(np.arange(len(ages)), len(zone_ids)),
            "children": np.stack(ages, axis=1).ravel(),
        }
    )


def make_births() -> pd.DataFrame:
    """year, births_index, variant: China's births over those of the base year."""
    rows = []
    for variant, end in VARIANT_END.items():
        for year, births in CHINA_BIRTHS.items():
            shift = 1 + end * min(1.0, (year - BASE_YEAR) / 10)
            rows.append((year, round(births / CHINA_BIRTHS[BASE_YEAR] * shift, 4), variant))
    return pd.DataFrame(rows, columns=["year", "births_index", "variant"])


def make_housing(land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """Put new estates into some urban zones; 80 and 40 pupils per 1,000 people, 2.66 a home."""
    urban = np.flatnonzero(land.urban)
    estates = rng.choice(urban, max(2, len(urban) // 12), replace=False)
    dwellings = largest_remainder(rng.lognormal(0, 0.5, len(estates)), land.spec.dwellings)
    frame = pd.DataFrame(
        {
            "zone_id": land.zones.zone_id.to_numpy()[estates],
            "year": BASE_YEAR + 1 + rng.integers(0, min(6, land.spec.years), len(estates)),
            "dwellings": dwellings,
            "pupils_per_dwelling_primary": 0.213,
            "pupils_per_dwelling_lower_secondary": 0.106,
        }
    )
    return frame.sort_values(["zone_id", "year"], ignore_index=True)
