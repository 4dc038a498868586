"""A county of many zones, measured by phase.

`python -m benchmarks.county {--reference DIR | --zones N --sites M --years T [--seed K]}
[--whole-zones] [--method NAME] [--seconds S] [--gap G] [--write-mps FILE]`, from the repository's
root. Prints one JSON line: {"instance", "kind", "status", "objective", "bound", "gap", "seconds",
"method", "phases", "peak_memory_mb"}, amounts in thousand yuan. `yearly_problem` says how the model
of `county_reference` is stated. Method `by_site` plans whole zones only: without `--whole-zones`
its plans and its bound hold all the same, since whole zones are shares too. Exit codes as in
`benchmarks.location`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.answers import (
    add_limits,
    exit_code,
    fault,
    figures,
    limits_of,
    peak_memory_mb,
    print_line,
)
from benchmarks.instances import InstanceError
from benchmarks.yearly_county import THOUSAND, County, make_county, read_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.formulation.export import write_mps
from optimizer.solve import solve


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
            **figures(result, THOUSAND),
            "seconds": round(time.perf_counter() - began, 2),
            "method": result.method,
            "phases": {name: round(seconds, 2) for name, seconds in phases.items()},
            "peak_memory_mb": peak_memory_mb(),
        }
    )
    return exit_code(result)


def _county(chosen: argparse.Namespace) -> County:
    if chosen.reference is not None:
        return read_county(chosen.reference)
    if min(chosen.zones, chosen.sites, chosen.years) < 2:
        raise InstanceError("a made county needs two zones, two sites and two years at least")
    return make_county(chosen.zones, chosen.sites, chosen.years, chosen.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--reference", type=Path, metavar="DIR")
    source.add_argument("--zones", type=int, help="make a county of this many zones")
    parser.add_argument("--sites", type=int, default=94)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--whole-zones", action="store_true", help="zones may not be split")
    parser.add_argument("--write-mps", type=Path, metavar="FILE", help="write the whole MILP too")
    add_limits(parser, gap=0.01)
    return parser


if __name__ == "__main__":
    sys.exit(main())
