import json
import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geodata.findings import FindingError
from scenarios.outputs import write_comparison
from tests.scenarios.outputs.made_run import write_made_run


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    for scenario in ("middle-keep", "middle-reshape"):
        write_made_run(folder / scenario, zones=30, sites=12, years=3, scenario=scenario)
    hopeless = write_made_run(folder / "none", zones=30, sites=12, years=3, scenario="middle-none")
    shutil.rmtree(hopeless / "tables")
    manifest = json.loads((hopeless / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"status": "infeasible", "objective": None, "bound": None, "gap": None, "terms": []}
    (hopeless / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    actions = pd.read_parquet(folder / "middle-keep" / "tables" / "actions.parquet")
    actions = actions[actions["action"] != "open"]
    actions.to_parquet(folder / "middle-keep" / "tables" / "actions.parquet", index=False)
    (folder / ".writing-half").mkdir()
    write_comparison(folder)
    return folder


def test_every_figure_of_every_scenario_stands_once(results: Path) -> None:
    table = pd.read_parquet(results / "comparison.parquet")
    assert list(table.columns[:5]) == ["scenario", "kpi", "year", "value", "unit"]
    assert set(table["scenario"]) == {"middle-keep", "middle-reshape", "middle-none"}
    assert not table.duplicated(["scenario", "kpi", "level", "group", "year"]).any()
    assert not table["value"].isna().any()


def test_money_and_priced_add_up_to_the_objective(results: Path) -> None:
    table = pd.read_parquet(results / "comparison.parquet")
    whole = table[table["year"] == 0].pivot_table(index="scenario", columns="kpi", values="value")
    planned = whole.loc[["middle-keep", "middle-reshape"]]
    assert (planned["money"] + planned["priced"]).tolist() == (
        pytest.approx(planned["objective"].tolist())
    )


def test_a_project_of_one_scenario_is_blank_in_the_other(results: Path) -> None:
    book = openpyxl.load_workbook(results / "comparison.xlsx")
    sheet = next(sheet for sheet in book if "Building" in sheet.title)
    rows = list(sheet.iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if "middle-keep" in row)
    keep, reshape = rows[top].index("middle-keep"), rows[top].index("middle-reshape")
    opened = next(row for row in rows if row[3] is not None and str(row[3]).startswith("open-"))
    assert not opened[keep]
    assert opened[reshape] == "2021 → 2023"


def test_all_figures_of_the_workbook_are_named_in_both_languages(results: Path) -> None:
    sheet = next(s for s in openpyxl.load_workbook(results / "comparison.xlsx") if "全" in s.title)
    rows = list(sheet.iter_rows(values_only=True))
    words = {str(row[column]) for row in rows[4:] for column in (1, 5, 6)}
    assert "小学\nprimary" in words
    assert "运转费用\nrunning cost" in words
    assert [word for word in words if not re.search("[\u4e00-\u9fff].*\n", word)] == []


def test_a_scenario_without_a_plan_stands_beside_the_others(results: Path) -> None:
    page = (results / "comparison.html").read_text(encoding="utf-8")
    assert "middle-none" in page
    assert "no plan keeps all rules" in page


def test_the_page_needs_no_network_and_no_script(results: Path) -> None:
    page = (results / "comparison.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "script-src 'none'" in page.replace("&#39;", "'")


def test_comparing_again_gives_the_same_bytes(results: Path) -> None:
    names = ("comparison.html", "comparison.xlsx", "comparison.parquet")
    before = [(results / name).read_bytes() for name in names]
    write_comparison(results)
    assert [(results / name).read_bytes() for name in names] == before


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingError, match="no finished run"):
        write_comparison(tmp_path)


def test_a_chart_without_the_budget_does_not_promise_it(results: Path) -> None:
    page = (results / "comparison.html").read_text(encoding="utf-8")
    assert "Building: spending, summed" in page
    assert "spending and budget" not in page


def test_scenarios_stand_in_the_order_of_the_study(tmp_path: Path) -> None:
    for position, scenario in enumerate(("slow-keep", "fast-keep", "alone")):
        folder = write_made_run(tmp_path / scenario, zones=30, sites=12, years=3, scenario=scenario)
        rules = json.loads((folder / "problem" / "rules.json").read_text(encoding="utf-8"))
        rules["study"]["position"] = position
        (folder / "problem" / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    write_comparison(tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "comparison.xlsx").worksheets[0]
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    found = [cell for row in rows for cell in row if cell in ("slow-keep", "fast-keep", "alone")]
    assert found[:3] == ["slow-keep", "fast-keep", "alone"]
