"""Terms of the objective, fixed terms and floor: the table and M1 to M5 of docs/semantics.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.presence import FEW, Presence
from scenarios.verify.spaces import Spaces, service_years

KINDS = {
    "capital": "money",
    "residual": "money",
    "school_running": "money",
    "class_running": "money",
    "bus": "money",
    "travel_time": "priced",
    "beyond_limit": "priced",
    "over_cap": "priced",
    "over_cap_inherited": "priced",
    "room_debt": "priced",
    "pupils_moved": "priced",
    "entrants_reassigned": "priced",
    "post_short": "priced",
    "post_surplus": "priced",
    "teachers_moved": "priced",
}


@dataclass(frozen=True)
class Amount:
    """Undiscounted amount of a term and its present value in yuan."""

    amount: float
    value: float


def spend_by_year(facts: Facts, decisions: Decisions) -> np.ndarray:
    """(O, T) undiscounted yuan of each option built, in the planned years."""
    spend = np.zeros((len(facts.option_ids), facts.norms.years))
    cost = facts.options["capital_cost"].to_numpy()
    for option in (decisions.start != 0).nonzero()[0]:
        first = int(decisions.start[option]) - facts.norms.first_year
        for offset, share in enumerate(facts.spend[option]):
            if 0 <= first + offset < facts.norms.years:
                spend[option, first + offset] += share * cost[option]
    return spend


def terms(
    facts: Facts,
    decisions: Decisions,
    presence: Presence,
    spaces: Spaces,
    reassigned: pd.DataFrame,
) -> dict[str, Amount]:
    """Every term of the objective; those of families that are off are left out."""
    norms, price, d = facts.norms, facts.norms.prices, facts.discount
    running = decisions.runs.any(axis=1)
    annual = facts.sites["annual_cost"].to_numpy()
    site_years = running.sum(axis=0)
    found = _capital(facts, decisions, committed=False)
    found["school_running"] = Amount(float(site_years.sum()), float(annual @ running @ d))
    found |= _travel(facts, presence)
    moved = presence.moves[presence.moves["merged"].astype(bool)]
    found["pupils_moved"] = _priced(facts, _by_year(moved, facts), price["pupil_moved"])
    if norms.on("class_size"):
        over = spaces.over.sum(axis=1)
        inherited = np.arange(over.shape[1]) < norms.memory
        classes, each = spaces.classes.sum(axis=0), price["over_cap_pupil_year"]
        found["class_running"] = _priced(facts, classes, price["class_year"])
        found["over_cap"] = _priced(facts, over[:, ~inherited].sum(axis=(0, 1)), each)
        found["over_cap_inherited"] = _priced(facts, over[:, inherited].sum(axis=(0, 1)), each)
    if norms.on("function_rooms"):
        found["room_debt"] = _priced(facts, spaces.debt.sum(axis=0), price["room_debt_year"])
    if norms.on("catchments"):
        each = price["entrant_reassigned"]
        found["entrants_reassigned"] = _priced(facts, _by_year(reassigned, facts), each)
    return found


def fixed_value(facts: Facts, decisions: Decisions) -> float:
    """Present value of committed projects: spend within the horizon, and residual (M3)."""
    return sum(part.value for part in _capital(facts, decisions, committed=True).values())


def floor(facts: Facts) -> float:
    """Every pupil at the cheapest intake pair in unrounded classes at the cap (M5)."""
    cheapest = _cheapest(facts)
    price = facts.norms.prices["class_year"] * facts.norms.on("class_size")
    total = 0.0
    for level, stage in enumerate(facts.norms.stages):
        pupils = _pupils_of_zones(facts, level)
        each = cheapest[level] + price / stage.cap
        total += float(each @ pupils @ facts.discount)
    return total


def reassigned_entrants(facts: Facts, decisions: Decisions) -> pd.DataFrame:
    """M1: entrants not sent where their zone's entrants went the year before, while that runs.

    Returns
    -------
    pandas.DataFrame
        zone, site (the one left), level, year, pupils.
    """
    keys = ["zone", "site", "level", "year"]
    share = decisions.share
    size = facts.entrants[share["zone"], share["level"], share["year"]]
    last = share[size >= FEW].assign(year=lambda frame: frame["year"] + 1)
    begin = facts.enrolled[facts.enrolled["entry"] == facts.norms.memory - 1]
    begin = begin.groupby(["zone", "site", "level"])["pupils"].sum().reset_index()
    total = begin.groupby(["zone", "level"])["pupils"].transform("sum")
    begin = begin.assign(share=begin["pupils"] / total, year=0)[total >= FEW]
    last = pd.concat([last[[*keys, "share"]], begin[[*keys, "share"]]], ignore_index=True)
    last = last[last["year"] < facts.norms.years]
    both = last.merge(share, on=keys, how="left", suffixes=("", "_now"))
    entrants = facts.entrants[both["zone"], both["level"], both["year"]]
    runs = decisions.runs[both["site"], both["level"], both["year"]]
    fallen = np.maximum(0.0, both["share"] - both["share_now"].fillna(0.0))
    pupils = np.where(runs & (entrants >= FEW), entrants * fallen, 0.0)
    return both[keys].assign(pupils=pupils)[pupils > 0.0]


def _capital(facts: Facts, decisions: Decisions, *, committed: bool) -> dict[str, Amount]:
    norms = facts.norms
    which = (decisions.start != 0) & ((facts.options["committed"].to_numpy() != 0) == committed)
    cost = facts.options["capital_cost"].to_numpy()
    value = 0.0
    for option in which.nonzero()[0]:
        first = int(decisions.start[option]) - norms.first_year
        for offset, share in enumerate(facts.spend[option]):
            if not committed or 0 <= first + offset < norms.years:
                value += share * cost[option] * (1.0 + norms.rate) ** -(first + offset)
    served = norms.first_year + norms.years - service_years(facts, decisions)
    left = np.maximum(0.0, 1.0 - served / norms.prices["life_years"])
    residual = float((cost * left)[which].sum())
    return {
        "capital": Amount(float(cost[which].sum()), float(value)),
        "residual": Amount(-residual, float(-residual * (1.0 + norms.rate) ** -norms.years)),
    }


def _travel(facts: Facts, presence: Presence) -> dict[str, Amount]:
    price = facts.norms.prices
    rows = presence.rows[presence.rows["pair"] >= 0]
    pair = rows["pair"].to_numpy()
    pupils = rows["pupils"].to_numpy()
    kinds = {
        "bus": (facts.travel["bus"].to_numpy(dtype=float), price["bus_pupil_year"]),
        "travel_time": (
            facts.travel["minutes"].to_numpy() * 2.0 * price["school_days"],
            price["yuan_per_minute"],
        ),
        "beyond_limit": (facts.travel["beyond"].to_numpy(), price["beyond_pupil_minute"]),
    }
    return {
        name: _priced(
            facts, np.bincount(rows["year"], pupils * each[pair], minlength=facts.norms.years), cost
        )
        for name, (each, cost) in kinds.items()
    }


def _cheapest(facts: Facts) -> np.ndarray:
    """(L, Z) yuan a year of the cheapest intake pair; 0 where a zone has none."""
    zones, _, levels, _ = facts.shape
    price, pairs = facts.norms.prices, facts.travel[facts.travel["intake"].to_numpy(dtype=bool)]
    cost = pairs["minutes"] * (2.0 * price["school_days"] * price["yuan_per_minute"])
    cost = cost + pairs["beyond"] * price["beyond_pupil_minute"]
    cost = cost + np.where(pairs["bus"], price["bus_pupil_year"], 0.0)
    cheapest = np.full((levels, zones), np.inf)
    np.minimum.at(cheapest, (pairs["level"], pairs["zone"]), cost)
    return np.where(np.isfinite(cheapest), cheapest, 0.0)


def _pupils_of_zones(facts: Facts, level: int) -> np.ndarray:
    """(Z, T) pupils of a level, wherever they are at school."""
    zones, _, _, years = facts.shape
    memory, stage = facts.norms.memory, facts.norms.stages[level]
    size = np.zeros((zones, memory + years))
    size[:, memory:] = facts.entrants[:, level]
    begin = facts.enrolled[facts.enrolled["level"] == level]
    np.add.at(size, (begin["zone"], begin["entry"]), begin["pupils"])
    pupils = np.zeros((zones, years))
    for year in range(years):
        for grade in range(stage.grades):
            entry = year + memory - grade
            factor = np.nan_to_num(facts.factor[level, :, entry, grade])
            pupils[:, year] += size[:, entry] * factor
    return pupils


def _by_year(frame: pd.DataFrame, facts: Facts) -> np.ndarray:
    years = frame["year"].to_numpy(dtype=np.int64)
    return np.bincount(years, frame["pupils"], minlength=facts.norms.years)


def _priced(facts: Facts, amounts: np.ndarray, price: float) -> Amount:
    return Amount(float(amounts.sum()), float(amounts @ facts.discount) * price)
