"""How many random counties get the same objective from everyone who can tell.

`python -m benchmarks.agreement [--counties N] [--first SEED] [--zones Z] [--sites S] [--years T]
[--method NAME]… [--split]`, from the repository's root. For each county: every method of
`optimizer.solve` at gap 0, SCIP on the MPS written from the model, and, where it is small enough, a
search through all plans. With `--split` zones may be divided; then plans are without number, and
none are searched through. Prints a line per county that differs and a summary; exit code 5 if any
differs. They agree where no bound lies above a plan and all who prove their plan price it alike; a
plan that is not proven may be dearer, so the summary also says how often each one's plan is the
cheapest, and how often it is proven.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyscipopt

from optimizer.domain import Problem, Status
from optimizer.formulation.export import write_mps
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.base import Limits
from optimizer.solve import METHODS, MethodError, solve

RELATIVE = 1e-6
EXACT = Limits(gap=0.0, seconds=300.0)


@dataclass(frozen=True)
class Opinion:
    """What one of them says: its bound and its objective, infinite where there is no plan."""

    who: str
    bound: float
    objective: float


def main(arguments: list[str] | None = None) -> int:
    """Compare and print."""
    from tests.support.varied import varied_county

    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    for name, default in (("counties", 20), ("first", 0), ("zones", 2), ("sites", 3), ("years", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--no-brute-force", action="store_true")
    parser.add_argument("--split", action="store_true", help="zones may be divided")
    parser.add_argument("--method", action="append", choices=sorted(METHODS))
    chosen = parser.parse_args(arguments)
    differing = 0
    plans: Counter[str] = Counter()
    cheapest: Counter[str] = Counter()
    proven: Counter[str] = Counter()
    for seed in range(chosen.first, chosen.first + chosen.counties):
        problem = varied_county(
            seed,
            zones=chosen.zones,
            sites=chosen.sites,
            years=chosen.years,
            grades=(2, 1),
            split=chosen.split,
        )
        names = chosen.method or sorted(METHODS)
        opinions = [*(_method(problem, name) for name in names), _scip(problem)]
        if not (chosen.no_brute_force or chosen.split):
            opinions.extend(_brute_force(problem))
        if not _agree(opinions):
            differing += 1
            said = ", ".join(
                f"{one.who} {one.bound:.6f} to {one.objective:.6f}" for one in opinions
            )
            sys.stdout.write(f"county {seed}: {said}\n")
        least = min(one.objective for one in opinions)
        for one in opinions:
            plans[one.who] += 1
            cheapest[one.who] += _same(one.objective, least)
            proven[one.who] += _same(one.objective, least) and _same(one.bound, least)
    sys.stdout.write(f"{chosen.counties - differing} of {chosen.counties} counties agree\n")
    for who, asked in plans.items():
        said = f"cheapest in {cheapest[who]} of {asked}, proven in {proven[who]}"
        sys.stdout.write(f"{who}: {said}\n")
    return 5 if differing else 0


def _method(problem: Problem, name: str) -> Opinion:
    """Ask a method; one whose answer the judge refutes agrees with nobody."""
    try:
        result = solve(problem, name, EXACT)
    except MethodError as error:
        sys.stdout.write(f"{error}\n")
        return Opinion(name, math.inf, math.inf)
    if result.plan is None and result.status is not Status.INFEASIBLE:
        return Opinion(name, result.bound, math.inf)
    return Opinion(name, result.bound if result.plan else math.inf, result.objective)


def _scip(problem: Problem) -> Opinion:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.mps"
        try:
            write_mps(problem, path)
        except ImpossibleError:
            return Opinion("SCIP", math.inf, math.inf)
        model = pyscipopt.Model()
        model.hideOutput()
        model.readProblem(str(path))
        model.setParam("limits/gap", 0.0)
        model.optimize()
        if model.getStatus() == "infeasible":
            return Opinion("SCIP", math.inf, math.inf)
        return Opinion("SCIP", float(model.getDualbound()), float(model.getObjVal()))


def _brute_force(problem: Problem) -> list[Opinion]:
    from tests.support.brute_force import TooLargeError, brute_force

    try:
        best = brute_force(problem, most=20_000)
    except TooLargeError:
        return []
    return [Opinion("all plans", best.objective, best.objective)]


def _same(value: float, least: float) -> bool:
    """Whether a figure is the cheapest plan's; infinite where there is none."""
    return value == least or abs(value - least) <= RELATIVE * max(1.0, abs(least))


def _agree(opinions: list[Opinion]) -> bool:
    """Whether no bound lies above an objective and all who prove their plan price it alike."""
    least = min(one.objective for one in opinions)
    if math.isinf(least):
        return True
    slack = RELATIVE * max(1.0, abs(least))
    bounds_hold = all(one.bound <= least + slack for one in opinions)
    proven = [one for one in opinions if one.objective - one.bound <= slack]
    return bounds_hold and all(one.objective <= least + slack for one in proven)


if __name__ == "__main__":
    sys.exit(main())
