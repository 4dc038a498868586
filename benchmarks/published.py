"""Every published location instance at hand, beside the value published for it: the whole table.

`python -m benchmarks.published [--data DIR] [--only KIND]… [--method NAME] [--seconds S] [--gap G]
[--table FILE]`, from the repository's root. Each instance is solved by the method that the product
chooses (`auto`) and, where that is another, by `by_site`; with `--method` by that one alone. Prints
a JSON line for each, as `benchmarks.location` does, with `published`, whether a plan as cheap was
`reached` and whether the bound is as high (`proven`); `--table` also writes a table in Markdown.
Exit code 0, 3 where no method reached a published value, 1 where a file is faulty.

The instances of `gap/` are left out: what a job takes of an agent hangs on both, and a pupil takes
one place wherever he or she goes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.answers import DONE, NO_PLAN, add_limits, fault, limits_of, print_line
from benchmarks.instances import KINDS, InstanceError, read_instance
from benchmarks.location import solve_instance

DATA = Path("../shared/data")
SITING = {(10, False): 1655.2, (10, True): 1686.8, (14, True): 1436.9}
"""Demand times kilometres of `geo_zy` by number of schools and whether they have capacities (Kong).

Published to a tenth.
"""
TENTH, EXACT = 0.05, 1e-6
"""How far from a published value counts as it: rounding, and a part of it."""
COLUMNS = ("instance", "kind", "method", "published", "objective", "bound", "gap", "seconds")


@dataclass(frozen=True)
class Published:
    """A file with the options it is read with, and the value published for it, to `within`."""

    path: Path
    kind: str
    value: float
    within: float
    schools_open: int | None = None
    capacitated: bool = False

    @property
    def options(self) -> str:
        """Options of `benchmarks.location`, as typed."""
        many = "" if self.schools_open is None else f" --p {self.schools_open}"
        return many + (" --capacitated" if self.capacitated else "")


def main(arguments: list[str] | None = None) -> int:
    """Solve them all and print."""
    chosen = _parser().parse_args(arguments)
    lines: list[dict[str, Any]] = []
    missed = []
    try:
        for one in published(chosen.data):
            if chosen.only and one.kind not in chosen.only:
                continue
            mine = list(_solved(one, chosen))
            if not any(line["reached"] for line in mine):
                missed.append(one)
            lines += mine
    except (InstanceError, OSError) as error:
        return fault(error)
    if chosen.table is not None:
        chosen.table.write_text(as_table(lines), encoding="utf-8")
    return NO_PLAN if missed else DONE


def published(data: Path) -> list[Published]:
    """List the instances of a folder with what is published for them.

    Raises
    ------
    OSError
        If a file of published values is not there.
    """
    found = [*_listed(data / "cflp", "cflp", ".txt"), *_numbered(data / "sscflp")]
    found += _listed(data / "pmedian", "pmedian", ".txt")
    for path in sorted((data / "pmedian").glob("pmedcap*.txt")):
        best = float(path.read_text(encoding="utf-8").split()[1])
        found.append(Published(path, "cpmp", best, EXACT * best))
    place = data / "school_siting_zy" / "geo_zy.txt"
    for (many, capacitated), value in SITING.items():
        found.append(Published(place, "siting", value, TENTH, many, capacitated))
    return found


def _listed(folder: Path, kind: str, suffix: str) -> Iterator[Published]:
    """Instances that `optima.txt` names, each with its optimum."""
    for row in (folder / "optima.txt").read_text(encoding="utf-8").splitlines():
        name, *values = row.split()
        path = folder / (name + suffix)
        if path.is_file():
            yield Published(path, kind, float(values[0]), EXACT * float(values[0]))


def _numbered(folder: Path) -> Iterator[Published]:
    """Instances p1, p2 and so on: `optima.txt` has their optima in this order."""
    values = (folder / "optima.txt").read_text(encoding="utf-8").split()
    for number, value in enumerate(map(float, values), start=1):
        yield Published(folder / f"p{number}", "sscflp", value, EXACT * value)


def _solved(one: Published, chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Solve an instance by each method asked for, and print each answer."""
    instance = read_instance(one.path, one.kind, one.schools_open, one.capacitated)
    methods = [chosen.method]
    for method in methods:
        line, _ = solve_instance(instance, method, limits_of(chosen))
        if method == "auto" and line["method"] != "by_site":
            methods.append("by_site")
        best, bound = line["objective"], line["bound"]
        line |= {
            "instance": line["instance"] + one.options,
            "published": one.value,
            "reached": best is not None and best <= one.value + one.within,
            "proven": bound is not None and bound >= one.value - one.within,
        }
        print_line(line)
        yield line


def as_table(lines: list[dict[str, Any]]) -> str:
    """Write answers as a table in Markdown."""
    rows = [[_cell(name, line) for name in COLUMNS] for line in lines]
    rule = ["---"] * len(COLUMNS)
    return "".join(f"| {' | '.join(row)} |\n" for row in ([*COLUMNS], rule, *rows))


def _cell(column: str, line: dict[str, Any]) -> str:
    value = line[column]
    if value is None:
        return "none"
    if column == "gap":
        if value < 5 * EXACT:
            return "0" if value <= EXACT else "< 0.001 %"
        return f"{value:.3%}".replace("%", " %")
    if column == "seconds":
        return f"{value:.1f}"
    if isinstance(value, float):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
        return f"**{text}**" if column == "objective" and not line["reached"] else text
    return str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR")
    parser.add_argument("--only", action="append", choices=KINDS, help="may be repeated")
    parser.add_argument("--table", type=Path, metavar="FILE", help="also write a table here")
    add_limits(parser, gap=EXACT)
    return parser


if __name__ == "__main__":
    sys.exit(main())
