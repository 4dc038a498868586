"""Why a project: the shortage it meets, read from the tables and said in words.

A reason is arithmetic on the plan ("without it so many rooms for so many classes"), not a claim
about what another plan would have done. Where the tables show no shortage, the reason says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.facts import Record
from scenarios.outputs.folder import Run
from scenarios.outputs.text import joined, known, say


def reason(atlas: Atlas, row: Record) -> Text:
    """Say in words why the option of a row of `actions` is built."""
    run = atlas.run
    options = run.problem["options"]
    option = options[options["option"] == row["option"]].to_dict("records")[0]
    parts = []
    if option["committed"]:
        parts.append(say("why.committed", year=int(option["committed"])))
    parts += _REASONS[row["action"]](atlas, row, option)
    return joined(parts or [say("why.none")], " ", "")


def _extend(atlas: Atlas, row: Record, _: Record) -> list[Text]:
    table = _served(atlas, row)
    peak = _most(table, "classes")
    without = max(0, int(peak["rooms"]) - int(row["rooms"]))
    words = {"year": int(peak["year"]), "classes": int(peak["classes"])}
    parts = _function_rooms(atlas, row, words["year"], words["classes"])
    if words["classes"] > without:
        return [say("why.rooms", rooms=without, **words), *parts]
    return parts or [say("why.rooms_enough", rooms=without, **words)]


def _function_rooms(atlas: Atlas, row: Record, year: int, classes: int) -> list[Text]:
    """Say which function rooms are short without the project: R6 of docs/semantics.md by kind."""
    run = atlas.run
    if classes < run.rules["standards"]["function_room_free_below"]:
        return []
    levels = {level for level in run.levels if level in row["levels_after"].split(";")}
    short = []
    for room in run.rules["standards"]["function_rooms"]:
        need = room["per_12_classes"] * -(-classes // 12) if levels & set(room["levels"]) else 0
        have = _rooms_of_kind(run, row, room["kind"], year)
        gain = _gain(run, row, room["kind"])
        if gain > 0 and need > have - gain:
            words = {"kind": known("room", room["kind"]), "need": need, "have": have - gain}
            short.append(say("why.function_room", **words))
    if not short:
        return []
    return [say("why.function_rooms", classes=classes, year=year, rooms=joined(short))]


def _rooms_of_kind(run: Run, row: Record, kind: str, year: int) -> int:
    """Count function rooms of a kind at a project's site in a year, its own included."""
    sites = run.problem["sites"]
    base = sites.loc[sites["site_id"] == row["site_id"], f"function_{kind}"].sum()
    actions = run.tables["actions"]
    served = actions[
        (actions["site_id"] == row["site_id"])
        & actions["service_year"].between(run.first_year, year)
    ]
    options = run.problem["options"]
    return int(
        base + options.loc[options["option"].isin(served["option"]), f"function_{kind}"].sum()
    )


def _gain(run: Run, row: Record, kind: str) -> int:
    options = run.problem["options"]
    return int(options.loc[options["option"] == row["option"], f"function_{kind}"].sum())


def _most(table: pd.DataFrame, column: str) -> Record:
    """Return the first row with the largest value of a column."""
    return table.nlargest(1, column).to_dict("records")[0]


def _open(atlas: Atlas, row: Record, _: Record) -> list[Text]:
    before = set(row["levels_before"].split(";"))
    gained = [name for name in row["levels_after"].split(";") if name and name not in before]
    parts = [text for level in gained for text in _new_level(atlas, row["site_id"], level)]
    return parts or [say("why.no_pupils")]


def _convert(atlas: Atlas, row: Record, option: Record) -> list[Text]:
    words = {
        name: joined([known("level", level) for level in row[name].split(";") if level])
        for name in ("levels_before", "levels_after")
    }
    change = say("why.convert", before=words["levels_before"], after=words["levels_after"])
    return [change, *_open(atlas, row, option)]


def _relocate(atlas: Atlas, row: Record, option: Record) -> list[Text]:
    sites = atlas.run.problem["sites"].set_index("site_id")
    old = option["relocates_id"]
    parts = [
        say(
            "why.relocate",
            name=atlas.run.site_names()[old],
            rooms=int(row["rooms"]),
            before=int(sites["rooms"][old]),
        )
    ]
    if sites["unsafe"][old]:
        parts.append(say("why.unsafe_old"))
    return parts


