"""What every answer carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from optimizer.domain.frozen import Frozen
from optimizer.domain.plan import Plan


class Status(StrEnum):
    """Our own words for how a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class TermKind(StrEnum):
    """Money is what a report calls cost; the rest is priced (C26)."""

    MONEY = "money"
    PRICED = "priced"


@dataclass(frozen=True)
class Term:
    """One named part of the objective.

    `amount` is in `unit` and undiscounted; `price` is yuan per unit; `value` is the discounted
    yuan that enter the objective.
    """

    name: str
    kind: TermKind
    amount: float
    unit: str
    price: float
    value: float


@dataclass(frozen=True)
class Violation:
    """A broken rule: which, where, when, by how much. `year` is 0 where a rule has no year."""

    rule: str
    where: str
    year: int
    amount: float
    unit: str


@dataclass(frozen=True, eq=False)
class Tree(Frozen):
    """Nodes below the root of a tree over which sites run; the root is node 0.

    Attributes
    ----------
    parent, site, runs
        (N,) of node k + 1 at place k: the node above it, which has a smaller number, the site on
        which that one was branched, and whether it runs here.
    multipliers
        Named arrays, of node k + 1 at place k of their first axis.
    decided
        (D, 3) node, site, whether it runs: what the multipliers of a node say of further sites,
        for the nodes below it too.
    """

    parent: np.ndarray
    site: np.ndarray
    runs: np.ndarray
    multipliers: dict[str, np.ndarray]
    decided: np.ndarray


@dataclass(frozen=True, eq=False)
class Certificate(Frozen):
    """Why the bound holds: what was relaxed with which multipliers, and the value of each part.

    Attributes
    ----------
    kind
        Name of the relaxation; `scenarios.verify` knows how to recompute each kind.
    relaxed
        Families whose rows are priced by the multipliers.
    dropped
        Families left out.
    multipliers
        Named arrays.
    parts
        Value of each site's problem and, last, the constant; with `staffing` they add up to the
        bound, or to that of the tree's root.
    staffing
        What moves of teachers cost at least, in any network.
    tree
        Nodes that raise the bound of the root; None where there are none.
    """

    kind: str
    relaxed: tuple[str, ...]
    dropped: tuple[str, ...]
    multipliers: dict[str, np.ndarray]
    parts: np.ndarray
    staffing: float = 0.0
    tree: Tree | None = None


@dataclass(frozen=True, eq=False)
class Result(Frozen):
    """A method's answer, judged before it is returned.

    `bound` is minus infinity where nothing is proven; `objective` is infinity without a plan.
    `certified` is the bound that the certificate proves, which is `bound` but where a solver or
    branching proved more; minus infinity without a certificate.
    """

    status: Status
    plan: Plan | None
    objective: float
    bound: float
    floor: float
    terms: tuple[Term, ...]
    fixed_terms: tuple[Term, ...]
    violations: tuple[Violation, ...]
    method: str
    seed: int
    stopped_by: str
    seconds: dict[str, float] = field(default_factory=dict)
    certificate: Certificate | None = None
    certified: float = -np.inf
    shortages: tuple[Violation, ...] = ()

    @property
    def gap(self) -> float:
        """(objective - bound) / objective for the whole problem (C27)."""
        return _ratio(self.objective - self.bound, self.objective)

    @property
    def gap_above_floor(self) -> float:
        """(objective - bound) / (objective - floor) (C27)."""
        return _ratio(self.objective - self.bound, self.objective - self.floor)


def _ratio(part: float, whole: float) -> float:
    """Part over whole: 0 for 0 / 0, infinity where the whole is not positive or not finite."""
    if not np.isfinite(part) or not np.isfinite(whole):
        return float("inf")
    if abs(part) <= 1e-9 * max(1.0, abs(whole)):
        return 0.0
    return part / whole if whole > 0.0 else float("inf")
