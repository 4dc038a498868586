"""From the travel table to the pairs of zone and site that a plan may use, level by level."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

Limits = Mapping[str, Mapping[int, Mapping[str, float]]]
NEVER = 99
COLUMNS = (
    "zone_id",
    "site_id",
    "level",
    "mode",
    "metres",
    "minutes",
    "beyond",
    "usable_from",
    "intake",
)


def select_pairs(
    table: pd.DataFrame,
    levels_limits: Limits,
    today_pairs: pd.DataFrame,
    sites_that_may_run: Mapping[str, Collection[str]],
    max_sites: int = 20,
    *,
    points: Mapping[str, tuple[int, str]] | None = None,
    modes: Sequence[str] = ("walk", "bus"),
    nearest: int = 3,
) -> pd.DataFrame:
    """Choose the pairs of a plan (C13 to C15, C18).

    For zone i, site j and mode m with minutes w, and limit[g, m] of grade g, the mode is usable
    from grade f when w <= limit[g, m] for every grade g >= f that is attended at j. The pair takes
    the mode with the lowest f, the first of `modes` where several have it; where no mode is usable
    from any grade, the one with the fewest minutes over the limit. That excess is counted over the
    strictest grade attended: beyond = max over g of (w - limit[g, m]).

    Intake pairs are those usable from the first grade, at sites that may run the level: each zone's
    `max_sites` nearest by metres, and today's. A zone without any gets its `nearest` sites by
    metres, as intake pairs with what they are beyond the limit. Pairs usable from a later grade (as
    many again) and today's remaining pairs are rows without intake: they serve those already there,
    and mergers.

    A teaching point runs the first k grades: only these count for its pairs, and it takes in a zone
    only where the zone's pair to the parent is usable from grade k + 1; that pair is kept too.

    Parameters
    ----------
    table
        zone_id, site_id, mode, metres, minutes.
    levels_limits
        Level to absolute grade to mode to minutes; a mode that a grade does not name is closed to
        it. Its order is the order of the levels.
    today_pairs
        zone_id, site_id, level of the pupils enrolled today.
    sites_that_may_run
        Level to the sites that any policy ever lets run it.
    max_sites
        Usable sites kept for each zone and level.
    points
        Teaching point to its number of grades k and its parent.
    modes
        In the order of preference.
    nearest
        Pairs beyond the limit for a zone without a usable one.

    Returns
    -------
    DataFrame
        zone_id, site_id, level, mode, metres, minutes, beyond, usable_from (absolute grade; 99:
        none), intake (bool), sorted by level, zone_id, site_id, each pair of a level once.
    """
    parts = []
    for level, limits in levels_limits.items():
        may_run = set(sites_that_may_run.get(level, ()))
        at = today_pairs[today_pairs["level"] == level]
        pairs = _measured(table, limits, points or {}, modes)
        pairs["today"] = _contains(at, pairs)
        parents = {parent for _, parent in (points or {}).values()}
        pairs = pairs[pairs["site_id"].isin(may_run | parents) | pairs["today"]]
        pairs = _with_parents(pairs, points or {}, min(limits))
        parts.append(_chosen(pairs, may_run, min(limits), max_sites, nearest).assign(level=level))
    chosen = pd.concat(parts) if parts else pd.DataFrame(columns=list(COLUMNS))
    return chosen[list(COLUMNS)].reset_index(drop=True)


def _measured(
    table: pd.DataFrame,
    limits: Mapping[int, Mapping[str, float]],
    points: Mapping[str, tuple[int, str]],
    modes: Sequence[str],
) -> pd.DataFrame:
    """Return one row for each pair, in its best mode, with usable_from and beyond."""
    rows = table[table["mode"].isin(modes)].reset_index(drop=True)
    order = rows["mode"].map({mode: number for number, mode in enumerate(modes)}).to_numpy()
    grades = np.array(sorted(limits))
    limit = np.array([[limits[g].get(mode, -np.inf) for mode in modes] for g in grades])
    last = np.array([points[s][0] if s in points else len(grades) for s in rows["site_id"]])
    attended = np.arange(len(grades)) < last[:, None]
    over = rows["minutes"].to_numpy()[:, None] - limit[:, order].T.reshape(len(rows), len(grades))
    within = (over <= 0) | ~attended
    onward = np.logical_and.accumulate(within[:, ::-1], axis=1)[:, ::-1] & attended
    usable = np.where(onward.any(axis=1), grades[onward.argmax(axis=1)], NEVER)
    excess = np.where(attended, over, -np.inf).max(axis=1, initial=-np.inf)
    beyond = np.where(usable == NEVER, excess, 0.0)
    rows = rows.assign(order=order, usable_from=usable, beyond=beyond, excess=excess)
    rows = rows[np.isfinite(beyond)]
    best = rows.sort_values(["zone_id", "site_id", "usable_from", "beyond", "order"], kind="stable")
    return best.drop_duplicates(["zone_id", "site_id"])


def _with_parents(
    pairs: pd.DataFrame, points: Mapping[str, tuple[int, str]], first_grade: int
) -> pd.DataFrame:
    """Add each point's parent, and whether the zone can go on there after the point's grades."""
    nowhere = (NEVER, "")
    parent = pairs["site_id"].map(lambda site: points.get(site, nowhere)[1]).astype("str")
    grades = pairs["site_id"].map(lambda site: points.get(site, nowhere)[0]).astype(np.int64)
    key = pd.MultiIndex.from_frame(pairs[["zone_id", "site_id"]])
    usable = pd.Series(pairs["usable_from"].to_numpy(), index=key)
    onward = usable.reindex(pd.MultiIndex.from_arrays([pairs["zone_id"], parent])).fillna(NEVER)
    goes_on = parent.eq("") | (onward.to_numpy() <= first_grade + grades)
    return pairs.assign(parent=parent, goes_on=goes_on)


def _chosen(
    pairs: pd.DataFrame, may_run: set[str], first_grade: int, max_sites: int, nearest: int
) -> pd.DataFrame:
    """Apply the counts to the pairs of a level."""
    pairs = pairs.sort_values(["zone_id", "metres", "minutes", "site_id"], kind="stable")
    allowed = pairs["site_id"].isin(may_run) & pairs["goes_on"]
    usable = allowed & (pairs["usable_from"] == first_grade)
    later = (pairs["usable_from"] > first_grade) & (pairs["usable_from"] < NEVER)
    served = pairs["zone_id"].isin(pairs.loc[usable, "zone_id"])
    lost = allowed & ~served & np.isfinite(pairs["excess"])
    intake = (usable & ((_rank(pairs, usable) < max_sites) | pairs["today"])) | (
        lost & (_rank(pairs, lost) < nearest)
    )
    kept = intake | (later & (_rank(pairs, later) < max_sites)) | pairs["today"]
    points_kept = pairs[kept & pairs["parent"].ne("")]
    parents = points_kept[["zone_id", "parent"]].set_axis(["zone_id", "site_id"], axis=1)
    kept |= _contains(parents, pairs)
    chosen = pairs.assign(intake=intake)[kept]
    over = chosen["intake"] & (chosen["usable_from"] != first_grade)
    chosen.loc[over, "beyond"] = chosen.loc[over, "excess"]
    chosen.loc[over, "usable_from"] = first_grade
    result: pd.DataFrame = chosen.sort_values(["zone_id", "site_id"], kind="stable")
    return result


def _rank(pairs: pd.DataFrame, mask: pd.Series) -> np.ndarray:
    """Position of each masked row among those of its zone, in the present order."""
    return np.where(mask, mask.groupby(pairs["zone_id"]).cumsum() - 1, np.iinfo(np.int64).max)


def _contains(wanted: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Whether each pair is among those wanted."""
    asked = pd.MultiIndex.from_frame(wanted[["zone_id", "site_id"]])
    return pd.MultiIndex.from_frame(pairs[["zone_id", "site_id"]]).isin(asked)
