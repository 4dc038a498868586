"""Edits that break the rules of classes, rooms, seats and budget."""

from __future__ import annotations

import pandas as pd

from benchmarks.tampering.copies import Run, cohort, pick, tampers, unbuilt


@tampers("classes.integer")
def half_a_class(run: Run, number: int) -> None:
    """Add part of a class."""
    index, row = cohort(run, number, 1.0)
    run.change("tables/classes", index, "classes", float(row["classes"]) + (0.5, 0.01)[number])


@tampers("classes.zero")
def no_class(run: Run, number: int) -> None:
    """Leave a cohort without a class."""
    run.change("tables/classes", cohort(run, number, 1.0)[0], "classes", 0.0)


@tampers("classes.zero")
def class_without_pupils(run: Run, number: int) -> None:
    """State a class of a cohort that is nowhere near."""
    row = run["tables/classes"].to_dict("records")[number]
    site = run["problem/sites"]["site_id"].iloc[-1]
    run.add("tables/classes", row | {"site_id": site, "pupils": 0.0, "largest_class": 0})


@tampers("classes.fall")
def lose_a_class(run: Run, number: int) -> None:
    """Let a cohort have one more class in the year before."""
    rows = run["tables/classes"]
    keys = ["site_id", "level", "entry_year"]
    later = rows.assign(year=rows["year"] - 1, later=rows["pupils"])[[*keys, "year", "later"]]
    both = rows.reset_index().merge(later, on=[*keys, "year"])
    row = pick(both[both["classes"] > 0], number, "no cohort stays a year")
    run.change("tables/classes", int(row["index"]), "classes", float(row["classes"]) + 1.0)


@tampers("class_size.hard")
def one_class_for_all(run: Run, number: int) -> None:
    """Put a large cohort into one class."""
    hard = max(level["hard"] for level in run.rules["levels"])
    index, _ = cohort(run, number, hard)
    run.change("tables/classes", index, "classes", 1.0)


@tampers("rooms.capacity")
def classes_without_rooms(run: Run, number: int) -> None:
    """Form many more classes than there are rooms."""
    index, row = cohort(run, number, 1.0)
    run.change("tables/classes", index, "classes", float(row["classes"]) + 60.0)


@tampers("seats.capacity")
def too_few_seats(run: Run, number: int) -> None:
    """Give a school fewer seats than pupils."""
    row, sites = pick(run.steady(), number, "no school"), run["problem/sites"]
    sites["seats"] = sites["seats"].astype(float)
    sites.loc[sites["site_id"] == row["site_id"], "seats"] = float(row["pupils"]) / 2
    run["problem/sites"] = sites


@tampers("budget.year")
def spend_without_a_budget(run: Run, number: int) -> None:
    """Build under a budget of nothing."""
    option = pick(unbuilt(run), number, "everything is built")
    run["problem/budget"] = pd.DataFrame({"year": list(run.years), "amount": 0.0})
    run.start(option, max(run.years[0], int(option["earliest"])))


@tampers("schools.open")
def another_number_of_schools(run: Run, number: int) -> None:
    """Ask for one school more or less than run."""
    schools = run["tables/schools"]
    on = schools[schools["operates"].astype(bool) & (schools["year"] == run.years[0])]
    run.policy(schools_open=on["site_id"].nunique() + (1, -1)[number])
