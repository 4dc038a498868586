"""Each rule is found broken, by its name and nothing else, in a plan that breaks only it.

Every change is made to the decisions or the problem of the tiny case and all tables are derived
again, so that no table disagrees with another: only the rule can tell.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.verify import verify
from tests.support.run_case import LOWER, PRIMARY, YEARS, tiny_case
from tests.support.run_changes import (
    Case,
    Change,
    base_classes,
    budget,
    classes,
    everything,
    land,
    merge,
    no_arc,
    policy,
    resend,
    row,
    runs,
    site,
    start,
    travel,
)
from tests.support.run_folder import edit_manifest, write_run

close_d = everything(
    runs("D", LOWER, 2022, 2023, on=False),
    merge(("B", "A", PRIMARY, 2022), ("D", "A", LOWER, 2022)),
    policy(closings_per_year=2),
    travel("Z3", "A", LOWER, usable_from=4),
    *(resend(zone, LOWER, year, {"A": 1.0}) for zone in ("Z2", "Z3") for year in (2022, 2023)),
    start("open N", 2021),
    runs("N", PRIMARY, 2022, 2023),
    site("A", rooms=12),
)
close_p = everything(
    runs("P", PRIMARY, 2023, on=False),
    merge(("B", "A", PRIMARY, 2022), ("P", "A", PRIMARY, 2023)),
    travel("Z3", "A", PRIMARY, intake=True, usable_from=1),
    resend("Z3", PRIMARY, 2023, {"A": 1.0}),
)
move_b = everything(
    start("move B", 2021),
    runs("N", PRIMARY, 2022, 2023),
    merge(("B", "N", PRIMARY, 2022)),
)
convert_b = everything(
    start("convert B", 2022),
    runs("B", LOWER, 2022, 2023),
    policy(allowed_places={}),
    lambda case: row(case, "options", option="convert B").update(rooms=2),
)
HOMES = {"A": "Z1", "B": "Z2", "D": "Z2", "N": "Z3", "P": "Z3"}
ALL_TOUCH = (("Z1", "Z2"), ("Z2", "Z3"), ("Z1", "Z3"))
IN_A_ROW = ALL_TOUCH[:2]


def send_all_today(zone: str, to: str) -> Change:
    """Let a zone's lower secondary pupils of today go to another school."""

    def change(case: Case) -> None:
        for item in case["problem"]["enrolled"]:
            if (item["zone_id"], item["level"]) == (zone, LOWER):
                item["site_id"] = to

    return change


def nobody_enters(zone: str, level: str) -> Change:
    """Let no one of a zone enter a level."""

    def change(case: Case) -> None:
        for item in case["problem"]["entrants"]:
            if (item["zone_id"], item["level"]) == (zone, level):
                item["pupils"] = 0.0
        for key in [key for key in case["share"] if (key[0], key[2]) == (zone, level)]:
            del case["share"][key]

    return change


teacher_at_n = everything(start("open N", 2021), runs("N", PRIMARY, 2022, 2023))

