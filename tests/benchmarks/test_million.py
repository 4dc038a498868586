"""Customers priced and split among sites over time: held against HiGHS on the whole model."""

import json
from dataclasses import replace

import numba
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from benchmarks.million.__main__ import main
from benchmarks.million.certificate import bound_again, certified_bound
from benchmarks.million.judge import Plan, cost_of, faults_of
from benchmarks.million.kernels import coverage, highest, profits
from benchmarks.million.network import Network, clusters, draw_network, in_blocks
from benchmarks.million.relaxation import choose, first_price
from benchmarks.million.search import holds, open_in, rounded, weigh
from benchmarks.million.solve import lifted, solve_network
from benchmarks.million.transport import full_plan

QUIET = len


def two_sites(*demand: float, capacity: float = 10.0) -> Network:
    """Put customers 3 km apart on a line, a site at the first and one 4 km beside the last."""
    count = len(demand)
    return in_blocks(
        Network(
            x=np.arange(0.0, 3.0 * count, 3.0).astype(np.float32),
            y=np.zeros(count, dtype=np.float32),
            demand=np.array(demand, dtype=np.float32)[:, None],
            start=np.zeros(0, dtype=np.int64),
            box=np.zeros((0, 4)),
            site_x=np.array([0.0, 3.0 * (count - 1)]),
            site_y=np.array([0.0, 4.0]),
            capacity=np.full(2, capacity),
            fixed=np.array([[100.0], [1.0]]),
            most_open=2,
        ),
        256,
    )


def least_cost(network: Network, open_sites: np.ndarray | None = None) -> float:
    """Optimum of the whole model by HiGHS, or of moving demand to given open sites."""
    customers, sites, periods = len(network.x), len(network.site_x), network.periods
    i, j, t = (a.ravel() for a in np.indices((customers, sites, periods)))
    count, opening = len(i), sites * periods
    x, y = opening + np.arange(count), j * periods + t
    way = np.hypot(
        network.x.astype(float)[i] - network.site_x[j],
        network.y.astype(float)[i] - network.site_y[j],
    )
    demand = network.demand.astype(float)
    ones, each = np.ones(count), np.arange(opening)

    def rows(row: np.ndarray, column: np.ndarray, value: np.ndarray, height: int) -> csr_array:
        return coo_array((value, (row, column)), shape=(height, opening + count)).tocsr()

    served = rows(i * periods + t, x, ones, customers * periods)
    linked = rows(np.tile(np.arange(count), 2), np.append(x, y), np.append(ones, -ones), count)
    load = rows(
        np.append(y, each),
        np.append(x, each),
        np.append(demand[i, t], -np.repeat(network.capacity, periods)),
        opening,
    )
    many = rows(each % periods, each, np.ones(opening), periods)
    earlier = each[each % periods < periods - 1]
    stays = rows(
        np.tile(np.arange(len(earlier)), 2),
        np.append(earlier, earlier + 1),
        np.append(np.ones(len(earlier)), -np.ones(len(earlier))),
        len(earlier),
    )
    lower = np.zeros(opening + count)
    upper = np.ones(opening + count)
    if open_sites is not None:
        lower[:opening] = upper[:opening] = open_sites.ravel()
    solved = milp(
        np.append(network.fixed.ravel(), way * demand[i, t]),
        integrality=np.append(np.ones(opening), np.zeros(count)),
        bounds=Bounds(lower, upper),
        constraints=[
            LinearConstraint(served, 1.0, 1.0),
            LinearConstraint(linked, -np.inf, 0.0),
            LinearConstraint(load, -np.inf, 0.0),
            LinearConstraint(many, -np.inf, network.most_open),
            LinearConstraint(stays, -np.inf, 0.0),
        ],
        options={"mip_rel_gap": 1e-9},
    )
    assert solved.status == 0
    return float(solved.fun)


def test_one_customer_is_served_from_the_site_that_costs_least_with_its_way() -> None:
    answer = solve_network(two_sites(5.0), 60.0, 0.0, QUIET)
    assert answer.objective == pytest.approx(1.0 + 5.0 * 4.0)


