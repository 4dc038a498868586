"""The key under a panel of a map: a sample and words a line, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.outputs.map_labels import INK
from scenarios.outputs.map_panel import SPOT
from scenarios.outputs.maps import MARGIN
from scenarios.outputs.text import both, say

LEGEND = 1.0
"""Inches of a page below its panels."""
LINES = 4
Row = tuple[Mapping[str, Any], str]
"""How the sample is drawn, and the words: a patch, with `lw` a line, with `marker` a spot."""


def draw_key(ax: Any, rows: Sequence[Row], heading: str = "", across: float = 0.16) -> None:
    """Write the rows under a panel, `across` being the width of a column as a share of the page."""
    figure = ax.figure
    height = figure.get_size_inches()[1]
    left, top = ax.get_position().x0, (LEGEND + MARGIN) / height
    lines = LINES
    if heading:
        figure.text(left, top - 0.1 / height, heading, fontsize=7.5, va="center", color="#111111")
        top, lines = top - 0.2 / height, LINES - 1
    for rank, (style, words) in enumerate(rows):
        column, line = divmod(rank, lines)
        x, y = left + column * across, top - (0.1 + 0.2 * line) / height
        figure.add_artist(_sample(figure, style, (x, y), 0.05 / height))
        figure.text(x + 0.016, y, words, fontsize=7.0, va="center", color="#222222")


def school_row() -> Row:
    """Say what the spots of `map_panel.draw_spots` are."""
    spot: dict[str, Any] = {"lw": 0, "marker": "o", "markersize": 4.2}
    colours = {"markerfacecolor": SPOT, "markeredgecolor": INK, "markeredgewidth": 0.6}
    return {**spot, **colours}, both(say("map.key.school"), "  ")


def _sample(figure: Any, style: Mapping[str, Any], at: tuple[float, float], half: float) -> Any:
    """Draw a box, or a line, 0.012 of the page wide, its left end `at` a place."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    x, y = at
    if "marker" in style:
        return Line2D([x + 0.006], [y], transform=figure.transFigure, **style)
    if "lw" in style:
        return Line2D([x, x + 0.012], [y, y], transform=figure.transFigure, **style)
    edge = {"edgecolor": "#555555", "linewidth": 0.5}
    transform = figure.transFigure
    return Rectangle((x, y - half), 0.012, 2 * half, transform=transform, **{**edge, **style})
