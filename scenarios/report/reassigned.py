"""Entrants sent elsewhere than their zone's last ones (semantics M1), by the site they miss."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain import Plan, Problem
from scenarios.report.pupils import PUPILS

KEY = ["zone", "site", "level", "year"]


def reassigned_by_site(problem: Problem, plan: Plan) -> np.ndarray:
    """Count the entrants who no longer enter each site although it runs the level, (S, L, T)."""
    _, sites, levels, years = problem.shape
    entrants, now = problem.demand.entrants, _shares(problem, plan)
    there = entrants[now["zone"], now["level"], now["year"]] >= PUPILS
    last = now[there].assign(year=now["year"][there] + 1)
    last = pd.concat([last[last["year"] < years], _base_shares(problem)], ignore_index=True)
    both = last.merge(now, on=KEY, how="left", suffixes=("", "_now"))
    zone, site, level, year = (both[name].to_numpy(dtype=int) for name in KEY)
    pupils = entrants[zone, level, year]
    lost = (both["share"] - both["share_now"].fillna(0.0)).clip(lower=0.0).to_numpy()
    counts = plan.runs[site, level, year] & (pupils >= PUPILS)
    flat = np.ravel_multi_index((site, level, year), (sites, levels, years))
    total = np.bincount(flat, np.where(counts, pupils * lost, 0.0), sites * levels * years)
    return total.reshape(sites, levels, years)


def _shares(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Shares of the planned years: zone, site, level, year, share."""
    pair, year = np.nonzero(plan.share)
    travel = problem.travel
    return pd.DataFrame(
        {
            "zone": travel.zone[pair],
            "site": travel.site[pair],
            "level": travel.level[pair],
            "year": year,
            "share": plan.share[pair, year],
        }
    )


def _base_shares(problem: Problem) -> pd.DataFrame:
    """Shares of the base year's first grade, as those before the first planned year."""
    enrolled = problem.enrolled
    first = np.array([level.first_grade for level in problem.levels])
    rows = (enrolled.grade == first[enrolled.level]) & (enrolled.pupils > 0)
    table = pd.DataFrame(
        {
            "zone": enrolled.zone[rows],
            "site": enrolled.site[rows],
            "level": enrolled.level[rows],
            "year": 0,
            "share": enrolled.pupils[rows],
        }
    )
    table = table.groupby(KEY)["share"].sum().reset_index()
    total = table.groupby(["zone", "level"])["share"].transform("sum")
    return table.assign(share=table["share"] / total)[total >= PUPILS]
