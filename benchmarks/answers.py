"""What benchmarks have in common: limits from the command line, and one JSON line for an answer."""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
from typing import Any

from optimizer.domain import Result, Status
from optimizer.methods.base import Limits
from optimizer.solve import METHODS

DONE, FAULTY, INFEASIBLE, NO_PLAN = 0, 1, 2, 3
"""Exit codes, as of the product's command line."""


def add_limits(parser: argparse.ArgumentParser, gap: float) -> None:
    """Add the options that say how to solve and when to stop."""
    parser.add_argument("--method", choices=["auto", *sorted(METHODS)], default="auto")
    parser.add_argument("--seconds", type=float, default=120.0, help="solving time")
    parser.add_argument("--nodes", type=int, help="stop after so many nodes (by_site: steps)")
    parser.add_argument("--gap", type=float, default=gap, help="stop at this gap")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)


def limits_of(chosen: argparse.Namespace) -> Limits:
    """Limits from parsed arguments."""
    return Limits(chosen.gap, chosen.seconds, chosen.nodes, chosen.threads, chosen.seed)


def figures(result: Result, unit: float = 1.0) -> dict[str, Any]:
    """Status, objective, bound and gap of a result, amounts in `unit` yuan; None: there is none."""
    return {
        "status": str(result.status.value),
        "objective": number(result.objective / unit),
        "bound": number(result.bound / unit),
        "gap": number(result.gap),
    }


def number(value: float) -> float | None:
    """Round a figure to six places; None: there is none."""
    return round(float(value), 6) if math.isfinite(value) else None


def print_line(line: dict[str, Any]) -> None:
    """Print one JSON line."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def fault(error: Exception) -> int:
    """Say on standard error what is wrong with the input; returns the exit code."""
    sys.stderr.write(f"{error}\n")
    return FAULTY


def exit_code(result: Result) -> int:
    """Exit code of an answer."""
    if result.plan is not None:
        return DONE
    return INFEASIBLE if result.status is Status.INFEASIBLE else NO_PLAN


def peak_memory_mb() -> float:
    """Largest resident memory of this process or of one of its children so far, in megabytes."""
    own, children = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return round(max(own, children) / 1024.0, 1)
