"""A table or a manifest entry that disagrees with what the decisions imply is named."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.verify import verify
from tests.support.run_case import LOWER, PRIMARY
from tests.support.run_folder import edit, edit_manifest

Change = Callable[[pd.DataFrame], pd.DataFrame]


def rules(run: Path) -> set[str]:
    verdict = verify(run)
    assert not verdict.ok
    assert not verdict.faults
    return {violation.rule for violation in verdict.violations}


def first(column: str, value: object) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(object)
        frame.loc[frame.index[0], column] = value
        return frame.infer_objects()

    return change


def more(column: str, amount: float) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(float)
        frame.loc[frame.index[0], column] += amount
        return frame

    return change


def without_first(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[1:]


def flip(column: str) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[0], column] = not frame.loc[frame.index[0], column]
        return frame

    return change


EDITS: list[tuple[str, Change]] = [
    ("enrolment", more("pupils", 0.01)),
    ("enrolment", more("minutes", 0.01)),
    ("enrolment", more("metres", 1.0)),
    ("enrolment", more("grade", 1)),
    ("enrolment", first("mode", "bus")),
    ("enrolment", without_first),
    ("enrolment", first("zone_id", "Z9")),
    ("enrolment", first("year", 2030)),
    ("classes", more("pupils", 0.01)),
    ("classes", more("largest_class", 1)),
    ("classes", more("grade", 1)),
    ("schools", more("pupils", 0.01)),
    ("schools", more("classes", 1)),
    ("schools", more("rooms", 1)),
    ("schools", more("rooms_taken", 1)),
    ("schools", more("function_rooms", 1)),
    ("schools", flip("admits")),
    ("actions", more("decision_year", -1)),
    ("actions", more("service_year", 1)),
    ("actions", first("levels_before", "")),
    ("actions", first("levels_after", PRIMARY)),
    ("actions", more("rooms", 1)),
    ("actions", more("area_m2", 1)),
    ("actions", more("land_m2", 1)),
    ("actions", more("capital_cost", 1)),
    ("actions", first("site_id", "D")),
    ("actions", first("into_site_id", "B")),
    ("actions", lambda frame: frame[frame["action"] != "merge"]),
    ("actions", lambda frame: frame.replace({"action": {"merge": "close"}})),
    ("spend", more("amount", 1)),
    ("spend", more("year", 1)),
    ("spend", without_first),
    ("spend", first("action_id", "nobody")),
    ("kpi", without_first),
    ("kpi", first("unit", "heads")),
    ("kpi", first("year", 2024)),
]


@pytest.mark.parametrize(
    ("table", "change"), EDITS, ids=[f"{table}-{n}" for n, (table, _) in enumerate(EDITS)]
)
def test_an_edited_table_is_named(table: str, change: Change, run: Path) -> None:
    edit(run, f"tables/{table}", change)
    assert rules(run) == {f"tables.{table}"}


def test_every_key_figure_is_compared(run: Path) -> None:
    edit(run, "tables/kpi", lambda frame: frame.assign(value=frame["value"] + 1.0))
    verdict = verify(run)
    assert len(verdict.kpi) == len(pd.read_parquet(run / "tables/kpi.parquet"))
    assert len({figure.name for figure in verdict.kpi}) == 19
    assert all(figure.stated == pytest.approx(figure.recomputed + 1.0) for figure in verdict.kpi)


def test_a_key_figure_that_is_not_derived_here_is_named_as_unchecked(run: Path) -> None:
    row = {"name": "teachers", "level": PRIMARY, "group": "all", "year": 2021, "value": 9.0}
    extra = pd.DataFrame([row | {"unit": "teachers"}])
    edit(run, "tables/kpi", lambda frame: pd.concat([frame, extra], ignore_index=True))
    assert verify(run).ok
    assert verify(run).unchecked == ("teachers",)


def test_harmless_edits_are_not_refused(run: Path) -> None:
    generator = np.random.default_rng(1)
    for table in ("assignment", "enrolment", "classes", "schools", "actions", "spend", "kpi"):
        edit(
            run,
            f"tables/{table}",
            lambda frame: frame.sample(frac=1.0, random_state=2)[frame.columns[::-1]].assign(
                note=1
            ),
        )
    edit(
        run,
        "tables/enrolment",
        lambda frame: frame.assign(pupils=frame["pupils"] + generator.uniform(-1e-9, 1e-9)),
    )
    edit(run, "tables/classes", lambda frame: frame.assign(classes=frame["classes"].astype(float)))
    edit(run, "tables/actions", lambda frame: frame.replace({"option": {"": None}}))
    edit(run, "tables/schools", lambda frame: frame.astype({"site_id": "category"}))
    edit(run, "tables/schools", lambda frame: frame[frame["operates"]])
    assert verify(run).violations == ()
    assert verify(run).ok


def test_noise_in_shares_below_their_tolerance_is_no_change_of_school(run: Path) -> None:
    before = verify(run)
    noise = itertools.cycle([4e-7, -4e-7])
    edit(
        run,
        "tables/assignment",
        lambda frame: frame.assign(share=[share + next(noise) for share in frame["share"]]),
    )
    assert (verify(run).ok, verify(run).recomputed) == (True, before.recomputed)


def test_an_extra_share_moves_pupils_and_is_felt_everywhere(run: Path) -> None:
    def swap(frame: pd.DataFrame) -> pd.DataFrame:
        ours = (
            (frame["zone_id"] == "Z3") & (frame["level"] == LOWER) & (frame["entry_year"] == 2023)
        )
        frame.loc[ours, "site_id"] = "D"
        return frame

    edit(run, "tables/assignment", swap)
    expected = {"tables.enrolment", "tables.classes", "tables.schools", "tables.kpi"}
    assert rules(run) >= expected | {"manifest.terms", "manifest.objective"}


@pytest.mark.parametrize("entry", ["objective", "floor", "gap", "gap_above_floor"])
def test_a_number_of_the_manifest_that_differs_is_named(entry: str, run: Path) -> None:
    stated = verify(run).objective
    assert stated is not None
    edit_manifest(run, **{entry: 0.9 * stated if entry in ("objective", "floor") else 0.5})
    assert rules(run) == {f"manifest.{entry}"}


def test_a_bound_above_the_objective_is_no_bound(run: Path) -> None:
    stated = verify(run).objective
    assert stated is not None
    edit_manifest(run, bound=1.1 * stated)
    assert "manifest.bound" in rules(run)


def test_optimal_means_a_gap_of_nothing(run: Path) -> None:
    edit_manifest(run, status="optimal")
    assert rules(run) == {"manifest.status"}


def test_a_plan_without_a_bound_states_no_gap(run: Path) -> None:
    edit_manifest(run, bound=None, gap=None, gap_above_floor=None)
    assert verify(run).ok


def test_the_objective_is_the_sum_worked_out_by_hand(run: Path) -> None:
    verdict = verify(run)
    amounts = {term.name: term.amount for term in verdict.terms}
    assert amounts["school_running"] == 4 + 3 + 3
    assert amounts["capital"] == 2_000_000
    assert amounts["residual"] == pytest.approx(-2_000_000 * (1 - 2 / 50))
    assert amounts["over_cap_inherited"] == 58 - 50
    assert amounts["entrants_reassigned"] == 12
    assert amounts["pupils_moved"] == pytest.approx(22 * 0.95**2 + 20 * 0.95)
    values = {term.name: term.value for term in verdict.terms}
    a, b, p, d = 600_000, 300_000, 90_000, 400_000
    late = (a + p + d) * (1 / 1.04 + 1 / 1.04**2)
    assert values["school_running"] == pytest.approx(a + b + p + d + late)
    assert verdict.recomputed == pytest.approx(sum(values.values()))