def test_demand_is_split_where_a_site_is_full() -> None:
    answer = solve_network(two_sites(5.0, 8.0), 60.0, 0.0, QUIET)
    assert answer.objective == pytest.approx(101.0 + 5.0 * 3.0 + 3.0 * 4.0, rel=1e-6)
    answer = solve_network(two_sites(13.0, 2.0), 60.0, 0.0, QUIET)
    assert answer.objective == pytest.approx(101.0 + 3.0 * 5.0 + 2.0 * 4.0, rel=1e-6)
    assert answer.plan is not None
    assert len(answer.plan.flows[0][0]) == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_small_networks_agree_with_the_whole_model(seed: int) -> None:
    network = draw_network(60, 8, 3, 3, seed)
    best = least_cost(network)
    answer = solve_network(network, 20.0, 0.0, QUIET)
    assert answer.plan is not None
    assert not faults_of(network, answer.plan)
    assert answer.objective == pytest.approx(best, rel=1e-6)
    assert 0.97 * best <= answer.bound <= best


def test_the_bound_is_the_same_by_numpy_alone() -> None:
    network = draw_network(300, 12, 3, 4, 2)
    answer = solve_network(network, 60.0, 0.01, QUIET)
    assert answer.price is not None
    assert answer.marginal is not None
    again = bound_again(network, answer.price, answer.marginal)
    assert again == pytest.approx(answer.bound, rel=1e-9)
    assert answer.gap <= 0.01


@pytest.mark.parametrize("seed", range(5))
def test_any_prices_give_a_bound_that_holds(seed: int) -> None:
    network = draw_network(40, 6, 2, 2, 7)
    best = least_cost(network)
    rng = np.random.default_rng(seed)
    price = rng.uniform(0.0, 80.0, network.demand.shape)
    marginal = rng.uniform(0.0, 10.0, network.fixed.shape)
    assert certified_bound(network, price, marginal) < best
    assert bound_again(network, price, marginal) < best


def test_a_site_earns_no_less_than_its_best_customers_up_to_capacity() -> None:
    network = draw_network(500, 5, 1, 2, 3)
    price = first_price(network) * 1.5
    top = highest(price, network.start)
    n = network
    found, _ = profits(
        n.x, n.y, n.demand, n.start, n.box, n.site_x, n.site_y, n.capacity, price, top
    )
    for site in range(5):
        gain = price[:, 0] - np.hypot(n.x - n.site_x[site], n.y - n.site_y[site])
        order = np.argsort(-gain)
        before = np.cumsum(n.demand[order, 0]) - n.demand[order, 0]
        taken = np.clip(n.capacity[site] - before, 0.0, n.demand[order, 0])
        exact = float(taken @ np.maximum(gain[order], 0.0))
        assert exact * (1.0 - 1e-6) <= found[site, 0] <= exact * 1.001


def test_loops_give_the_same_whatever_the_number_of_threads() -> None:
    network = draw_network(5000, 20, 2, 5, 0)
    price = first_price(network)
    n, top = network, highest(price, network.start)
    found = []
    before = numba.get_num_threads()
    for threads in (1, before):
        numba.set_num_threads(threads)
        profit, marginal = profits(
            n.x, n.y, n.demand, n.start, n.box, n.site_x, n.site_y, n.capacity, price, top
        )
        chosen = choose(profit - n.fixed, n.most_open)
        count = coverage(n.x, n.y, n.start, n.box, n.site_x, n.site_y, price, top, chosen, marginal)
        found.append((profit, marginal, count))
    numba.set_num_threads(before)
    for one, other in zip(*found, strict=True):
        assert np.array_equal(one, other)


def test_sites_are_chosen_for_their_best_last_periods() -> None:
    worth = np.array([[-5.0, 3.0, 4.0], [1.0, 1.0, 1.0], [2.0, -9.0, 6.0], [-1.0, -1.0, -1.0]])
    chosen = choose(worth, 2)
    assert chosen.tolist() == [
        [False, True, True],
        [False, False, False],
        [False, False, True],
        [False, False, False],
    ]
    assert choose(worth, 4)[3].tolist() == [False, False, False]


