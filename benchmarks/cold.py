"""How close to its bound a county comes that is solved from nothing, family by family or not.

`python -m benchmarks.cold [STUDY.yaml] [--scenario NAME]… [--seconds S] [--at S] [--threads N]`,
from the repository's root. Solves each scenario by `by_site` with every family, then with those
families off that tie schools to each other (`TIES`). Prints one JSON line for each: gap at the end
and gap above the floor, seconds, gap after `--at` seconds (of the network alone: teachers are
posted at the end), and the largest memory so far.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import (
    add_limits,
    fault,
    figures,
    limits_of,
    number,
    peak_memory_mb,
    print_line,
)
from benchmarks.studies import STUDY, problems_of
from optimizer.methods.base import Progress
from optimizer.solve import solve

TIES = frozenset({"budget", "closing", "staffing"})
"""Families with rows over all schools: money of a year, closings of a year, teachers who rotate."""
NAMES = ["slow-keep", "middle-keep", "fast-keep"]


def main(arguments: list[str] | None = None) -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=STUDY)
    parser.add_argument("--scenario", action="append", help="default: each projection of keep")
    parser.add_argument("--at", type=float, default=60.0, help="seconds of an earlier look")
    add_limits(parser, gap=1e-3)
    chosen = parser.parse_args(arguments)
    names = chosen.scenario or NAMES
    try:
        problems = problems_of(chosen.study, names)
    except LookupError as error:
        return fault(error)
    for name, problem in zip(names, problems, strict=True):
        for off in (frozenset[str](), TIES):
            seen: list[Progress] = []
            policy = replace(problem.policy, families_off=problem.policy.families_off | off)
            varied, began = replace(problem, policy=policy), time.perf_counter()
            result = solve(varied, "by_site", limits_of(chosen), None, seen.append)
            line = {"scenario": name, "off": sorted(off), **figures(result)}
            print_line(
                line
                | {
                    "above_floor": number(result.gap_above_floor),
                    "seconds": round(time.perf_counter() - began, 1),
                    "stopped_by": result.stopped_by,
                    "gap_at": number(gap_at(seen, chosen.at)),
                    "peak_memory_mb": peak_memory_mb(),
                }
            )
    return 0


def gap_at(seen: list[Progress], seconds: float) -> float:
    """Return the gap at which a run stood after some seconds; infinite without a plan by then."""
    gap = math.inf
    for line in seen:
        if line.seconds <= seconds and math.isfinite(line.objective):
            gap = (line.objective - line.bound) / line.objective
    return gap


if __name__ == "__main__":
    sys.exit(main())
