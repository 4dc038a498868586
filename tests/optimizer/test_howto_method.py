"""The method that `docs/howto-method.md` shows works as it stands there."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.domain import Status
from optimizer.methods.base import Progress
from optimizer.solve import METHODS, solve
from tests.support.pages import module_of
from tests.support.tiny import tiny_problem


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "keep", module_of("howto-method.md")["keep"])


def test_it_keeps_a_network_that_breaks_no_rule_and_proves_nothing() -> None:
    told: list[Progress] = []
    result = solve(tiny_problem(), "keep", report=told.append)
    assert result.status is Status.FEASIBLE
    assert result.bound == -np.inf
    assert [line.objective for line in told] == [result.objective]


def test_it_has_no_plan_where_today_breaks_a_rule() -> None:
    result = solve(tiny_problem(policy={"schools_open": 1}), "keep")
    assert result.plan is None
    assert result.status is Status.UNKNOWN
