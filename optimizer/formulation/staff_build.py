"""The model of teachers: its families, and how they become one programme.

The network is data here: a method plans it first (C25).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pyomo.environ as pyo

from optimizer.formulation import evenness, objective, rotation, staffing
from optimizer.formulation.build import without_garbage_collection
from optimizer.formulation.parts import Terms
from optimizer.formulation.staff_parts import StaffParts, add_variables

STAFF_FAMILIES: tuple[ModuleType, ...] = (staffing, rotation)
"""What the rules and the prices say."""
EVEN: tuple[ModuleType, ...] = (*STAFF_FAMILIES, evenness)
"""And, of what costs the same, what a bureau would rather order."""


@dataclass(frozen=True)
class StaffModel:
    """Teachers of a window of years as a Pyomo model, with what is needed to read it back."""

    pyomo: Any
    parts: StaffParts
    terms: dict[str, Terms]


def build_staff(parts: StaffParts, families: tuple[ModuleType, ...] = STAFF_FAMILIES) -> StaffModel:
    """Write the decisions of a window as a MILP, each family in a Pyomo Block of its own name.

    Raises
    ------
    optimizer.formulation.parts.ImpossibleError
        If a rule cannot hold whatever is decided; the message names its row.
    """
    with without_garbage_collection():
        model = pyo.ConcreteModel(name="xuewei_staff")
        add_variables(model, parts)
        terms: dict[str, Terms] = {}
        for family in families:
            block = pyo.Block(concrete=True)
            model.add_component(family.NAME, block)
            terms[family.NAME] = family.add(block, parts)
        objective.add(model, terms)
        return StaffModel(model, parts, terms)
