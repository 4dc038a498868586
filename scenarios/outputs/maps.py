"""Placement maps: before, after, both side by side, and one for each year of changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata import cartography
from geodata.findings import Text
from scenarios.outputs import legend, map_panel
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.files import replaced
from scenarios.outputs.pieces import apart, togetherness_asked
from scenarios.outputs.text import both, joined, known, say

WIDTH = 16.54
"""Of the page in inches: A3 landscape. Its height follows the county and is at most A3's."""
HEADING, LEGEND, MARGIN, GAP = 1.25, 1.75, 0.28, 0.2
"""Inches of the parts of a page."""
DPI = 150
SAVED: dict[str, dict[str, Any]] = {
    "png": {"dpi": DPI, "metadata": {"Software": None}, "pil_kwargs": {"compress_level": 4}},
    "svg": {"metadata": {"Date": None, "Creator": None}},
    "pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
}
"""How each format is written: no clock times, no names of programs."""
RC = {
    "axes.unicode_minus": False,
    "font.size": 8.0,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,
    "svg.hashsalt": "xuewei",
    "axes.linewidth": 0.8,
}


def map_pages(atlas: Atlas) -> list[tuple[str, Text, int, pd.DataFrame]]:
    """Name, title, year and the changes shown, of every map of a run."""
    run, events = atlas.run, atlas.events
    nothing = events.iloc[:0]
    pages = [("before", say("map.before", year=run.base_year), run.base_year, nothing)]
    if not run.has_plan:
        return pages
    for year in sorted(events["year"].unique()):
        changes = events[events["year"] == year]
        pages.append((str(year), say("map.year", year=int(year)), int(year), changes))
    pages.append(("after", say("map.after", year=run.last_year), run.last_year, events))
    return pages


def before_after_pages(atlas: Atlas) -> list[tuple[str, Text, str]]:
    """Name, title and level of each map that shows today and the end of the plan side by side."""
    run = atlas.run
    if not run.has_plan:
        return []
    years = {"before": run.base_year, "after": run.last_year}
    return [
        (f"before_after_{level}", say("map.both", level=known("level", level), **years), level)
        for level in run.levels
    ]


def save_page(figure: Any, path: Path, kind: str = "png") -> None:
    """Write a page as PNG, SVG or PDF; the same page gives the same bytes."""
    with replaced(path) as temporary:
        figure.savefig(temporary, format=kind, **SAVED[kind])


@contextmanager
def drawing_style() -> Iterator[None]:
    """Draw with the font that has Chinese characters, whatever matplotlib is set to outside."""
    import matplotlib as mpl

    font = cartography.chinese_font()
    settings: dict[Any, Any] = dict(RC)
    settings["font.family"] = [font, "DejaVu Sans"] if font else ["DejaVu Sans"]
    with mpl.rc_context(settings):
        yield


def empty_page() -> Any:
    """Return a white figure that draws without a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def lay_out(
    figure: Any, atlas: Atlas, legend_inches: float, count: int
) -> tuple[list[Any], tuple[float, float, float, float]]:
    """Make the page as tall as the county; return the axes of its panels, and their extent."""
    across = (WIDTH - 2 * MARGIN - GAP * (count - 1)) / count
    x0, y0, x1, y1 = _bounds(atlas)
    up = across * min(max((y1 - y0) / (x1 - x0), 0.62), 1.08)
    height = HEADING + up + legend_inches + 2 * MARGIN
    figure.set_size_inches(WIDTH, height)
    axes = []
    for index in range(count):
        left = MARGIN + index * (across + GAP)
        axes.append(
            figure.add_axes(
                (left / WIDTH, (2 * MARGIN + legend_inches) / height, across / WIDTH, up / height)
            )
        )
    return axes, cartography.frame((x0, y0, x1, y1), across / up)


def draw_year(figure: Any, atlas: Atlas, title: Text, year: int, changes: pd.DataFrame) -> None:
    """Draw a year's network: a panel per level."""
    panels = [(level, year, changes) for level in atlas.run.levels]
    _draw_network(figure, atlas, title, panels)


