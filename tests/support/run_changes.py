"""Changes to the tiny case of a run: each makes a function that changes the case it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = dict[str, Any]
Change = Callable[[Case], None]


def row(case: Case, table: str, **wanted: Any) -> dict[str, Any]:
    """Return the one row of a table of the problem that has these entries."""
    found: dict[str, Any] = next(
        item
        for item in case["problem"][table]
        if all(item[key] == value for key, value in wanted.items())
    )
    return found


def policy(**entries: Any) -> Change:
    return lambda case: case["rules"]["policy"].update(entries)


def site(name: str, **entries: Any) -> Change:
    return lambda case: row(case, "sites", site_id=name).update(entries)


def start(option: str, year: int) -> Change:
    return lambda case: case["start"].update({option: year})


def resend(zone: str, level: str, year: int, shares: dict[str, float]) -> Change:
    """Give a zone's entrants of a year new shares."""

    def change(case: Case) -> None:
        for key in [key for key in case["share"] if (key[0], *key[2:]) == (zone, level, year)]:
            del case["share"][key]
        case["share"].update({(zone, to, level, year): part for to, part in shares.items()})

    return change


def runs(name: str, level: str, *years: int, on: bool = True) -> Change:
    """Let a level run, or not, in some years."""
    keys = {(name, level, year) for year in years}

    def change(case: Case) -> None:
        case["runs"] = case["runs"] | keys if on else case["runs"] - keys

    return change


def classes(name: str, level: str, entry: int, year: int, count: float) -> Change:
    return lambda case: case["classes"].update({(name, level, entry, year): count})


def base_classes(name: str, grade: int, count: int) -> Change:
    return lambda case: row(case, "enrolled_classes", site_id=name, grade=grade).update(
        classes=count
    )


def merge(*rows: tuple[str, str, str, int]) -> Change:
    return lambda case: case.update(merges=list(rows))


def everything(*changes: Change) -> Change:
    """Make one change of several."""

    def change(case: Case) -> None:
        for part in changes:
            part(case)

    return change


def land(*touching: tuple[str, str], **own: str) -> Change:
    """Ask for areas that hang together; say which zones touch and where sites stand."""

    def change(case: Case) -> None:
        case["rules"]["policy"]["contiguous"] = True
        case["problem"]["adjacency"] = [{"zone_a_id": a, "zone_b_id": b} for a, b in touching]
        case["problem"]["own_zones"] = [{"site_id": s, "zone_id": z} for s, z in own.items()]

    return change


def no_arc(case: Case) -> None:
    """Forbid the merger of B into A."""
    case["problem"]["merge_arcs"] = [
        arc
        for arc in case["problem"]["merge_arcs"]
        if (arc["from_site_id"], arc["to_site_id"]) != ("B", "A")
    ]


def travel(zone: str, to: str, level: str, **entries: Any) -> Change:
    return lambda case: row(case, "travel", zone_id=zone, site_id=to, level=level).update(entries)


def budget(year: int, amount: float) -> Change:
    return lambda case: row(case, "budget", year=year).update(amount=amount)
