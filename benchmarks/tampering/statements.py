"""Edits of what the tables and the manifest state."""

from __future__ import annotations

from benchmarks.tampering.copies import (
    Edit,
    NotPossibleError,
    Run,
    index_of,
    pick,
    tampers,
)


def number_edit(table: str, column: str, by: float) -> Edit:
    """Return an edit that adds an amount to a cell, another cell for each number."""

    def edit(run: Run, number: int) -> None:
        rows = run[f"tables/{table}"]
        if not len(rows):
            raise NotPossibleError(f"{table} is empty")
        index = (len(rows) - 1) * number // 2
        value = float(rows[column].iloc[index]) + by
        run.change(f"tables/{table}", index, column, value)

    edit.__doc__ = f"Add {by:g} to a cell of {column}."
    return edit


for _table, _column, _by in (
    *(("enrolment", "pupils", 0.01), ("enrolment", "minutes", 0.5), ("enrolment", "metres", 5.0)),
    *(("classes", "pupils", 0.01), ("classes", "largest_class", 1.0)),
    *(("schools", "pupils", 0.01), ("schools", "rooms", 1.0), ("schools", "rooms_taken", 1.0)),
    *(("schools", "function_rooms", 1.0), ("schools", "classes", 1.0)),
    *(("actions", "capital_cost", 1.0), ("actions", "rooms", 1.0), ("actions", "area_m2", 1.0)),
    *(("actions", "service_year", 1.0), ("actions", "decision_year", -1.0)),
    *(("spend", "amount", 1.0), ("spend", "year", 1.0), ("assignment", "share", 1e-4)),
):
    tampers(f"tables.{_table}")(number_edit(_table, _column, _by))


@tampers("tables.kpi")
def embellish_each_figure(run: Run, number: int) -> None:
    """Add 1 % to one row of a key figure that is not 0."""
    rows = run["tables/kpi"]
    row = pick(rows[rows["value"] != 0], number, "every figure is 0")
    run.change("tables/kpi", index_of(row), "value", float(row["value"]) * 1.01)


@tampers("tables.kpi")
def lose_a_figure(run: Run, number: int) -> None:
    """Drop a row of the key figures."""
    run["tables/kpi"] = run["tables/kpi"].drop(index=number)


@tampers("tables.enrolment")
def send_a_pupil_elsewhere(run: Run, number: int) -> None:
    """Take a row of pupils out, or swap the pupils of two rows."""
    rows = run["tables/enrolment"]
    if number:
        run["tables/enrolment"] = rows.drop(index=5)
        return
    other = int((rows["pupils"] - rows["pupils"].iloc[0]).abs().argmax())
    values = rows["pupils"].to_numpy(copy=True)
    values[[0, other]] = values[[other, 0]]
    run["tables/enrolment"] = rows.assign(pupils=values)


def embellish(name: str) -> Edit:
    """Return an edit that improves a stated number a little."""

    def edit(run: Run, number: int) -> None:
        if run.manifest.get(name) is None:
            raise NotPossibleError(f"no {name} is stated")
        run.manifest[name] = run.manifest[name] * (0.99, 1.001)[number] - 1e-4

    edit.__doc__ = f"Improve the stated {name} a little."
    return edit


for _name in ("objective", "floor", "gap", "gap_above_floor"):
    tampers(f"manifest.{_name}")(embellish(_name))


@tampers("manifest.bound")
def claim_a_better_bound(run: Run, number: int) -> None:
    """Raise the bound above the objective, or claim that it closes the gap."""
    if run.manifest["bound"] is None and number:
        raise NotPossibleError("no bound is stated")
    run.manifest["bound"] = run.manifest["objective"] * (1.01, 0.9999)[number]


@tampers("manifest.terms")
def hide_a_term(run: Run, number: int) -> None:
    """Take a tenth off the largest term, or add it to another."""
    terms = sorted(run.manifest["terms"], key=lambda term: -abs(term["value"]))
    part = 0.1 * terms[0]["value"]
    terms[0]["value"] -= part
    terms[1]["value"] += part * number
