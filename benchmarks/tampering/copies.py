"""A copy of a run that can be edited and sealed again, and the register of edits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd


class NotPossibleError(Exception):
    """The run offers no place for the edit."""


class Run:
    """A copy of a run whose frames are read when asked for and written where they were set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.rules = json.loads((folder / "problem/rules.json").read_text(encoding="utf-8"))
        horizon = self.rules["horizon"]
        self.years = range(horizon["first_year"], horizon["first_year"] + horizon["years"])

    def __getitem__(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def __setitem__(self, name: str, frame: pd.DataFrame) -> None:
        self.write(name, frame)

    def write(self, name: str, frame: pd.DataFrame, **how: Any) -> None:
        """Write a frame in the way asked for."""
        frame.to_parquet(self.folder / f"{name}.parquet", **({"index": False} | how))

    def policy(self, **entries: Any) -> None:
        """Change the policy that the plan is judged by."""
        self.rules["policy"].update(entries)
        self._write_rules()

    def staffing(self, **entries: Any) -> None:
        """Change the norms of teachers that the plan is judged by."""
        if "staffing" not in self.rules:
            raise NotPossibleError("no teachers are planned")
        self.rules["staffing"].update(entries)
        self._write_rules()

    def _write_rules(self) -> None:
        path = self.folder / "problem/rules.json"
        path.write_text(json.dumps(self.rules), encoding="utf-8")

    def seal(self, **how: Any) -> None:
        """State the digests and row counts of what now stands in the folder."""
        for name, entry in self.manifest["files"].items():
            path = self.folder / name
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            if path.suffix == ".parquet":
                entry["rows"] = len(pd.read_parquet(path))
        text = json.dumps(self.manifest, **how)
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")

    def change(self, name: str, row: int, column: str, value: Any) -> None:
        """Set one cell."""
        frame = self[name]
        if isinstance(value, float):
            frame[column] = frame[column].astype(float)
        frame.loc[frame.index[row], column] = value
        self[name] = frame

    def add(self, name: str, *rows: dict[Any, Any]) -> None:
        """Append rows; columns not given are empty."""
        self[name] = pd.concat([self[name], pd.DataFrame(list(rows))], ignore_index=True)

    def steady(self) -> pd.DataFrame:
        """Return site, level and pupils of levels that run in all planned years, largest first."""
        schools = self["tables/schools"]
        on = schools[schools["operates"].astype(bool)].groupby(["site_id", "level"])
        rows = on.agg(years=("year", "count"), pupils=("pupils", "min")).reset_index()
        rows = rows[rows["years"] == len(self.years)]
        return rows.sort_values("pupils", ascending=False, ignore_index=True)

    def stop(self, site: str, level: str, *years: int) -> None:
        """Let a level rest in some years, without any action."""
        frame = self["tables/schools"]
        ours = (frame["site_id"] == site) & (frame["level"] == level) & frame["year"].isin(years)
        frame.loc[ours, "operates"] = False
        self["tables/schools"] = frame

    def operate(self, site: str, level: str, *years: int) -> None:
        """Let a level run in some years, without any action."""
        frame = self["tables/schools"]
        ours = (frame["site_id"] == site) & (frame["level"] == level) & frame["year"].isin(years)
        frame = frame[~ours]
        same = {"site_id": site, "level": level, "operates": True, "admits": False, "pupils": 0.0}
        same |= {"classes": 0, "rooms": 0, "rooms_taken": 0, "function_rooms": 0}
        rows = pd.DataFrame([same | {"year": year} for year in years])
        self["tables/schools"] = pd.concat([frame, rows], ignore_index=True)

    def start(self, option: pd.Series[Any], year: int) -> None:
        """Start an option, whether or not it may be."""
        actions = self["tables/actions"]
        same = {"action_id": f"tamper {len(actions)}", "start_year": year, "decision_year": year}
        same |= {key: option[key] for key in ("site_id", "action", "option", "rooms")}
        same |= {key: option[key] for key in ("area_m2", "land_m2", "capital_cost")}
        same |= {"service_year": year + int(option["lead"])}
        same |= {"level": "", "levels_before": "", "levels_after": "", "into_site_id": ""}
        self.add("tables/actions", same)


def pick(frame: pd.DataFrame, number: int, why: str) -> pd.Series[Any]:
    """Return a row well inside a frame, another for each number."""
    if len(frame) <= number:
        raise NotPossibleError(why)
    return frame.iloc[number * (len(frame) // 2)]


def index_of(row: pd.Series[Any]) -> int:
    """Return where a row stood in its table, whose index is that of a file just read."""
    return int(str(row.name))


Edit = Callable[[Run, int], None]
EDITS: dict[str, list[Edit]] = {}


def tampers(*names: str) -> Callable[[Edit], Edit]:
    """Register an edit under names; under each it is tried with the numbers 0 and 1."""

    def register(edit: Edit) -> Edit:
        for name in names:
            EDITS.setdefault(name, []).append(edit)
        return edit

    return register


def unbuilt(run: Run, *actions: str) -> pd.DataFrame:
    """Options not started, of some actions."""
    options, built = run["problem/options"], run["tables/actions"]["option"]
    free = options[~options["option"].isin(built) & (options["committed"] == 0)]
    return free[free["action"].isin(actions)] if actions else free


def cohort(run: Run, number: int, least: float) -> tuple[int, pd.Series[Any]]:
    """Return a cohort with classes and at least so many pupils, in the middle of the years."""
    rows = run["tables/classes"]
    rows = rows[(rows["classes"] > 0) & (rows["pupils"] > least) & (rows["year"] > run.years[0])]
    row = pick(rows, number, f"no cohort above {least} pupils")
    return index_of(row), row
