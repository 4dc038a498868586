"""What a run may claim: its status in words, and its terms as rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geodata.findings import Text
from scenarios.outputs.folder import Run
from scenarios.outputs.page import money, number, percent
from scenarios.outputs.text import known, say


@dataclass(frozen=True)
class TermRow:
    """A line of the table of terms; totals have no amount, unit or price."""

    name: Text
    kind: Text
    amount: float
    unit: Text
    price: float
    value: float
    total: bool = False


def value_of(run: Run, name: str) -> float:
    """Return a number of the manifest, NaN where it holds none."""
    found = run.manifest.get(name)
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else math.nan


def is_today(run: Run) -> bool:
    """Whether the run is the network as it is, judged and not planned."""
    return run.manifest.get("method") == "today"


def verdict(run: Run) -> Text:
    """One sentence: how good the plan is proven to be. It never says more than the manifest."""
    status = run.manifest.get("status")
    if is_today(run):
        return say("verdict.today", count=len(run.manifest.get("violations", ())))
    if status in ("infeasible", "unknown"):
        return say(f"verdict.{status}")
    words = {name: money(value_of(run, name)) for name in ("objective", "bound")}
    objective, bound = value_of(run, "objective"), value_of(run, "bound")
    if status == "optimal":
        return say("verdict.optimal", **words)
    if math.isnan(bound) or bound <= 0:
        return say("verdict.no_bound", **words)
    return say("verdict.feasible", above=percent((objective - bound) / bound), **words)


def short_verdict(run: Run) -> Text:
    """Say what is proven in a few words, for a table."""
    status = run.manifest.get("status")
    bound = value_of(run, "bound")
    if is_today(run):
        return say("short.today", count=len(run.manifest.get("violations", ())))
    if status != "feasible":
        return known("short", str(status))
    if math.isnan(bound) or bound <= 0:
        return say("short.no_bound")
    return say("short.feasible", above=percent((value_of(run, "objective") - bound) / bound))


def total(run: Run, kind: str) -> float:
    """Present value of all terms of a kind, money or priced; fixed terms stay out."""
    return math.fsum(term["value"] for term in run.manifest["terms"] if term["kind"] == kind)


def term_rows(terms: Sequence[dict[str, Any]], total_key: str = "term.total") -> list[TermRow]:
    """List terms by kind, each kind with its total, and the total of all, called `total_key`."""
    rows = []
    empty = Text("", "")
    for kind in ("money", "priced"):
        part = [term for term in terms if term["kind"] == kind]
        for term in part:
            name = known("term", term["name"])
            unit = known("unit", term["unit"])
            row = (name, known("kind", kind), term["amount"], unit, term["price"], term["value"])
            rows.append(TermRow(*row))
        if part:
            value = math.fsum(term["value"] for term in part)
            name = say("term.total_of", kind=known("kind", kind))
            rows.append(TermRow(name, empty, 0.0, empty, 0.0, value, total=True))
    if rows:
        value = math.fsum(term["value"] for term in terms)
        rows.append(TermRow(say(total_key), empty, 0.0, empty, 0.0, value, total=True))
    return rows


def cards(run: Run) -> list[dict[str, object]]:
    """Head figures of a page: objective in its two parts, bound, both gaps."""
    discount = percent(run.rules["horizon"]["discount_rate"], 0)
    shown = [
        ("money", money(total(run, "money")), say("card.money.note", rate=discount)),
        ("priced", money(total(run, "priced")), say("card.priced.note")),
        ("objective", money(value_of(run, "objective")), say("card.objective.note")),
        ("bound", money(value_of(run, "bound")), say("card.bound.note")),
        ("gap", _plain(percent(value_of(run, "gap"))), say("card.gap.note")),
        ("gap_above_floor", _plain(percent(value_of(run, "gap_above_floor"))),
         say("card.gap_above_floor.note", floor=money(value_of(run, "floor")))),
    ]  # fmt: skip
    proven = ("bound", "gap", "gap_above_floor")
    bare = math.isnan(value_of(run, "bound"))
    return [
        {"name": say(f"card.{key}"), "value": value, "note": note}
        for key, value, note in shown
        if not (bare and key in proven)
    ]


def method_line(run: Run) -> Text:
    """How the plan was found, so that it can be found again."""
    manifest = run.manifest
    method, why = (str(manifest.get(name, "–")) for name in ("method", "stopped_by"))
    stopped = known("stopped", why)
    if stopped.en == why != "–":
        stopped = say("stopped.other", why=why)
    seed = str(manifest.get("seed", "–"))
    return say("page.method", method=known("method", method), seed=seed, stopped_by=stopped)


def _plain(text: str) -> Text:
    return Text(text, text)


def amount(value: float, digits: int = 0) -> Text:
    """Write a number as a text that is the same in both languages."""
    return _plain(number(value, digits))
