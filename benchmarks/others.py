"""What a plain solver makes of a model that we write: HiGHS or SCIP on an MPS file.

`python -m benchmarks.others FILE.mps --solver {highs,scip} [--seconds S] [--threads N]`, from the
repository's root, where the file is that of `benchmarks.whole` or `benchmarks.county
--write-mps`. Nothing of the product is used: the solver reads the file and stops at the
seconds. Prints one JSON line with objective, bound and gap.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import highspy
import pyscipopt

from benchmarks.answers import DONE, fault, number, peak_memory_mb, print_line

INFINITE = 1e20
"""From here on a solver means that it has no plan, or no bound."""


class Seen(NamedTuple):
    """Objective of the best plan and the bound, infinite where there is none."""

    objective: float
    bound: float


def main(arguments: list[str] | None = None) -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--solver", choices=["highs", "scip"], required=True)
    parser.add_argument("--seconds", type=float, default=600.0, help="solving time")
    parser.add_argument("--threads", type=int, default=1, help="of HiGHS; SCIP has one")
    chosen = parser.parse_args(arguments)
    if not chosen.file.is_file():
        return fault(FileNotFoundError(f"{chosen.file}: there is no such file"))
    began = time.perf_counter()
    if chosen.solver == "highs":
        seen = _highs(chosen.file, chosen.seconds, chosen.threads)
    else:
        seen = _scip(chosen.file, chosen.seconds)
    found = abs(seen.objective) < INFINITE
    bounded = abs(seen.bound) < INFINITE
    line = {
        "file": chosen.file.name,
        "solver": chosen.solver,
        "objective": number(seen.objective) if found else None,
        "bound": number(seen.bound) if bounded else None,
        "gap": gap(seen) if found and bounded else None,
        "seconds": round(time.perf_counter() - began, 1),
        "memory_mb": peak_memory_mb(),
    }
    print_line(line)
    return DONE


def gap(seen: Seen) -> float:
    """Distance of a plan to the bound, as a part of the plan, as the product counts it."""
    return round((seen.objective - seen.bound) / max(abs(seen.objective), 1e-9), 6)


def _highs(file: Path, seconds: float, threads: int) -> Seen:
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", threads)
    solver.readModel(str(file))
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    objective = float(info.objective_function_value) if found else math.inf
    return Seen(objective, float(info.mip_dual_bound))


def _scip(file: Path, seconds: float) -> Seen:
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(file))
    model.setParam("limits/time", seconds)
    model.optimize()
    return Seen(float(model.getPrimalbound()), float(model.getDualbound()))


if __name__ == "__main__":
    sys.exit(main())
