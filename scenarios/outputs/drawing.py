"""`plan.dxf`: sites and catchments of the last year for those who draw construction plans.

Layers are called as GB/T 50001-2017, chapter 13, has it: fields joined by hyphens, the trade first
(总图, site plan), the state last (保留 kept, 新建 new, 改建 rebuilt), all in Chinese. Coordinates
are the study's metres, x east and y north; AutoCAD's own Chinese fonts write the names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.facts import STOPPING
from scenarios.outputs.files import replaced
from scenarios.outputs.text import both, known, say

VERSION = "R2010"
"""Text in UTF-8, and open to every program of the last fifteen years."""
STYLE, FONT, BIG_FONT = "汉字", "gbenor.shx", "gbcbig.shx"
SYMBOL, SYMBOL_METRES, LETTER_METRES = "学校", 40.0, 60.0
BORDER = "总图-界线-镇街"
NOTE = "总图-说明"
NAMES = "总图-学校-文字"
STATES = {"保留": 7, "新建": 1, "改建": 30, "停办": 8}
"""State of a school's layer, and its colour (ACI)."""
COLOURS = {"primary": 5, "lower_secondary": 3}
_STATE = {
    **dict.fromkeys(("open", "relocate"), "新建"),
    **dict.fromkeys(("extend", "convert", "retrofit"), "改建"),
}
APPLICATION = "XUEWEI"
"""Under this name a polyline's extended data hold its site or town."""
TAGS = ("SITE_ID", "NAME", "LEVELS", "CLASSES", "STATE", "YEAR", "X", "Y")


def write_drawing(atlas: Atlas, path: Path) -> None:
    """Write the drawing; the same run gives the same bytes."""
    import ezdxf

    library: Any = ezdxf  # it exports its functions without saying so to type checkers
    kept = library.options.write_fixed_meta_data_for_testing
    # What ezdxf calls so is what every output here promises: no clock, no new identifiers.
    library.options.write_fixed_meta_data_for_testing = True
    try:
        drawing = library.new(VERSION, units=6)
        _set_up(drawing, atlas)
        space = drawing.modelspace()
        _draw_borders(space, atlas)
        _draw_catchments(space, atlas)
        _draw_schools(space, atlas)
        _write_note(space, atlas)
        with replaced(path) as temporary:
            drawing.saveas(temporary)
    finally:
        library.options.write_fixed_meta_data_for_testing = kept


def catchment_layer_name(level: str) -> str:
    """Return the layer of a level's catchments."""
    return f"总图-学区-{known('level', level).zh}-界线"


def _set_up(drawing: Any, atlas: Atlas) -> None:
    drawing.header["$MEASUREMENT"] = 1
    drawing.appids.add(APPLICATION)
    drawing.styles.add(STYLE, font=FONT).dxf.bigfont = BIG_FONT
    layers = {BORDER: 8, NOTE: 7, NAMES: 7}
    layers |= {f"总图-学校-{state}": colour for state, colour in STATES.items()}
    layers |= {catchment_layer_name(level): COLOURS.get(level, 4) for level in atlas.run.levels}
    for name, colour in layers.items():
        drawing.layers.add(name, color=colour)
    block = drawing.blocks.new(SYMBOL)
    block.add_circle((0, 0), SYMBOL_METRES)
    block.add_line((-SYMBOL_METRES, 0), (SYMBOL_METRES, 0))
    block.add_line((0, -SYMBOL_METRES), (0, SYMBOL_METRES))
    for tag in TAGS:
        block.add_attdef(tag, (0, 0), dxfattribs={"flags": 1, "height": LETTER_METRES})


def _draw_borders(space: Any, atlas: Atlas) -> None:
    towns = atlas.run.geometry.towns
    for name, shape in zip(towns["town"], towns.geometry, strict=True):
        _draw_rings(space, shape, BORDER, str(name))


def _draw_catchments(space: Any, atlas: Atlas) -> None:
    part = atlas.catchments[atlas.catchments["year"] == atlas.run.last_year]
    for level, site, shape in zip(part["level"], part["site_id"], part.geometry, strict=True):
        _draw_rings(space, shape, catchment_layer_name(level), site)


