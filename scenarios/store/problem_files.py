"""The whole problem as tables (docs/semantics.md, "Files of a run")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd

from optimizer.domain import Problem
from optimizer.domain.tables import MODES
from scenarios.store.staff_files import staff_tables

PRICE_UNITS = {
    "class_year": "yuan per class and year",
    "bus_pupil_year": "yuan per bus pupil and year",
    "yuan_per_minute": "yuan per minute",
    "school_days": "days a year",
    "beyond_pupil_minute": "yuan per pupil, year and minute",
    "over_cap_pupil_year": "yuan per pupil and year",
    "room_debt_year": "yuan per room and year",
    "pupil_moved": "yuan per pupil",
    "entrant_reassigned": "yuan per entrant",
    "post_short_year": "yuan per post and year",
    "post_surplus_year": "yuan per post and year",
    "teacher_moved": "yuan per teacher",
    "teacher_year": "yuan per teacher and year",
    "life_years": "years",
}
FUNCTION = "function_"


def problem_tables(
    problem: Problem, zone_xy: np.ndarray, site_xy: np.ndarray, sources: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of ``problem/`` by name of their file.

    Parameters
    ----------
    zone_xy, site_xy
        (Z, 2) and (S, 2) metres.
    sources
        Where each price comes from, by its name.
    """
    years = np.array(problem.horizon.labels)
    limited = np.isfinite(problem.budget)
    prices = [field.name for field in fields(problem.prices)]
    return {
        **axis_tables(problem, zone_xy, site_xy),
        "options": _options(problem),
        "spend": _spend(problem),
        "progression": _progression(problem),
        "enrolled": _enrolled(problem),
        "enrolled_classes": _enrolled_classes(problem),
        "travel": _travel(problem),
        "merge_arcs": _merge_arcs(problem),
        "budget": pd.DataFrame({"year": years[limited], "amount": problem.budget[limited]}),
        "prices": pd.DataFrame(
            {
                "name": prices,
                "value": [float(getattr(problem.prices, name)) for name in prices],
                "unit": [PRICE_UNITS[name] for name in prices],
                "source": [sources.get(name, "not used") for name in prices],
            }
        ),
        **_land_tables(problem),
        **staff_tables(problem),
    }


def axis_tables(
    problem: Problem, zone_xy: np.ndarray, site_xy: np.ndarray
) -> dict[str, pd.DataFrame]:
    """Return those tables of ``problem/`` that say what the axes of multipliers stand for."""
    return {
        "zones": _zones(problem, zone_xy),
        "sites": _sites(problem, site_xy),
        "entrants": _entrants(problem),
    }


