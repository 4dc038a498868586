"""The whole MILP of a study's scenario: built in Pyomo, made arrays, handed to the solver.

`python -m benchmarks.whole [STUDY.yaml] [--scenario NAME] [--write-mps FILE]`, from the
repository's root. Prints one JSON line with the seconds of each phase, rows, columns, non-zeros and
the peak of memory. Teachers are no part of it: they are posted year by year (C25). An MPS file
is for `benchmarks.others`.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import DONE, fault, peak_memory_mb, print_line
from benchmarks.studies import STUDY, problems_of
from optimizer.formulation.build import build
from optimizer.formulation.compile import compile_model
from optimizer.formulation.export import write_compiled
from optimizer.methods.highs import loaded
from optimizer.methods.mip import Settings


def main(arguments: list[str] | None = None) -> int:
    """Build, compile, hand over and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=STUDY)
    parser.add_argument("--scenario", default="middle-reshape")
    parser.add_argument("--write-mps", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    try:
        (problem,) = problems_of(chosen.study, [chosen.scenario])
    except LookupError as error:
        return fault(error)
    ends = [time.perf_counter()]
    processor = time.process_time()
    model = build(replace(problem, staffing=None))
    ends.append(time.perf_counter())
    compiled = compile_model(model)
    ends.append(time.perf_counter())
    loaded(compiled.arrays(), Settings())
    ends.append(time.perf_counter())
    rows, columns, nonzeros = compiled.size
    print_line(
        {
            "scenario": chosen.scenario,
            "rows": rows,
            "columns": columns,
            "nonzeros": nonzeros,
            "seconds": {
                phase: round(end - begin, 1)
                for phase, begin, end in zip(
                    ("pyomo", "arrays", "passed"), ends, ends[1:], strict=False
                )
            },
            "seconds_in_all": round(ends[-1] - ends[0], 1),
            "processor_seconds": round(time.process_time() - processor, 1),
            "memory_mb": peak_memory_mb(),
        }
    )
    if chosen.write_mps is not None:
        write_compiled(compiled, chosen.write_mps)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
