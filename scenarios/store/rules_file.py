"""`rules.json`: every norm and lever of a run, with the source of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from optimizer.domain import Problem
from scenarios.store.staff_files import staff_rules

TOLERANCES = {"pupils": 1e-4, "shares": 1e-6, "yuan": 0.01, "before_ceil": 1e-6}


def rules_of(
    problem: Problem, sources: Mapping[str, Mapping[str, Any]], study: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of `rules.json`.

    Parameters
    ----------
    sources
        value, source, article and verified of each norm and price, by path.
    study
        As `StudyFacts.study`.
    """
    standards = problem.standards
    return {
        "horizon": {
            "first_year": problem.horizon.first_year,
            "years": problem.horizon.years,
            "discount_rate": problem.horizon.discount_rate,
            "price_year": problem.horizon.price_year,
        },
        "levels": [asdict(level) for level in problem.levels],
        "standards": {
            "point_cap": standards.point_cap,
            "function_room_free_below": standards.function_room_free_below,
            "function_rooms": [
                {
                    "kind": room.kind,
                    "levels": sorted(room.levels),
                    "per_12_classes": room.per_12_classes,
                }
                for room in standards.function_rooms
            ],
        },
        "policy": {
            field.name: _listed(getattr(problem.policy, field.name))
            for field in fields(problem.policy)
        },
        **staff_rules(problem),
        "tolerances": TOLERANCES,
        "sources": {path: dict(source) for path, source in sorted(sources.items())},
        "study": dict(study),
    }


def _listed(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in sorted(value.items())}
    return value
