"""From the frames of `problem/` to `Facts`, with every fault on the way."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from scenarios.verify.coding import Coder
from scenarios.verify.columns import LAND_PROBLEM, PROBLEM, STAFF_PROBLEM, Sheet
from scenarios.verify.facts import Facts, Land
from scenarios.verify.folder import Frames
from scenarios.verify.norms import Norms
from scenarios.verify.staff_facts import read_staff
from scenarios.verify.verdict import Fault

SITES, OPTIONS = "problem/sites.parquet", "problem/options.parquet"
ZONES, TRAVEL = "problem/zones.parquet", "problem/travel.parquet"
ENTRANTS, PROGRESSION = "problem/entrants.parquet", "problem/progression.parquet"
ENROLLED, CLASSES = "problem/enrolled.parquet", "problem/enrolled_classes.parquet"
ADJACENCY, OWN_ZONES = LAND_PROBLEM
SPEND, BUDGET, ARCS = (f"problem/{name}.parquet" for name in ("spend", "budget", "merge_arcs"))


def sheets_of(norms: Norms) -> dict[str, Sheet]:
    """Columns of the problem files, with those named after levels and room kinds."""
    kinds = {f"function_{room.kind}": "whole" for room in norms.room_kinds}
    more = {
        SITES: {f"runs_{stage.name}": "flag" for stage in norms.stages} | kinds,
        OPTIONS: {f"after_{stage.name}": "flag" for stage in norms.stages} | kinds,
    }
    sheets = PROBLEM if norms.staff is None else PROBLEM | STAFF_PROBLEM
    sheets = sheets | LAND_PROBLEM if norms.keeps_areas_together else sheets
    return {
        name: Sheet(sheet.columns | more.get(name, {}), sheet.key) for name, sheet in sheets.items()
    }


def read_facts(frames: Frames, norms: Norms) -> tuple[Facts | None, list[Fault]]:
    """Arrays out of the problem's frames; None where they have faults."""
    code = Coder(norms)
    sites, options = frames[SITES], frames[OPTIONS]
    code.known["zone"] = pd.Index(frames[ZONES]["zone_id"])
    code.known["site"] = pd.Index(sites["site_id"])
    code.known["option"] = pd.Index(options["option"])
    kinds = [f"function_{room.kind}" for room in norms.room_kinds]
    enrolled = _enrolled(frames, code)
    runs = sites[[f"runs_{stage.name}" for stage in norms.stages]].to_numpy(dtype=bool)
    facts = Facts(
        norms=norms,
        zones=code.known["zone"],
        site_ids=code.known["site"],
        option_ids=code.known["option"],
        sites=sites,
        options=options,
        parent=code.ids(frames, SITES, "parent_id", "site"),
        relocates=code.ids(frames, OPTIONS, "relocates_id", "site"),
        option_site=code.ids(frames, OPTIONS, "site_id", "site"),
        runs=runs,
        kind_rooms=sites[kinds].to_numpy(dtype=float),
        after=options[[f"after_{stage.name}" for stage in norms.stages]].to_numpy(dtype=bool),
        option_kind_rooms=options[kinds].to_numpy(dtype=float),
        spend=_spend(frames, code),
        budget=_budget(frames, norms),
        entrants=_entrants(frames, code),
        factor=_factor(frames, code),
        base_pupils=_by_cohort(enrolled, "pupils", code),
        base_classes=_by_cohort(_base_classes(frames, code), "classes", code),
        enrolled=enrolled,
        travel=_travel(frames, code),
        arcs=_arcs(frames, code),
        land=_land(frames, code) if norms.keeps_areas_together else None,
        staff=None if norms.staff is None else read_staff(frames, norms.staff, runs, code),
    )
    faults = [*code.faults, *_sanity(facts)]
    return (None if faults else facts), faults


def _inherited(frames: Frames, file: str, code: Coder, level: np.ndarray) -> np.ndarray:
    """Position on the entry axis of cohorts known by their grade in the base year."""
    grade = frames[file]["grade"].to_numpy()
    first = np.array([stage.first_grade for stage in code.norms.stages])[level]
    grades = np.array([stage.grades for stage in code.norms.stages])[level]
    wrong = (grade < first) | (grade >= first + grades)
    if wrong.any():
        code.faults.append(Fault("problem.value", file, "grade", str(grade[wrong][0])))
    return np.where(wrong, -1, code.norms.memory - 1 - (grade - first))


def _enrolled(frames: Frames, code: Coder) -> pd.DataFrame:
    level = code.ids(frames, ENROLLED, "level", "level")
    return pd.DataFrame(
        {
            "zone": code.ids(frames, ENROLLED, "zone_id", "zone"),
            "site": code.ids(frames, ENROLLED, "site_id", "site"),
            "level": level,
            "entry": _inherited(frames, ENROLLED, code, level),
            "pupils": frames[ENROLLED]["pupils"].to_numpy(),
        }
    )


def _base_classes(frames: Frames, code: Coder) -> pd.DataFrame:
    level = code.ids(frames, CLASSES, "level", "level")
    return pd.DataFrame(
        {
            "site": code.ids(frames, CLASSES, "site_id", "site"),
            "level": level,
            "entry": _inherited(frames, CLASSES, code, level),
            "classes": frames[CLASSES]["classes"].to_numpy(),
        }
    )


