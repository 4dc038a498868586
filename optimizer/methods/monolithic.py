"""The whole MILP handed to the solver: exact, and fit for small counties."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from optimizer.check import check
from optimizer.domain import Problem, Status
from optimizer.formulation.build import FAMILIES, Family, build
from optimizer.formulation.compile import compile_model
from optimizer.formulation.extract import columns_of, extract, switches
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.base import Answer, Limits, Progress, Report, Start
from optimizer.methods.challenge import challenged
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings, Sighting


def monolithic(
    problem: Problem,
    limits: Limits,
    start: Start | None = None,
    report: Report | None = None,
    families: Sequence[Family] = FAMILIES,
    *,
    doubted: bool = True,
) -> Answer:
    """Build the MILP of `optimizer.formulation` and solve it as one.

    Parameters
    ----------
    start
        Its plan is what the solver tries first, if it keeps the rules.
    families
        Another choice makes another model: its bound may be none of the problem.
    doubted
        Whether an answer called optimal is challenged; of a part of a problem only the plan counts.
    """
    began = time.monotonic()
    try:
        model = build(problem, families)
    except ImpossibleError as impossible:
        built = time.monotonic() - began
        return Answer(None, math.inf, f"impossible: {impossible}", {"build": built}, None, True)
    compiled = compile_model(model)
    built = time.monotonic() - began
    settings = Settings(
        gap=limits.gap,
        seconds=max(1.0, limits.seconds - built),
        nodes=limits.nodes,
        seed=limits.seed,
    )

    def watch(seen: Sighting) -> bool | None:
        if report is None:
            return None
        return report(Progress(built + seen.seconds, "solve", seen.objective, seen.bound))

    plan = None if start is None else start.plan
    usable = plan is not None and not check(problem, plan)
    stated = columns_of(model, compiled, plan) if plan is not None and usable else None
    answer = solve(compiled, settings, stated, watch)
    if doubted:
        answer = challenged(compiled, answer, settings, switches(model, compiled))
    return Answer(
        plan=None if answer.values is None else extract(model, compiled, answer.values),
        bound=answer.bound,
        stopped_by=answer.stopped_by,
        seconds={"build": built, "solve": time.monotonic() - began - built},
        infeasible=answer.status is Status.INFEASIBLE,
    )
