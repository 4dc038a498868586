import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.charts import Series, figure, line_chart, nice_top
from scenarios.outputs.folder import Run
from scenarios.outputs.page import as_json, money, number
from scenarios.outputs.report_tables import violation_grid, zone_grids
from scenarios.outputs.text import say
from scenarios.outputs.verdict import cards, method_line, term_rows, verdict


@pytest.fixture(scope="module")
def page(run_dir: Path) -> str:
    return (run_dir / "report.html").read_text(encoding="utf-8")


class _Blocks(HTMLParser):
    """Collects the inline scripts and styles, and every address that a page would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inline: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "action")]
        self.handlers += [k for k, _ in attrs if k.startswith("on") or k == "style"]
        if tag in ("script", "style") and named.get("type") != "application/json":
            self._open = tag
            self.inline.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inline[-1] = (self._open, self.inline[-1][1] + data)


def test_the_page_loads_nothing_from_anywhere(page: str) -> None:
    blocks = _Blocks(page)
    outside = [a for a in blocks.addresses if not a.startswith(("#", "data:"))]
    assert outside == []
    assert "@import" not in page


def test_its_policy_allows_exactly_its_own_scripts_and_styles(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    text = policy[1].replace("&#39;", "'")
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    blocks = _Blocks(page)
    assert {tag for tag, _ in blocks.inline} == {"script", "style"}
    for _, source in blocks.inline:
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in text
    assert blocks.handlers == []


def test_a_name_cannot_become_markup(page: str) -> None:
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#39;{x}&#39;)&lt;/script&gt;=1+1" in page
    data = re.search(r'id="live-data">(.*?)</script>', page, flags=re.S)
    assert data is not None
    assert "<script>alert('{x}')</script>=1+1" in json.loads(data[1])["siteName"]


def test_json_in_a_page_holds_no_sign_that_could_end_it() -> None:
    assert as_json({"a": "</script>&\u2028"}) == '{"a":"\\u003c/script\\u003e\\u0026\\u2028"}'


def test_a_made_up_county_says_so_in_both_languages(page: str) -> None:
    assert say("made_up").en in page
    assert say("made_up").zh in page


def test_a_page_names_whom_its_map_has_to_name(atlas: Atlas, run_dir: Path) -> None:
    from scenarios.outputs.page import render
    from scenarios.outputs.report import report_words

    words = report_words(atlas, run_dir / "maps")
    assert "© nobody" not in render("report.html.j2", words)
    assert "© nobody" in render("report.html.j2", {**words, "credits": ["© nobody"]})


def test_a_real_county_does_not_say_it_is_made_up(atlas: Atlas, run_dir: Path) -> None:
    from scenarios.outputs.page import render
    from scenarios.outputs.report import report_words

    words = report_words(atlas, run_dir / "maps")
    assert say("made_up").en not in render("report.html.j2", {**words, "made_up": False})


def _with(run: Run, **changes: object) -> Run:
    return replace(run, manifest={**run.manifest, **changes})


def test_only_an_optimal_plan_is_called_optimal(run: Run) -> None:
    assert "optimal" in verdict(_with(run, status="optimal")).en
    for status in ("feasible", "unknown", "infeasible"):
        assert "optimal" not in verdict(_with(run, status=status)).en


def test_above_the_best_possible_is_measured_on_the_bound(run: Run) -> None:
    words = verdict(_with(run, objective=110e6, bound=100e6)).en
    assert "at most 10.00 % above" in words


@pytest.mark.parametrize("bound", [None, 0.0, -5.0])
def test_without_a_bound_nothing_is_claimed(run: Run, bound: float | None) -> None:
    assert "not proven" in verdict(_with(run, bound=bound)).en


def test_today_is_called_a_yardstick_with_its_breaches_counted(run: Run) -> None:
    breach = {"rule": "rooms.capacity", "where": "S001", "year": 2022, "amount": 3, "unit": "rooms"}
    today = _with(run, method="today", violations=[breach, {**breach, "amount": 5, "year": 2023}])
    assert "breaks 2 rules" in verdict(today).en
    rows = violation_grid(today).rows
    assert [row[1:3] for row in rows] == [["2", "2022–2023"]]
    assert rows[0][4] == Text("5.0 rooms", "5.0间")


def test_a_rule_of_the_county_is_broken_in_the_whole_county(run: Run) -> None:
    breach = {"rule": "rotation.share", "where": "", "year": 2022, "amount": 3, "unit": "teachers"}
    (row,) = violation_grid(_with(run, method="today", violations=[breach])).rows
    assert row[3] == say("group.all")


@pytest.mark.parametrize(
    "why", ["gap", "seconds", "nodes", "user", "cancelled", "stalled", "judged"]
)
def test_why_a_run_ended_is_said_in_words(run: Run, why: str) -> None:
    line = method_line(_with(run, stopped_by=why, method="by_site"))
    assert "solver" not in line.en
    assert not re.search("[A-Za-z]", line.zh)


def test_what_else_a_solver_says_is_quoted(run: Run) -> None:
    line = method_line(_with(run, stopped_by="solver status kMemoryLimit"))
    assert "求解器返回“solver status kMemoryLimit”" in line.zh


def test_the_levels_of_the_live_map_stand_in_the_language_chosen(page: str) -> None:
    choice = page.split('id="live-level"')[1].split("live-slider", maxsplit=1)[0]
    assert '<span lang="zh">小学</span><span lang="en">primary</span>' in choice
    assert "小学 primary" not in choice


def test_terms_add_up_by_kind_and_to_the_objective(run: Run) -> None:
    rows = term_rows(run.manifest["terms"])
    totals = [row.value for row in rows if row.total]
    assert totals == [pytest.approx(2.05e8), pytest.approx(1.92e7), pytest.approx(2.242e8)]
    assert totals[-1] == pytest.approx(run.manifest["objective"])


def test_fixed_terms_are_never_called_the_objective(run: Run) -> None:
    rows = term_rows(run.manifest["terms"], "word.total")
    assert rows[-1].name == say("word.total") != say("term.total")


def test_without_a_bound_no_card_speaks_of_one(run: Run) -> None:
    names = [card["name"] for card in cards(_with(run, bound=None))]
    assert names == [say("card.money"), say("card.priced"), say("card.objective")]


def test_worst_served_zones_come_longest_first(run: Run) -> None:
    for grid in zone_grids(run):
        minutes = [float(str(row[4])) for row in grid.rows]
        assert minutes == sorted(minutes, reverse=True)
        assert len(minutes) == 20


def test_numbers_are_printed_for_readers() -> None:
    assert number(-1234.4) == "\u22121,234"
    assert number(-0.2) == "0"
    assert number(float("nan")) == "–"
    assert money(12_345_678).en == "12.35 million yuan"
    assert money(12_345_678).zh == "1,235 万元"


def test_a_chart_leaves_a_gap_where_a_value_is_missing() -> None:
    name = say("kpi.pupils")
    chart = line_chart(name, [2021, 2022, 2023], [Series(name, [1.0, np.nan, 3.0])], name)
    assert chart.count("<circle") == 2


def test_a_chart_without_values_is_still_a_chart() -> None:
    name = say("kpi.pupils")
    assert "<svg" in line_chart(name, [2021], [Series(name, [float("nan")])], name)


@pytest.mark.parametrize("highest", [0.012, 0.23, 0.3, 1, 2.7, 3, 4.5, 30, 45, 270, 4_500])
def test_an_axis_is_marked_with_the_values_that_stand_there(highest: float) -> None:
    top = nice_top([highest])
    assert highest <= top <= 1.5 * highest
    for quarter in range(5):
        marked = float(figure(top * quarter / 4).replace(",", ""))
        assert marked == pytest.approx(top * quarter / 4)
