"""The model's table of contents: the families, in reading order, and how they become one model."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pyomo.environ as pyo

from optimizer.domain import Problem
from optimizer.formulation import (
    access,
    assignment,
    budget,
    capacity,
    catchments,
    class_size,
    closing,
    cohorts,
    contiguity,
    function_rooms,
    lifecycle,
    objective,
    schools,
    stability,
    variables,
)
from optimizer.formulation.index import make_network
from optimizer.formulation.parts import Parts, Terms
from optimizer.formulation.whereabouts import follow, make_pairs


class Family(Protocol):
    """A constraint family: a module with these names.

    `TIES_SITES` names the row groups whose rows may hold columns of several sites; all others
    belong to one site each.
    """

    NAME: str
    TIES_SITES: frozenset[str]

    def applies(self, problem: Problem) -> bool:
        """Whether the family has anything to say about a problem."""
        ...

    def add(self, block: Any, parts: Parts) -> Terms:
        """Add rows to the family's block and return its cost terms by name."""
        ...


FAMILIES: tuple[Family, ...] = (
    assignment,
    access,
    lifecycle,
    schools,
    capacity,
    class_size,
    function_rooms,
    cohorts,
    closing,
    catchments,
    contiguity,
    stability,
    budget,
)


@dataclass(frozen=True)
class Model:
    """A problem as a Pyomo model, with what is needed to read it back.

    Attributes
    ----------
    terms
        Cost terms by family and name; a family that does not apply is not there.
    """

    problem: Problem
    pyomo: Any
    parts: Parts
    terms: dict[str, Terms]


def build(problem: Problem, families: Sequence[Family] = FAMILIES) -> Model:
    """Write the whole problem as a MILP, each family in a Pyomo Block of its own name.

    Raises
    ------
    optimizer.formulation.parts.ImpossibleError
        If a rule cannot hold whatever is decided; the message names its row.
    """
    with without_garbage_collection():
        network, pairs = make_network(problem), make_pairs(problem)
        places = follow(problem, network, pairs)
        parts = Parts(problem, network, pairs, places, class_size.most_classes(problem))
        model = pyo.ConcreteModel(name="xuewei")
        variables.add(model, parts)
        terms: dict[str, Terms] = {}
        for family in families:
            if family.applies(problem):
                block = pyo.Block(concrete=True)
                model.add_component(family.NAME, block)
                terms[family.NAME] = family.add(block, parts)
        objective.add(model, terms)
        return Model(problem, model, parts, terms)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Pause the cyclic collector: a model is many small objects and no rubbish."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
