"""Rooms, classes and function rooms of every site and year (R1 to R6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.presence import FEW, Presence

SLACK = 1e-6  # taken off before every ceil (C6)


@dataclass(frozen=True)
class Spaces:
    """What each site has and needs.

    Attributes
    ----------
    rooms : (S, T) general classrooms usable
    kind_rooms : (S, K, T) function rooms in place
    classes : (S, T) classes of all cohorts of all levels
    taken : (S, T) function rooms used as classrooms; may exceed those in place where a rule breaks
    debt : (S, T) missing function rooms
    over : (L, S, E, T) pupils above the cap
    """

    rooms: np.ndarray
    kind_rooms: np.ndarray
    classes: np.ndarray
    taken: np.ndarray
    debt: np.ndarray
    over: np.ndarray


def service_years(facts: Facts, decisions: Decisions) -> np.ndarray:
    """(O,) first year in which an option serves, absolute; 0 where it is not built."""
    lead = facts.options["lead"].to_numpy()
    return np.where(decisions.start != 0, decisions.start + lead, 0)


def measure(facts: Facts, decisions: Decisions, presence: Presence) -> Spaces:
    """Rooms, classes, rooms taken, debt and pupils above the cap."""
    rooms, kind_rooms = _rooms(facts, decisions)
    classes = decisions.classes.sum(axis=(0, 2))
    taken = np.maximum(0.0, classes - rooms)
    over = presence.pupils - facts.caps.T[:, :, None, None] * decisions.classes
    sized = facts.norms.on("class_size")
    return Spaces(
        rooms=rooms,
        kind_rooms=kind_rooms,
        classes=classes,
        taken=taken,
        debt=_debt(facts, decisions, classes, kind_rooms, taken),
        over=np.where(presence.pupils > FEW, np.maximum(0.0, over), 0.0) * sized,
    )


def _rooms(facts: Facts, decisions: Decisions) -> tuple[np.ndarray, np.ndarray]:
    norms, service = facts.norms, service_years(facts, decisions)
    years = norms.first_year + np.arange(norms.years)
    rooms = np.tile(facts.sites["rooms"].to_numpy(dtype=float)[:, None], norms.years)
    kind_rooms = np.tile(facts.kind_rooms[:, :, None], norms.years)
    options = facts.options
    for index in (service >= norms.first_year).nonzero()[0]:
        site = facts.option_site[index]
        serves = years >= service[index]
        works = (years >= decisions.start[index]) & ~serves
        rooms[site] += options["rooms"].iloc[index] * serves
        rooms[site] -= options["rooms_out"].iloc[index] * works
        kind_rooms[site] += facts.option_kind_rooms[index][:, None] * serves
    return rooms, kind_rooms


def _debt(
    facts: Facts,
    decisions: Decisions,
    classes: np.ndarray,
    have: np.ndarray,
    taken: np.ndarray,
) -> np.ndarray:
    need = np.zeros_like(have)
    dozens = np.ceil(classes / 12.0 - SLACK)
    for index, room in enumerate(facts.norms.room_kinds):
        wanted = [stage.name in room.levels for stage in facts.norms.stages]
        asked = decisions.runs[:, wanted, :].any(axis=1)
        asked &= classes >= facts.norms.room_free_below - SLACK
        need[:, index] = np.where(asked, room.per_12_classes * dozens, 0.0)
    spare = np.maximum(0.0, have - need).sum(axis=1)
    debt: np.ndarray = np.maximum(0.0, need - have).sum(axis=1)
    return np.asarray(debt + np.maximum(0.0, taken - spare))
