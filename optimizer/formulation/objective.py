"""Objective: the sum of all cost terms, each a linear expression in discounted yuan (C2, C26).

    minimise  Σ terms

Terms equal in every plan (committed projects) are left out; what is equal only because pupils stay
where they are enrolled is a constant of the objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyomo.environ as pyo

from optimizer.formulation.parts import Terms, total


def add(model: Any, terms: Mapping[str, Terms]) -> None:
    """Set the objective of a model."""
    model.objective = pyo.Objective(
        expr=total(line for named in terms.values() for line in named.values()).expression(),
        sense=pyo.minimize,
    )
