"""How seconds to a stated gap grow with a county: a series of made counties, and an exponent.

`python -m benchmarks.growth --vary {zones,sites,years,size} [--values N,N,...] [--zones 1000]
[--sites 100] [--years 5] [--gaps 0.1,0.05,0.03,0.01] [--seconds S] [--seed K]`, from the
repository's root. Each county is that of `benchmarks.county --whole-zones`, solved by `by_site` in
a process of its own, one after another, after a tiny one that loads the compiled code. Prints one
JSON line for each county, with the seconds at which each gap was reached, by the clock and of the
processor, building included, null where it was not; and last the exponents: slopes of log seconds
of the processor over log size by least squares, over the counties that reached the gap, null below
three of them. `size` varies zones with a site for every 16 of them.

A made zone has about 65 pupils and a site 60 classes at most, so that 100 sites hold some 3,500
zones: larger counties need more sites, and with too few are answered as infeasible.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.answers import DONE, fault, figures, peak_memory_mb, print_line
from benchmarks.instances import InstanceError
from benchmarks.yearly_county import THOUSAND, make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.methods.base import Limits, Progress
from optimizer.solve import solve

SERIES = {
    "zones": (250, 500, 1000, 2000),
    "sites": (30, 60, 125, 250, 500, 1000),
    "years": (2, 4, 6, 8, 10),
    "size": (1000, 2000, 4000, 8000, 16000),
}
ZONES_OF_A_SITE = 16
TINY = (12, 4, 2)
SECONDS_FOR_TINY = 5.0


def measure(size: tuple[int, int, int], gaps: Sequence[float], limits: Limits) -> dict[str, Any]:
    """Solve a made county of that many zones, sites and years; note when each gap is reached."""
    solve(_problem(TINY, 0), "by_site", Limits(seconds=SECONDS_FOR_TINY))
    reached: dict[str, dict[float, float]] = {"clock": {}, "processor": {}}
    problem = _problem(size, limits.seed)
    began, worked = time.perf_counter(), _processor()

    def reach(objective: float, bound: float) -> None:
        for gap in gaps:
            if objective - bound <= gap * objective < math.inf:
                reached["clock"].setdefault(gap, round(time.perf_counter() - began, 2))
                reached["processor"].setdefault(gap, round(_processor() - worked, 2))

    def note(line: Progress) -> bool:
        reach(line.objective, line.bound)
        return False

    result = solve(problem, "by_site", limits, report=note)
    if result.plan is not None:
        reach(result.objective, result.bound)
    return {
        "zones": size[0],
        "sites": size[1],
        "years": size[2],
        **{f"{of}_to": {str(gap): at.get(gap) for gap in gaps} for of, at in reached.items()},
        **figures(result, THOUSAND),
        "seconds": round(time.perf_counter() - began, 2),
        "processor_seconds": round(_processor() - worked, 2),
        "phases": {name: round(seconds, 2) for name, seconds in result.seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
    }


def _processor() -> float:
    """Seconds of the processor that this process and its finished children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _problem(size: tuple[int, int, int], seed: int) -> Any:
    return yearly_problem(make_county(*size, seed), whole_zones=True)


def exponent(sizes: Sequence[float], seconds: Sequence[float | None]) -> float | None:
    """Slope of log seconds over log size where seconds are known; None below three points."""
    known = [(n, s) for n, s in zip(sizes, seconds, strict=True) if s is not None and s > 0.0]
    if len({n for n, _ in known}) < 3:
        return None
    size, second = np.log(np.array(known)).T
    return round(float(np.polyfit(size, second, 1)[0]), 3)


def main(arguments: list[str] | None = None) -> int:
    """Run a series from the command line."""
    chosen = _parser().parse_args(arguments)
    values = chosen.values or SERIES[chosen.vary]
    sizes = [_size(chosen, value) for value in values]
    if min(min(size) for size in sizes) < 2:
        return fault(InstanceError("a made county needs two zones, two sites and two years"))
    limits = Limits(gap=min(chosen.gaps), seconds=chosen.seconds, seed=chosen.seed)
    lines = []
    for size in sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            lines.append(apart.submit(measure, size, chosen.gaps, limits).result())
        print_line(lines[-1])
    times = {str(gap): [line["processor_to"][str(gap)] for line in lines] for gap in chosen.gaps}
    print_line(
        {
            "vary": chosen.vary,
            "values": list(values),
            "exponents": {gap: exponent(values, seconds) for gap, seconds in times.items()},
            "counties": {gap: sum(s is not None for s in of) for gap, of in times.items()},
        }
    )
    return DONE


def _size(chosen: argparse.Namespace, value: int) -> tuple[int, int, int]:
    """Zones, sites and years where what varies has this value."""
    if chosen.vary == "size":
        return value, value // ZONES_OF_A_SITE, chosen.years
    fixed = {"zones": chosen.zones, "sites": chosen.sites, "years": chosen.years}
    zones, sites, years = {**fixed, chosen.vary: value}.values()
    return zones, sites, years


def _numbers(kind: type[int] | type[float]) -> Any:
    """Read numbers between commas."""
    return lambda text: tuple(kind(part) for part in text.split(","))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--vary", choices=list(SERIES), required=True)
    parser.add_argument("--values", type=_numbers(int), help="sizes, between commas")
    parser.add_argument("--zones", type=int, default=1000)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--gaps", type=_numbers(float), default=(0.1, 0.05, 0.03, 0.01))
    parser.add_argument("--seconds", type=float, default=120.0, help="solving time of each")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
