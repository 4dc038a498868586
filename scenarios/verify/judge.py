"""The order of judgement: folder, problem, decisions, rules, tables, numbers, bound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenarios.verify.area_rules import area_rules, stability_rule
from scenarios.verify.bound import certified_bound, recompute_bound
from scenarios.verify.case import Case, derive
from scenarios.verify.columns import PROBLEM, STAFF_TABLES, TABLES, Sheet
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
from scenarios.verify.money import fixed_value, floor, terms
from scenarios.verify.network_rules import network_rules
from scenarios.verify.norms import read_norms
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
from scenarios.verify.staff_facts import POOLS
from scenarios.verify.staff_figures import staff_figures
from scenarios.verify.staffing import moves_table, staff_terms, staffing_rules
from scenarios.verify.statement import check_figures, check_numbers, check_terms, undeclared
from scenarios.verify.tables import classes_table, enrolment_table, schools_table
from scenarios.verify.values import RULES_FILE
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
        unchecked = _solvers_word(manifest)
        return Verdict(not faults, faults=_once(faults), unchecked=unchecked, bound=value)
    sheets = TABLES | _staff_tables(run, facts, files)
    frames, found = read_sheets(run, sheets, files)
    faults += found
    if len(frames) < len(sheets):
        return Verdict(False, stated, faults=_once(faults), bound=value)
    return _judge(facts, frames, manifest, faults, value)


def _staff_tables(run: Path, facts: Facts, files: dict[str, Any]) -> dict[str, Sheet]:
    """Tables of teachers: all three where they are planned, none where the plan has none at all."""
    if facts.staff is None:
        return {}
    stated = any(name in files or (run / name).exists() for name in STAFF_TABLES)
    return STAFF_TABLES if stated else {}


def _problem(run: Path, files: dict[str, Any]) -> tuple[Facts | None, list[Fault]]:
    if RULES_FILE not in files:
        return None, [Fault("file.missing", RULES_FILE)]
    rules, faults = read_json(run, RULES_FILE)
    if POOLS in files and "staffing" not in rules:
        faults = [Fault("manifest.entry", RULES_FILE, "staffing", "None")]
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
    case, found, broken = derive(facts, frames)
    faults = faults + found
    if case is None:
        return Verdict(False, stated, faults=_once(faults), bound=bound)
    priced, pay = staff_terms(facts, case.staffing)
    amounts = terms(facts, case.decisions, case.presence, case.spaces, case.reassigned) | priced
    objective = sum(amount.value for amount in amounts.values())
    broken += _rules(case)
    checks, wrong = check_terms(manifest, amounts)
    fixed = fixed_value(facts, case.decisions) + pay
    wrong += check_numbers(manifest, objective, floor(facts), fixed)
    wrong += _tables(case, frames)
    truth = figures(facts, case.decisions, case.presence, case.spaces, case.reassigned)
    truth |= staff_figures(facts, case.decisions, case.presence, case.staffing)
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
        unchecked=(*unchecked, *_solvers_word(manifest)),
        bound=bound,
    )


def _solvers_word(manifest: dict[str, Any]) -> tuple[str, ...]:
    """Name the bound where a solver proved more than the certificate does."""
    return ("bound",) if certified_bound(manifest) != manifest["bound"] else ()


def _rules(case: Case) -> list[Violation]:
    facts, decisions, presence = case.facts, case.decisions, case.presence
    return [
        *network_rules(facts, decisions),
        *assignment_rules(facts, decisions),
        *area_rules(facts, decisions),
        *stability_rule(facts, case.reassigned),
        *merger_rules(facts, decisions, presence),
        *closing_size(facts, decisions, presence),
        *class_rules(facts, decisions, presence),
        *room_rules(facts, presence, case.spaces),
        *budget_rules(facts, decisions),
        *staffing_rules(facts, case.staffing),
    ]


def _tables(case: Case, frames: Frames) -> list[Violation]:
    facts, decisions, presence = case.facts, case.decisions, case.presence
    posts = None if case.staffing is None else case.staffing.posts.needed
    return [
        *enrolment_table(facts, presence, frames),
        *classes_table(facts, presence, frames),
        *schools_table(facts, decisions, presence, case.spaces, posts, frames),
        *actions_table(facts, decisions, frames),
        *spend_table(facts, decisions, frames),
        *moves_table(facts, case.staffing),
    ]


def _once(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(faults))
