"""What the tables of a network say where there is nothing to say."""

from optimizer.today import today_plan
from scenarios.report.network import actions_table
from tests.support.tiny import tiny_problem


def test_a_plan_without_actions_still_has_columns_of_text() -> None:
    problem = tiny_problem()
    table = actions_table(problem, today_plan(problem))
    assert len(table) == 0
    assert table["levels_after"].str.split(";").tolist() == []
    assert table["action"].str.len().tolist() == []
