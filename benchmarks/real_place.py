"""A real place as the files that a planner would write, run through the ordinary command line.

`python -m benchmarks.real_place [FILE] [--p P] [--seconds S] [--gap G] [--method NAME]
[--max-sites N] [--folder DIR]`, from the repository's root. FILE is a table of places (ID, Demand,
x, y, Fcap; a place with a capacity may hold a school). It becomes a study: points as zones and as
candidate sites with seats, an option at each that opens a school for nothing, straight lines, no
classes, exactly P schools. `run_scenario.py` runs and verifies it; its yuan are counted back into
demand times kilometres. Prints one JSON line: {"instance", "schools", "status", "objective",
"bound", "gap", "published", "ratio", "verified", "seconds", "method"}. Exit codes are those of
`run`; 5 where the second judge refuses the run.

The publication names no coordinate system: its metres are moved as a whole to where EPSG:4547 is
used (Henan), which changes no distance. A bus at 60 km/h without waiting makes a kilometre a
minute. Every place keeps its nearest 30 candidate sites (C15), which the bound is for: in plans
made with all 105, 99 of 100 places go to one of their nearest 25. `auto` takes
`branched` here, for one year is planned.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

from benchmarks.answers import DONE, fault, print_line
from benchmarks.instances import InstanceError, Places, read_places

ROOT = Path(__file__).parents[1]
FILE = ROOT.parent / "shared" / "data" / "school_siting_zy" / "geo_zy.txt"
PUBLISHED = {10: 1686.8, 14: 1436.9}
"""Demand times kilometres published for `geo_zy` with capacities, by number of schools (Kong)."""
CRS, ORIGIN = "EPSG:4547", np.array([450_000.0, 3_800_000.0])
YEAR = 2021
SCHOOL_DAYS, YUAN_PER_MINUTE = 195.0, 0.2
YUAN_PER_KILOMETRE = 2 * SCHOOL_DAYS * YUAN_PER_MINUTE
"""What a pupil a kilometre from school costs in a year, there and back."""
MAX_SITES = 30
WRONG = 5
TOWN = "place"


def main(arguments: list[str] | None = None) -> int:
    """Write the study, run it, verify the run and print."""
    chosen = _parser().parse_args(arguments)
    try:
        places = read_places(chosen.file)
    except InstanceError as error:
        return fault(error)
    with tempfile.TemporaryDirectory(prefix="xuewei-place-") as temporary:
        folder = chosen.folder or Path(temporary)
        study = write_study(places, chosen.p, chosen.file.stem, folder, chosen.max_sites)
        return _run(study, chosen)


def write_study(
    places: Places, schools: int, name: str, folder: Path, max_sites: int = MAX_SITES
) -> Path:
    """Write layers, tables and the study file into a folder; return the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = np.array([f"{number:04d}" for number in places.number])
    where = gpd.GeoSeries(gpd.points_from_xy(*(places.where + ORIGIN).T), crs=CRS)
    may = places.capacity > 0
    common = {"name": ids, "town": TOWN, "kind": "rural"}
    zones = gpd.GeoDataFrame({"zone_id": ids, **common}, geometry=where)
    sites = gpd.GeoDataFrame({"site_id": ids, **common}, geometry=where).assign(
        place="village", land_m2=0.0, seats=places.capacity, annual_cost=0.0
    )[may]
    around = shapely.box(*where.total_bounds).buffer(1000.0)
    towns = gpd.GeoDataFrame({"town": [TOWN]}, geometry=[around], crs=CRS)
    for layer, frame in (("towns", towns), ("zones", zones), ("candidates", sites)):
        frame.to_file(folder / "place.gpkg", layer=layer, driver="GPKG")
    children = pd.DataFrame({"zone_id": ids, "age": 5, "children": places.demand.astype(int)})
    children.to_csv(folder / "children.csv", index=False)
    _options(ids[may]).to_csv(folder / "options.csv", index=False)
    study = folder / "study.yaml"
    content = _study(name, schools, max_sites)
    study.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return study


