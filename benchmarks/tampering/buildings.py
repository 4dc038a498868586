"""Edits that break the rules of building and running."""

from __future__ import annotations

import pandas as pd

from benchmarks.tampering.copies import NotPossibleError, Run, pick, tampers, unbuilt

FOUNDING = ("open", "convert", "relocate")


@tampers("lifecycle.restart")
def rest_a_year(run: Run, number: int) -> None:
    """Let a level rest in the second year and run again."""
    row = pick(run.steady(), number, "no school")
    run.stop(row["site_id"], row["level"], run.years[1])


@tampers("lifecycle.running")
def run_without_cause(run: Run, number: int) -> None:
    """Let a level run where nothing was opened."""
    sites, levels = run["problem/sites"], [level["name"] for level in run.rules["levels"]]
    level = levels[number % len(levels)]
    idle = sites[~sites[f"runs_{level}"].astype(bool)]
    schools = run["tables/schools"]
    busy = schools.loc[schools["operates"].astype(bool) & (schools["level"] == level), "site_id"]
    row = pick(idle[~idle["site_id"].isin(busy)], number, "the level runs everywhere")
    run.operate(row["site_id"], level, *run.years[1:])


@tampers("lifecycle.start")
def start_before_its_time(run: Run, number: int) -> None:
    """Start a project a year before the horizon."""
    run.start(pick(unbuilt(run), number, "everything is built"), run.years[0] - 1)


@tampers("lifecycle.start")
def start_twice(run: Run, number: int) -> None:
    """Build a project a second time."""
    actions, options = run["tables/actions"], run["problem/options"]
    built = options[options["option"].isin(actions["option"])]
    option = pick(built, number, "too little is built")
    run.start(option, run.years[1])


@tampers("lifecycle.action")
def build_what_the_policy_excludes(run: Run, number: int) -> None:
    """Start a project of an action that the policy does not know."""
    option = pick(unbuilt(run), number, "everything is built")
    run.policy(actions=[a for a in run.rules["policy"]["actions"] if a != option["action"]])
    run.start(option, max(run.years[0], int(option["earliest"])))


@tampers("lifecycle.place")
def open_in_the_wrong_place(run: Run, number: int) -> None:
    """Open a school where the policy wants none."""
    option = pick(unbuilt(run, *FOUNDING), number, "no school may be opened")
    names = [level["name"] for level in run.rules["levels"]]
    run.policy(allowed_places={name: ["nowhere"] for name in names})
    run.start(option, max(run.years[0], int(option["earliest"])))


@tampers("lifecycle.exclusive")
def found_twice_at_one_site(run: Run, number: int) -> None:
    """Start two founding projects at one site."""
    option = pick(unbuilt(run, *FOUNDING), number, "no school may be opened")
    options = run["problem/options"]
    twin = option.copy()
    twin["option"] = f"{option['option']} again"
    run["problem/options"] = pd.concat([options, twin.to_frame().T], ignore_index=True).astype(
        options.dtypes
    )
    spend = run["problem/spend"]
    ours = spend[spend["option"] == option["option"]].assign(option=twin["option"])
    run["problem/spend"] = pd.concat([spend, ours], ignore_index=True)
    for one in (option, twin):
        run.start(one, max(run.years[0], int(one["earliest"])))


@tampers("lifecycle.keep_new")
def open_and_give_up(run: Run, number: int) -> None:
    """Open a school and stop it again before the end."""
    option = pick(unbuilt(run, "open"), number, "no school may be opened")
    start = max(run.years[0], int(option["earliest"]))
    service = start + int(option["lead"])
    if service >= run.years[-1]:
        raise NotPossibleError("the horizon is too short")
    run.start(option, start)
    for level in [level["name"] for level in run.rules["levels"]]:
        if option[f"after_{level}"]:
            run.operate(option["site_id"], level, *range(service, run.years[-1]))


@tampers("lifecycle.unsafe")
def declare_a_school_unsafe(run: Run, number: int) -> None:
    """Let pupils stay in a building that is unsafe."""
    row = pick(run.steady(), number, "no school")
    sites = run["problem/sites"]
    sites.loc[sites["site_id"] == row["site_id"], "unsafe"] = True
    run["problem/sites"] = sites
    run.policy(unsafe_deadline=run.years[1])


@tampers("lifecycle.relocate")
def relocate_nobody(run: Run, number: int) -> None:
    """Open a school as a relocation and leave the old one running."""
    option = pick(unbuilt(run, "open", "relocate"), number, "no school may be opened")
    row, options = pick(run.steady(), number, "no school"), run["problem/options"]
    ours = options["option"] == option["option"]
    options.loc[ours, "action"], options.loc[ours, "relocates_id"] = "relocate", row["site_id"]
    run["problem/options"] = options
    run.start(options[ours].iloc[0], max(run.years[0], int(option["earliest"])))
