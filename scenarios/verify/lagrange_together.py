"""What classes, rooms and projects of a site come to where every cohort stays for one year.

Then the row "classes <= rooms" is kept within the site: the classes of a year of all levels share
the rooms of that year.
"""

from __future__ import annotations

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_cohorts import Block, Scene
from scenarios.verify.lagrange_lives import Life, service
from scenarios.verify.lagrange_program import by_classes
from scenarios.verify.lagrange_rooms import MANY_CLASSES, Further, Rooms, least_of_sets


def together(facts: Facts) -> bool:
    """Whether all cohorts stay for one year, so that a site keeps count of its rooms."""
    return facts.norms.on("class_size") and all(stage.grades == 1 for stage in facts.norms.stages)


class Together(Rooms):
    """Rooms of one site and the cohorts that enter there, year by year."""

    def __init__(self, scene: Scene, site: int) -> None:
        super().__init__(scene.facts, scene.prices, site)
        self.blocks = [Block(scene, site, level) for level in range(len(self.facts.norms.stages))]
        self._curves: dict[tuple[int, bytes], np.ndarray] = {}
        self._known: dict[tuple[int, bytes, bytes], float] = {}

    def least(self, life: Life) -> float:
        """Least cost of classes, rooms and further starts, with the pupils who enter."""
        runs = life.runs(self.facts.norms.years)
        opened = np.asarray(runs.any(axis=0))
        room = self.earns + [
            np.max(-np.diff(self._curve(year, runs)), initial=0.0) for year in range(len(opened))
        ]
        options = self.options(life, opened, room)
        plain = [some[0] for some in options if self._is_plain(some[0])]
        others = [some for some in options if not self._is_plain(some[0])]
        return least_of_sets(
            others, self.space(life), lambda space: self._through(space, runs, plain)
        )

    def _is_plain(self, one: Further) -> bool:
        """Whether an option can start in one year only and adds nothing but rooms from then on."""
        return (
            len(self.adding[one.start[0]]) == 1
            and not one.space[1:].any()
            and bool((one.space[0] >= 0).all())
        )

    def _through(self, space: np.ndarray, runs: np.ndarray, plain: list[Further]) -> float:
        """Go through the years, knowing the least cost of each number of rooms that are added."""
        least = {0: 0.0}
        for year in range(runs.shape[1]):
            for one in plain:
                if service(self.facts, one.start) == year:
                    rooms, before = int(one.space[0, year]), dict(least)
                    for added, cost in before.items():
                        more = least.get(added + rooms, np.inf)
                        least[added + rooms] = min(more, cost + one.cost)
            if runs[:, year].any():
                least = {
                    added: cost + self._in_year(year, runs, space[:, year], added)
                    for added, cost in least.items()
                }
        return min(least.values())

    def _in_year(self, year: int, runs: np.ndarray, space: np.ndarray, added: int) -> float:
        """Least cost of a year's classes with so many rooms more."""
        here = space.copy()
        here[0] += added
        key = year, runs[:, year:].tobytes(), here.tobytes()
        if key not in self._known:
            self._known[key] = self._of_classes(year, runs, here)
        return self._known[key]

    def _of_classes(self, year: int, runs: np.ndarray, space: np.ndarray) -> float:
        """Pupils in as many classes as there are rooms for, or fewer; debt; what rooms earn."""
        best = np.minimum.accumulate(self._curve(year, runs))
        most = max(0, max(0, int(space[0])) + int(space[1:].sum()))
        if most > MANY_CLASSES:
            return float(best[-1] - self.earns[year] * most)
        wanted = np.asarray(self.wanting @ runs)[:, year]
        other = self.of_numbers(year, wanted, space, most)
        return float((best[np.minimum(np.arange(most + 1), len(best) - 1)] + other).min())

    def _curve(self, year: int, runs: np.ndarray) -> np.ndarray:
        """Least cost of the cohorts of a year in 0, 1, 2, ... classes together."""
        key = year, runs[:, year:].tobytes()
        if key not in self._curves:
            total = np.zeros(1)
            for block, mine in zip(self.blocks, runs, strict=True):
                if mine[year]:
                    after = np.flatnonzero(~mine[year:])
                    stop = year + int(after[0]) if len(after) else len(mine)
                    total = _shared(total, by_classes(block.program(year, stop)))
            self._curves[key] = total
        return self._curves[key]


def _shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Least sum of two curves with 0, 1, 2, ... classes between them."""
    both = np.full(len(one) + len(other) - 1, np.inf)
    for number, cost in enumerate(other):
        part = both[number : number + len(one)]
        np.minimum(part, one + cost, out=part)
    return both
