"""Key figures of docs/kpi.md, derived from problem and decisions alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.money import spend_by_year
from scenarios.verify.presence import FEW, Presence
from scenarios.verify.spaces import SLACK, Spaces, service_years

UNITS = {
    "pupils": "pupils",
    "places": "places",
    "classes": "classes",
    "classes_ge_56": "classes",
    "classes_ge_66": "classes",
    "pupils_over_cap": "pupils",
    "inherited_over_hard": "pupils",
    "minutes_mean": "minutes",
    "minutes_p90": "minutes",
    "share_beyond_limit": "share",
    "schools": "schools",
    "rooms_taken": "rooms",
    "function_room_debt": "rooms",
    "capital": "yuan",
    "running_cost": "yuan",
    "pupils_moved": "pupils",
    "entrants_reassigned": "pupils",
    "cv_class_size": "ratio",
    "cv_teaching_area": "ratio",
}
TEACHING_PART = 0.45  # of gross floor area
ADDING = ("open", "extend", "convert", "relocate")
GROUPS = ("all", "urban", "rural")


def figures(
    facts: Facts,
    decisions: Decisions,
    presence: Presence,
    spaces: Spaces,
    reassigned: pd.DataFrame,
) -> dict[str, np.ndarray]:
    """Every key figure as an array (L, groups, T)."""
    groups = members(facts)
    by_site = _by_site(facts, decisions, presence, spaces, reassigned)
    found = {name: grouped(groups, value) for name, value in by_site.items()}
    pupils, classes = by_site["pupils"], by_site["classes"]
    weight = np.where(classes > 0, pupils, 0.0)
    found["cv_class_size"] = spread(groups, weight, over(pupils, classes))
    runs = decisions.runs.transpose(1, 0, 2)
    area = _weights(runs, classes) * _teaching_area(facts, decisions)
    weight = np.where(runs & (pupils > FEW), pupils, 0.0)
    found["cv_teaching_area"] = spread(groups, weight, over(area, pupils))
    return found | _minutes(facts, presence, groups)


def members(facts: Facts) -> np.ndarray:
    """Return the sites of each group, (groups, S) bool."""
    urban = facts.sites["urban"].to_numpy(dtype=bool)
    return np.array([np.ones_like(urban), urban, ~urban])


def grouped(groups: np.ndarray, value: np.ndarray) -> np.ndarray:
    """(L, groups, T) sums of an array (L, S, T)."""
    return np.asarray(np.einsum("gs,lst->lgt", groups.astype(float), value))


def spread(groups: np.ndarray, weight: np.ndarray, value: np.ndarray) -> np.ndarray:
    """(L, groups, T) coefficient of variation between schools of values (L, S, T), weighted."""
    weight = weight[:, None] * groups[None, :, :, None]
    total = weight.sum(axis=2)
    mean = over((weight * value[:, None]).sum(axis=2), total)
    square = (weight * (value[:, None] - mean[:, :, None]) ** 2).sum(axis=2)
    return over(np.sqrt(over(square, total)), mean)


def over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part over whole, 0 where the whole is not positive."""
    ratio: np.ndarray = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return ratio


def _by_site(
    facts: Facts,
    decisions: Decisions,
    presence: Presence,
    spaces: Spaces,
    reassigned: pd.DataFrame,
) -> dict[str, np.ndarray]:
    """Figures that add up over schools, as arrays (L, S, T)."""
    norms, runs = facts.norms, decisions.runs.transpose(1, 0, 2)
    classes = decisions.classes.sum(axis=2)
    weight = _weights(runs, classes)
    seats = facts.sites["seats"].to_numpy()[None, :, None]
    places = np.maximum(0.0, spaces.rooms) * facts.caps.T[:, :, None]
    running = weight * facts.sites["annual_cost"].to_numpy()[None, :, None] * runs
    running = running + _from_rows(facts, presence, "bus") * norms.prices["bus_pupil_year"]
    if norms.on("class_size"):
        running = running + classes * norms.prices["class_year"]
    moved = presence.moves[presence.moves["merged"].astype(bool)]
    hard = np.array([stage.hard for stage in norms.stages])[:, None, None, None]
    inherited = np.arange(presence.pupils.shape[2]) < norms.memory
    above = np.maximum(0.0, presence.pupils - hard * decisions.classes)[:, :, inherited]
    above = np.where(presence.pupils[:, :, inherited] > FEW, above, 0.0) * norms.on("class_size")
    return {
        "pupils": presence.pupils.sum(axis=2),
        "places": np.where(np.isfinite(seats), np.nan_to_num(seats), places) * weight * runs,
        "classes": classes,
        "classes_ge_56": _classes_of(facts, decisions, presence, "large"),
        "classes_ge_66": _classes_of(facts, decisions, presence, "very_large"),
        "pupils_over_cap": spaces.over.sum(axis=2),
        "inherited_over_hard": above.sum(axis=2),
        "schools": _counted(runs),
        "rooms_taken": weight * spaces.taken,
        "function_room_debt": weight * spaces.debt,
        "capital": _capital(facts, decisions),
        "running_cost": running,
        "pupils_moved": _table(facts, moved, "frm"),
        "entrants_reassigned": _table(facts, reassigned, "site"),
    }