def _by_cohort(frame: pd.DataFrame, column: str, code: Coder) -> np.ndarray:
    norms = code.norms
    total = np.zeros(
        (len(norms.stages), len(code.known["site"]), norms.memory + norms.years), dtype=float
    )
    place = tuple(frame[name].to_numpy() for name in ("level", "site", "entry"))
    if not code.faults:
        np.add.at(total, place, frame[column].to_numpy())
    return total


def _entrants(frames: Frames, code: Coder) -> np.ndarray:
    norms = code.norms
    entrants = np.zeros((len(code.known["zone"]), len(norms.stages), norms.years))
    zone = code.ids(frames, ENTRANTS, "zone_id", "zone")
    level = code.ids(frames, ENTRANTS, "level", "level")
    year = code.years(frames, ENTRANTS, "entry_year")
    entrants[zone, level, year] = frames[ENTRANTS]["pupils"].to_numpy()
    return entrants


def _factor(frames: Frames, code: Coder) -> np.ndarray:
    norms, memory = code.norms, code.norms.memory
    frame = frames[PROGRESSION]
    zone = code.ids(frames, PROGRESSION, "zone_id", "zone")
    level = code.ids(frames, PROGRESSION, "level", "level")
    shape = (len(norms.stages), len(code.known["zone"]), memory + norms.years, memory)
    factor = np.full(shape, np.nan)
    first = np.array([stage.first_grade for stage in norms.stages])[level]
    grade = frame["grade"].to_numpy() - first
    entry = frame["entry_year"].to_numpy() - norms.first_year + memory
    used = (entry >= 0) & (entry < shape[2]) & (grade >= 0) & (grade < memory)
    used &= (zone >= 0) & (level >= 0)
    place = tuple(part[used] for part in (level, zone, entry, grade))
    factor[place] = frame["factor"].to_numpy()[used]
    return factor


def _travel(frames: Frames, code: Coder) -> pd.DataFrame:
    frame = frames[TRAVEL]
    zone = code.ids(frames, TRAVEL, "zone_id", "zone")
    site = code.ids(frames, TRAVEL, "site_id", "site")
    level = code.ids(frames, TRAVEL, "level", "level")
    pair = (level * len(code.known["zone"]) + zone) * len(code.known["site"]) + site
    kept = ["mode", "minutes", "metres", "beyond", "usable_from", "intake"]
    travel = frame[kept].assign(zone=zone, site=site, level=level, bus=frame["mode"] == "bus")
    return travel.set_index(pd.Index(pair)).sort_index()


def _spend(frames: Frames, code: Coder) -> np.ndarray:
    frame = frames[SPEND]
    option = code.ids(frames, SPEND, "option", "option")
    offset = frame["year_offset"].to_numpy()
    if ((offset < 0) | (offset > 99)).any():
        code.faults.append(Fault("problem.value", SPEND, "year_offset", str(offset.min())))
        offset = np.zeros_like(offset)
    spend = np.zeros((len(code.known["option"]), int(offset.max(initial=0)) + 1))
    spend[option, offset] = frame["share"].to_numpy()
    return spend


def _budget(frames: Frames, norms: Norms) -> np.ndarray:
    years = norms.first_year + np.arange(norms.years)
    amounts = frames[BUDGET].set_index("year")["amount"].reindex(years, fill_value=np.inf)
    return amounts.to_numpy(dtype=float)


def _arcs(frames: Frames, code: Coder) -> frozenset[tuple[int, int, int]]:
    ends = (("from_site_id", "site"), ("to_site_id", "site"), ("level", "level"))
    parts = [code.ids(frames, ARCS, column, what).tolist() for column, what in ends]
    return frozenset(zip(*parts, strict=True))


def _land(frames: Frames, code: Coder) -> Land:
    """Zones that touch, each way, and the zone of each site."""
    touching: dict[int, set[int]] = defaultdict(set)
    ends = [code.ids(frames, ADJACENCY, f"zone_{end}_id", "zone").tolist() for end in "ab"]
    for a, b in zip(*ends, strict=True):
        touching[a].add(b)
        touching[b].add(a)
    sites = code.ids(frames, OWN_ZONES, "site_id", "site").tolist()
    zones = code.ids(frames, OWN_ZONES, "zone_id", "zone").tolist()
    return Land(dict(touching), dict(zip(sites, zones, strict=True)))


def _sanity(facts: Facts) -> list[Fault]:
    """List what no problem can have, though every column is of its kind."""
    faults = [
        Fault("problem.spend", SPEND, value=str(option))
        for option in facts.option_ids[np.abs(facts.spend.sum(axis=1) - 1) > 1e-6]
    ]
    points = facts.sites["point_grades"].to_numpy() > 0
    faults += [
        Fault("problem.parent", SITES, value=str(site))
        for site in facts.site_ids[points & (facts.parent < 0)]
    ]
    moving = (facts.options["action"] == "relocate").to_numpy()
    faults += [
        Fault("problem.value", OPTIONS, "relocates_id", f"'' ({option})")
        for option in facts.option_ids[moving & (facts.relocates < 0)]
    ]
    known = {"open", "extend", "convert", "retrofit", "relocate"}
    faults += [
        Fault("problem.value", OPTIONS, "action", str(action))
        for action in sorted(set(facts.options["action"]) - known)
    ]
    faults += [
        Fault("problem.value", TRAVEL, "mode", str(mode))
        for mode in sorted(set(facts.travel["mode"]) - {"walk", "cycle", "bus"})
    ]
    return faults
