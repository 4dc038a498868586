r"""Evenness: which of equally priced postings to order; no rule, and no part of the cost.

With posts[j,l,t] and fte[s] as in `staffing`, W[s] the teachers of subject s and W all of them:

    uneven[j,l,t,s,q]:  above ≥ W[s] - q · fte[s] · max(1, posts / Σ fte) - (q - 1),  q of `UNEVEN`
    crowded[j,l,t,q]:   above ≥ W - q · posts,                                       q of `CROWDED`

    preference = ε · d[t] · Σ above

ε is a thousandth of the least price of `staffing` above 0. So teachers that nobody lacks are spread
over schools and over subjects, instead of standing wherever the solver left them; the steps make
each further one at a school weigh more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.formulation.index import Key
from optimizer.formulation.parts import Columns, Linear, Row, Terms, declare, rows, total
from optimizer.formulation.staff_parts import StaffParts
from optimizer.formulation.staffing import Cell, cells_of, label_of, teachers_there

NAME = "evenness"
PART = 1e-3
"""Of the least price: a preference never outweighs a cost."""
UNEVEN = (1.0, 1.5, 2.0, 3.0)
"""Teachers over the fair number of a subject from which on there are too many, and again."""
CROWDED = (1.1, 1.25, 1.5, 2.0, 3.0)
"""Teachers over posts from which on a school has too many, and again."""
Limits = dict[Key, tuple[tuple[Any, ...], float, Linear]]
"""By key: the label, a number of teachers, and the teachers who should not be more."""


def add(block: Any, parts: StaffParts) -> Terms:
    """Add the rows; the preference as a term."""
    cells = list(cells_of(parts))
    preference = Linear()
    for name, limits in (("uneven", _uneven(parts, cells)), ("crowded", _crowded(parts, cells))):
        preference.plus(_above(block, parts, name, limits))
    return {"preference": preference}


def _uneven(parts: StaffParts, cells: list[Cell]) -> Limits:
    limits: Limits = {}
    for cell in cells:
        fair = _fair(parts, cell)
        for subject, there in teachers_there(parts, cell):
            for step, times in enumerate(UNEVEN):
                label = *label_of(parts, cell), parts.staffing.subjects[subject], times
                most = times * fair[subject] + times - 1.0
                limits["uneven", *cell, subject, step] = label, most, there
    return limits


def _crowded(parts: StaffParts, cells: list[Cell]) -> Limits:
    limits: Limits = {}
    for cell in cells:
        everyone = total(there for _, there in teachers_there(parts, cell))
        for step, times in enumerate(CROWDED):
            most = times * int(parts.asked.posts[cell])
            limits["crowded", *cell, step] = (*label_of(parts, cell), times), most, everyone
    return limits


def _above(block: Any, parts: StaffParts, name: str, limits: Limits) -> Linear:
    """Declare by how many teachers each limit is passed; what that weighs."""
    columns: Columns = {key: (label, int(key[1]), None) for key, (label, *_) in limits.items()}
    declare(block, name, columns, pyo.NonNegativeReals, parts.variables, parts.site_of)
    written: dict[Any, Row] = {}
    weight = Linear()
    for key, (label, most, there) in limits.items():
        above = parts.variables[key]
        written[label] = (-most, Linear().add(1.0, above).plus(there, -1.0), None)
        weight.add(_epsilon(parts) * float(parts.problem.horizon.discount[int(key[3])]), above)
    rows(block, f"{name}_above", written)
    return weight


def _fair(parts: StaffParts, cell: Cell) -> np.ndarray:
    """Teachers of each subject if the posts of a cell were shared out as its lessons are."""
    fte = parts.asked.fte[cell]
    whole = float(fte.sum())
    fair: np.ndarray = fte * max(1.0, float(parts.asked.posts[cell]) / whole) if whole > 0 else fte
    return fair


def _epsilon(parts: StaffParts) -> float:
    prices = parts.problem.prices
    above = [
        one
        for one in (prices.post_short_year, prices.post_surplus_year, prices.teacher_moved)
        if one > 0
    ]
    return PART * min(above, default=1.0)
