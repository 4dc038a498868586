"""A small chart with a row for each category: bars to the right, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from geodata.findings import Text
from scenarios.outputs.charts import (
    COLOURS,
    RIGHT,
    TOP,
    WIDTH,
    Series,
    figure,
    legend_of,
    nice_top,
    words,
)

LEFT, ROW, FOOT = 132, 24, 22
"""Room for the names of the rows, height of a row, room for the figures below."""


def row_chart(title: Text, names: Sequence[Text], series: Sequence[Series], unit: Text) -> Markup:
    """Bars of each series for each name; a value that is missing or not positive has no bar."""
    top = nice_top([value for one in series for value in one.values])
    height = TOP + ROW * len(names) + FOOT
    parts = [words(4, 15, title, "title"), words(4, 32, unit, "unit"), _scale(top, height)]
    parts += [
        words(LEFT - 6, TOP + ROW * (row + 0.5) + 4, name, "tick end")
        for row, name in enumerate(names)
    ]
    thick = 0.8 * ROW / max(1, len(series))
    for index, one in enumerate(series):
        for row, value in enumerate(one.values):
            if math.isfinite(value) and value > 0:
                y = TOP + ROW * row + 0.1 * ROW + index * thick
                parts.append(_bar(y, thick, value, top, COLOURS[index % 8], one.name))
    return Markup(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="img">{}</svg>'
        "<figcaption>{}</figcaption></figure>"
    ).format(WIDTH, height, Markup("").join(parts), legend_of(series, lines=False))


def _scale(top: float, height: float) -> Markup:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        parts.append(
            Markup('<line x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}" class="grid"/>').format(
                x, x, TOP, height - FOOT
            )
        )
        parts.append(
            Markup('<text x="{:.1f}" y="{}" class="tick middle">{}</text>').format(
                x, height - 6, figure(share * top)
            )
        )
    return Markup("").join(parts)


def _bar(y: float, thick: float, value: float, top: float, colour: str, name: Text) -> Markup:
    width = (WIDTH - LEFT - RIGHT) * min(value / top, 1.0)
    return Markup(
        '<rect x="{}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}">'
        "<title>{} {}: {}</title></rect>"
    ).format(LEFT, y, width, thick, colour, name.zh, name.en, figure(value))
