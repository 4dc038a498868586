"""One zone at one primary school whose cohorts stay for one year, and rooms to add to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain import Problem
from tests.support.options import BOTH, FIRST_YEAR
from tests.support.tiny import tiny_problem

PAID = 1000.0
"""Yuan that a multiplier pays for a cohort: 10 a pupil."""


def one_school(**changes: Any) -> Problem:
    """Let 100 pupils enter in the one year; classes of 45 cost 100 yuan each; there is one room."""
    entrants = np.zeros((1, 2, 1))
    entrants[0, 0, 0] = 100.0
    fields = {
        "years": 1,
        "grades": (1, 1),
        "zone_at": (0,),
        "site_at": (0,),
        "runs": (BOTH[:1],),
        "rooms": [1],
        "entrants": entrants,
        "enrolled": [],
        "level": {"hard": 45.0, "cap": 45.0},
        "prices": {"class_year": 100.0, "life_years": 1.0},
        "sites": {"protected": [True]},
    }
    return tiny_problem(**{**fields, **changes})


def extension(rooms: int, cost: float, year: int = 0, **fields: Any) -> dict[str, Any]:
    """Make an option of rooms for `cost` yuan in one year only, from 0; they serve at once."""
    when = {"earliest": FIRST_YEAR + year, "latest": FIRST_YEAR + year, "lead": 0}
    return {"action": "extend", "site": 0, "rooms": rooms, "cost": cost, **when, **fields}
