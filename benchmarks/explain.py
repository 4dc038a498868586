"""Planted clashes: studies made impossible in one known way, and what `explain` says of them.

`python -m benchmarks.explain [--studies N] [--first K] [--seconds S] [--each]`, from the
repository's root. Prints one line of JSON: in how many studies it was proven that there is no
plan, the clash named lies within the planted rules, the shortage is exact where trying all sets of
schools is possible (`benchmarks.hall`), and a mend was found, solved again and judged. `--each`
prints a line for each study too. Exit code 5 if a clash was named outside the planted rules, a
shortage is wrong, or a study went unexplained.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from typing import Any

from benchmarks.answers import print_line
from benchmarks.hall import largest_excess
from benchmarks.planted import BUILDING, PLANTS, Planted, draw
from optimizer.domain import Problem, Status
from optimizer.explain import Explanation, explain

WRONG = 5
_TOLERANCE = 0.01
"""Pupils: flows are counted in thousandths of one."""


def main(arguments: list[str] | None = None) -> int:
    """Draw, explain, compare and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--studies", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--each", action="store_true")
    chosen = parser.parse_args(arguments)
    kinds, found = list(PLANTS), []
    for number in range(chosen.studies):
        kind = kinds[number % len(kinds)]
        study = draw(kind, chosen.first + number // len(kinds))
        found.append(compare(study, chosen.seconds))
        if chosen.each:
            print_line(found[-1])
    summary = summed(found)
    print_line(summary)
    right = ("proven", "within_planted", "mended")
    wrong = summary["shortage_exact"] < summary["shortage_known"]
    return WRONG if wrong or any(summary[name] < chosen.studies for name in right) else 0


def compare(study: Planted, seconds: float) -> dict[str, Any]:
    """Explain a study and hold the answer against what was planted."""
    began = time.perf_counter()
    answer = explain(study.problem, seconds)
    exact = shortage_exact(study.problem, answer)
    return {
        "kind": study.kind,
        "proven": answer.status is Status.INFEASIBLE,
        "clash": list(answer.clash),
        "within_planted": bool(answer.clash) and set(answer.clash) <= study.rules,
        "shortage_known": exact is not None,
        "shortage_exact": bool(exact),
        "mended": any(one.cost is not None for one in answer.mends),
        "mends": len(answer.mends),
        "mends_smallest": sum(one.change.smallest for one in answer.mends),
        "seconds": time.perf_counter() - began,
    }


def shortage_exact(problem: Problem, answer: Explanation) -> bool | None:
    """Whether the cuts are as large as trying all sets says; None where that cannot be tried."""
    if not problem.policy.actions <= BUILDING or not answer.cuts:
        return None
    true = largest_excess(problem)
    said: dict[tuple[str, int], float] = defaultdict(float)
    for cut in answer.cuts:
        said[cut.level, cut.year] += cut.short
    alone = {key: short for key, short in said.items() if key[0] != "all levels"}
    return alone.keys() == true.keys() and all(
        abs(alone[key] - short) <= _TOLERANCE for key, short in true.items()
    )


def summed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Count over all studies."""
    counted = ("proven", "within_planted", "shortage_known", "shortage_exact", "mended")
    seconds = sorted(one["seconds"] for one in found)
    return {
        "studies": len(found),
        "kinds": len({one["kind"] for one in found}),
        **{name: sum(one[name] for one in found) for name in counted},
        "mends": sum(one["mends"] for one in found),
        "mends_smallest": sum(one["mends_smallest"] for one in found),
        "outside": sorted({one["kind"] for one in found if not one["within_planted"]}),
        "seconds_median": round(seconds[len(seconds) // 2], 2),
        "seconds_most": round(seconds[-1], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
