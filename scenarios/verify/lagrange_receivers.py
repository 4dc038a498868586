"""The row that a stop needs a receiver: where it holds, and what it is worth to a lifecycle."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_lives import Life, closing_years, converting_years, service
from scenarios.verify.presence import FEW


def receiver_needed(facts: Facts) -> np.ndarray:
    """(S, L, T) whether a stop of the level in that year cannot do without a receiver.

    Pupils of the base year are still there, or only a relocation can stop the level then.
    """
    needed = _staying(facts) > FEW
    for site in range(len(facts.site_ids)):
        needed[site, :, _moving_only(facts, site)] = True
    return np.asarray(needed & facts.runs[:, :, None])


def _moving_only(facts: Facts, site: int) -> np.ndarray:
    """(T,) whether nothing but a relocation can stop a level of a site in a year."""
    only = np.ones(facts.norms.years, dtype=bool)
    only[sorted(closing_years(facts, site) | converting_years(facts, site))] = False
    return only


def _staying(facts: Facts) -> np.ndarray:
    """(S, L, T) pupils of the base year who are still at their site if its level does not stop."""
    _, sites, levels, years = facts.shape
    staying, rows = np.zeros((sites, levels, years)), facts.enrolled
    zone, site, level, entry = (
        rows[name].to_numpy() for name in ("zone", "site", "level", "entry")
    )
    served = np.array([stage.grades for stage in facts.norms.stages])[level]
    point = facts.sites["point_grades"].to_numpy()[site]
    served = np.where(point > 0, np.minimum(point, served), served)
    for year in range(years):
        grade = year + facts.norms.memory - entry
        here = grade < served
        factor = facts.factor[level[here], zone[here], entry[here], grade[here]]
        pupils = rows["pupils"].to_numpy()[here] * factor
        np.add.at(staying[:, :, year], (site[here], level[here]), pupils)
    return staying


class Receivers:
    """Prices of the rows: who stops a level pays, who may take its pupils then earns."""

    def __init__(self, facts: Facts, price: np.ndarray) -> None:
        self.facts, self.price = facts, price
        self.offers: dict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)
        priced = np.flatnonzero(price.any(axis=(1, 2)))
        moving = {site: _moving_only(facts, site) for site in priced.tolist()}
        for sender, receiver, level in sorted(facts.arcs):
            for year in price[sender, level].nonzero()[0].tolist():
                only = moving[sender]
                self.offers[receiver].append((sender, level, year, bool(only[year])))

    def worth(self, site: int, life: Life) -> float:
        """Yuan that a lifecycle pays for its stops, less what it earns by receiving."""
        value = 0.0
        for level in self.facts.runs[site].nonzero()[0]:
            if life.stop[level] < self.facts.norms.years:
                value += float(self.price[site, level, life.stop[level]])
        for sender, level, year, only in self.offers[site]:
            moved = self._moved(life, sender, level)
            runs = life.begin[level] <= year < life.stop[level]
            without_moving = not moved and not only
            if runs and (without_moving or year in moved):
                value -= float(self.price[sender, level, year])
        return value

    def _moved(self, life: Life, sender: int, level: int) -> set[int]:
        """Planned years in which a lifecycle takes a level from another site (one at most)."""
        facts = self.facts
        found = {
            service(facts, start)
            for start in life.starts
            if facts.relocates[start[0]] == sender and facts.after[start[0], level]
        }
        return found & set(range(facts.norms.years))
