"""Catchments in pieces, and zones that change school often: where a policy asks (K1, K2)."""

from __future__ import annotations

import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scenarios.outputs.atlas import Atlas
from scenarios.outputs.folder import Run


def togetherness_asked(run: Run) -> bool:
    """Whether K1 binds: only then a run knows which zones touch."""
    return "adjacency" in run.problem


def steadiness_asked(run: Run) -> float | None:
    """Most of a level's entrants of a year that K2 lets be sent elsewhere; None: not asked."""
    policy = run.rules.get("policy", {})
    off = "catchments" in policy.get("families_off", ())
    return None if off or policy.get("stability") is None else float(policy["stability"])


def pieces(atlas: Atlas, level: str, year: int) -> pd.Series:
    """Return into how many pieces the zones of each school fall, by site_id.

    Zones are joined where they touch or a link joins them; the zone in which the school stands is
    one of them. A zone without entrants belongs where it did before.
    """
    return _members(atlas, level, year).groupby("site_id")["piece"].nunique()


def apart(atlas: Atlas, level: str, year: int) -> list[str]:
    """Zones that do not hang together with the zone in which their school stands, sorted.

    A school that stands in no zone has none: nothing is asked of it.
    """
    members = _members(atlas, level, year)
    own = atlas.run.problem["own_zones"][["site_id", "zone_id"]]
    home = members.merge(own).set_index("site_id")["piece"]
    theirs = members["site_id"].map(home)
    return sorted(members.loc[theirs.notna() & (theirs != members["piece"]), "zone_id"])


def moved_often(atlas: Atlas, level: str) -> dict[str, int]:
    """How often the school of a zone changes over the planned years, where more than once."""
    belongs = atlas.belongs
    planned = (belongs["level"] == level) & (belongs["year"] >= atlas.run.first_year)
    table = belongs[planned].pivot_table(
        index="zone_id", columns="year", values="site_id", aggfunc="first"
    )
    count = (table.iloc[:, 1:].to_numpy() != table.iloc[:, :-1].to_numpy()).sum(axis=1)
    return {str(zone): int(n) for zone, n in zip(table.index, count, strict=True) if n > 1}


def _members(atlas: Atlas, level: str, year: int) -> pd.DataFrame:
    """Zones of each school, its own among them, with the number of their piece."""
    problem = atlas.run.problem
    here = atlas.belongs[(atlas.belongs["level"] == level) & (atlas.belongs["year"] == year)]
    own = problem["own_zones"][problem["own_zones"]["site_id"].isin(here["site_id"])]
    members = pd.concat([here[["site_id", "zone_id"]], own[["site_id", "zone_id"]]])
    members = members.drop_duplicates(ignore_index=True)
    touch = problem["adjacency"]
    both = members.merge(touch, left_on="zone_id", right_on="zone_a_id").merge(
        members, left_on=["site_id", "zone_b_id"], right_on=["site_id", "zone_id"]
    )
    place = pd.MultiIndex.from_frame(members)
    ends = [place.get_indexer(pd.MultiIndex.from_arrays([both["site_id"], both[end]]))
            for end in ("zone_a_id", "zone_b_id")]  # fmt: skip
    size = (len(members), len(members))
    graph = coo_array(([True] * len(both), (ends[0], ends[1])), shape=size)
    _, piece = connected_components(graph, directed=False)
    return members.assign(piece=piece)
