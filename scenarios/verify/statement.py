"""What the manifest and the key figures state, against what was derived."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from scenarios.verify.facts import Facts
from scenarios.verify.figures import GROUPS
from scenarios.verify.figures import UNITS as FIGURE_UNITS
from scenarios.verify.folder import Frames
from scenarios.verify.money import KINDS, Amount
from scenarios.verify.staff_figures import UNITS as STAFF_UNITS
from scenarios.verify.verdict import Figure, TermCheck, Violation

KPI = "tables/kpi.parquet"
UNITS = FIGURE_UNITS | STAFF_UNITS
YUAN = 0.01
OPTIMAL = 1e-6
TODAY = "today"  # the method of a run that judges the network as it is


def check_terms(
    manifest: dict[str, Any], found: dict[str, Amount]
) -> tuple[list[TermCheck], list[Violation]]:
    """Each term of the objective by amount, value and kind."""
    stated = {term["name"]: term for term in manifest["terms"]}
    checks, broken = [], []
    for name in sorted(found.keys() | stated.keys()):
        truth, term = found.get(name, Amount(0.0, 0.0)), stated.get(name)
        kind = KINDS.get(name, "money")
        value = float(term["value"]) if term else None
        checks.append(TermCheck(name, kind, truth.amount, truth.value, value))
        off = abs((value or 0.0) - truth.value)
        if off > yuan_tolerance(truth.value):
            broken.append(Violation("manifest.terms", name, 0, off, "yuan"))
        elif term and not _amounts_agree(float(term["amount"]), truth.amount):
            far = abs(float(term["amount"]) - truth.amount)
            broken.append(Violation("manifest.terms", name, 0, far, "units"))
        elif term and term["kind"] != kind:
            broken.append(Violation("manifest.terms", name, 0, 1.0, "kinds"))
    return checks, broken


def check_numbers(
    manifest: dict[str, Any], objective: float, floor: float, fixed: float
) -> list[Violation]:
    """Objective, floor, fixed terms, bound, gaps and status (C27)."""
    broken = []
    stated_fixed = sum(float(term["value"]) for term in manifest["fixed_terms"])
    for name, truth, stated in (
        ("objective", objective, manifest["objective"]),
        ("floor", floor, manifest["floor"]),
        ("fixed_terms", fixed, stated_fixed),
    ):
        off = math.inf if stated is None else abs(float(stated) - truth)
        if not off <= yuan_tolerance(truth):
            broken.append(Violation(f"manifest.{name}", "", 0, off, "yuan"))
    bound = -math.inf if manifest["bound"] is None else float(manifest["bound"])
    if not bound <= objective + yuan_tolerance(objective):
        broken.append(Violation("manifest.bound", "", 0, bound - objective, "yuan"))
    gaps = {
        "gap": _ratio(objective - bound, objective),
        "gap_above_floor": _ratio(objective - bound, objective - floor),
    }
    for name, truth in gaps.items():
        stated = math.inf if manifest[name] is None else float(manifest[name])
        if not (stated == truth or abs(stated - truth) <= 1e-6 * max(1.0, abs(truth))):
            broken.append(Violation(f"manifest.{name}", "", 0, abs(stated - truth), "ratio"))
    today, status = manifest.get("method") == TODAY, manifest["status"]
    unproven = status == "optimal" and gaps["gap"] > OPTIMAL
    if unproven or (status not in ("optimal", "feasible") and not today):
        broken.append(Violation("manifest.status", str(status), 0, 1.0, "status"))
    return broken


def check_figures(
    facts: Facts, frames: Frames, truth: dict[str, np.ndarray]
) -> tuple[list[Figure], list[str]]:
    """Key figures that differ or are missing, and the names that are not derived here."""
    frame = frames[KPI]
    wanted = _long(facts, truth)
    known = frame["name"].isin(list(truth))
    unchecked = sorted(frame.loc[~known, "name"].unique())
    keys = ["name", "level", "group", "year"]
    both = wanted.merge(frame[known], on=keys, how="outer", suffixes=("", "_stated"))
    value = both["value"].to_numpy(dtype=float)
    stated = both["value_stated"].to_numpy(dtype=float)
    loose = both["unit"].map(lambda unit: YUAN if unit == "yuan" else _tolerance(unit))
    right = np.abs(value - stated) <= loose.to_numpy(dtype=float) + 1e-9 * np.abs(value)
    right &= (both["unit"] == both["unit_stated"]).to_numpy()
    return [
        Figure(
            name=str(row.name),
            level=str(row.level),
            group=str(row.group),
            year=int(row.year),
            stated=None if math.isnan(row.value_stated) else float(row.value_stated),
            recomputed=float(row.value),
        )
        for row in both[~right].itertuples(index=False)
    ], unchecked


def undeclared(
    manifest: dict[str, Any], broken: list[Violation]
) -> tuple[list[Violation], list[Violation]]:
    """Breaches that the manifest does not declare, and declared ones that are none.

    Only a run of today's network may declare breaches; any other breaks no rule. Breaches of one
    rule at one place in one year add up.
    """
    stated = [
        Violation(one["rule"], one["where"], int(one["year"]), float(one["amount"]), "")
        for one in manifest.get("violations") or []
    ]
    declared, found = _added_up(stated), _added_up(broken)
    known = {
        place
        for place in declared.keys() & found.keys()
        if math.isclose(declared[place], found[place], rel_tol=1e-6, abs_tol=1e-3)
    }
    today = manifest.get("method") == TODAY
    left = [one for one in broken if not today or (one.rule, one.where, one.year) not in known]
    invented = [
        Violation("manifest.violations", f"{rule} {where}".strip(), year, amount, "")
        for (rule, where, year), amount in declared.items()
        if (rule, where, year) not in found
    ]
    return left, invented


def _added_up(violations: list[Violation]) -> dict[tuple[str, str, int], float]:
    """Amounts by rule, place and year."""
    total: dict[tuple[str, str, int], float] = {}
    for one in violations:
        place = (one.rule, one.where, one.year)
        total[place] = total.get(place, 0.0) + one.amount
    return total


def _long(facts: Facts, truth: dict[str, np.ndarray]) -> pd.DataFrame:
    levels = [stage.name for stage in facts.norms.stages]
    years = facts.norms.first_year + np.arange(facts.norms.years)
    each = len(levels) * len(GROUPS) * len(years)
    return pd.DataFrame(
        {
            "name": np.repeat(np.array(list(truth), dtype=object), each),
            "level": np.tile(np.repeat(levels, len(GROUPS) * len(years)), len(truth)),
            "group": np.tile(np.repeat(GROUPS, len(years)), len(truth) * len(levels)),
            "year": np.tile(years, len(truth) * len(levels) * len(GROUPS)),
            "value": np.concatenate([value.ravel() for value in truth.values()]),
            "unit": np.repeat(np.array([UNITS[name] for name in truth], dtype=object), each),
        }
    )


def _tolerance(unit: object) -> float:
    """Pupils add up over many rows of 1e-4 tolerance; everything else is exact to 1e-6."""
    return 1e-4 if unit in ("pupils", "places") else 1e-6


def yuan_tolerance(value: float) -> float:
    """Return by how many yuan an amount may be off: a cent, or a part in 1e9 of a large one."""
    return max(YUAN, 1e-9 * abs(value))


def _amounts_agree(stated: float, truth: float) -> bool:
    return abs(stated - truth) <= max(1e-4, 1e-9 * abs(truth))


def _ratio(part: float, whole: float) -> float:
    if abs(part) <= 1e-9 * max(1.0, abs(whole)):
        return 0.0
    if not math.isfinite(part) or not math.isfinite(whole) or whole <= 0.0:
        return math.inf
    return part / whole
