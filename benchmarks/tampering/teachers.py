"""Edits that break the rules of posts, postings and rotation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from benchmarks.tampering.copies import NotPossibleError, Run, pick, tampers

POSTINGS, MOVES, HIRES = "tables/postings", "tables/moves", "tables/hires"
FIGURES = ("posts_needed", "teachers", "posts_short", "posts_surplus", "teachers_moved")


def rows_of(run: Run, name: str) -> pd.DataFrame:
    """Return a table of teachers, where teachers are planned."""
    if f"{name}.parquet" not in run.manifest["files"]:
        raise NotPossibleError("no teachers are planned")
    return run[name]


def moves_for(run: Run, *reasons: str) -> pd.DataFrame:
    """Return the moves of some reasons."""
    rows = rows_of(run, MOVES)
    return rows[rows["why"].isin(reasons)]


def position(row: pd.Series[Any]) -> int:
    """Return where a picked row stands in its table."""
    where: Any = row.name
    return int(where)


def idle_site(run: Run) -> str:
    """Return a site that never runs anything."""
    schools = run["tables/schools"]
    busy = set(schools.loc[schools["operates"].astype(bool), "site_id"])
    idle = [site for site in run["problem/sites"]["site_id"] if site not in busy]
    if not idle:
        raise NotPossibleError("every site runs")
    return str(idle[0])


@tampers("staffing.missing")
def lose_the_teachers(run: Run, number: int) -> None:
    """Leave out all tables of teachers, or just one."""
    rows_of(run, POSTINGS)
    for name in (POSTINGS, MOVES, HIRES)[number * 2 :]:
        file = f"{name}.parquet"
        (run.folder / file).unlink()
        del run.manifest["files"][file]


@tampers("staffing.pool")
def hire_key_teachers(run: Run, number: int) -> None:
    """Make a hire one of key teachers."""
    row, pools = pick(rows_of(run, HIRES), number, "too few hires"), run["problem/staff_pools"]
    key = pick(pools[pools["rank"] == "key"], 0, "no key teachers")
    run.change(HIRES, position(row), "pool_id", key["pool_id"])


@tampers("staffing.pool")
def move_to_where_they_are(run: Run, number: int) -> None:
    """Let a move end where it begins."""
    row = pick(rows_of(run, MOVES), number, "too few moves")
    run.change(MOVES, position(row), "to_site_id", row["from_site_id"])


@tampers("staffing.running")
def move_to_an_idle_site(run: Run, number: int) -> None:
    """Send those who move to a site without a school."""
    row = pick(moves_for(run, "rotation", "level stops"), number, "too few moves")
    run.change(MOVES, position(row), "to_site_id", idle_site(run))


@tampers("staffing.running")
def stand_at_an_idle_site(run: Run, number: int) -> None:
    """Post teachers at a site without a school."""
    row = pick(rows_of(run, POSTINGS), number, "too few teachers")
    run.change(POSTINGS, position(row), "site_id", idle_site(run))


@tampers("staffing.hire")
def hire_in_another_year(run: Run, number: int) -> None:
    """Hire two years before the posting, or after it."""
    row = pick(rows_of(run, HIRES), number, "too few hires")
    run.change(HIRES, position(row), "hired", int(row["year"]) + (-2, 1)[number])


@tampers("staffing.balance")
def invent_a_teacher(run: Run, number: int) -> None:
    """Post one teacher more."""
    row = pick(rows_of(run, POSTINGS), number, "too few teachers")
    run.change(POSTINGS, position(row), "posts", int(row["posts"]) + 1)


@tampers("staffing.balance")
def lose_a_posting(run: Run, number: int) -> None:
    """Leave out the teachers of a pool and site in a year."""
    row = pick(rows_of(run, POSTINGS), number, "too few teachers")
    run[POSTINGS] = run[POSTINGS].drop(index=position(row))


@tampers("staffing.balance")
def swap_schools(run: Run, number: int) -> None:
    """Exchange the teachers of two postings of different sizes, so that all sums stay."""
    rows = rows_of(run, POSTINGS)
    row = pick(rows, number, "too few teachers")
    same = rows[(rows["pool_id"] == row["pool_id"]) & (rows["year"] == row["year"])]
    other = pick(same[same["posts"] != row["posts"]], 0, "all postings are of one size")
    run.change(POSTINGS, position(row), "posts", int(other["posts"]))
    run.change(POSTINGS, position(other), "posts", int(row["posts"]))


@tampers("staffing.total")
def hire_one_more(run: Run, number: int) -> None:
    """Hire one more than leave, and post them too."""
    row = pick(rows_of(run, HIRES), number, "too few hires")
    run.change(HIRES, position(row), "posts", int(row["posts"]) + 1)
    rows = run[POSTINGS]
    ours = (rows["pool_id"] == row["pool_id"]) & (rows["site_id"] == row["site_id"])
    rows.loc[ours & (rows["year"] >= row["year"]), "posts"] += 1
    run[POSTINGS] = rows


@tampers("staffing.total")
def replace_nobody(run: Run, number: int) -> None:
    """Leave out a hire."""
    row = pick(rows_of(run, HIRES), number, "too few hires")
    run[HIRES] = run[HIRES].drop(index=position(row))


@tampers("rotation.eligible")
def move_newcomers(run: Run, number: int) -> None:
    """Let nobody of a pool that rotates have served a single year at their school."""
    row = pick(moves_for(run, "rotation"), number, "too few moves")
    pools = run["problem/staff_pools"]
    pools.loc[pools["pool_id"] == row["pool_id"], "years"] = 0
    run["problem/staff_pools"] = pools


@tampers("rotation.eligible")
def ask_for_a_lifetime(run: Run, number: int) -> None:
    """Ask for more years at a school than anybody has."""
    pick(moves_for(run, "rotation"), number, "too few moves")
    run.staffing(eligible_after_years=60 + number)


@tampers("rotation.core")
def keep_everybody(run: Run, number: int) -> None:
    """Let the whole core of each school stay, or nearly."""
    pick(moves_for(run, "rotation"), number, "too few moves")
    run.staffing(core_share=(1.0, 0.999)[number])


@tampers("rotation.share")
def ask_for_more_rotation(run: Run, number: int) -> None:
    """Ask for more movers than there are."""
    pick(moves_for(run, "rotation"), number, "too few moves")
    run.staffing(rotation_share=(1.0, 0.95)[number])


@tampers("rotation.share")
def cancel_rotation(run: Run, number: int) -> None:
    """Leave out all rotation of a year, and post teachers as if nothing had been agreed."""
    rows = moves_for(run, "rotation")
    year = pick(rows, number, "too few moves")["year"]
    run[MOVES] = run[MOVES].drop(index=rows.index[rows["year"] == year])


@tampers("rotation.key")
def ask_for_key_teachers(run: Run, number: int) -> None:
    """Ask for key teachers alone among those who move, or for nine of ten."""
    pick(moves_for(run, "rotation"), number, "too few moves")
    run.staffing(key_share=(1.0, 0.9)[number])


@tampers("rotation.key")
def keep_key_teachers(run: Run, number: int) -> None:
    """Leave out the moves of key teachers in a year."""
    rows, pools = moves_for(run, "rotation"), run["problem/staff_pools"]
    rows = rows[rows["pool_id"].isin(pools.loc[pools["rank"] == "key", "pool_id"])]
    year = pick(rows, number, "too few key teachers move")["year"]
    run[MOVES] = run[MOVES].drop(index=rows.index[rows["year"] == year])


@tampers("rotation.two_way")
def ask_for_an_exchange(run: Run, number: int) -> None:
    """Ask for more moves to the country, or to town, than there are."""
    rows_of(run, MOVES)
    run.staffing(**{("to_country", "to_town")[number]: 1_000_000})


@tampers("tables.moves")
def give_another_reason(run: Run, number: int) -> None:
    """Call rotation forced, or what is forced rotation."""
    why = ("rotation", "level stops")[number]
    row = pick(moves_for(run, why), 0, f"no move for the reason {why}")
    run.change(MOVES, position(row), "why", ("level stops", "rotation")[number])


@tampers("tables.moves")
def let_others_follow(run: Run, number: int) -> None:
    """Let one more who is due go with the pupils, or none."""
    rows = moves_for(run, "due")
    row = pick(rows, 0, "nobody who is due goes with the pupils")
    if number:
        run[MOVES] = run[MOVES].drop(index=position(row))
    else:
        run.change(MOVES, position(row), "posts", int(row["posts"]) + 1)


@tampers("tables.schools")
def need_fewer_posts(run: Run, number: int) -> None:
    """Take a post off what a school needs."""
    rows_of(run, POSTINGS)
    rows = run["tables/schools"]
    row = pick(rows[rows["posts"] > 1], number, "no posts are needed")
    run.change("tables/schools", position(row), "posts", float(row["posts"]) - 1.0)


@tampers("tables.kpi")
def embellish_a_figure_of_teachers(run: Run, number: int) -> None:
    """Add one to a figure of teachers."""
    rows_of(run, POSTINGS)
    rows = run["tables/kpi"]
    row = pick(rows[rows["name"].isin(FIGURES)], number, "no figures of teachers")
    run.change("tables/kpi", position(row), "value", float(row["value"]) + 1.0)


@tampers("manifest.terms")
def hide_short_posts(run: Run, number: int) -> None:
    """State a smaller amount of short posts, or of posts in surplus."""
    name = ("post_short", "post_surplus")[number]
    for term in run.manifest["terms"]:
        if term["name"] == name and term["value"] > 1.0:
            term["value"] *= 0.9
            return
    raise NotPossibleError(f"there is no {name}")


@tampers("manifest.fixed_terms")
def save_on_pay(run: Run, number: int) -> None:
    """State less pay, or none."""
    for term in run.manifest["fixed_terms"]:
        if term["name"] == "teacher_pay" and term["value"] > 1.0:
            term["value"] *= (0.99, 0.0)[number]
            return
    raise NotPossibleError("there is no pay")
