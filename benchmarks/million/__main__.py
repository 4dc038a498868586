"""Draw, bound, plan and judge; see the package's words."""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.answers import DONE, INFEASIBLE, NO_PLAN, fault, print_line
from benchmarks.instances import InstanceError
from benchmarks.million.network import Network, draw_network
from benchmarks.million.solve import solve_network
from optimizer.domain import Status

EXITS = {Status.FEASIBLE: DONE, Status.INFEASIBLE: INFEASIBLE, Status.UNKNOWN: NO_PLAN}


def main(arguments: list[str] | None = None) -> int:
    """Draw, solve and print."""
    chosen = _parser().parse_args(arguments)
    began = time.perf_counter()
    try:
        network = _network(chosen)
    except InstanceError as error:
        return fault(error)
    drawn = time.perf_counter() - began

    def say(words: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - began:8.1f} s  {words}\n")
        sys.stderr.flush()

    answer = solve_network(network, chosen.seconds, chosen.gap, say)
    answer.phases = {"draw": drawn, **answer.phases}
    name = f"made_{chosen.sites}_{chosen.customers}_{chosen.periods}"
    print_line({"instance": f"{name}_open_{network.most_open}_seed_{chosen.seed}", **answer.line()})
    return EXITS[answer.status]


def _network(chosen: argparse.Namespace) -> Network:
    most_open = max(1, chosen.sites // 4) if chosen.open is None else chosen.open
    if min(chosen.customers, chosen.periods, most_open) < 1 or chosen.sites < most_open:
        raise InstanceError(
            "a network needs a customer, a period, and as many sites as may be open"
        )
    return draw_network(chosen.customers, chosen.sites, chosen.periods, most_open, chosen.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.million", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--periods", type=int, default=3)
    parser.add_argument("--open", type=int, metavar="P", help="most sites open; a quarter of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600.0, help="solving time")
    parser.add_argument("--gap", type=float, default=0.01, help="stop at this gap")
    return parser


if __name__ == "__main__":
    sys.exit(main())
