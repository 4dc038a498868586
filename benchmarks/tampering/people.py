"""Edits that break the rules of assignment, mergers and closings."""

from __future__ import annotations

from benchmarks.tampering.copies import NotPossibleError, Run, pick, tampers


@tampers("assignment.sum")
def lose_a_share(run: Run, number: int) -> None:
    """Drop a row."""
    run["tables/assignment"] = run["tables/assignment"].drop(index=number)


@tampers("assignment.sum")
def shrink_a_share(run: Run, number: int) -> None:
    """Take 0.001 off a share."""
    share = float(run["tables/assignment"]["share"].iloc[number])
    run.change("tables/assignment", number, "share", share - 0.001)


@tampers("assignment.pair")
def send_out_of_reach(run: Run, number: int) -> None:
    """Send a zone's entrants to a running school without an intake pair."""
    travel = run["problem/travel"]
    pairs = travel.loc[travel["intake"], ["zone_id", "site_id", "level"]].to_numpy()
    known = {tuple(pair) for pair in pairs}
    rows, steady = run["tables/assignment"], run.steady()
    found = [
        (index, site)
        for index, zone, level in zip(rows.index, rows["zone_id"], rows["level"], strict=True)
        for site in steady.loc[steady["level"] == level, "site_id"].head(20)
        if (zone, site, level) not in known
    ]
    index, site = found[number * (len(found) // 2)] if found else (0, "")
    if not site:
        raise NotPossibleError("every pair is in reach")
    run.change("tables/assignment", index, "site_id", site)


@tampers("assignment.running")
def enter_a_closed_school(run: Run, number: int) -> None:
    """Let a school with intake rest in its first year."""
    row = pick(run.steady(), number, "no school")
    run.stop(row["site_id"], row["level"], run.years[0])


@tampers("assignment.running")
def enter_a_candidate(run: Run, number: int) -> None:
    """Send entrants to a site that runs nothing."""
    schools = run["tables/schools"]
    busy = set(schools.loc[schools["operates"].astype(bool), "site_id"])
    idle = [site for site in run["problem/sites"]["site_id"] if site not in busy]
    if not idle:
        raise NotPossibleError("every site runs")
    run.change("tables/assignment", number, "site_id", idle[0])


@tampers("assignment.whole")
def split_a_zone(run: Run, number: int) -> None:
    """Split a whole zone between two schools in reach."""
    if not run.rules["policy"]["whole_zones"]:
        raise NotPossibleError("zones may be split")
    rows, travel, steady = run["tables/assignment"], run["problem/travel"], run.steady()
    both = rows.merge(travel[travel["intake"]], on=["zone_id", "level"], suffixes=("", "_other"))
    both = both.merge(
        steady[["site_id", "level"]],
        left_on=["site_id_other", "level"],
        right_on=["site_id", "level"],
    )
    both = both[(both["site_id_x"] != both["site_id_other"]) & (both["share"] > 0.99)]
    row = pick(both, number, "no zone has two schools in reach")
    same = {key: row[key] for key in ("zone_id", "level", "entry_year")}
    ours = rows["site_id"] == row["site_id_x"]
    for key, value in same.items():
        ours &= rows[key] == value
    rows.loc[ours, "share"] = part = (0.5, 0.95)[number]
    run["tables/assignment"] = rows
    run.add("tables/assignment", same | {"site_id": row["site_id_other"], "share": 1.0 - part})


@tampers("catchments.contiguous")
def tear_an_area(run: Run, number: int) -> None:
    """Send a zone to a school in reach whose area it does not touch."""
    if "problem/adjacency.parquet" not in run.manifest["files"]:
        raise NotPossibleError("the policy does not ask for areas in one piece")
    own = run["problem/own_zones"].set_index("site_id")["zone_id"]
    pairs = run["problem/adjacency"][["zone_a_id", "zone_b_id"]].to_numpy().tolist()
    touching: dict[str, set[str]] = {zone: set() for zone in run["problem/zones"]["zone_id"]}
    for a, b in pairs:
        touching[a].add(b)
        touching[b].add(a)
    rows, travel, steady = run["tables/assignment"], run["problem/travel"], run.steady()
    areas = rows.groupby(["site_id", "level", "entry_year"])["zone_id"].agg(set).to_dict()
    to = steady[["site_id", "level"]].merge(travel[travel["intake"]], on=["site_id", "level"])
    rows = rows.assign(row=range(len(rows)))
    both = rows.merge(to, on=["zone_id", "level"], suffixes=("", "_to"))
    both = both[(both["site_id"] != both["site_id_to"]) & (both["share"] > 0.99)]
    apart = [
        touching[zone].isdisjoint(areas.get((site, level, year), ()))
        and own.get(site) not in (zone, *touching[zone])
        for zone, site, level, year in zip(
            both["zone_id"], both["site_id_to"], both["level"], both["entry_year"], strict=True
        )
    ]
    row = pick(both[apart], number, "every zone touches the areas of all schools in reach")
    run.change("tables/assignment", int(row["row"]), "site_id", row["site_id_to"])


@tampers("catchments.stability")
def forbid_all_change(run: Run, number: int) -> None:
    """Allow no entrant, or one in a million, to be sent elsewhere than the year before."""
    kpi = run["tables/kpi"]
    if kpi.loc[kpi["name"] == "entrants_reassigned", "value"].sum() < 1.0:
        raise NotPossibleError("nobody is sent elsewhere")
    run.policy(stability=(0.0, 1e-6)[number])


@tampers("merger.arc", "merger.receiver")
def invent_a_merger(run: Run, number: int) -> None:
    """State a merger of a school that goes on running, into one that is no arc."""
    steady, arcs = run.steady(), run["problem/merge_arcs"]
    known = {tuple(arc) for arc in arcs[["from_site_id", "to_site_id", "level"]].to_numpy()}
    row = pick(steady, number, "no school")
    level = row["level"]
    others = list(steady.loc[steady["level"] == level, "site_id"])
    into = [
        to for to in others if (row["site_id"], to, level) not in known and to != row["site_id"]
    ]
    if not into:
        raise NotPossibleError("every merger is allowed")
    merge = {"from_site_id": row["site_id"], "to_site_id": into[-1], "level": level}
    run.add("tables/merges", merge | {"year": run.years[1]})


@tampers("merger.reach")
def merge_far_away(run: Run, number: int) -> None:
    """Merge a school into one that its zones cannot reach."""
    travel, steady, pupils = run["problem/travel"], run.steady(), run["tables/enrolment"]
    row = pick(steady, number, "no school")
    zones = set(pupils.loc[pupils["site_id"] == row["site_id"], "zone_id"])
    near = travel[travel["zone_id"].isin(zones) & (travel["usable_from"] < 99)]
    level = steady[steady["level"] == row["level"]]
    reach = near.loc[near["level"] == row["level"]].groupby("site_id")["zone_id"].nunique()
    far = [site for site in level["site_id"] if reach.get(site, 0) < len(zones)]
    far = [site for site in far if site != row["site_id"]]
    if not far:
        raise NotPossibleError("every school is in reach")
    run.stop(row["site_id"], row["level"], *run.years[1:])
    merge = {"from_site_id": row["site_id"], "to_site_id": far[-1], "level": row["level"]}
    run.add("tables/merges", merge | {"year": run.years[1]})


@tampers("merger.missing", "closing.protected", "closing.notice", "closing.size", "closing.cap")
def stop_without_a_word(run: Run, number: int) -> None:
    """Stop a level from the second or third year on, under rules that forbid it."""
    row = pick(run.steady(), number, "no school")
    sites = run["problem/sites"]
    sites.loc[sites["site_id"] == row["site_id"], "protected"] = True
    run["problem/sites"] = sites
    run.policy(closings_per_year=0, close_below=1.0, notice_years=9)
    run.stop(row["site_id"], row["level"], *run.years[1 + number :])


@tampers("closing.allowed")
def close_under_a_policy_that_keeps(run: Run, number: int) -> None:
    """Stop a level though the policy knows neither close nor merge."""
    row = pick(run.steady(), number, "no school")
    kept = [name for name in run.rules["policy"]["actions"] if name not in ("close", "merge")]
    run.policy(actions=kept)
    run.stop(row["site_id"], row["level"], *run.years[1:])


@tampers("closing.last_lower_secondary")
def take_a_towns_lower_secondary(run: Run, number: int) -> None:
    """Stop every lower secondary of a town."""
    sites = run["problem/sites"]
    towns = sites.loc[sites["runs_lower_secondary"].astype(bool), "town"].drop_duplicates()
    town = pick(towns.to_frame(), number, "too few towns")["town"]
    run.policy(keep_last_lower_secondary=True)
    for site in sites.loc[sites["town"] == town, "site_id"]:
        run.stop(site, "lower_secondary", *run.years[1:])


@tampers("teaching_point.parent")
def close_a_parent(run: Run, number: int) -> None:
    """Stop the school on which a teaching point depends."""
    sites = run["problem/sites"]
    point = pick(sites[sites["point_grades"] > 0], number, "too few teaching points")
    run.stop(point["parent_id"], "primary", *run.years[1:])