def _retrofit(atlas: Atlas, row: Record, option: Record) -> list[Text]:
    unsafe = atlas.run.problem["sites"].set_index("site_id")["unsafe"][row["site_id"]]
    deadline = atlas.run.rules["policy"].get("unsafe_deadline")
    table = _served(atlas, row)
    pupils = round(float(table["pupils"].iloc[0]))
    if unsafe and deadline:
        return [say("why.unsafe", year=int(deadline), pupils=pupils)]
    if unsafe:
        return [say("why.unsafe_no_deadline", pupils=pupils)]
    return _extend(atlas, row, option)


_REASONS = {
    "open": _open,
    "extend": _extend,
    "convert": _convert,
    "relocate": _relocate,
    "retrofit": _retrofit,
}


def _served(atlas: Atlas, row: Record) -> pd.DataFrame:
    """Years of the site from the service year on (at least the last planned one)."""
    start = min(int(row["service_year"]), atlas.run.last_year)
    table = atlas.site_years
    return pd.DataFrame(table[(table["site_id"] == row["site_id"]) & (table["year"] >= start)])


def _new_level(atlas: Atlas, site: str, level: str) -> list[Text]:
    """Compare pupils with places, and minutes, at the schools that its zones used before."""
    run, table = atlas.run, atlas.site_years
    here = table[(table["site_id"] == site) & (table["year"] >= run.first_year)]
    if not here[f"pupils_{level}"].max() > 0:
        return []
    peak = _most(here, f"pupils_{level}")
    year, pupils = int(peak["year"]), float(peak[f"pupils_{level}"])
    zones, before = _schools_before(atlas, site, level, year)
    parts = [
        say(
            "why.open",
            level=known("level", level),
            pupils=round(pupils),
            zones=len(zones),
            year=year,
        )
    ]
    others = table[(table["site_id"].isin(before)) & (table["year"] == year)]
    others = others[others[f"runs_{level}"]]
    share = others[f"classes_{level}"] / others["classes"].clip(lower=1)
    places = float((others["places"] * share).sum())
    total = float(others[f"pupils_{level}"].sum()) + pupils
    if total > places:
        words = {"schools": len(others), "base": run.base_year, "total": round(total)}
        parts.append(say("why.places", places=round(places), **words))
    return parts + _nearer(atlas, zones, site, level, year)


def _schools_before(atlas: Atlas, site: str, level: str, year: int) -> tuple[list[str], list[str]]:
    """Zones of the site's catchment in a year, and the sites that served them in the base year."""
    belongs = atlas.belongs[atlas.belongs["level"] == level]
    now = belongs[(belongs["year"] == year) & (belongs["site_id"] == site)]
    zones = sorted(now["zone_id"])
    base = belongs[(belongs["year"] == atlas.run.base_year) & belongs["zone_id"].isin(zones)]
    return zones, sorted(set(base["site_id"]) - {site})


def _nearer(atlas: Atlas, zones: list[str], site: str, level: str, year: int) -> list[Text]:
    """Minutes to the new school against those to the base-year school, same zones and pupils."""
    run, belongs = atlas.run, atlas.belongs
    travel = run.problem["travel"]
    travel = travel[(travel["level"] == level) & travel["zone_id"].isin(zones)]
    minutes = travel.set_index(["zone_id", "site_id"])["minutes"]
    base = belongs[(belongs["level"] == level) & (belongs["year"] == run.base_year)]
    old = base.set_index("zone_id")["site_id"].reindex(zones)
    flows = run.flows
    there = flows[
        (flows["site_id"] == site) & (flows["level"] == level) & (flows["year"] == year)
    ].set_index("zone_id")
    weights = there["pupils"].reindex(zones).fillna(0.0).to_numpy()
    pairs = pd.MultiIndex.from_arrays([zones, old])
    before = minutes.reindex(pairs).to_numpy()
    after = minutes.reindex(pd.MultiIndex.from_product([zones, [site]])).to_numpy()
    both = ~np.isnan(before) & ~np.isnan(after) & (weights > 0)
    if not both.any():
        return []
    a, b = (float(np.average(part[both], weights=weights[both])) for part in (after, before))
    return [say("why.nearer", after=f"{a:.0f}", before=f"{b:.0f}")] if b - a >= 1 else []