def _land_tables(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return which zones touch and where sites stand, where a policy asks."""
    adjacency = problem.adjacency
    if adjacency is None or not problem.policy.keeps_areas_together:
        return {}
    zones, there = problem.zones.ids, adjacency.own >= 0
    return {
        "adjacency": pd.DataFrame(
            {
                "zone_a_id": _names(zones, adjacency.zone_a),
                "zone_b_id": _names(zones, adjacency.zone_b),
            }
        ),
        "own_zones": pd.DataFrame(
            {
                "site_id": np.array(problem.sites.ids, dtype=object)[there],
                "zone_id": _names(zones, adjacency.own[there]),
            }
        ),
    }


def _names(ids: tuple[str, ...], which: np.ndarray) -> np.ndarray:
    """Return the ids at some positions; -1 is the empty text."""
    found: np.ndarray = np.array([*ids, ""], dtype=object)[which]
    return found


def _levels(problem: Problem) -> tuple[str, ...]:
    return tuple(level.name for level in problem.levels)


def _zones(problem: Problem, xy: np.ndarray) -> pd.DataFrame:
    zones = problem.zones
    return pd.DataFrame(
        {
            "zone_id": zones.ids,
            "name": zones.names,
            "town": _names(problem.towns, zones.town),
            "urban": zones.urban,
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def _sites(problem: Problem, xy: np.ndarray) -> pd.DataFrame:
    sites = problem.sites
    return pd.DataFrame(
        {
            "site_id": sites.ids,
            "name": sites.names,
            "town": _names(problem.towns, sites.town),
            "urban": sites.urban,
            "place": sites.place,
            **{f"runs_{name}": sites.runs[:, i] for i, name in enumerate(_levels(problem))},
            "rooms": sites.rooms,
            "seats": sites.seats,
            "annual_cost": sites.annual_cost,
            "point_grades": sites.point_grades,
            "parent_id": _names(sites.ids, sites.parent),
            "unsafe": sites.unsafe,
            "protected": sites.protected,
            "objection": sites.objection,
            "teaching_area": sites.teaching_area,
            "x": xy[:, 0],
            "y": xy[:, 1],
            **_rooms_by_kind(problem, sites.function_rooms),
        }
    )


def _options(problem: Problem) -> pd.DataFrame:
    options = problem.options
    return pd.DataFrame(
        {
            "option": np.array(options.ids, dtype=object),
            "site_id": _names(problem.sites.ids, options.site),
            "action": np.array([action.value for action in options.action], dtype=object),
            **{
                f"after_{name}": options.levels_after[:, i]
                for i, name in enumerate(_levels(problem))
            },
            "rooms": options.rooms,
            "rooms_out": options.rooms_out,
            **_rooms_by_kind(problem, options.function_rooms),
            "area_m2": options.area_m2,
            "land_m2": options.land_m2,
            "capital_cost": options.capital_cost,
            "lead": options.lead,
            "earliest": options.earliest,
            "latest": options.latest,
            "committed": options.committed,
            "relocates_id": _names(problem.sites.ids, options.relocates),
        }
    )


def _rooms_by_kind(problem: Problem, rooms: np.ndarray) -> dict[str, np.ndarray]:
    kinds = problem.standards.function_rooms
    return {FUNCTION + room.kind: rooms[:, index] for index, room in enumerate(kinds)}


def _spend(problem: Problem) -> pd.DataFrame:
    option, offset = np.nonzero(problem.options.spend)
    return pd.DataFrame(
        {
            "option": _names(problem.options.ids, option),
            "year_offset": offset,
            "share": problem.options.spend[option, offset],
        }
    )


def _entrants(problem: Problem) -> pd.DataFrame:
    zone, level, year = (axis.ravel() for axis in np.indices(problem.demand.entrants.shape))
    return pd.DataFrame(
        {
            "zone_id": _names(problem.zones.ids, zone),
            "level": _names(_levels(problem), level),
            "entry_year": year + problem.horizon.first_year,
            "pupils": problem.demand.entrants.ravel(),
        }
    )


def _progression(problem: Problem) -> pd.DataFrame:
    parts = []
    for level, factor in zip(problem.levels, problem.demand.progression, strict=True):
        zone, cohort, grade = (axis.ravel() for axis in np.indices(factor.shape))
        entry = cohort - (level.grades - 1)
        kept = entry + grade >= -1
        parts.append(
            pd.DataFrame(
                {
                    "zone_id": _names(problem.zones.ids, zone[kept]),
                    "level": level.name,
                    "entry_year": entry[kept] + problem.horizon.first_year,
                    "grade": grade[kept] + level.first_grade,
                    "factor": factor.ravel()[kept],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _enrolled(problem: Problem) -> pd.DataFrame:
    enrolled = problem.enrolled
    return pd.DataFrame(
        {
            "zone_id": _names(problem.zones.ids, enrolled.zone),
            "site_id": _names(problem.sites.ids, enrolled.site),
            "level": _names(_levels(problem), enrolled.level),
            "grade": enrolled.grade,
            "pupils": enrolled.pupils,
        }
    )


def _enrolled_classes(problem: Problem) -> pd.DataFrame:
    enrolled = problem.enrolled
    return pd.DataFrame(
        {
            "site_id": _names(problem.sites.ids, enrolled.class_site),
            "level": _names(_levels(problem), enrolled.class_level),
            "grade": enrolled.class_grade,
            "classes": enrolled.classes,
        }
    )


def _travel(problem: Problem) -> pd.DataFrame:
    travel = problem.travel
    return pd.DataFrame(
        {
            "zone_id": _names(problem.zones.ids, travel.zone),
            "site_id": _names(problem.sites.ids, travel.site),
            "level": _names(_levels(problem), travel.level),
            "mode": _names(MODES, travel.mode),
            "metres": travel.metres,
            "minutes": travel.minutes,
            "beyond": travel.beyond,
            "usable_from": travel.usable_from,
            "intake": travel.intake,
        }
    )


def _merge_arcs(problem: Problem) -> pd.DataFrame:
    arcs = problem.merge_arcs
    return pd.DataFrame(
        {
            "from_site_id": _names(problem.sites.ids, arcs.from_site),
            "to_site_id": _names(problem.sites.ids, arcs.to_site),
            "level": _names(_levels(problem), arcs.level),
        }
    )
