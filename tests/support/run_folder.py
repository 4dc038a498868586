"""A tiny run folder written with plain loops: what the second judge is tried on.

Nothing here is vectorised or shared with the product: a case is a dict of plain rows and decisions,
every table is derived from it pupil group by pupil group, and the files are written with pandas.
`scenarios.verify` must agree with it to the last yuan.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from tests.support.run_figures import kpi_rows
from tests.support.run_pupils import Case, classes_of, level_of, walk, years_of
from tests.support.run_staff import planned, staff_tables
from tests.support.run_sums import sums

TABLE_COLUMNS = {
    "moves": ("pool_id", "from_site_id", "to_site_id", "year", "posts", "why"),
    "hires": ("pool_id", "site_id", "hired", "year", "posts"),
    "assignment": ("zone_id", "site_id", "level", "entry_year", "share"),
    "merges": ("from_site_id", "to_site_id", "level", "year"),
    "spend": ("action_id", "year", "amount", "payer"),
    "actions": (
        *("action_id", "site_id", "level", "action", "option"),
        *("decision_year", "start_year", "service_year", "levels_before", "levels_after"),
        *("rooms", "area_m2", "land_m2", "capital_cost", "into_site_id"),
    ),
}


def write_run(case: Case, folder: Path) -> Path:
    """Derive all tables of a case and write the folder with its manifest."""
    derived = derive(case)
    for name, rows in case["problem"].items():
        _parquet(folder / "problem" / f"{name}.parquet", pd.DataFrame(rows))
    rules = folder / "problem" / "rules.json"
    rules.write_text(json.dumps(case["rules"], indent=1), encoding="utf-8")
    for name, rows in derived["tables"].items():
        frame = pd.DataFrame(rows, columns=TABLE_COLUMNS.get(name))
        _parquet(folder / "tables" / f"{name}.parquet", frame)
    seal(folder, derived["manifest"])
    return folder


def seal(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with digests and row counts of what now stands in the folder."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            rows = len(pd.read_parquet(path)) if path.suffix == ".parquet" else None
            files[path.relative_to(folder).as_posix()] = {"sha256": digest, "rows": rows}
    text = json.dumps({**manifest, "files": files}, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def edit(folder: Path, table: str, change: Any) -> None:
    """Replace a table by `change(table)` and seal the folder again."""
    path = folder / f"{table}.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)
    seal(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def edit_manifest(folder: Path, **entries: Any) -> None:
    """Replace entries of the manifest."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | entries
    path.write_text(json.dumps(manifest), encoding="utf-8")


def derive(case: Case) -> dict[str, Any]:
    """All tables and the manifest of a case."""
    present, moved = walk(case)
    here: dict[tuple[str, str, int, int], float] = defaultdict(float)
    for (_, site, level, entry, year), pupils in present.items():
        here[site, level, entry, year] += pupils
    joined = {(move["to"], move["level"], move["entry"], move["year"]) for move in moved}
    classes = classes_of(case, here, joined)
    found = sums(case, present, moved, here, classes)
    tables = {
        "assignment": [
            {"zone_id": z, "site_id": s, "level": lv, "entry_year": y, "share": share}
            for (z, s, lv, y), share in case["share"].items()
        ],
        "enrolment": _enrolment(case, present),
        "classes": [
            {
                "site_id": site,
                "level": level,
                "grade": level_of(case, level)["first_grade"] + year - entry,
                "entry_year": entry,
                "year": year,
                "pupils": pupils,
                "classes": classes[site, level, entry, year],
                "largest_class": _largest(pupils, classes[site, level, entry, year]),
            }
            for (site, level, entry, year), pupils in here.items()
        ],
        "schools": _schools(case, here, classes, found),
        "merges": [
            {"from_site_id": a, "to_site_id": b, "level": lv, "year": y}
            for a, b, lv, y in case["merges"]
        ],
        **_actions(case),
        "kpi": kpi_rows(case, present, moved, here, classes, found),
    }
    if planned(case):
        tables |= staff_tables(case, found["staff"])
    return {"tables": tables, "manifest": found["manifest"]}


def _largest(pupils: float, classes: float) -> int:
    return math.ceil(pupils / classes - 1e-6) if classes else 0


