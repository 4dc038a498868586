"""The order of judgement: folder, problem, decisions, rules, tables, numbers, bound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from scenarios.verify.bound import recompute_bound
from scenarios.verify.columns import PROBLEM, TABLES
from scenarios.verify.decisions import Decisions, read_decisions
from scenarios.verify.facts import Facts
from scenarios.verify.figures import figures
from scenarios.verify.folder import (
    MANIFEST,
    Frames,
    check_files,
    check_manifest,
    read_json,
    read_sheets,
)
from scenarios.verify.money import fixed_value, floor, reassigned_entrants, terms
from scenarios.verify.network_rules import network_rules
from scenarios.verify.norms import RULES_FILE, read_norms
from scenarios.verify.presence import Presence, present
from scenarios.verify.projects import actions_table, spend_table
from scenarios.verify.pupil_rules import (
    assignment_rules,
    budget_rules,
    class_rules,
    closing_size,
    merger_rules,
    room_rules,
)
from scenarios.verify.read import read_facts, sheets_of
from scenarios.verify.spaces import Spaces, measure
from scenarios.verify.statement import check_figures, check_numbers, check_terms, undeclared
from scenarios.verify.tables import classes_table, enrolment_table, schools_table
from scenarios.verify.verdict import Fault, Verdict, Violation

PRICES_FILE = "problem/prices.parquet"


def verify(run_dir: Path, bound: bool = False) -> Verdict:
    """Judge a run by its own `problem/`, `tables/`, `bound/` and `manifest.json` alone.

    Parameters
    ----------
    run_dir
        Folder of one run.
    bound
        Also recompute the bound from its certificate.

    Returns
    -------
    Verdict
        Never raises on a bad folder: whatever keeps it from being judged is a fault in words.
    """
    run = Path(run_dir)
    if not run.is_dir():
        return Verdict(False, faults=(Fault("folder.missing", str(run)),))
    manifest, faults = read_json(run, MANIFEST)
    faults = faults or check_manifest(manifest)
    if faults:
        return Verdict(False, faults=tuple(faults))
    files = manifest["files"]
    faults = check_files(run, files)
    facts, found = _problem(run, files)
    faults += found
    stated = None if manifest["objective"] is None else float(manifest["objective"])
    if facts is None:
        return Verdict(False, stated, faults=_once(faults))
    value, found = recompute_bound(run, manifest, facts) if bound else (None, [])
    faults += found
    if manifest["status"] in ("infeasible", "unknown") and stated is None:
        return Verdict(not faults, faults=_once(faults), bound=value)
    frames, found = read_sheets(run, TABLES, files)
    faults += found
    if len(frames) < len(TABLES):
        return Verdict(False, stated, faults=_once(faults), bound=value)
    return _judge(facts, frames, manifest, faults, value)


def _problem(run: Path, files: dict[str, Any]) -> tuple[Facts | None, list[Fault]]:
    if RULES_FILE not in files:
        return None, [Fault("file.missing", RULES_FILE)]
    rules, faults = read_json(run, RULES_FILE)
    if faults:
        return None, faults
    prices, faults = read_sheets(run, {PRICES_FILE: PROBLEM[PRICES_FILE]}, files)
    if faults:
        return None, faults
    norms, faults = read_norms(rules, prices[PRICES_FILE])
    if faults:
        return None, faults
    frames, faults = read_sheets(run, sheets_of(norms), files)
    if faults:
        return None, faults
    return read_facts(frames, norms)


def _judge(
    facts: Facts,
    frames: Frames,
    manifest: dict[str, Any],
    faults: list[Fault],
    bound: float | None,
) -> Verdict:
    """Judge a readable run with a plan."""
    stated = None if manifest["objective"] is None else float(manifest["objective"])
    decisions, found, broken = read_decisions(frames, facts)
    faults = faults + found
    if decisions is None:
        return Verdict(False, stated, faults=_once(faults), bound=bound)
    presence, found = present(facts, decisions)
    faults += found
    if found:
        return Verdict(False, stated, faults=_once(faults), bound=bound)
    faults += _unpaired(facts)
    spaces = measure(facts, decisions, presence)
    reassigned = reassigned_entrants(facts, decisions)
    amounts = terms(facts, decisions, presence, spaces, reassigned)
    objective = sum(amount.value for amount in amounts.values())
    broken += _rules(facts, decisions, presence, spaces)
    checks, wrong = check_terms(manifest, amounts)
    wrong += check_numbers(manifest, objective, floor(facts), fixed_value(facts, decisions))
    wrong += _tables(facts, decisions, presence, spaces, frames)
    truth = figures(facts, decisions, presence, spaces, reassigned)
    kpi, unchecked = check_figures(facts, frames, truth)
    if kpi:
        wrong.append(Violation("tables.kpi", kpi[0].name, kpi[0].year, float(len(kpi)), "rows"))
    left, invented = undeclared(manifest, broken)
    wrong += invented
    return Verdict(
        ok=not (faults or wrong or left),
        objective=stated,
        recomputed=objective,
        terms=tuple(checks),
        violations=(*broken, *wrong),
        kpi=tuple(kpi),
        faults=_once(faults),
        unchecked=tuple(unchecked),
        bound=bound,
    )


def _rules(
    facts: Facts, decisions: Decisions, presence: Presence, spaces: Spaces
) -> list[Violation]:
    return [
        *network_rules(facts, decisions),
        *assignment_rules(facts, decisions),
        *merger_rules(facts, decisions, presence),
        *closing_size(facts, decisions, presence),
        *class_rules(facts, decisions, presence),
        *room_rules(facts, presence, spaces),
        *budget_rules(facts, decisions),
    ]


def _tables(
    facts: Facts, decisions: Decisions, presence: Presence, spaces: Spaces, frames: Frames
) -> list[Violation]:
    return [
        *enrolment_table(facts, presence, frames),
        *classes_table(facts, presence, frames),
        *schools_table(facts, decisions, presence, spaces, frames),
        *actions_table(facts, decisions, frames),
        *spend_table(facts, decisions, frames),
    ]


def _unpaired(facts: Facts) -> list[Fault]:
    """Pupils enrolled in the base year at a site to which their zone has no travel row."""
    rows = facts.enrolled[facts.enrolled["pupils"] > 0]
    grades = np.array([stage.grades for stage in facts.norms.stages])[rows["level"]]
    rows = rows[rows["entry"].to_numpy() > facts.norms.memory - grades]
    pair = facts.pair(*(rows[name].to_numpy() for name in ("zone", "site", "level")))
    lost = rows[pair < 0]
    return [
        Fault(
            "problem.travel",
            "problem/travel.parquet",
            value=f"{facts.zones[zone]}>{facts.site_ids[site]}, {facts.norms.stages[level].name}",
        )
        for zone, site, level in lost[["zone", "site", "level"]].to_numpy(dtype=int)
    ]


def _once(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(faults))