def _options(sites: np.ndarray) -> pd.DataFrame:
    """Return one option per site: a primary school at once, for nothing."""
    return pd.DataFrame(
        {
            "option": [f"open-{site}" for site in sites],
            "site_id": sites,
            "action": "open",
            "school_type_after": "primary",
            **dict.fromkeys(("rooms", "area_m2", "land_m2", "capital_cost", "lead"), 0),
            **dict.fromkeys(("earliest", "latest"), YEAR),
        }
    )


def _study(name: str, schools: int, max_sites: int) -> dict[str, Any]:
    layers = {key: {"file": "place.gpkg", "layer": key} for key in ("towns", "zones", "candidates")}
    tables = {key: {"file": f"{key}.csv"} for key in ("children", "options")}
    limits = {f"travel.limit_minutes.grades_{grades}": 300 for grades in ("1_3", "4_6", "7_9")}
    return {
        "study": name,
        "title": {"en": f"{name}: {schools} schools", "zh": f"{name}：{schools}所学校"},
        "crs": CRS,
        "base_year": YEAR - 1,
        "first_year": YEAR,
        "years": 1,
        "price_year": YEAR,
        "discount_rate": 0.0,
        "profile": "generic",
        "inputs": layers | tables,
        "travel": {"max_sites": max_sites, "straight_line_factor": 1},
        "standards": {
            "travel.modes": ["bus"],
            "travel.bus_kmh": 60,
            "travel.bus_wait_minutes": 0,
            **limits,
        },
        "prices": {
            "school_days": SCHOOL_DAYS,
            "yuan_per_minute": YUAN_PER_MINUTE,
            "bus_pupil_year": 0,
        },
        "projections": {"given": {"method": "progression"}},
        "policies": {
            f"open{schools}": {
                "actions": ["open"],
                "enrolment": "yearly",
                "schools_open": schools,
                "families_off": ["class_size", "function_rooms", "closing", "budget"],
            }
        },
        "scenarios": "all",
    }


def _run(study: Path, chosen: argparse.Namespace) -> int:
    scenario = f"given-open{chosen.p}"
    limits = [f"--{name}={getattr(chosen, name)}" for name in ("method", "seconds", "gap", "seed")]
    out = study.parent / "results"
    told = ["--out", str(out), "--jobs=1", "--json", *limits]
    code, answer = _command("run", str(study), *told)
    run = out / chosen.file.stem / scenario
    if code != DONE:
        sys.stderr.write(answer)
        return code
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    verified, verdict = _command("verify", str(run), "--json")
    if verified != DONE:
        sys.stderr.write(verdict)
    objective = manifest["objective"] / YUAN_PER_KILOMETRE
    published = PUBLISHED.get(chosen.p) if chosen.file.stem == FILE.stem else None
    print_line(
        {
            "instance": chosen.file.stem,
            "schools": chosen.p,
            "status": manifest["status"],
            "objective": round(objective, 3),
            "bound": round(manifest["bound"] / YUAN_PER_KILOMETRE, 3),
            "gap": round(manifest["gap"], 6),
            "published": published,
            "ratio": round(objective / published, 5) if published else None,
            "verified": verified == DONE,
            "seconds": manifest["seconds"],
            "method": manifest["method"],
        }
    )
    return DONE if verified == DONE else WRONG


def _command(*arguments: str) -> tuple[int, str]:
    """Run the command line as a user does; return exit code and standard output."""
    command = [sys.executable, str(ROOT / "run_scenario.py"), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=FILE, metavar="FILE")
    parser.add_argument("--p", type=int, default=10, help="number of schools")
    parser.add_argument("--method", default="auto")
    parser.add_argument("--seconds", type=float, default=300.0, help="solving time")
    parser.add_argument("--gap", type=float, default=0.02, help="stop at this gap")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-sites", type=int, default=MAX_SITES, help="sites kept of a place")
    parser.add_argument("--folder", type=Path, help="keep the study and its results here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