def test_ways_to_given_sites_cost_what_the_linear_program_says() -> None:
    network = draw_network(5000, 10, 1, 4, 5)
    tight = replace(network, capacity=np.full(10, 1.01 * float(network.total[0]) / 4))
    first = np.array([0, 1, 0, 1, 0, 1, 0, 1, 1, 1])
    assert holds(tight, first)
    opening = weigh(tight, first, np.zeros((10, 1)), 100)
    plan = full_plan(tight, open_in(first, 1), opening.marginal)
    assert not faults_of(tight, plan)
    assert cost_of(tight, plan) == pytest.approx(opening.cost, rel=1e-5)
    small = clusters(tight, 100).network
    begun = weigh(small, first, np.zeros((10, 1)), 100)
    least = least_cost(small, open_in(first, 1))
    served = full_plan(small, open_in(first, 1), begun.marginal)
    assert cost_of(small, served) == pytest.approx(least, rel=1e-6)
    assert begun.cost <= least * (1.0 + 1e-9)


def test_an_opening_has_room_in_every_period() -> None:
    network = draw_network(400, 12, 3, 4, 2)
    for seed in range(20):
        share = np.sort(np.random.default_rng(seed).random((12, 3)) ** 4, axis=1)
        assert holds(network, rounded(network, share))


def test_prices_of_clusters_are_lifted_in_straight_lines() -> None:
    network = draw_network(4000, 10, 2, 4, 0)
    drawn = clusters(network, 500)
    price = np.stack([2.0 * drawn.network.x + drawn.network.y, drawn.network.y], axis=1)
    found = lifted(drawn, price.astype(float), network)
    off = np.abs(found[:, 0] - (2.0 * network.x + network.y))
    assert np.median(off) < 1e-3
    assert np.isfinite(found).all()


def test_the_judge_names_each_broken_rule() -> None:
    network = two_sites(5.0, 8.0)
    both = np.ones((2, 1), dtype=bool)

    def told(sites: np.ndarray, site: list[int], units: list[float]) -> str:
        rows = np.arange(len(site)) % 2
        flow = (rows, np.array(site), np.array(units))
        return "; ".join(faults_of(network, Plan(sites, (flow,))))

    assert told(both, [0, 1], [5.0, 8.0]) == ""
    assert "not served" in told(both, [0, 1], [5.0, 7.9])
    assert "above its capacity" in told(both, [0, 0], [5.0, 8.0])
    assert "closed site" in told(np.array([[True], [False]]), [0, 1], [5.0, 8.0])
    assert "negative" in told(both, [0, 1, 0, 1], [6.0, 8.0, -1.0, 0.0])
    few = replace(network, most_open=1)
    plan = Plan(both, ((np.arange(2), np.arange(2), np.array([5.0, 8.0])),))
    assert faults_of(few, plan) == ["more than 1 sites are open at a time"]
    closing = Plan(np.array([[True, False], [True, True]]), ())
    assert "a site closes again" in faults_of(network, closing)


def test_too_little_room_is_proven(capsys: pytest.CaptureFixture[str]) -> None:
    answer = solve_network(two_sites(15.0, 8.0), 60.0, 0.0, QUIET)
    assert answer.plan is None
    assert answer.line()["status"] == "infeasible"
    assert main(["--customers", "50", "--sites", "4", "--open", "5"]) == 1
    assert "as many sites" in capsys.readouterr().err


def test_room_without_any_to_spare_is_not_called_too_little() -> None:
    answer = solve_network(two_sites(12.0, 8.0), 60.0, 0.0, QUIET)
    assert answer.plan is None
    assert answer.line()["status"] == "unknown"


def test_one_line_says_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--customers", "2000", "--sites", "12", "--periods", "2", "--seconds", "20"]
    assert main(asked) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["instance"] == "made_12_2000_2_open_3_seed_0"
    assert said["bound"] <= said["objective"]
    assert said["gap"] <= 0.02
    assert {"clusters", "search", "plan", "judge", "bound", "certify"} <= set(said["phases"])
    assert said["peak_memory_mb"] > 0
