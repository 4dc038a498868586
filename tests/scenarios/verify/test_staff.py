"""Teachers: each rule, table and figure is found wrong by its name, and a sound run is passed.

Changes to the decisions keep all tables in step, so that only the rule can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.verify import verify
from tests.support.run_case import LOWER, PRIMARY
from tests.support.run_changes import Case, Change, everything
from tests.support.run_folder import write_run
from tests.support.run_staff import staffed_case

Edit = Callable[[pd.DataFrame], pd.DataFrame]


def norm(**entries: Any) -> Change:
    return lambda case: case["rules"]["staffing"].update(entries)


def move(pool: str, frm: str, to: str, year: int, number: int = 1) -> Change:
    return lambda case: case["moves"].update({(pool, frm, to, year): number})


def stay(pool: str, frm: str, to: str, year: int) -> Change:
    return lambda case: case["moves"].pop((pool, frm, to, year))


def hire(pool: str, site: str, hired: int, posted: int, number: int = 1) -> Change:
    return lambda case: case["hires"].update({(pool, site, hired, posted): number})


def unhire(pool: str, site: str, hired: int, posted: int) -> Change:
    return lambda case: case["hires"].pop((pool, site, hired, posted))


def stranger(pool: str, site: str, year: int, number: int) -> Change:
    return lambda case: case["strangers"].update({(pool, site, year): number})


def open_n(case: Case) -> None:
    """Open N for 2022 with primary, which nobody enters."""
    case["start"]["open N"] = 2021
    case["runs"] = case["runs"] | {("N", PRIMARY, 2022), ("N", PRIMARY, 2023)}


def due(**entries: Any) -> Change:
    return lambda case: case["problem"]["staff_due"][0].update(entries)


def small_prices(case: Case) -> None:
    for row in case["problem"]["prices"]:
        if row["name"].startswith(("post_", "teacher_")):
            row["value"] = 1.0


ahead = everything(open_n, unhire("main", "A", 2021, 2021), hire("main", "N", 2021, 2022))
calm = norm(rotation_share=0.0, key_share=0.0, to_country=0, to_town=0)

SOUND: dict[str, Change] = {
    "rotation, a merger, hires of another subject": lambda _: None,
    "a new school staffed a year ahead": ahead,
    "no curriculum": lambda case: case["problem"].update(
        lessons=[row | {"fte": 0.0} for row in case["problem"]["lessons"]]
    ),
    "classes bind": norm(teachers_per_class={PRIMARY: 3.0, LOWER: 4.0}),
    "pupils bind": norm(pupils_per_staff={PRIMARY: 5.0, LOWER: 6.0}),
    "nobody rotates where nobody must": everything(
        calm, *(stay(*key) for key in staffed_case()["moves"] if key[3] == 2023)
    ),
    "those due leave with a school that closes for good": everything(
        due(year=2023), unhire("main", "A", 2021, 2021), hire("main", "A", 2023, 2023)
    ),
    "other prices": small_prices,
}


@pytest.mark.parametrize("change", SOUND.values(), ids=SOUND.keys())
def test_a_plan_for_teachers_that_breaks_no_rule_is_passed(change: Change, tmp_path: Path) -> None:
    case = staffed_case()
    change(case)
    verdict = verify(write_run(case, tmp_path))
    assert verdict.violations == ()
    assert verdict.kpi == ()
    assert verdict.unchecked == ()
    assert verdict.ok
    assert verdict.recomputed == pytest.approx(verdict.objective, abs=0.01)


BREACHES: list[tuple[str, Change]] = [
    ("staffing.pool", everything(unhire("arts", "P", 2023, 2023), hire("star", "P", 2023, 2023))),
    ("staffing.pool", everything(calm, norm(core_share=0.0), move("arts", "A", "A", 2022))),
    ("staffing.running", move("main", "A", "N", 2023)),
    (
        "staffing.running",
        lambda case: case["moves"].update({("main", "B", "A", 2022): 1}),
    ),
    ("staffing.hire", everything(unhire("main", "A", 2021, 2021), hire("main", "A", 2021, 2022))),
    (
        "staffing.hire",
        everything(
            open_n,
            unhire("low", "D", 2022, 2022),
            hire("main", "N", 2022, 2022),
            norm(core_share=0.0),
        ),
    ),
    ("staffing.hire", everything(unhire("arts", "P", 2023, 2023), hire("arts", "P", 2023, 2024))),
    ("staffing.balance", stranger("arts", "A", 2022, 1)),
    ("staffing.balance", stranger("low", "D", 2023, -1)),
    ("staffing.total", everything(unhire("low", "D", 2022, 2022), norm(core_share=0.0))),
    ("staffing.total", hire("arts", "A", 2022, 2022)),
    (
        "rotation.eligible",
        everything(stay("low", "D", "A", 2022), move("low", "A", "D", 2022, 4), norm(to_town=0)),
    ),
    ("rotation.eligible", everything(move("arts", "P", "A", 2022), norm(core_share=0.0))),
    ("rotation.core", norm(core_share=0.8)),
    ("rotation.core", move("main", "P", "A", 2021)),
    ("rotation.share", norm(rotation_share=0.3)),
    ("rotation.share", everything(stay("low", "D", "A", 2023), norm(to_town=0))),
    ("rotation.key", norm(key_share=0.5)),
    (
        "rotation.key",
        everything(
            *(stay("star", "A", "B", 2021), stay("star", "B", "A", 2022)),
            *(move("main", "A", "B", 2021), move("main", "B", "A", 2022, 3)),
        ),
    ),
    ("rotation.two_way", norm(to_country=3)),
    ("rotation.two_way", norm(to_town=2)),
]


@pytest.mark.parametrize(
    ("rule", "change"), BREACHES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREACHES)]
)
def test_a_plan_for_teachers_that_breaks_one_rule_is_blamed_for_it(
    rule: str, change: Change, tmp_path: Path
) -> None:
    case = staffed_case()
    change(case)
    verdict = verify(write_run(case, tmp_path))
    assert not verdict.ok
    assert verdict.faults == ()
    assert {violation.rule for violation in verdict.violations} == {rule}


def test_every_rule_of_teachers_in_the_semantics_is_tried() -> None:
    page = (Path(__file__).parents[3] / "docs" / "semantics.md").read_text(encoding="utf-8")
    listed = page.split("## Teachers")[1].split("Violations:")[1].split("Terms:")[0]
    rules = set(re.findall(r"`((?:staffing|rotation)\.\w+)`", listed))
    assert {rule for rule, _ in BREACHES} == rules - {"staffing.missing"}


def test_places_years_and_amounts_of_breaches_are_those_of_the_page(tmp_path: Path) -> None:
    case = staffed_case()
    everything(stranger("arts", "A", 2022, 2), norm(to_country=3))(case)
    hire("arts", "A", 2022, 2023)(case)
    found = {(one.rule, one.where, one.year): one.amount for one in verify_written(case, tmp_path)}
    assert found == {
        ("staffing.balance", "arts@A", 2022): 2,
        ("staffing.balance", "arts@A", 2023): 2,
        ("staffing.hire", "arts@A", 2022): 1,
        ("staffing.total", "", 2022): 1,
        ("rotation.two_way", "country", 2021): 1,
        ("rotation.two_way", "country", 2022): 2,
        ("rotation.two_way", "country", 2023): 2,
    }


def verify_written(case: Case, folder: Path) -> Any:
    return verify(write_run(case, folder)).violations


def test_those_who_leave_with_a_school_that_closes_leave_that_year(tmp_path: Path) -> None:
    """B stops without a merger: its teacher due in 2023 leaves in 2022, and the total tells."""
    case = staffed_case()
    case["merges"] = []
    rules = {(one.rule, one.year): one.amount for one in verify_written(case, tmp_path)}
    assert rules["staffing.total", 2022] == 1
    assert rules["staffing.total", 2023] == 1
    assert {rule for rule, _ in rules} == {"staffing.total", "merger.missing"}
