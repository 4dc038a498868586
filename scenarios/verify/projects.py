"""Actions and spend as the decisions imply them, against the tables that state them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.verify.decisions import ACTIONS, Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.network_rules import Network
from scenarios.verify.spaces import service_years
from scenarios.verify.tables import differences
from scenarios.verify.verdict import Violation

SPEND = "tables/spend.parquet"
YUAN = 0.01
TEXTS = ("site_id", "level", "action", "levels_before", "levels_after", "into_site_id")
YEARS = ("decision_year", "start_year", "service_year")
SIZES = ("rooms", "area_m2", "land_m2", "capital_cost")


def actions_table(facts: Facts, decisions: Decisions, frames: Frames) -> list[Violation]:
    """One row for each option built and each stop of a level, as docs/kpi.md says."""
    stated = frames[ACTIONS].copy()
    built, stops = _options(facts, decisions), _stops(facts, decisions)
    wanted = pd.concat([built, stops], ignore_index=True).astype({"service_year": "int64"})
    stated["key"], wanted["key"] = _keys(stated), _keys(wanted)
    both = wanted.merge(stated, on="key", how="outer", suffixes=("", "_stated"), indicator=True)
    wrong = np.array(both["_merge"] != "both")
    for name in (*TEXTS, *YEARS):
        wrong |= (both[name] != both[f"{name}_stated"]).to_numpy()
    for name in SIZES:
        truth, said = (both[n].to_numpy(dtype=float) for n in (name, f"{name}_stated"))
        slack = YUAN if name == "capital_cost" else 1e-6
        wrong |= ~np.isclose(said, truth, rtol=1e-9, atol=slack)
    wrong |= both["key"].duplicated(keep=False).to_numpy()
    where = both["site_id"].fillna(both["site_id_stated"])
    year = both["service_year"].fillna(both["service_year_stated"]).to_numpy(dtype=np.int64)
    return differences("tables.actions", where, year, wrong.astype(float), "actions")


def spend_table(facts: Facts, decisions: Decisions, frames: Frames) -> list[Violation]:
    """Undiscounted spend by project and year, added up over payers."""
    stated = frames[SPEND].merge(
        frames[ACTIONS][["action_id", "option", "site_id"]], on="action_id", how="left"
    )
    lone = stated[stated["option"].isna() | (stated["amount"] < -YUAN)]
    found = differences(
        "tables.spend",
        lone["action_id"],
        lone["year"].to_numpy(),
        np.maximum(lone["amount"].abs().to_numpy(), YUAN),
        "yuan",
    )
    total = stated.dropna(subset="option").groupby(["option", "year"])["amount"].sum()
    both = pd.concat([_spend(facts, decisions), total], axis=1, keys=["wanted", "stated"])
    both = both.fillna(0.0).reset_index()
    off = (both["wanted"] - both["stated"]).abs().to_numpy()
    off = np.where(off > YUAN + 1e-9 * both["wanted"].abs(), off, 0.0)
    return found + differences("tables.spend", both["option"], both["year"].to_numpy(), off, "yuan")


def _keys(rows: pd.DataFrame) -> pd.Series[str]:
    stop = rows["site_id"] + "|" + rows["level"] + "|" + rows["service_year"].astype(str)
    return ("option|" + rows["option"]).where(rows["option"] != "", stop)


def _options(facts: Facts, decisions: Decisions) -> pd.DataFrame:
    built = np.flatnonzero(decisions.start != 0)
    service = service_years(facts, decisions)[built]
    rows = facts.options.iloc[built]
    sites = facts.option_site[built]
    return pd.DataFrame(
        {
            "option": rows["option"].to_numpy(),
            "site_id": rows["site_id"].to_numpy(),
            "level": "",
            "action": rows["action"].to_numpy(),
            "decision_year": decisions.start[built],
            "start_year": decisions.start[built],
            "service_year": service,
            "levels_before": _running(facts, decisions, sites, service - 1),
            "levels_after": _running(facts, decisions, sites, service),
            "into_site_id": "",
            **{name: rows[name].to_numpy(dtype=float) for name in SIZES},
        }
    )


def _stops(facts: Facts, decisions: Decisions) -> pd.DataFrame:
    norms = facts.norms
    sites, levels, years = Network(facts, decisions).stops.nonzero()
    rows = decisions.merges[["frm", "level", "year", "to"]].to_numpy(dtype=int)
    into = {(frm, level, year): str(facts.site_ids[to]) for frm, level, year, to in rows}
    receiver = [into.get(place, "") for place in zip(sites, levels, years, strict=True)]
    service = years + norms.first_year
    return pd.DataFrame(
        {
            "option": "",
            "site_id": facts.site_ids[sites].to_numpy(),
            "level": [norms.stages[level].name for level in levels],
            "action": ["merge" if name else "close" for name in receiver],
            "decision_year": service - norms.notice_years,
            "start_year": service,
            "service_year": service,
            "levels_before": _running(facts, decisions, sites, service - 1),
            "levels_after": _running(facts, decisions, sites, service),
            "into_site_id": receiver,
            **dict.fromkeys(SIZES, 0.0),
        }
    )


def _running(facts: Facts, decisions: Decisions, sites: np.ndarray, years: np.ndarray) -> list[str]:
    """Names of the levels that run at sites in years, cut to base year … last planned year."""
    every = np.concatenate([facts.runs[:, :, None], decisions.runs], axis=2)
    year = np.clip(years - facts.norms.first_year + 1, 0, facts.norms.years)
    names = [stage.name for stage in facts.norms.stages]
    return [
        ";".join(name for name, runs in zip(names, row, strict=True) if runs)
        for row in every[sites, :, year]
    ]


def _spend(facts: Facts, decisions: Decisions) -> pd.Series[float]:
    """Yuan by option and absolute year; of committed options only planned years."""
    norms = facts.norms
    committed = facts.options["committed"].to_numpy() != 0
    cost = facts.options["capital_cost"].to_numpy()
    amounts: dict[tuple[str, int], float] = {}
    for option in (decisions.start != 0).nonzero()[0]:
        for offset, share in enumerate(facts.spend[option]):
            year = int(decisions.start[option]) + offset
            planned = norms.first_year <= year < norms.first_year + norms.years
            if share and (planned or not committed[option]):
                amounts[str(facts.option_ids[option]), year] = share * cost[option]
    index = pd.MultiIndex.from_tuples(amounts, names=["option", "year"]) if amounts else None
    if index is None:
        index = pd.MultiIndex.from_arrays([[], []], names=["option", "year"])
    return pd.Series(list(amounts.values()), index=index, dtype=float)
