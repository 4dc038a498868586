"""HiGHS: the only file that names the solver.

Its word is taken for nothing that can be checked here: the status is decided from model status,
primal status and the values together; integers are made whole and the rest is solved again; the
objective is recomputed from the values.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods.child import run_in_child
from optimizer.methods.mip import Outcome, Settings, Sighting, SolverError, Watch

LEAST_VERSION = (1, 15, 1)
IN_PROCESS_NONZEROS = 50_000
_TOLERANCE = 1e-6
COMPLETING = 0.25
"""Part of the time for each of the two steps that complete a start: integers, then the rest."""
_OPTIONS = frozenset(
    {
        "log_to_console",
        "mip_abs_gap",
        "mip_max_nodes",
        "mip_min_logging_interval",
        "mip_rel_gap",
        "output_flag",
        "presolve",
        "random_seed",
        "threads",
        "time_limit",
    }
)


def require_version(version: tuple[int, int, int]) -> None:
    """Refuse versions known to give wrong answers.

    Raises
    ------
    SolverError
        For 1.14.0, which called wrong answers optimal, and anything older than 1.15.1.
    """
    if version < LEAST_VERSION:
        have, want = (".".join(map(str, one)) for one in (version, LEAST_VERSION))
        raise SolverError(
            f"highspy {have} is not used: version 1.14.0 called wrong answers optimal; "
            f"install highspy {want} or newer"
        )


def solve(
    milp: Milp,
    settings: Settings | None = None,
    start: Mapping[int, float] | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Solve, in a child process where the model is not small.

    Parameters
    ----------
    start
        Values of some columns, from which the solver tries to complete a first plan.
    watch
        Called as the solve goes on.

    Raises
    ------
    SolverError
        If the solver refuses an option or the model, or is a version that is not trusted.
    """
    settings = settings or Settings()
    if milp.matrix.nnz <= IN_PROCESS_NONZEROS:
        return solve_here(milp.arrays(), settings, dict(start or {}), watch or (lambda _: None))
    began, best = time.monotonic(), Sighting(0.0, math.inf, -math.inf)

    def keep(sighting: Sighting) -> bool | None:
        nonlocal best
        values = best.values if sighting.values is None else sighting.values
        best = replace(sighting, values=values)
        return watch(sighting) if watch else None

    deadline = settings.seconds + 10.0 if math.isfinite(settings.seconds) else 1e9
    arguments = (milp.arrays(), settings, dict(start or {}))
    finished = run_in_child(solve_here, arguments, deadline, keep)
    if finished.in_time:
        outcome: Outcome = finished.value
        return outcome
    raw = Outcome(
        Status.UNKNOWN, best.values, math.inf, best.bound, "seconds", time.monotonic() - began
    )
    return polished(milp, raw)


def solve_here(milp: Milp, settings: Settings, start: dict[int, float], watch: Watch) -> Outcome:
    """Solve in this process; see `solve`."""
    began = time.monotonic()
    if milp.matrix.shape[1] == 0:
        return _without_columns(milp)
    begun = _completed(milp, settings, start) if start else None
    left = max(1.0, settings.seconds - (time.monotonic() - began))
    solver, scale = loaded(milp, replace(settings, seconds=left))
    asked_to_stop = _listen(solver, milp, scale, watch, began)
    if begun is not None:
        columns = np.arange(len(begun), dtype=np.int32)
        _accept(solver.setSolution(len(columns), columns, begun), "the starting plan")
    solver.run()
    status, model_status = solver.getModelStatus(), highspy.HighsModelStatus
    if status == model_status.kUnboundedOrInfeasible:
        _set(solver, "presolve", "off")
        solver.run()
        status = solver.getModelStatus()
    info, solution = solver.getInfo(), solver.getSolution()
    nodes, seconds = max(0, int(info.mip_node_count)), time.monotonic() - began
    if status == model_status.kInfeasible:
        return Outcome(Status.INFEASIBLE, None, math.inf, -math.inf, "infeasible", seconds, nodes)
    bound = _bound(milp, solver, scale)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    found = np.array(solution.col_value) if feasible and solution.value_valid else None
    stopped = "user" if asked_to_stop() else _reason(status)
    raw = Outcome(Status.UNKNOWN, found, math.inf, bound, stopped, seconds, nodes)
    return polished(milp, raw)


