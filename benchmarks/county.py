"""A county of many zones, measured by phase.

`python -m benchmarks.county {--reference DIR | --zones N --sites M --years T [--seed K]
[--counties C [--borders {open,closed}]]} [--whole-zones] [--method NAME] [--seconds S] [--gap G]
[--write-mps FILE]`, from the repository's root. Prints one JSON line: {"instance", "kind",
"status", "objective", "bound", "gap", "seconds", "method", "phases", "peak_memory_mb"}, amounts in
thousand yuan. `yearly_problem` says how the model of `county_reference` is stated.

`--counties` makes a prefecture: so many made counties of N zones and M sites each, side by side,
solved as one problem. Pupils may go to school across borders unless `--borders closed`; the
difference of the two is what opening them saves. The line says `"counties"`, `"borders"` and
`"across"` too, the part of the pupils of all years who cross one in the plan.

Without `--whole-zones` a zone may be divided among schools; in the bound of `by_site` it may be in
any case. Exit codes as in `benchmarks.location`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.answers import (
    add_limits,
    exit_code,
    fault,
    figures,
    limits_of,
    number,
    peak_memory_mb,
    print_line,
)
from benchmarks.instances import InstanceError
from benchmarks.yearly_county import (
    THOUSAND,
    County,
    make_county,
    make_prefecture,
    read_county,
)
from benchmarks.yearly_problem import yearly_problem
from optimizer.domain import Problem, Result
from optimizer.formulation.export import write_mps
from optimizer.solve import solve

OPEN = "open"


def main(arguments: list[str] | None = None) -> int:
    """Read or make, solve and print."""
    chosen = _parser().parse_args(arguments)
    began = time.perf_counter()
    try:
        county = _county(chosen)
    except InstanceError as error:
        return fault(error)
    problem = yearly_problem(county, chosen.whole_zones)
    phases = {"read": time.perf_counter() - began}
    if chosen.write_mps is not None:
        write_mps(problem, chosen.write_mps)
        phases["write"] = time.perf_counter() - began - phases["read"]
    result = solve(problem, chosen.method, limits_of(chosen))
    phases |= result.seconds
    print_line(
        {
            "instance": county.name,
            "kind": "whole_zones" if chosen.whole_zones else "split_zones",
            **_of_prefecture(chosen, problem, result),
            **figures(result, THOUSAND),
            "seconds": round(time.perf_counter() - began, 2),
            "method": result.method,
            "phases": {name: round(seconds, 2) for name, seconds in phases.items()},
            "peak_memory_mb": peak_memory_mb(),
        }
    )
    return exit_code(result)


def _county(chosen: argparse.Namespace) -> County:
    if chosen.counties < 1 or (chosen.reference is not None and chosen.counties > 1):
        raise InstanceError("a prefecture is made of one county at least, none of them read")
    if chosen.reference is not None:
        return read_county(chosen.reference)
    if min(chosen.zones, chosen.sites, chosen.years) < 2:
        raise InstanceError("a made county needs two zones, two sites and two years at least")
    size = chosen.zones, chosen.sites, chosen.years
    if chosen.counties > 1:
        return make_prefecture(chosen.counties, *size, chosen.seed, chosen.borders == OPEN)
    return make_county(*size, chosen.seed)


def _of_prefecture(chosen: argparse.Namespace, problem: Problem, result: Result) -> dict[str, Any]:
    """Tell what only several counties have."""
    if chosen.counties == 1:
        return {}
    across = None
    if result.plan is not None:
        travel, entrants = problem.travel, problem.demand.entrants
        home, school = travel.zone // chosen.zones, travel.site // chosen.sites
        pupils = result.plan.share * entrants[travel.zone, travel.level]
        across = number(pupils[home != school].sum() / entrants.sum())
    return {"counties": chosen.counties, "borders": chosen.borders, "across": across}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--reference", type=Path, metavar="DIR")
    source.add_argument("--zones", type=int, help="make a county of this many zones")
    parser.add_argument("--sites", type=int, default=94)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--counties", type=int, default=1, help="so many of them side by side")
    parser.add_argument("--borders", choices=[OPEN, "closed"], default=OPEN)
    parser.add_argument("--whole-zones", action="store_true", help="zones may not be split")
    parser.add_argument("--write-mps", type=Path, metavar="FILE", help="write the whole MILP too")
    add_limits(parser, gap=0.01)
    return parser


if __name__ == "__main__":
    sys.exit(main())
