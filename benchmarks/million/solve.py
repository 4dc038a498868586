"""Bound and plans in turns: sites are chosen on clusters of customers, the rest is done on all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from benchmarks.answers import number, peak_memory_mb
from benchmarks.million.certificate import certified_bound
from benchmarks.million.judge import Plan, cost_of, faults_of
from benchmarks.million.kernels import use_threads
from benchmarks.million.network import Clusters, Network, clusters
from benchmarks.million.relaxation import ascend, first_price, relax
from benchmarks.million.search import (
    Opening,
    improve,
    kicked,
    largest_hold,
    open_in,
    rounded,
    weigh,
)
from benchmarks.million.transport import full_plan
from optimizer.domain import Status

CLUSTERS = 1000
"""Clusters on which sites are chosen."""
SPELL = 10
"""Kicks after which a better choice of sites is planned on all customers."""
TURNS = 3
"""Turns of ascent and rounding on the first clusters."""
ROUNDS = 400
"""Steps of the ascent in a turn, on clusters as on all customers."""
FIRST_STEP = 0.2
"""First step on all customers: prices of clusters are good already, long steps lead away."""

Say = Callable[[str], None]


@dataclass
class Answer:
    """What was found: a plan, its cost, a certified bound, and the prices it stands on."""

    plan: Plan | None = None
    infeasible: bool = False
    objective: float = np.inf
    bound: float = -np.inf
    price: np.ndarray | None = None
    marginal: np.ndarray | None = None
    phases: dict[str, float] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Return how far the cost may be above the least, as a part of the cost."""
        return (self.objective - self.bound) / self.objective if self.plan is not None else np.inf

    @property
    def status(self) -> Status:
        """Return how it ended."""
        if self.plan is not None:
            return Status.FEASIBLE
        return Status.INFEASIBLE if self.infeasible else Status.UNKNOWN

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Count seconds to a phase."""
        began = time.perf_counter()
        yield
        self.phases[phase] = self.phases.get(phase, 0.0) + time.perf_counter() - began

    def line(self) -> dict[str, Any]:
        """Return the figures to print."""
        return {
            "kind": "split_customers",
            "status": self.status.value,
            "objective": number(self.objective),
            "bound": number(self.bound),
            "gap": number(self.gap),
            "open": None if self.plan is None else self.plan.open_sites.sum(axis=0).tolist(),
            "seconds": round(sum(self.phases.values()), 2),
            "method": "customers_priced",
            "phases": {name: round(seconds, 2) for name, seconds in self.phases.items()},
            "peak_memory_mb": peak_memory_mb(),
        }


def solve_network(network: Network, seconds: float, gap: float, say: Say) -> Answer:
    """Find a plan and a bound on the cost of every plan.

    Ends at the gap, when as many kicks as there are sites bettered nothing, or after `seconds`: the
    phase under way is then brought to its end. There is no plan where the largest sites that
    may be open do not hold the demand of a period, and none is looked for where they only just do.
    """
    answer, deadline = Answer(), time.perf_counter() + seconds
    enough_room = largest_hold(network)
    if not enough_room:
        answer.infeasible = enough_room is False
        return answer
    drawn, rng = clusters(network, CLUSTERS), np.random.default_rng(0)
    with answer.timed("clusters"):
        opening, price = _begin(drawn.network, deadline, say)
        answer.price = lifted(drawn, price, network)
    with answer.timed("search"):
        opening = improve(drawn.network, opening, deadline)
    _plan(network, opening, answer, say)
    _raise(network, answer, gap, deadline, say)
    failures, enough = 0, len(network.site_x)
    while answer.gap > gap and failures < enough and time.perf_counter() < deadline:
        with answer.timed("search"):
            before, (opening, failures) = opening, _spell(drawn, opening, failures, deadline, rng)
        if opening.cost < before.cost:
            _plan(network, opening, answer, say)
    with answer.timed("certify"):
        _certify(network, answer)
    say(f"certified: bound {answer.bound:.6g}, gap {answer.gap:.4%}")
    return answer


def _spell(
    drawn: Clusters, opening: Opening, failures: int, deadline: float, rng: np.random.Generator
) -> tuple[Opening, int]:
    """Kick a number of times; returns the opening and how many kicks in a row bettered nothing."""
    use_threads(len(drawn.network.x))
    for _ in range(SPELL):
        before = opening.cost
        opening = kicked(drawn.network, opening, deadline, rng)
        failures = failures + 1 if opening.cost >= before else 0
    return opening, failures


def _begin(network: Network, deadline: float, say: Say) -> tuple[Opening, np.ndarray]:
    """First opening and prices (N, T) of demand, on clusters."""
    use_threads(len(network.x))
    price, step, share = first_price(network), 1.0, None
    target, openings = 2.0 * relax(network, price).value, []
    for _ in range(TURNS):
        risen = ascend(network, price, target, ROUNDS, deadline, step, share)
        price, step, share = risen.price, 0.5, risen.share
        openings.append(weigh(network, rounded(network, share), risen.marginal))
        best = min(openings, key=lambda opening: opening.cost)
        target = best.cost
        say(f"on {len(network.x)} clusters: bound {risen.value:.6g}, plan {target:.6g}")
    return best, price


def lifted(drawn: Clusters, price: np.ndarray, network: Network) -> np.ndarray:
    """Prices (N, T) of customers from those of clusters, in straight lines between their places.

    A price is a function of the place alone, nearly: neighbours have the same sites to go to.
    """
    if len(price) == len(network.x):
        of_cluster: np.ndarray = price[drawn.of]
        return of_cluster
    at = np.stack([drawn.network.x, drawn.network.y], axis=1).astype(np.float64)
    wanted = np.stack([network.x, network.y], axis=1).astype(np.float64)
    found: np.ndarray = LinearNDInterpolator(at, price)(wanted)
    outside = np.isnan(found[:, 0])
    found[outside] = NearestNDInterpolator(at, price)(wanted[outside])
    return found


def _plan(network: Network, opening: Opening, answer: Answer, say: Say) -> None:
    """Serve all customers from the sites chosen, judge that, and keep it if it is better."""
    use_threads(len(network.x))
    with answer.timed("plan"):
        priced = weigh(network, opening.first, opening.marginal, 40)
        plan = full_plan(network, open_in(opening.first, network.periods), priced.marginal)
    with answer.timed("judge"):
        faults, cost = faults_of(network, plan), cost_of(network, plan)
    if faults:
        raise RuntimeError("; ".join(faults))
    say(f"plan {cost:.6g}, {(cost - priced.cost) / cost:.2e} above what its sites must cost")
    if cost < answer.objective:
        answer.plan, answer.objective = plan, cost


def _raise(network: Network, answer: Answer, gap: float, deadline: float, say: Say) -> None:
    """Raise the bound on all customers until the gap is small enough."""
    assert answer.price is not None
    enough = answer.objective * (1.0 - 0.999 * gap)
    last = time.perf_counter()

    def report(done: int, value: float) -> bool:
        nonlocal last
        if time.perf_counter() > last + 5.0:
            last = time.perf_counter()
            say(f"step {done + 1}: bound {value:.6g}, gap {1.0 - value / answer.objective:.3%}")
        return value >= enough

    with answer.timed("bound"):
        risen = ascend(
            network, answer.price, answer.objective, ROUNDS, deadline, FIRST_STEP, None, report
        )
    answer.price, answer.marginal, answer.bound = risen.price, risen.marginal, risen.value
    say(f"bound {answer.bound:.6g}, gap {answer.gap:.3%}")


def _certify(network: Network, answer: Answer) -> None:
    assert answer.price is not None and answer.marginal is not None
    use_threads(len(network.x))
    answer.bound = certified_bound(network, answer.price, answer.marginal)
