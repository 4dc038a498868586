"""Published location instances through the product's own problem, methods and judge.

`python -m benchmarks.location FILE --kind {cflp,sscflp,pmedian,cpmp,siting} [--p P] [--capacitated]
[--contiguity FILE] [--write-mps FILE] [--seconds S] [--gap G] [--nodes N] [--method NAME]`, from
the repository's root. Prints one JSON line:
{"instance", "kind", "status", "objective", "bound", "gap", "seconds", "method"}, amounts in the
instance's own unit. Exit codes: 0 a plan, 1 the file is faulty, 2 proven infeasible, 3 no plan.
`--write-mps` leaves the whole MILP for other solvers (`benchmarks.others`).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.answers import add_limits, exit_code, fault, figures, limits_of, print_line
from benchmarks.as_problem import as_problem, yuan_per_unit
from benchmarks.instances import KINDS, Instance, InstanceError, read_instance, with_touching
from optimizer.formulation.export import write_mps
from optimizer.methods.base import Limits
from optimizer.solve import solve


def main(arguments: list[str] | None = None) -> int:
    """Read, solve and print."""
    chosen = _parser().parse_args(arguments)
    try:
        instance = read_instance(chosen.file, chosen.kind, chosen.p, chosen.capacitated)
        if chosen.contiguity is not None:
            instance = with_touching(instance, chosen.contiguity)
    except InstanceError as error:
        return fault(error)
    if chosen.write_mps is not None:
        write_mps(as_problem(instance), chosen.write_mps)
    line, code = solve_instance(instance, chosen.method, limits_of(chosen))
    print_line(line)
    return code


def solve_instance(instance: Instance, method: str, limits: Limits) -> tuple[dict[str, Any], int]:
    """Solve an instance: the line that tells of it, and the exit code."""
    began = time.perf_counter()
    result = solve(as_problem(instance), method, limits)
    line = {
        "instance": instance.name,
        "kind": instance.kind,
        **figures(result, yuan_per_unit(instance)),
        "seconds": round(time.perf_counter() - began, 2),
        "method": result.method,
    }
    return line, exit_code(result)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--kind", required=True, choices=KINDS)
    parser.add_argument("--p", type=int, default=None, help="number of schools to open")
    parser.add_argument(
        "--capacitated", action="store_true", help="siting: schools have capacities"
    )
    parser.add_argument(
        "--contiguity",
        type=Path,
        default=None,
        metavar="FILE",
        help="areas hang together: pairs of ids of customers that touch, one a line",
    )
    parser.add_argument("--write-mps", type=Path, metavar="FILE", help="write the whole MILP too")
    add_limits(parser, gap=1e-6)
    return parser


if __name__ == "__main__":
    sys.exit(main())
