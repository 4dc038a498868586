"""Solve a problem by a method, and judge what it returns before anyone sees it."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from optimizer.check import check
from optimizer.clash import clash
from optimizer.diagnose import shortages
from optimizer.domain import Plan, Problem, Result, Status, Violation
from optimizer.evaluate import evaluate
from optimizer.floor import floor
from optimizer.methods.base import Answer, Limits, Method, Report, Start
from optimizer.methods.branched import branched
from optimizer.methods.by_site.certify import certify
from optimizer.methods.by_site.method import by_site
from optimizer.methods.informed import WHOLE_AT_MOST, informed, shares_of
from optimizer.methods.reassign import reassign
from optimizer.methods.staffing import StaffingError, plan_staff
from optimizer.staff_bound import moves_bound

METHODS: dict[str, Method] = {
    "branched": branched,
    "by_site": by_site,
    "monolithic": informed,
}
ON_A_NETWORK: dict[str, Method] = {"reassign": reassign}
"""Methods that keep the network of the plan they begin with."""
WHOLE_YEAR = 400
"""Shares up to which `auto` takes the whole MILP where one year is planned in whole zones."""
OPTIMAL_GAP = 1e-6
POSTS = "staffing.posts"
"""What a certificate drops of the teachers: posts short and in surplus, at least 0."""


class MethodError(RuntimeError):
    """A method gave a plan or a bound that the judge refutes: a bug, never a result."""


def solve(
    problem: Problem,
    method: str = "auto",
    limits: Limits | None = None,
    start: Start | None = None,
    report: Report | None = None,
) -> Result:
    """Find a plan with a proven bound.

    Methods plan the network; teachers are posted in the network they find (C25). The bound is for
    the sum: that of the network, what moves of teachers cost at least in any (`staff_bound`), and 0
    for posts short and in surplus, which are never negative. Progress counts as much for the
    teachers of networks in which nobody has posted them yet. Where the rules about teachers cannot
    all hold in that network, there is no plan, and the shortages name them.

    Parameters
    ----------
    method
        A name of `METHODS` or `ON_A_NETWORK`, or ``auto``.
    start
        What the method may begin with: a plan, prices of a bound, or both; ``reassign`` keeps the
        network of the plan.
    report
        Called with progress; returning True asks to stop.

    Raises
    ------
    ValueError
        If there is no such method, or ``reassign`` is given no plan.
    MethodError
        If the method's plan breaks a rule or its bound lies above its plan's objective.
    """
    name = _chosen(problem, method)
    limits = limits or Limits()
    network = problem if problem.staffing is None else replace(problem, staffing=None)
    least = moves_bound(problem)
    answer = (METHODS | ON_A_NETWORK)[name](
        network, limits, _of_network(start), _of_the_sum(report, least)
    )
    answer = _with_staff(problem, _bounded(problem, answer, least))
    if answer.plan is None:
        return _without_plan(problem, answer, name, limits)
    return _judged(problem, answer, answer.plan, name, limits)


def _of_network(start: Start | None) -> Start | None:
    """Leave the teachers out of a plan to begin with."""
    if start is None or start.plan is None:
        return start
    return replace(start, plan=replace(start.plan, postings=None))


def _chosen(problem: Problem, method: str) -> str:
    name = method
    if method == "auto":
        shares = shares_of(problem)
        name = "monolithic" if shares <= WHOLE_AT_MOST else "by_site"
        if problem.horizon.years == 1 and problem.policy.keeps_zones_whole and shares > WHOLE_YEAR:
            name = "branched"
    if name not in METHODS | ON_A_NETWORK:
        raise ValueError(f"no method {method!r}; there are auto, {', '.join(sorted(METHODS))}")
    return name


def _of_the_sum(report: Report | None, least: float) -> Report | None:
    """Report a network's objective and bound as ones of the sum, teachers at their least."""
    if report is None:
        return None
    return lambda line: report(
        replace(line, objective=line.objective + least, bound=line.bound + least)
    )


def _bounded(problem: Problem, answer: Answer, least: float) -> Answer:
    """Make the bound of the network one of the sum, where teachers are planned."""
    if problem.staffing is None or not problem.policy.on("staffing"):
        return answer
    certificate = answer.certificate
    if certificate is not None:
        dropped = (*certificate.dropped, POSTS)
        certificate = replace(certificate, dropped=dropped, staffing=least)
    certified = None if answer.certified is None else answer.certified + least
    return replace(answer, bound=answer.bound + least, certificate=certificate, certified=certified)


