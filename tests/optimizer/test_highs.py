"""The solver is trusted for nothing that can be checked."""

import math
import time

import numpy as np
import pytest
from scipy import sparse

from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods import highs
from optimizer.methods.child import ChildError, Send, run_in_child
from optimizer.methods.highs import require_version, solve
from optimizer.methods.mip import Settings, Sighting, SolverError


def knapsack(items: int = 3, seed: int = 0, constant: float = 0.0) -> Milp:
    """Most value within a weight: minus the value of what is packed."""
    rng = np.random.default_rng(seed)
    weight, value = rng.integers(5, 60, (2, items)).astype(float)
    return Milp(
        cost=-value,
        constant=constant,
        matrix=sparse.csr_array(weight[None, :]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([weight.sum() / 2]),
        lower=np.zeros(items),
        upper=np.ones(items),
        integer=np.ones(items, dtype=bool),
    )


def market_split(columns: int = 40, rows: int = 5) -> Milp:
    """Small and beyond any solver for minutes: keeps it busy."""
    rng = np.random.default_rng(7)
    weights = rng.integers(1, 100, (rows, columns)).astype(float)
    slack = np.hstack([np.eye(rows), -np.eye(rows)])
    half = np.floor(weights.sum(axis=1) / 2)
    width = columns + 2 * rows
    return Milp(
        cost=np.r_[np.zeros(columns), np.ones(2 * rows)],
        constant=0.0,
        matrix=sparse.csr_array(np.hstack([weights, slack])),
        row_lower=half,
        row_upper=half,
        lower=np.zeros(width),
        upper=np.r_[np.ones(columns), np.full(2 * rows, np.inf)],
        integer=np.r_[np.ones(columns, dtype=bool), np.zeros(2 * rows, dtype=bool)],
    )


def echo_then_wait(seconds: float, send: Send) -> str:
    """Send a message and wait, stopping when asked to."""
    stop = send("begun")
    end = time.monotonic() + seconds
    while not stop and time.monotonic() < end:
        time.sleep(0.05)
        stop = send(None)
    return "stopped" if stop else "waited"


def deaf(_send: Send) -> None:
    """Never listen."""
    time.sleep(60)


def fail(_send: Send) -> None:
    """Fail."""
    raise ArithmeticError("no such luck")


def test_the_versions_that_gave_wrong_answers_are_refused() -> None:
    for version in ((1, 14, 0), (1, 15, 0), (1, 5, 3)):
        with pytest.raises(SolverError, match=r"1\.15\.1 or newer"):
            require_version(version)
    require_version((1, 15, 1))


def test_an_option_that_is_not_ours_is_refused() -> None:
    with pytest.raises(SolverError, match="mip_rel_gapp"):
        highs._set(object(), "mip_rel_gapp", 0.1)


def test_an_optimum_comes_with_whole_values_and_an_equal_bound() -> None:
    milp = knapsack(12, constant=1000.0)
    outcome = solve(milp, Settings(gap=0.0))
    best = min(
        1000.0 + float(milp.cost @ pack)
        for pack in ((np.arange(2**12)[:, None] >> np.arange(12)) & 1)
        if milp.matrix[[0]] @ pack <= milp.row_upper
    )
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(best)
    assert outcome.bound == pytest.approx(best)
    assert outcome.values is not None
    assert set(outcome.values) <= {0.0, 1.0}


def test_costs_of_any_size_give_the_same_plan() -> None:
    small = knapsack(12)
    large = Milp(**{**small.__dict__, "cost": small.cost * 1e7})
    one, other = solve(small, Settings(gap=0.0)), solve(large, Settings(gap=0.0))
    assert other.objective == pytest.approx(1e7 * one.objective)


def test_infeasible_is_said_and_carries_no_plan() -> None:
    milp = Milp(
        **{**knapsack().__dict__, "row_lower": np.array([1e4]), "row_upper": np.array([2e4])}
    )
    outcome = solve(milp)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.values is None
    assert outcome.objective == math.inf


def test_a_programme_without_columns_is_its_constant() -> None:
    empty = Milp(
        cost=np.zeros(0),
        constant=4.0,
        matrix=sparse.csr_array((0, 0)),
        row_lower=np.zeros(0),
        row_upper=np.zeros(0),
        lower=np.zeros(0),
        upper=np.zeros(0),
        integer=np.zeros(0, dtype=bool),
    )
    assert solve(empty).objective == 4.0


def test_a_start_is_completed_and_seen_first() -> None:
    milp = market_split()
    seen: list[Sighting] = []
    start = dict.fromkeys(range(40), 0.0)
    solve(milp, Settings(gap=0.0, nodes=0), start, seen.append)
    worst = milp.row_lower.sum()
    assert any(one.objective == pytest.approx(worst) for one in seen)


def test_whoever_watches_may_stop_the_solve() -> None:
    outcome = solve(market_split(), Settings(gap=0.0, seconds=30.0), None, lambda _: True)
    assert outcome.stopped_by == "user"
    assert outcome.seconds < 20.0


def test_time_ends_a_solve_with_the_best_plan_and_bound_so_far() -> None:
    outcome = solve(market_split(), Settings(gap=0.0, seconds=0.5))
    assert outcome.stopped_by == "seconds"
    assert outcome.status is Status.FEASIBLE
    assert outcome.bound <= outcome.objective


def test_a_large_model_is_solved_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "IN_PROCESS_NONZEROS", 0)
    milp, seen = knapsack(12), []
    outcome = solve(milp, Settings(gap=0.0), None, seen.append)
    assert outcome.objective == solve_here_objective(milp)
    assert outcome.status is Status.OPTIMAL


def solve_here_objective(milp: Milp) -> float:
    """Objective found in this process."""
    return highs.solve_here(milp, Settings(gap=0.0), {}, lambda _: None).objective


def test_a_child_that_does_not_listen_is_ended_by_its_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimizer.methods.child._GRACE_SECONDS", 0.2)
    began = time.monotonic()
    assert not run_in_child(deaf, (), 0.5).in_time
    assert time.monotonic() - began < 10.0


def test_a_child_stops_when_its_messages_are_answered_so() -> None:
    assert run_in_child(echo_then_wait, (20.0,), 30.0, lambda _: True).value == "stopped"


def test_a_failing_child_tells_why() -> None:
    with pytest.raises(ChildError, match="no such luck"):
        run_in_child(fail, (), 30.0)