def _enrolment(case: Case, present: dict[Any, float]) -> list[dict[str, Any]]:
    travel = {
        (row["zone_id"], row["site_id"], row["level"]): row for row in case["problem"]["travel"]
    }
    none = {"mode": "", "minutes": 0.0, "metres": 0.0}
    return [
        {
            "zone_id": zone,
            "site_id": site,
            "level": level,
            "grade": level_of(case, level)["first_grade"] + year - entry,
            "entry_year": entry,
            "year": year,
            "pupils": pupils,
            **{key: travel.get((zone, site, level), none)[key] for key in none},
        }
        for (zone, site, level, entry, year), pupils in present.items()
    ]


def _schools(
    case: Case, here: dict[Any, float], classes: dict[Any, float], found: dict[str, Any]
) -> list[dict[str, Any]]:
    rows, staffed = [], planned(case)
    for site in [row["site_id"] for row in case["problem"]["sites"]]:
        for level in [level["name"] for level in case["rules"]["levels"]]:
            for year in years_of(case):
                ours = [key for key in here if (key[0], key[1], key[3]) == (site, level, year)]
                rows.append(
                    {
                        "site_id": site,
                        "level": level,
                        "year": year,
                        "operates": (site, level, year) in case["runs"],
                        "admits": here.get((site, level, year, year), 0.0) > 1e-4,
                        "pupils": sum(here[key] for key in ours),
                        "classes": sum(classes[key] for key in ours),
                        "rooms": found["rooms"][site, year],
                        "rooms_taken": found["taken"][site, year],
                        "function_rooms": sum(found["kinds"][site, year].values()),
                        "posts": found["staff"]["posts"][site, level, year] if staffed else None,
                    }
                )
    return rows


def _actions(case: Case) -> dict[str, list[dict[str, Any]]]:
    names = [level["name"] for level in case["rules"]["levels"]]
    sites = {row["site_id"]: row for row in case["problem"]["sites"]}
    base, last = years_of(case)[0] - 1, years_of(case)[-1]

    def running(site: str, year: int) -> str:
        year = min(max(year, base), last)
        on = [
            name
            for name in names
            if (sites[site][f"runs_{name}"] if year == base else (site, name, year) in case["runs"])
        ]
        return ";".join(on)

    def action(site: str, service: int, **more: Any) -> dict[str, Any]:
        common = {"site_id": site, "level": "", "option": "", "into_site_id": ""}
        sizes = {"rooms": 0, "area_m2": 0.0, "land_m2": 0.0, "capital_cost": 0.0}
        levels = {
            "levels_before": running(site, service - 1),
            "levels_after": running(site, service),
        }
        return common | sizes | levels | {"service_year": service} | more

    rows, spend = [], []
    for option in case["problem"]["options"]:
        name = option["option"]
        start = option["committed"] or case["start"].get(name, 0)
        if not start:
            continue
        more = {key: option[key] for key in ("rooms", "area_m2", "land_m2", "capital_cost")}
        more |= {"action_id": name, "action": option["action"], "option": name}
        more |= {"decision_year": start, "start_year": start}
        rows.append(action(option["site_id"], start + option["lead"], **more))
        for share in case["problem"]["spend"]:
            year = start + share["year_offset"]
            if share["option"] == name and (not option["committed"] or base < year <= last):
                amount = share["share"] * option["capital_cost"]
                spend.append({"action_id": name, "year": year, "amount": amount, "payer": "county"})
    into = {(a, level, year): b for a, b, level, year in case["merges"]}
    notice = case["rules"]["policy"]["notice_years"]
    for site in sites:
        for level in names:
            for year in years_of(case):
                ran = level in running(site, year - 1).split(";")
                if ran and (site, level, year) not in case["runs"]:
                    to = into.get((site, level, year), "")
                    more = {"action_id": f"stop {site} {level} {year}", "level": level}
                    more |= {"action": "merge" if to else "close", "into_site_id": to}
                    more |= {"decision_year": year - notice, "start_year": year}
                    rows.append(action(site, year, **more))
    return {"actions": rows, "spend": spend}


def _parquet(path: Path, frame: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