def _with_staff(problem: Problem, answer: Answer) -> Answer:
    """Post the teachers, where a problem has some and their family is on."""
    if problem.staffing is None or answer.plan is None or not problem.policy.on("staffing"):
        return answer
    began, network = time.monotonic(), answer.plan
    plan, why, rules = None, answer.stopped_by, answer.shortages
    try:
        plan = replace(network, postings=plan_staff(problem, network))
    except StaffingError as error:
        why = f"staff: {error}"
        rules = (Violation("shortage.rules", ", ".join(error.rules), error.year, 1.0, "clash"),)
    return replace(
        answer,
        plan=plan,
        stopped_by=why,
        shortages=rules,
        seconds={**answer.seconds, "staff": time.monotonic() - began},
    )


def _without_plan(problem: Problem, answer: Answer, name: str, limits: Limits) -> Result:
    """Say why there is no plan: a shortage proves that there is none, whatever the method saw."""
    began = time.monotonic()
    short = shortages(problem)
    infeasible = answer.infeasible or bool(short)
    why = (*answer.shortages, *short)
    if infeasible and not why:
        together = ", ".join(clash(problem)) or answer.stopped_by
        why = (Violation("shortage.rules", together, 0, 1.0, "clash"),)
    return Result(
        status=Status.INFEASIBLE if infeasible else Status.UNKNOWN,
        plan=None,
        objective=math.inf,
        bound=-math.inf if infeasible else answer.bound,
        floor=floor(problem),
        terms=(),
        fixed_terms=(),
        violations=(),
        method=name,
        seed=limits.seed,
        stopped_by=answer.stopped_by,
        seconds={**answer.seconds, "judge": time.monotonic() - began},
        certificate=answer.certificate,
        certified=-math.inf if infeasible or answer.certificate is None else answer.bound,
        shortages=why,
    )


def _judged(problem: Problem, answer: Answer, plan: Plan, name: str, limits: Limits) -> Result:
    began = time.monotonic()
    priced = evaluate(problem, plan)
    broken = check(problem, plan)
    if broken:
        listed = "; ".join(f"{one.rule} at {one.where} in {one.year}" for one in broken[:5])
        raise MethodError(f"{name} returned a plan that breaks {len(broken)} rules: {listed}")
    status, bound = _held(name, priced.objective, answer.bound)
    proven = bound if answer.certified is None else min(answer.certified, bound)
    return Result(
        status=status,
        plan=plan,
        objective=priced.objective,
        bound=bound,
        floor=floor(problem),
        terms=priced.terms,
        fixed_terms=priced.fixed_terms,
        violations=(),
        method=name,
        seed=limits.seed,
        stopped_by=answer.stopped_by,
        seconds={**answer.seconds, "judge": time.monotonic() - began},
        certificate=answer.certificate,
        certified=-math.inf if answer.certificate is None else proven,
    )


def _held(name: str, objective: float, claimed: float) -> tuple[Status, float]:
    """Hold the bound that a method claims against its plan's objective: the status, the bound."""
    slack = OPTIMAL_GAP * max(1.0, abs(objective))
    if claimed > objective + slack:
        raise MethodError(f"{name} claims a bound of {claimed} above its objective {objective}")
    bound = min(claimed, objective)
    return Status.OPTIMAL if objective - bound <= slack else Status.FEASIBLE, bound


def with_certificate(problem: Problem, result: Result, seconds: float) -> Result:
    """Give a plan whose bound only a solver vouches for one that anyone can recompute.

    The solver's bound stays where it is the higher one; `certified` is what the certificate proves.

    Raises
    ------
    MethodError
        If the certificate proves a bound above the plan's objective.
    """
    if result.plan is None or result.certificate is not None:
        return result
    network, least = replace(problem, staffing=None), moves_bound(problem)
    found = certify(network, result.objective - least, seconds)
    if found is None:
        return result
    proven = _bounded(problem, Answer(None, found[0], "", {}, found[1]), least)
    status, bound = _held(result.method, result.objective, max(result.bound, proven.bound))
    return replace(
        result,
        status=status,
        bound=bound,
        certificate=proven.certificate,
        certified=min(proven.bound, bound),
    )
