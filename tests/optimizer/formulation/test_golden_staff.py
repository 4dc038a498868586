"""The rows about teachers, frozen as LPs that a person can read and check by hand.

After a change that is meant: `python -m tests.optimizer.formulation.test_golden_staff` writes them
anew.
"""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from optimizer.formulation.staff_build import EVEN, STAFF_FAMILIES, StaffModel, build_staff
from optimizer.formulation.staff_parts import StaffParts, Window
from optimizer.posts import posts
from optimizer.presence import presence
from optimizer.staff_flow import base_eligible, flows
from tests.support.lp import staff_lp
from tests.support.plans import changed
from tests.support.staff import STAFF_PRICES, tiny_staffing
from tests.support.tiny import tiny_problem

GOLDEN = Path(__file__).parent / "golden_staff"
PRIMARY = ("primary",)


def model(first: int, end: int, families: tuple[ModuleType, ...] = STAFF_FAMILIES) -> StaffModel:
    """Teachers of a town school and two village ones; one merges in 2022, another opens then.

    One pool of key and one of ordinary teachers; nothing happened before the window.
    """
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 0, True)],
        rows=[(0, 0, 9, 5), (1, 0, 9, 2), (0, 1, 9, 3)],
        due=[(0, 0, 2021, 1), (0, 1, 2022, 1)],
        lessons=[[0.6], [0.6]],
        rotation_share=0.1,
        key_share=0.2,
        core_share=0.8,
        term_years=1,
        to_country=1,
        to_town=1,
    )
    problem = tiny_problem(
        years=3,
        zone_at=(0, 20),
        site_at=(0, 20, 15),
        runs=(PRIMARY, PRIMARY, ()),
        entrants=[[[20.0], [0.0]]],
        staffing=staffing,
        prices=STAFF_PRICES,
    )
    plan = changed(problem, opens=[(2, 0, 2022)], merges=[(1, 0, 0, 2022)])
    flow = flows(problem, staffing, plan)
    nothing = np.zeros_like(flow.leave)
    window = Window(first, end, flow.base, nothing, nothing, nothing[:, :, 0])
    asked = posts(problem, staffing, plan, presence(problem, plan))
    base = base_eligible(problem, staffing)
    return build_staff(StaffParts(problem, staffing, flow, asked, base, window), families)


CASES = {
    "staffing": ("staffing", 1, 2),
    "evenness": ("evenness", 1, 2),
    "staffing_before_an_opening": ("staffing", 0, 1),
    "rotation": ("rotation", 0, 1),
    "rotation_two_years": ("rotation", 0, 2),
}


def lp(name: str) -> str:
    """Rows of a case; a preference is written only where it is asked for."""
    family, first, end = CASES[name]
    return staff_lp(model(first, end, EVEN if family == "evenness" else STAFF_FAMILIES), family)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_familys_rows_are_as_frozen(name: str) -> None:
    frozen = (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")
    assert lp(name) == frozen


def test_every_family_is_frozen() -> None:
    assert {family for family, _, _ in CASES.values()} == {one.NAME for one in EVEN}
    assert set(CASES) == {path.stem for path in GOLDEN.glob("*.lp")}


if __name__ == "__main__":
    for name in CASES:
        (GOLDEN / f"{name}.lp").write_text(lp(name), encoding="utf-8")
