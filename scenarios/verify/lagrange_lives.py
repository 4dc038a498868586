"""What may become of one site: its lifecycles, under the rules that concern it alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.verify.decisions import FOUNDING
from scenarios.verify.facts import Facts

Start = tuple[int, int]
"""An option and the year in which it starts, relative to the first planned one."""


@dataclass(frozen=True)
class Life:
    """One lifecycle of a site; years are positions on the axis of planned years.

    `begin[l]` is the first year in which level l takes entrants (T: never), `stop[l]` the first in
    which it no longer runs (T: it runs to the end); `starts` are projects of which the lifecycle
    consists, the committed ones at the site among them.
    """

    begin: tuple[int, ...]
    stop: tuple[int, ...]
    starts: frozenset[Start]

    def runs(self, years: int) -> np.ndarray:
        """(L, T) whether each level runs."""
        year = np.arange(years)
        begin, stop = np.array(self.begin)[:, None], np.array(self.stop)[:, None]
        return np.asarray((year >= begin) & (year < stop))


def start_years(facts: Facts, option: int) -> list[int]:
    """N1: years in which an option may start; of a committed one, its own."""
    norms, row = facts.norms, facts.options.iloc[option]
    if row["committed"]:
        return [int(row["committed"]) - norms.first_year]
    if row["action"] not in norms.actions or not _place_allowed(facts, option):
        return []
    first = max(0, int(row["earliest"]) - norms.first_year)
    last = min(int(row["latest"]) - norms.first_year, norms.years - 1 - int(row["lead"]))
    return list(range(first, last + 1))


def service(facts: Facts, start: Start) -> int:
    """First year in which a start serves; negative: before the first planned one."""
    return start[1] + int(facts.options["lead"].iloc[start[0]])


def lives(facts: Facts) -> list[list[Life]]:
    """Every lifecycle of every site, in the order of the sites."""
    return [
        [life for choice in _choices(facts, site) for life in _of_choice(facts, site, choice)]
        for site in range(len(facts.site_ids))
    ]


def stop_years(facts: Facts, site: int, level: int, mine: list[Life]) -> list[int]:
    """Years in which a level of the base year stops in some lifecycle of its site."""
    stops = {life.stop[level] for life in mine}
    return sorted(stops - {facts.norms.years}) if facts.runs[site, level] else []


def closing_years(facts: Facts, site: int) -> set[int]:
    """Years in which levels of a site may stop by a closing of its own."""
    closes = facts.norms.actions & {"close", "merge"}
    return _allowed_years(facts, site) if closes and not _large(facts, site) else set()


def converting_years(facts: Facts, site: int) -> set[int]:
    """Years in which a conversion may end a level of its site."""
    ends = (facts.runs[site] & ~facts.after).any(axis=1)
    convert = (facts.option_site == site) & (facts.options["action"] == "convert").to_numpy() & ends
    forced = facts.options["committed"].to_numpy() != 0
    chosen = _service_years(facts, convert & ~forced) & _allowed_years(facts, site)
    return (set() if _large(facts, site) else chosen) | _service_years(facts, convert & forced)


def relocated_to(facts: Facts, site: int, year: int) -> set[int]:
    """Sites to which the school of a site may move in a year."""
    moving = (facts.relocates == site).nonzero()[0]
    return {
        int(facts.option_site[option])
        for option in moving
        if year in (service(facts, (int(option), s)) for s in start_years(facts, int(option)))
    }


def _service_years(facts: Facts, options: np.ndarray) -> set[int]:
    served = {
        service(facts, (int(option), start))
        for option in options.nonzero()[0]
        for start in start_years(facts, int(option))
    }
    return {year for year in served if 0 <= year < facts.norms.years}


def _leaving_years(facts: Facts, site: int) -> set[int]:
    """Years in which a site may empty because its school moves to another."""
    return _service_years(facts, facts.relocates == site) & _allowed_years(facts, site)


def _allowed_years(facts: Facts, site: int) -> set[int]:
    """N3, N6: years in which a site may stop anything: not protected, after the notice."""
    if facts.sites["protected"].iloc[site] or facts.sites["objection"].iloc[site] > 0.5:
        return set()
    notice = facts.norms.notice_years if facts.norms.on("closing") else 0
    return set(range(max(0, notice - 1), facts.norms.years))


def _large(facts: Facts, site: int) -> bool:
    """N6: too many pupils in the base year to stop, but by moving away."""
    below = facts.norms.close_below if facts.norms.on("closing") else None
    return below is not None and bool(facts.base_pupils[:, site].sum() >= below)


def _place_allowed(facts: Facts, option: int) -> bool:
    site = facts.option_site[option]
    if facts.options["action"].iloc[option] not in FOUNDING:
        return True
    place, allowed = facts.sites["place"].iloc[site], facts.norms.allowed_places
    new = facts.after[option] & ~facts.runs[site]
    return all(
        not new[level] or stage.name not in allowed or place in allowed[stage.name]
        for level, stage in enumerate(facts.norms.stages)
    )


def _choices(facts: Facts, site: int) -> Iterator[Start | None]:
    """At most one founding project, and the committed one where there is one."""
    action = facts.options["action"].isin(FOUNDING).to_numpy()
    mine = (action & (facts.option_site == site)).nonzero()[0]
    forced = mine[facts.options["committed"].to_numpy()[mine] != 0]
    if not len(forced):
        yield None
    for option in forced if len(forced) else mine:
        for year in start_years(facts, int(option)):
            yield int(option), year


def _of_choice(facts: Facts, site: int, choice: Start | None) -> Iterator[Life]:
    years, runs = facts.norms.years, facts.runs[site]
    after, serves, ended = runs, years, np.zeros_like(runs)
    if choice is not None:
        after, serves = facts.after[choice[0]], service(facts, choice)
        if facts.options["action"].iloc[choice[0]] == "convert" and 0 <= serves < years:
            ended = runs & ~after
            if ended.any() and serves not in converting_years(facts, site):
                return
    free = closing_years(facts, site) | _leaving_years(facts, site)
    stops = [
        ([serves, *(t for t in free if t < serves)] if ended[level] else [years, *free])
        if runs[level]
        else [years]
        for level in range(len(runs))
    ]
    new = after & ~runs if 0 <= serves < years else np.zeros_like(runs)
    begin = np.where(runs, 0, np.where(new, serves, years))
    starts = frozenset({*_committed(facts, site), *([choice] if choice else [])})
    for stop in itertools.product(*stops):
        life = Life(tuple(begin.tolist()), tuple(int(t) for t in stop), starts)
        yield from _made_safe(facts, site, life)


def _committed(facts: Facts, site: int) -> list[Start]:
    """List the committed projects of a site that do not change its levels."""
    committed = facts.options["committed"].to_numpy()
    mine = (facts.option_site == site) & (committed != 0)
    mine &= ~facts.options["action"].isin(FOUNDING).to_numpy()
    return [(int(o), int(committed[o]) - facts.norms.first_year) for o in mine.nonzero()[0]]


def _made_safe(facts: Facts, site: int, life: Life) -> Iterator[Life]:
    """N5: an unsafe site that runs from the deadline on has a retrofit that serves by then."""
    deadline, first = facts.norms.unsafe_deadline, facts.norms.first_year
    if deadline is None or not facts.sites["unsafe"].iloc[site]:
        yield life
        return
    runs = np.asarray(life.runs(facts.norms.years).any(axis=0))
    due = np.flatnonzero(runs & (np.arange(len(runs)) >= deadline - first))
    if not len(due):
        yield life
        return
    retrofit = (facts.options["action"] == "retrofit").to_numpy() & (facts.option_site == site)
    for option in retrofit.nonzero()[0]:
        for year in start_years(facts, int(option)):
            if service(facts, (int(option), year)) <= due[0]:
                yield Life(life.begin, life.stop, life.starts | {(int(option), year)})
