"""The workbook that `docs/howto-output.md` shows is written as it stands there."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from geodata.findings import Text
from scenarios.outputs import text
from scenarios.outputs.atlas import Atlas
from tests.support.pages import module_of


def test_every_zone_has_its_school_by_year(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(text.catalogue(), "sheet.entry", Text("Entry", "入学去向"))
    path = tmp_path / "entry.xlsx"
    module_of("howto-output.md")["write_entry"](atlas, path)
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if str(row[0]).startswith("学段"))
    assert list(rows[top][2:]) == [str(year) for year in atlas.run.years]
    belongs = atlas.belongs.set_index(["level", "zone_id", "year"])["site_id"]
    zones = belongs.index.droplevel("year").unique()
    assert len(rows) - top - 1 == len(zones)
    first = rows[top + 1]
    assert first[2] == belongs[zones[0][0], first[1], atlas.run.years[0]]
