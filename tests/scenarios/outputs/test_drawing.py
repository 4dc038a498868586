"""`plan.dxf`, opened again by ezdxf."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import ezdxf
import pytest
import shapely

from scenarios.outputs.atlas import Atlas
from scenarios.outputs.drawing import TAGS, catchment_layer_name, school_rows


@pytest.fixture(scope="module")
def drawing(run_dir: Path) -> Any:
    return ezdxf.readfile(run_dir / "plan.dxf")  # type: ignore[attr-defined]


def test_the_drawing_is_sound_in_metres_and_open_to_old_programs(drawing: Any) -> None:
    audit = drawing.audit()
    assert (audit.errors, audit.fixes) == ([], [])
    assert (drawing.units, drawing.dxfversion) == (6, "AC1024")


def test_layers_are_called_as_the_standard_has_it(drawing: Any) -> None:
    """Two to five fields with hyphens, the trade first, and no Latin letters among the Chinese."""
    names = [layer.dxf.name for layer in drawing.layers if layer.dxf.name not in ("0", "Defpoints")]
    assert all(re.fullmatch(r"总图(-[\u4e00-\u9fff]+){1,4}", name) for name in names)
    used = {entity.dxf.layer for entity in drawing.modelspace()}
    assert used <= set(names)


def test_catchments_are_closed_rings_where_the_plan_has_them(drawing: Any, atlas: Atlas) -> None:
    year = atlas.run.last_year
    for level in atlas.run.levels:
        shown = (atlas.catchments["level"] == level) & (atlas.catchments["year"] == year)
        plan = atlas.catchments[shown]
        layer = catchment_layer_name(level)
        lines = [
            line for line in drawing.modelspace().query("LWPOLYLINE") if line.dxf.layer == layer
        ]
        assert all(line.closed for line in lines)
        rings = Counter(line.get_xdata("XUEWEI")[0].value for line in lines)
        assert set(rings) == set(plan["site_id"])
        drawn = shapely.polygonize([shapely.LinearRing(line.get_points("xy")) for line in lines])
        assert drawn.area == pytest.approx(plan.area.sum(), rel=1e-6)


def test_each_school_stands_at_its_place_with_what_a_planner_asks_for(
    drawing: Any, atlas: Atlas
) -> None:
    rows = school_rows(atlas).set_index("site_id")
    marks = {one.get_attrib_text("SITE_ID"): one for one in drawing.modelspace().query("INSERT")}
    assert set(marks) == set(rows.index)
    for site, mark in marks.items():
        row = rows.loc[site]
        assert (mark.dxf.insert.x, mark.dxf.insert.y) == pytest.approx((row["x"], row["y"]))
        assert mark.dxf.layer == f"总图-学校-{row['state']}"
        assert {attribute.dxf.tag for attribute in mark.attribs} == set(TAGS)


def test_what_is_built_and_closed_lies_in_layers_of_its_own(atlas: Atlas) -> None:
    rows = school_rows(atlas).set_index("site_id")
    options = atlas.run.problem["options"].set_index("action")["site_id"]
    stops = atlas.events[atlas.events["kind"].isin(("close", "merge", "moved_out"))]
    last = atlas.site_years[atlas.site_years["year"] == atlas.run.last_year]
    closed = next(s for s in stops["site_id"] if s in set(last.loc[~last["runs"], "site_id"]))
    assert rows.loc[options["open"], "state"] == "新建"
    assert rows.loc[options["extend"], "state"] == "改建"
    assert (rows.loc[closed, "state"], rows.loc[closed, "classes"]) == ("停办", 0)
    assert rows.loc[closed, "year"] in atlas.run.years


def test_names_are_only_text(drawing: Any) -> None:
    """`%%` and `^` are control codes of a drawing."""
    words = [text.dxf.text for text in drawing.modelspace().query("TEXT")]
    assert any("alert" in word for word in words)
    assert not any("%%" in word or "^" in word or "\n" in word for word in words)


def test_the_drawing_can_be_shown(drawing: Any, tmp_path: Path) -> None:
    from ezdxf.addons.drawing.matplotlib import qsave

    qsave(drawing.modelspace(), str(tmp_path / "plan.png"), dpi=60)
    assert (tmp_path / "plan.png").stat().st_size > 5_000