SOUND: dict[str, Change] = {
    "a merger, an extension, a teaching point": lambda _: None,
    "a relocation": move_b,
    "a conversion": convert_b,
    "a new school that nobody enters": teacher_at_n,
    "a new school with intake": everything(teacher_at_n, resend("Z2", PRIMARY, 2023, {"N": 1.0})),
    "a teaching point merged into its parent": close_p,
    "a committed project that served before the horizon": lambda case: row(
        case, "options", option="extend D"
    ).update(committed=2018, earliest=2018),
    "split zones where they may split": everything(
        policy(whole_zones=False), resend("Z1", LOWER, 2022, {"A": 0.5, "D": 0.5})
    ),
    "split zones without catchments": everything(
        policy(families_off=["catchments"]), resend("Z1", LOWER, 2022, {"A": 0.5, "D": 0.5})
    ),
    "areas that hang together": land(*ALL_TOUCH, **HOMES),
    "an area across water": land(("Z1", "Z2"), **HOMES),
    "an area of a school that stands in no zone": land(*IN_A_ROW, B="Z2", D="Z2", P="Z3"),
    "an area joined by a zone without entrants": everything(
        land(*IN_A_ROW, **HOMES), nobody_enters("Z2", LOWER)
    ),
    "an area torn today already": everything(
        land(*IN_A_ROW, **HOMES),
        send_all_today("Z3", "A"),
        travel("Z3", "A", LOWER, usable_from=4),
        site("A", rooms=12),
        *(resend("Z3", LOWER, year, {"A": 1.0}) for year in YEARS),
    ),
    "areas torn where zones may split": everything(
        policy(whole_zones=False), land(*IN_A_ROW, **HOMES)
    ),
    "as many sent elsewhere as allowed": policy(stability=0.5),
    "more sent elsewhere without catchments": policy(stability=0.0, families_off=["catchments"]),
    "debt that costs nothing": policy(families_off=["function_rooms"]),
    "closings without closing rules": policy(families_off=["closing"], closings_per_year=0),
    "spending without a budget": everything(policy(families_off=["budget"]), budget(2021, 0.0)),
    "an unsafe school retrofitted in time": everything(
        site("D", unsafe=True, rooms=3), start("retrofit D", 2021)
    ),
    "a point with seats": site("P", seats=14.0),
    "classes that rise": everything(
        site("A", rooms=8), classes("A", LOWER, 2022, 2022, 2), classes("A", LOWER, 2022, 2023, 2)
    ),
}


@pytest.mark.parametrize("change", SOUND.values(), ids=SOUND.keys())
def test_a_plan_that_breaks_no_rule_is_passed(change: Change, tmp_path: Path) -> None:
    case = tiny_case()
    change(case)
    verdict = verify(write_run(case, tmp_path))
    assert verdict.violations == ()
    assert verdict.kpi == ()
    assert verdict.ok
    assert verdict.recomputed == pytest.approx(verdict.objective, abs=0.01)


