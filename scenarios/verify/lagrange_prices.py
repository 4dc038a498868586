"""The multipliers of a bound's certificate: read, and held to the rows that they price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.verify.columns import Sheet
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames, read_sheets
from scenarios.verify.lagrange_receivers import receiver_needed
from scenarios.verify.verdict import Fault

CERTIFICATE = "bound/certificate.json"
MULTIPLIERS, PARTS = "bound/multipliers.parquet", "bound/parts.parquet"
INDEX = ("index0", "index1", "index2")
SHEETS = {
    MULTIPLIERS: Sheet(
        {"name": "text", **dict.fromkeys(INDEX, "whole"), "value": "number"}, ("name", *INDEX)
    ),
    PARTS: Sheet({"part": "whole", "value": "number"}, ("part",)),
}


@dataclass(frozen=True)
class Multipliers:
    """Prices of the relaxed rows, in yuan of the first planned year.

    Attributes
    ----------
    zone : (Z, L, T) per entering cohort of a zone; rooms : (S, T) per class
    budget : (T,) per yuan; closings : (T,) per site with a stop
    small : (S, T) per pupil present in the year before a stop
    receiver : (S, L, T) per stop of a level, earned by who may take its pupils then
    """

    zone: np.ndarray
    rooms: np.ndarray
    budget: np.ndarray
    closings: np.ndarray
    small: np.ndarray
    receiver: np.ndarray


@dataclass(frozen=True)
class Limits:
    """Right sides of the relaxed rows, infinite where there is no row.

    Attributes
    ----------
    budget, closings : (T,)
    small : (S, T)
    receiver : (S, L, T)
    """

    budget: np.ndarray
    closings: np.ndarray
    small: np.ndarray
    receiver: np.ndarray


def limits_of(facts: Facts) -> Limits:
    """Work out what the relaxed rows allow, from the problem alone."""
    norms, (_, sites, _, years) = facts.norms, facts.shape
    closing = norms.on("closing")
    per_year = norms.closings_per_year if closing else None
    below = norms.close_below if closing else None
    small = np.full((sites, years), np.inf if below is None else below)
    small[:, 0] = np.inf  # before the first year stands the base year, whose rule has no price
    small[facts.relocates[facts.relocates >= 0]] = np.inf
    return Limits(
        budget=_budget_left(facts) if norms.on("budget") else np.full(years, np.inf),
        closings=np.full(years, np.inf if per_year is None else float(per_year)),
        small=small,
        receiver=np.where(receiver_needed(facts), 0.0, np.inf),
    )


def _budget_left(facts: Facts) -> np.ndarray:
    """(T,) budget less what committed projects spend; summed up where it carries over."""
    left, first = facts.budget.copy(), facts.norms.first_year
    cost = facts.options["capital_cost"].to_numpy()
    committed = facts.options["committed"].to_numpy()
    for option in committed.nonzero()[0]:
        for offset, share in enumerate(facts.spend[option]):
            year = int(committed[option]) - first + offset
            if 0 <= year < len(left):
                left[year] -= share * cost[option]
    return np.cumsum(left) if facts.norms.carry_over else left


def read_multipliers(
    run: Path, facts: Facts, limits: Limits
) -> tuple[Multipliers | None, list[Fault]]:
    """Multipliers of a run's certificate; None with faults where one has no meaning or sign."""
    frames, faults = _frame(run, MULTIPLIERS)
    if faults:
        return None, faults
    return multipliers_of(frames[MULTIPLIERS], facts, limits, MULTIPLIERS)


def multipliers_of(
    frame: pd.DataFrame, facts: Facts, limits: Limits, file: str
) -> tuple[Multipliers | None, list[Fault]]:
    """Put the rows of a table into arrays; None with faults where one has no meaning or sign.

    Entries that are not listed are 0, which is within the range of every multiplier.
    """
    faults: list[Fault] = []
    zones, sites, levels, years = facts.shape
    shapes = {
        "zone": (zones, levels, years),
        "rooms": (sites, years),
        "budget": (years,),
        "closings": (years,),
        "small": (sites, years),
        "receiver": (sites, levels, years),
    }
    unknown = sorted(set(frame["name"]) - set(shapes))
    if unknown:
        return None, [Fault("bound.row", file, "name", unknown[0])]
    arrays = {}
    for name, shape in shapes.items():
        arrays[name], found = _array(frame[frame["name"] == name], name, shape, file)
        faults += found
    multipliers = Multipliers(**arrays)
    faults += list(_out_of_range(multipliers, limits, file))
    return (None if faults else multipliers), faults


def read_parts(run: Path, facts: Facts) -> tuple[np.ndarray, list[Fault]]:
    """(S + 1,) parts as the certificate states them, the constant last."""
    frames, faults = _frame(run, PARTS)
    if faults:
        return np.zeros(0), faults
    frame, wanted = frames[PARTS].sort_values("part"), len(facts.site_ids) + 1
    if not np.array_equal(frame["part"].to_numpy(), np.arange(wanted)):
        return np.zeros(0), [Fault("bound.row", PARTS, "part", f"{len(frame)}, {wanted}")]
    return frame["value"].to_numpy(dtype=float), []


def _frame(run: Path, name: str) -> tuple[Frames, list[Fault]]:
    return read_sheets(run, {name: SHEETS[name]}, {name: {}})


def _array(
    frame: pd.DataFrame, name: str, shape: tuple[int, ...], file: str
) -> tuple[np.ndarray, list[Fault]]:
    """Array of one multiplier; rows outside its shape are a fault."""
    array = np.zeros(shape)
    index = frame[list(INDEX)].to_numpy()
    size = np.array([*shape, *[1] * (len(INDEX) - len(shape))])
    outside = ((index < 0) | (index >= size)).any(axis=1)
    if outside.any():
        place = ", ".join(str(value) for value in index[outside][0])
        return array, [Fault("bound.row", file, name, place)]
    array[tuple(index[:, axis] for axis in range(len(shape)))] = frame["value"].to_numpy()
    return array, []


def _out_of_range(multipliers: Multipliers, limits: Limits, file: str) -> Iterator[Fault]:
    """Multipliers below 0, or of a row that does not exist."""
    most = {
        "rooms": np.full(multipliers.rooms.shape, np.inf),
        "budget": np.where(np.isfinite(limits.budget), np.inf, 0.0),
        "closings": np.where(np.isfinite(limits.closings), np.inf, 0.0),
        "small": np.where(np.isfinite(limits.small), np.inf, 0.0),
        "receiver": np.where(np.isfinite(limits.receiver), np.inf, 0.0),
    }
    for name, top in most.items():
        value = getattr(multipliers, name)
        wrong = (value < 0.0) | (value > top)
        if wrong.any():
            yield Fault("bound.multiplier", file, name, str(value[wrong][0]))