def _completed(milp: Milp, settings: Settings, start: dict[int, float]) -> np.ndarray | None:
    """Give values to all columns where the integers are those of a start; None: nothing fits.

    The solver could do so itself, but then reports the bound of that small problem as the whole
    one's.
    """
    seconds = settings.seconds * COMPLETING
    columns = np.array([column for column in sorted(start) if milp.integer[column]], dtype=int)
    lower, upper = milp.lower.copy(), milp.upper.copy()
    lower[columns] = upper[columns] = np.round([start[column] for column in columns])
    if len(columns) == milp.integer.sum():
        return _settle(milp, lower, seconds)
    fixed = replace(milp, lower=lower, upper=upper)
    solver, _ = loaded(fixed, replace(settings, seconds=seconds))
    solver.run()
    solution = solver.getSolution()
    return _settle(milp, np.array(solution.col_value), seconds) if solution.value_valid else None


def lower_bound(milp: Milp, settings: Settings) -> float:
    """Solve a small model in this process for its proven bound alone; -inf: there is none."""
    solver, scale = loaded(milp, settings)
    solver.run()
    return _bound(milp, solver, scale)


def _without_columns(milp: Milp) -> Outcome:
    """Answer a model in which nothing is left to decide."""
    holds = bool(np.all(milp.row_lower <= _TOLERANCE) and np.all(milp.row_upper >= -_TOLERANCE))
    if not holds:
        return Outcome(Status.INFEASIBLE, None, math.inf, -math.inf, "infeasible", 0.0)
    return Outcome(Status.OPTIMAL, np.zeros(0), milp.constant, milp.constant, "gap", 0.0)


