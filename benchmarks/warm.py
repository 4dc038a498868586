"""How much sooner a scenario that starts from its neighbour's plan and prices gets where it would.

`python -m benchmarks.warm [STUDY.yaml] [--first NAME] [--then NAME…] [--seconds S]`, from the
repository's root. Solves the first scenario from nothing, then each of the others from nothing
and from the first's plan and prices, the network alone by `by_site`. Prints one JSON line for
each: gaps at the end, the seconds in which both first stood at the gap of the cold run's end and
at a few wider ones, and their ratio.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import fault, number, print_line
from benchmarks.edit import Answered, answered, first_at
from benchmarks.studies import STUDY, problems_of
from optimizer.domain import Problem
from optimizer.methods.base import Limits, Start, prices_of
from optimizer.methods.by_site.method import by_site

WIDER = (1.0, 1.25, 1.5, 2.0)
"""Multiples of the gap at which the cold run ends."""


def main(arguments: list[str] | None = None) -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=STUDY)
    parser.add_argument("--first", default="middle-keep")
    parser.add_argument("--then", nargs="+", default=["fast-keep", "middle-reshape"])
    parser.add_argument("--seconds", type=float, default=120.0, help="solving time of each run")
    chosen = parser.parse_args(arguments)
    try:
        first, *others = problems_of(chosen.study, [chosen.first, *chosen.then])
    except LookupError as error:
        return fault(error)
    start = _start(replace(first, staffing=None), chosen.seconds)
    for name, problem in zip(chosen.then, others, strict=True):
        network = replace(problem, staffing=None)
        cold = answered(network, None, chosen.seconds)
        warm = answered(network, start, chosen.seconds)
        print_line({"scenario": name, "from": chosen.first, **compared(cold, warm)})
    return 0


def compared(cold: Answered, warm: Answered) -> dict[str, object]:
    """Compare two runs of one problem by when each stood at the same gaps."""
    gaps = [cold.gap * width for width in WIDER if math.isfinite(cold.gap)]
    lines = []
    for gap in gaps:
        late, soon = first_at(cold.lines, gap), first_at(warm.lines, gap)
        part = round(soon / late, 3) if late and soon is not None else None
        lines.append({"gap": number(gap), "cold": late, "warm": soon, "part": part})
    return {"cold_gap": number(cold.gap), "warm_gap": number(warm.gap), "seconds_to": lines}


def _start(problem: Problem, seconds: float) -> Start:
    """Return the plan and prices of a run from nothing."""
    answer = by_site(problem, Limits(gap=1e-4, seconds=seconds), None, None)
    prices = None if answer.certificate is None else prices_of(problem, answer.certificate)
    return Start(answer.plan, prices)


if __name__ == "__main__":
    sys.exit(main())