def draw_before_after(figure: Any, atlas: Atlas, title: Text, level: str) -> None:
    """Draw a level's network before and after the plan."""
    run, events = atlas.run, atlas.events
    panels = [(level, run.base_year, events.iloc[:0]), (level, run.last_year, events)]
    _draw_network(figure, atlas, title, panels)


def _draw_network(
    figure: Any, atlas: Atlas, title: Text, panels: Sequence[tuple[str, int, pd.DataFrame]]
) -> None:
    """Draw heading, panels of level, year and changes, legend and source."""
    axes, extent = lay_out(figure, atlas, LEGEND, len(panels))
    for ax, (level, year, changes) in zip(axes, panels, strict=True):
        map_panel.draw_panel(ax, atlas, level, year, changes=changes, extent=extent)
    height = figure.get_size_inches()[1]
    draw_heading(figure, atlas, title, _counts(atlas, *panels[-1][1:]))
    wide = (WIDTH - 2 * MARGIN) / WIDTH
    legend.draw_legend(
        figure.add_axes((MARGIN / WIDTH, 1.4 * MARGIN / height, wide, (LEGEND - GAP) / height)),
        _apart_counts(atlas, panels),
    )
    draw_source(figure, atlas)


def _apart_counts(
    atlas: Atlas, panels: Sequence[tuple[str, int, pd.DataFrame]]
) -> list[tuple[str, int, int]]:
    """Level, year and number of the zones hatched in each panel; nothing where none is."""
    if not togetherness_asked(atlas.run):
        return []
    count = [(level, year, len(apart(atlas, level, year))) for level, year, _ in panels]
    return count if any(number for *_, number in count) else []


def draw_source(figure: Any, atlas: Atlas, key: str = "map.source") -> None:
    """Write run, coordinate system and whom to name at the foot of a page."""
    run, height = atlas.run, figure.get_size_inches()[1]
    source = say(key, run=f"{run.study['name']}/{run.study['scenario']}", crs=_crs(atlas))
    said = "  ".join([both(source, "  "), *run.credits])
    figure.text(MARGIN / WIDTH, 0.5 * MARGIN / height, said, fontsize=6.5, color="#555555")


def _bounds(atlas: Atlas) -> tuple[float, float, float, float]:
    boxes = np.array([atlas.areas.total_bounds, atlas.run.geometry.sites.total_bounds])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def draw_heading(figure: Any, atlas: Atlas, title: Text, counts: Text) -> None:
    """Write title, scenario and a line of figures at the head of a page."""
    run = atlas.run
    height = figure.get_size_inches()[1]
    left, right = MARGIN / WIDTH, 1 - MARGIN / WIDTH

    def write(x: float, down: float, words: str, size: float, colour: str = "#222222") -> None:
        side = "left" if x < 0.5 else "right"
        figure.text(
            x, 1 - down / height, words, fontsize=size, color=colour, va="center", ha=side,
            parse_math=False,
        )  # fmt: skip

    names = Text(run.titles["en"], run.titles["zh"])
    scenario = say("map.scenario", title=names, scenario=run.study["scenario"])
    write(left, 0.42, title.zh, 19)
    write(left, 0.76, title.en, 11, "#333333")
    write(right, 0.36, both(scenario, "  "), 11)
    write(right, 0.62, both(counts, "  "), 8.5, "#333333")
    if run.made_up:
        write(right, 0.84, both(say("made_up"), "  "), 8.5, "#b2182b")


def _counts(atlas: Atlas, year: int, changes: pd.DataFrame) -> Text:
    """How many schools there are, and how many actions of each kind the map shows."""
    table = atlas.site_years
    schools = int((table["runs"] & (table["year"] == year)).sum())
    kinds = changes.drop_duplicates(["site_id", "kind", "year"])["kind"].value_counts()
    parts = [
        say("map.count", action=known("action", kind), count=int(kinds[kind]))
        for kind in map_panel.BADGES
        if kind in kinds
    ]
    return say(
        "map.counts", schools=schools, changes=joined(parts) if parts else say("map.no_change")
    )


def _crs(atlas: Atlas) -> str:
    crs = atlas.areas.crs
    code = crs.to_authority()
    return ":".join(code) if code else str(crs.name)