def loaded(milp: Milp, settings: Settings) -> tuple[Any, float]:
    """Make a solver that holds the model, its costs scaled to around one."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    require_version((solver.versionMajor(), solver.versionMinor(), solver.versionPatch()))
    chosen: dict[str, Any] = {
        "output_flag": True,  # without it the progress callbacks never fire
        "log_to_console": False,
        "mip_min_logging_interval": 1.0,
        "mip_rel_gap": float(settings.gap),
        "mip_abs_gap": 1e-9,
        "threads": 1,  # a process cannot change their number later: it then solves nothing
        "random_seed": int(settings.seed),
        "time_limit": float(settings.seconds),
    }
    if settings.nodes is not None:
        chosen["mip_max_nodes"] = int(settings.nodes)
    if settings.presolve is not None:
        chosen["presolve"] = "on" if settings.presolve else "off"
    for name, value in chosen.items():
        _set(solver, name, value)
    scale = _cost_scale(milp.cost)
    rows, columns, nonzeros = milp.size
    by_row, minimise = 2, 1
    status = solver.passModel(
        columns,
        rows,
        nonzeros,
        by_row,
        minimise,
        milp.constant * scale,
        milp.cost * scale,
        milp.lower,
        milp.upper,
        milp.row_lower,
        milp.row_upper,
        milp.matrix.indptr.astype(np.int32),
        milp.matrix.indices.astype(np.int32),
        milp.matrix.data,
        milp.integer.astype(np.int32),
    )
    _accept(status, "the model")
    return solver, scale


def _set(solver: Any, name: str, value: Any) -> None:
    """Set an option that we know, and read it back: unknown ones pass in silence elsewhere."""
    if name not in _OPTIONS:
        raise SolverError(f"the solver option {name} is not one that Xuewei uses")
    _accept(solver.setOptionValue(name, value), f"option {name}")
    _, kept = solver.getOptionValue(name)
    if kept != value:
        raise SolverError(f"the solver set option {name} to {kept} instead of {value}")


def _accept(status: Any, what: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"the solver does not accept {what}")


def _cost_scale(cost: np.ndarray) -> float:
    """Power of two that brings the costs to around one (exact, so nothing is rounded)."""
    sizes = np.abs(cost[cost != 0])
    if not sizes.size:
        return 1.0
    middle = 0.5 * (math.log2(float(sizes.min())) + math.log2(float(sizes.max())))
    return float(2.0 ** -round(middle))


def _listen(
    solver: Any, milp: Milp, scale: float, watch: Watch, began: float
) -> Callable[[], bool]:
    """Forward progress, and stop the solver when asked to; returns whether that happened."""
    stop = False

    def seen(event: Any, with_values: bool) -> None:
        nonlocal stop
        data = event.data_out
        values = np.array(data.mip_solution) if with_values else None
        objective = milp.objective(values) if values is not None else data.mip_primal_bound / scale
        sighting = Sighting(
            time.monotonic() - began,
            objective if abs(objective) < 1e29 else math.inf,
            data.mip_dual_bound / scale,
            values,
        )
        stop = bool(watch(sighting)) or stop

    solver.cbMipLogging += lambda event: seen(event, with_values=False)
    solver.cbMipImprovingSolution += lambda event: seen(event, with_values=True)

    def interrupt(event: Any) -> None:
        if stop:
            event.interrupt()

    solver.cbMipInterrupt += interrupt
    return lambda: stop


def _bound(milp: Milp, solver: Any, scale: float) -> float:
    """Proven lower bound; for a model without integers only its optimum is one."""
    info = solver.getInfo()
    if milp.integer.any():
        bound = float(info.mip_dual_bound) / scale
    elif solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = float(info.objective_function_value) / scale
    else:
        return -math.inf
    return bound if math.isfinite(bound) else -math.inf


def _reason(status: Any) -> str:
    words = {
        highspy.HighsModelStatus.kOptimal: "gap",
        highspy.HighsModelStatus.kTimeLimit: "seconds",
        highspy.HighsModelStatus.kSolutionLimit: "nodes",
        highspy.HighsModelStatus.kInterrupt: "user",
    }
    return words.get(status, f"solver status {status}")


def polished(milp: Milp, raw: Outcome) -> Outcome:
    """Make integers whole and solve the rest again; no plan where that cannot be done."""
    settled = None if raw.values is None else _settle(milp, raw.values)
    if settled is None:
        return replace(raw, status=Status.UNKNOWN, values=None, objective=math.inf)
    objective = milp.objective(settled)
    slack = _TOLERANCE * max(1.0, abs(objective))
    if raw.bound > objective + slack:
        raise SolverError(f"the solver's bound {raw.bound} is above the objective {objective}")
    bound = min(raw.bound, objective)
    status = Status.OPTIMAL if objective - bound <= slack else Status.FEASIBLE
    return replace(raw, status=status, values=settled, objective=objective, bound=bound)


def _settle(milp: Milp, values: np.ndarray, seconds: float = math.inf) -> np.ndarray | None:
    """Fix rounded integers and optimise the continuous columns; None where nothing fits in time."""
    whole = np.where(milp.integer, np.round(values), values)
    if milp.integer.all():
        return whole if milp.worst_violation(whole) <= _TOLERANCE else None
    fixed = Milp(
        milp.cost,
        milp.constant,
        milp.matrix,
        milp.row_lower,
        milp.row_upper,
        np.where(milp.integer, whole, milp.lower),
        np.where(milp.integer, whole, milp.upper),
        np.zeros_like(milp.integer),
    )
    solver, _ = loaded(fixed, Settings(seconds=seconds))
    solver.run()
    solution = solver.getSolution()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal or not solution.value_valid:
        return None
    result = np.clip(np.array(solution.col_value), fixed.lower, fixed.upper)
    return result if milp.worst_violation(result) <= _TOLERANCE else None
