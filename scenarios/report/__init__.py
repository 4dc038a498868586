"""Tidy tables of a plan, computed from problem and plan (docs/kpi.md)."""

from __future__ import annotations

import pandas as pd

from optimizer.domain import Plan, Problem
from optimizer.presence import presence
from scenarios.report.figures import figures_table
from scenarios.report.network import actions_table, merges_table, schools_table, spend_table
from scenarios.report.pupils import assignment_table, classes_table, enrolment_table
from scenarios.report.staffing import staff_tables

__all__ = ["tables_of"]


def tables_of(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """Compute every table of a run, by name of its file."""
    present = presence(problem, plan)
    return {
        "assignment": assignment_table(problem, plan),
        "enrolment": enrolment_table(problem, present),
        "classes": classes_table(problem, plan, present),
        "schools": schools_table(problem, plan, present),
        "actions": actions_table(problem, plan),
        "spend": spend_table(problem, plan),
        "merges": merges_table(problem, plan),
        "kpi": figures_table(problem, plan, present),
        **staff_tables(problem, plan),
    }