BREACHES: list[tuple[str, Change]] = [
    ("assignment.sum", resend("Z1", PRIMARY, 2022, {})),
    (
        "assignment.sum",
        everything(policy(whole_zones=False), resend("Z1", PRIMARY, 2022, {"A": 0.9})),
    ),
    ("assignment.pair", resend("Z3", PRIMARY, 2022, {"A": 1.0})),
    (
        "assignment.running",
        everything(site("N", rooms=2), resend("Z2", PRIMARY, 2023, {"N": 1.0})),
    ),
    ("assignment.whole", resend("Z1", LOWER, 2022, {"A": 0.5, "D": 0.5})),
    ("catchments.contiguous", land(*IN_A_ROW, **HOMES)),
    ("catchments.stability", policy(stability=0.05)),
    ("merger.arc", no_arc),
    ("merger.receiver", merge(("B", "A", PRIMARY, 2022), ("P", "A", PRIMARY, 2023))),
    ("merger.receiver", everything(site("N", rooms=3), merge(("B", "N", PRIMARY, 2022)))),
    ("merger.reach", travel("Z2", "A", PRIMARY, usable_from=3)),
    ("merger.reach", travel("Z3", "A", PRIMARY, usable_from=3)),
    ("merger.missing", merge()),
    ("lifecycle.start", start("extend A", 2020)),
    (
        "lifecycle.start",
        everything(
            start("extend A", 2023), lambda case: row(case, "sites", site_id="A").update(rooms=9)
        ),
    ),
    (
        "lifecycle.start",
        lambda case: row(case, "options", option="extend A").update(earliest=2022),
    ),
    ("lifecycle.action", policy(actions=["merge", "close"])),
    ("lifecycle.place", everything(start("open N low", 2021), runs("N", LOWER, 2022, 2023))),
    (
        "lifecycle.exclusive",
        everything(
            start("open N low", 2021),
            start("open N", 2021),
            runs("N", LOWER, 2022, 2023),
            runs("N", PRIMARY, 2022, 2023),
            policy(allowed_places={}),
        ),
    ),
    ("lifecycle.running", runs("N", PRIMARY, 2022, 2023)),
    ("lifecycle.running", start("open N", 2021)),
    ("lifecycle.restart", runs("B", PRIMARY, 2023)),
    (
        "lifecycle.keep_new",
        everything(start("open N", 2021), runs("N", PRIMARY, 2022)),
    ),
    ("lifecycle.unsafe", site("D", unsafe=True)),
    (
        "lifecycle.unsafe",
        everything(site("D", unsafe=True), start("retrofit D", 2022)),
    ),
    (
        "lifecycle.relocate",
        everything(start("move B", 2021), runs("N", PRIMARY, 2022, 2023)),
    ),
    ("closing.allowed", policy(actions=["open", "extend", "close"])),
    ("teaching_point.parent", site("P", parent_id="B")),
    ("closing.protected", site("B", protected=True)),
    ("closing.protected", site("B", objection=0.51)),
    ("closing.notice", policy(notice_years=3)),
    ("closing.cap", policy(closings_per_year=0)),
    ("closing.size", policy(close_below=60.0)),
    (
        "closing.size",
        everything(
            policy(close_below=61.0),
            site("B", rooms=6),
            resend("Z1", PRIMARY, 2021, {"B": 1.0}),
        ),
    ),
    ("closing.last_lower_secondary", close_d),
    ("classes.integer", classes("A", PRIMARY, 2022, 2022, 2.5)),
    ("classes.zero", classes("D", LOWER, 2023, 2023, 0)),
    (
        "classes.fall",
        everything(classes("A", LOWER, 2022, 2022, 2), classes("A", LOWER, 2022, 2023, 1)),
    ),
    (
        "classes.fall",
        everything(base_classes("B", 1, 2), classes("B", PRIMARY, 2020, 2021, 1)),
    ),
    ("class_size.hard", classes("A", PRIMARY, 2022, 2022, 1)),
    ("rooms.capacity", site("D", rooms=0)),
    ("rooms.capacity", site("D", rooms=0, seats=99.0)),
    ("seats.capacity", site("P", seats=12.5)),
    ("budget.year", budget(2021, 2_000_000.0)),
    ("budget.year", everything(policy(carry_over=False), budget(2021, 399_000.0))),
    ("schools.open", policy(schools_open=3)),
]
FOLLOWS = {
    "merger.receiver": {"merger.missing"},
    "classes.zero": {"class_size.hard"},
    "teaching_point.parent": {"merger.missing", "merger.reach"},
}


@pytest.mark.parametrize(
    ("rule", "change"), BREACHES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREACHES)]
)
def test_a_plan_that_breaks_one_rule_is_blamed_for_it(
    rule: str, change: Change, tmp_path: Path
) -> None:
    case = tiny_case()
    change(case)
    verdict = verify(write_run(case, tmp_path))
    assert not verdict.ok
    assert not verdict.faults
    found = {violation.rule for violation in verdict.violations}
    assert rule in found
    assert found <= {rule} | FOLLOWS.get(rule, set())


def test_every_rule_of_the_semantics_is_tried() -> None:
    page = (Path(__file__).parents[3] / "docs" / "semantics.md").read_text(encoding="utf-8")
    listed = page.split("## Violations: names")[1].split("`where` is")[0]
    assert {rule for rule, _ in BREACHES} == set(re.findall(r"`(\w+\.\w+)`", listed))


def test_a_run_of_todays_network_declares_its_breaches(tmp_path: Path) -> None:
    case = tiny_case()
    site("B", protected=True)(case)
    run = write_run(case, tmp_path)
    breach = {"rule": "closing.protected", "where": "B", "year": 2022, "amount": 1.0}
    edit_manifest(run, method="today", violations=[breach])
    assert verify(run).ok
    edit_manifest(run, violations=[])
    assert not verify(run).ok
    edit_manifest(run, violations=[breach, breach | {"year": 2023}])
    assert not verify(run).ok


def test_no_other_run_may_declare_breaches(tmp_path: Path) -> None:
    case = tiny_case()
    site("B", protected=True)(case)
    run = write_run(case, tmp_path)
    breach = {"rule": "closing.protected", "where": "B", "year": 2022, "amount": 1.0}
    edit_manifest(run, violations=[breach])
    assert not verify(run).ok