def _draw_rings(space: Any, shape: shapely.Geometry, layer: str, owner: str) -> None:
    """Draw outer rings and holes as closed polylines that say whose they are."""
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)[:-1].tolist()
        line = space.add_lwpolyline(points, close=True, dxfattribs={"layer": layer})
        line.set_xdata(APPLICATION, [(1000, _plain(owner))])


def school_rows(atlas: Atlas) -> pd.DataFrame:
    """Return every site that has a school in the last year, or had one before.

    Returns
    -------
    DataFrame
        site_id, name, levels, classes, state, year (in which it came to this; 0: as it was), x, y.
    """
    run, table = atlas.run, atlas.site_years
    now = table[table["year"] == run.last_year].set_index("site_id")
    before = table[table["runs"] & (table["year"] < run.last_year)]
    ids = sorted(set(now.index[now["runs"]]) | set(before["site_id"]))
    built = atlas.events[~atlas.events["kind"].isin((*STOPPING, "moved_out"))]
    built = built.sort_values("year").drop_duplicates("site_id", keep="last").set_index("site_id")
    stops, names = before.groupby("site_id")["year"].max() + 1, run.site_names()
    rows = []
    for site in ids:
        runs = bool(now["runs"].get(site, False))
        if runs:
            action = str(built["action"].get(site, ""))
            state, year = _STATE.get(action, "保留"), int(built["year"].get(site, 0))
        else:
            state, year = "停办", int(stops[site])
        levels = [level for level in run.levels if runs and now[f"runs_{level}"][site]]
        rows.append(
            {
                "site_id": site,
                "name": str(names[site]),
                "levels": "、".join(known("level", level).zh for level in levels),
                "classes": int(now["classes"].get(site, 0)) if runs else 0,
                "state": state,
                "year": year,
                "x": float(atlas.places["x"][site]),
                "y": float(atlas.places["y"][site]),
            }
        )
    columns = ["site_id", "name", "levels", "classes", "state", "year", "x", "y"]
    return pd.DataFrame(rows, columns=columns)


def _draw_schools(space: Any, atlas: Atlas) -> None:
    """Insert a block with attributes for each school, and write its name beside it."""
    for row in school_rows(atlas).to_dict("records"):
        place = (row["x"], row["y"])
        layer = f"总图-学校-{row['state']}"
        mark = space.add_blockref(SYMBOL, place, dxfattribs={"layer": layer})
        values = {tag: _plain(row[tag.lower()]) for tag in TAGS}
        mark.add_auto_attribs(values)
        for attribute in mark.attribs:
            attribute.dxf.update({"style": STYLE, "layer": layer, "invisible": 1})
        words = [_plain(row["name"])]
        words += [f"{row['classes']}班"] if row["classes"] else []
        words += [f"{row['state']} {row['year']}"] if row["year"] else []
        text = space.add_text(
            " ".join(words), height=LETTER_METRES, dxfattribs={"layer": NAMES, "style": STYLE}
        )
        text.set_placement((place[0] + 1.5 * SYMBOL_METRES, place[1] - LETTER_METRES / 2))


def _write_note(space: Any, atlas: Atlas) -> None:
    """Say below the county what the drawing is of, and in which coordinates."""
    run = atlas.run
    title = Text(run.titles["en"], run.titles["zh"])
    code = atlas.areas.crs.to_authority()
    crs = ":".join(code) if code else str(atlas.areas.crs.name)
    lines = [
        both(say("map.scenario", title=title, scenario=run.study["scenario"])),
        both(say("drawing.note", year=run.last_year, crs=crs)),
        *([both(say("made_up"))] if run.made_up else []),
        *run.credits,
    ]
    west, south, _, _ = atlas.areas.total_bounds
    for at, line in enumerate(lines, start=2):
        text = space.add_text(
            _plain(line),
            height=2 * LETTER_METRES,
            dxfattribs={"layer": NOTE, "style": STYLE},
        )
        text.set_placement((west, south - 4 * LETTER_METRES * at))


def _plain(value: object) -> str:
    """Return text without line ends and control codes (`%%u` would underline the rest)."""
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return " ".join(text.split()).replace("%%", "% %").replace("^", " ")
