from dataclasses import replace

import pandas as pd
import pytest

from scenarios.outputs import facts
from scenarios.outputs.folder import Run


def _site_year(run: Run, site: str, year: int) -> pd.Series:
    table = facts.site_years(run).set_index(["site_id", "year"])
    return table.loc[(site, year)]


def test_the_base_year_comes_from_what_is_enrolled(run: Run) -> None:
    enrolled = run.problem["enrolled"]
    wanted = enrolled.loc[enrolled["site_id"] == "S000", "pupils"].sum()
    assert _site_year(run, "S000", run.base_year)["pupils"] == pytest.approx(wanted)


def test_places_are_rooms_times_cap_split_by_classes(run: Run) -> None:
    row = _site_year(run, "S000", run.first_year)
    primary, lower = row["classes_primary"], row["classes_lower_secondary"]
    share = primary / (primary + lower)
    assert row["places"] == pytest.approx(row["rooms"] * (share * 45 + (1 - share) * 50))
    assert row["use"] == pytest.approx(row["pupils"] / row["places"])


def test_seats_stand_for_places_where_a_site_states_them(run: Run) -> None:
    sites = run.problem["sites"].copy()
    sites.loc[0, "seats"] = 777.0
    seated = replace(run, problem={**run.problem, "sites": sites})
    assert _site_year(seated, "S000", run.first_year)["places"] == 777.0


def test_a_candidate_does_not_run_before_it_opens(run: Run) -> None:
    opened = run.problem["options"].set_index("action").loc["open", "site_id"]
    assert not _site_year(run, opened, run.base_year)["runs"]
    assert _site_year(run, opened, run.last_year)["runs"]


def test_a_split_zone_belongs_where_most_of_it_goes(run: Run) -> None:
    shares = run.tables["assignment"]
    zone = shares[(shares["level"] == "primary") & (shares["zone_id"] == "Z0000")]
    other = next(site for site in ("S000", "S002") if site != zone["site_id"].iloc[0])
    split = pd.concat([zone.assign(share=0.4), zone.assign(share=0.6, site_id=other)])
    divided = replace(run, tables={**run.tables, "assignment": split})
    belongs = facts.catchments(divided)
    mine = belongs[(belongs["zone_id"] == "Z0000") & (belongs["level"] == "primary")]
    assert set(mine.loc[mine["year"] >= run.first_year, "site_id"]) == {other}


def test_a_zone_without_entrants_belongs_where_it_did_the_year_before(run: Run) -> None:
    shares = run.tables["assignment"]
    gap = (shares["zone_id"] == "Z0003") & (shares["entry_year"] == run.last_year)
    thinned = replace(run, tables={**run.tables, "assignment": shares[~gap]})
    belongs = facts.catchments(thinned).set_index(["level", "zone_id", "year"])["site_id"]
    last, before = run.last_year, run.last_year - 1
    assert belongs["primary", "Z0003", last] == belongs["primary", "Z0003", before]
    assert len(belongs) == 2 * 40 * (1 + len(run.years))


def test_a_stop_that_a_relocation_asks_for_is_no_merger(run: Run) -> None:
    shown = facts.events(run)
    old = run.problem["options"].set_index("action").loc["relocate", "relocates_id"]
    assert shown.set_index("site_id").loc[old, "kind"] == "moved_out"
    assert (shown["kind"] == "merge").sum() == 1


def test_what_serves_after_the_horizon_is_not_on_the_ground(run: Run) -> None:
    late = run.tables["actions"].assign(service_year=run.last_year + 1)
    assert facts.events(replace(run, tables={**run.tables, "actions": late})).empty