def _weights(runs: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """(L, S, T) part of what belongs to a whole site that falls to each of its levels."""
    total = classes.sum(axis=0)
    levels = runs.sum(axis=0)
    weights: np.ndarray = np.where(total > 0, over(classes, total), over(runs, levels))
    return weights


def _counted(runs: np.ndarray) -> np.ndarray:
    """1 for the last level that runs at a site, so that a school counts once (C18)."""
    later = np.cumsum(runs[::-1], axis=0)[::-1] - runs
    return np.asarray(runs & (later == 0), dtype=float)


def _classes_of(facts: Facts, decisions: Decisions, presence: Presence, line: str) -> np.ndarray:
    """(L, S, T) classes of at least so many pupils, a cohort's whole pupils dealt out evenly."""
    limit = np.array([getattr(stage, line) for stage in facts.norms.stages])[:, None, None, None]
    classes = np.rint(decisions.classes)
    pupils = np.ceil(presence.pupils - SLACK)
    each, more = np.divmod(pupils, np.maximum(classes, 1.0))
    count = more * (each + 1 >= limit) + (classes - more) * (each >= limit)
    return np.asarray(np.where(classes > 0, count, 0.0).sum(axis=2))


def _capital(facts: Facts, decisions: Decisions) -> np.ndarray:
    _, sites, levels, years = facts.shape
    capital = np.zeros((levels, sites, years))
    spend = spend_by_year(facts, decisions)
    service = service_years(facts, decisions) - facts.norms.first_year
    for option in (decisions.start != 0).nonzero()[0]:
        site = facts.option_site[option]
        year = int(np.clip(service[option], -1, years - 1))
        running = facts.runs[site] if year < 0 else decisions.runs[site, :, year]
        candidates = (facts.after[option], running, facts.runs[site])
        last = next((int(c.nonzero()[0][-1]) for c in candidates if c.any()), 0)
        capital[last, site] += spend[option]
    return capital


def _teaching_area(facts: Facts, decisions: Decisions) -> np.ndarray:
    """(S, T) square metres for teaching: in place, and of what serves within the horizon."""
    norms, service = facts.norms, service_years(facts, decisions)
    area = np.tile(facts.sites["teaching_area"].to_numpy(dtype=float)[:, None], norms.years)
    adds = facts.options["action"].isin(ADDING).to_numpy() & (service >= norms.first_year)
    for option in adds.nonzero()[0]:
        serves = norms.first_year + np.arange(norms.years) >= service[option]
        gross = float(facts.options["area_m2"].iloc[option])
        area[facts.option_site[option]] += TEACHING_PART * gross * serves
    return area


def _from_rows(facts: Facts, presence: Presence, column: str) -> np.ndarray:
    """(L, S, T) pupils present, each times a column of its travel row."""
    rows = presence.rows[presence.rows["pair"] >= 0]
    each = facts.travel[column].to_numpy(dtype=float)[rows["pair"]]
    return _table(facts, rows.assign(pupils=rows["pupils"] * each), "site")


def _table(facts: Facts, frame: pd.DataFrame, site: str) -> np.ndarray:
    _, sites, levels, years = facts.shape
    place = tuple(frame[name].to_numpy(dtype=np.int64) for name in ("level", site, "year"))
    flat = np.ravel_multi_index(place, (levels, sites, years))
    total = np.bincount(flat, frame["pupils"], minlength=levels * sites * years)
    return total.reshape(levels, sites, years)


def _minutes(facts: Facts, presence: Presence, groups: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and 90th percentile of minutes, and share beyond the limit, weighted by pupils."""
    _, _, levels, years = facts.shape
    rows = presence.rows[presence.rows["pair"] >= 0]
    minutes = facts.travel["minutes"].to_numpy()[rows["pair"]]
    beyond = facts.travel["beyond"].to_numpy()[rows["pair"]] > 0
    order = np.argsort(minutes, kind="stable")
    rows, minutes, beyond = rows.iloc[order], minutes[order], beyond[order]
    found = {
        name: np.zeros((levels, len(groups), years))
        for name in ("minutes_mean", "minutes_p90", "share_beyond_limit")
    }
    level_of, year_of = rows["level"].to_numpy(), rows["year"].to_numpy()
    site, pupils = rows["site"].to_numpy(), rows["pupils"].to_numpy()
    for level, year in np.ndindex(levels, years):
        here = (level_of == level) & (year_of == year)
        for group, member in enumerate(groups):
            ours = np.flatnonzero(here)[member[site[here]]]
            weight, total = pupils[ours], float(pupils[ours].sum())
            if total <= 0:
                continue
            place = (level, group, year)
            found["minutes_mean"][place] = weight @ minutes[ours] / total
            found["share_beyond_limit"][place] = weight[beyond[ours]].sum() / total
            reached = np.cumsum(weight) >= 0.9 * (1 - 1e-9) * total
            found["minutes_p90"][place] = minutes[ours][reached.argmax()]
    return found
