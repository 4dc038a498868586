"""What a scenario has come to so far, kept on disk so that a run broken off goes on from there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from optimizer.domain import Problem
from optimizer.methods.base import Progress
from scenarios.report.network import actions_table
from scenarios.report.pupils import assignment_table
from scenarios.store.certificate_files import multiplier_table
from scenarios.store.folder import MANIFEST, listing, new_folder, write_json, write_table
from scenarios.store.problem_files import axis_tables
from scenarios.store.run_files import StudyFacts

FOLDER = ".unfinished"


def unfinished(target: Path) -> Path:
    """Return where the best so far of a run stands, out of the way of the finished ones."""
    return target.parent / FOLDER / target.name


def write_unfinished(target: Path, problem: Problem, facts: StudyFacts, best: Progress) -> None:
    """Write the plan and the bound of a line of progress, whole or not at all."""
    with new_folder(unfinished(target)) as folder:
        if best.plan is not None:
            write_table(assignment_table(problem, best.plan), folder / "tables/assignment.parquet")
            write_table(actions_table(problem, best.plan), folder / "tables/actions.parquet")
        if best.certificate is not None:
            prices = multiplier_table(best.certificate.multipliers)
            write_table(prices, folder / "bound/multipliers.parquet")
            for name, table in axis_tables(problem, facts.zone_xy, facts.site_xy).items():
                write_table(table, folder / "problem" / f"{name}.parquet")
        content = {
            "scenario": facts.study["scenario"],
            "key": facts.key,
            "objective": best.objective,
            "bound": best.bound,
            "files": listing(folder),
        }
        write_json(content, folder / MANIFEST)


def forget_unfinished(target: Path) -> None:
    """Remove the best so far of a run that is finished; not the folder that others may write to."""
    shutil.rmtree(unfinished(target), ignore_errors=True)


def close_unfinished(results: Path) -> None:
    """Remove the folder of the unfinished where none is left; nobody may be writing."""
    with suppress(OSError):  # it is not there, or not empty
        (results / FOLDER).rmdir()
