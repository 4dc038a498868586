"""Small charts as inline SVG: lines and bars over years, in both languages, no script needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geodata.findings import Text
from scenarios.outputs.text import spans

WIDTH, HEIGHT = 380, 230
LEFT, RIGHT, TOP, BOTTOM = 54, 10, 46, 28
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999")
"""Okabe and Ito's colours; lines differ in dash too."""
DASHES = ("", "6 3", "2 2", "8 2 2 2", "1 3", "4 1", "10 4", "3 5")


@dataclass(frozen=True)
class Series:
    """Values over the years of a chart; NaN leaves a gap."""

    name: Text
    values: Sequence[float]


def line_chart(title: Text, years: Sequence[int], series: Sequence[Series], unit: Text) -> Markup:
    """Lines over years from zero up."""
    top = nice_top([v for one in series for v in one.values])
    parts = [_frame(title, unit, years, top)]
    for index, one in enumerate(series):
        points = [
            (_x(position, len(years)), _y(value, top), value, year)
            for position, (value, year) in enumerate(zip(one.values, years, strict=True))
            if math.isfinite(value)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
        parts.append(
            Markup('<polyline points="{}" stroke="{}" stroke-dasharray="{}" class="line"/>').format(
                path, COLOURS[index % 8], DASHES[index % 8]
            )
        )
        parts += [
            _dot(x, y, COLOURS[index % 8], one.name, year, value) for x, y, value, year in points
        ]
    return _svg(parts, series, lines=True)


def bar_chart(title: Text, years: Sequence[int], series: Sequence[Series], unit: Text) -> Markup:
    """Bars side by side for each year."""
    top = nice_top([v for one in series for v in one.values])
    parts = [_frame(title, unit, years, top)]
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(years))
    width = 0.8 * slot / max(1, len(series))
    for index, one in enumerate(series):
        for position, (value, year) in enumerate(zip(one.values, years, strict=True)):
            if not math.isfinite(value) or value <= 0:
                continue
            left = LEFT + position * slot + 0.1 * slot + index * width
            bar = Markup(
                '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}">{}</rect>'
            )
            height = HEIGHT - BOTTOM - _y(value, top)
            tip = _tip(one.name, year, value)
            parts.append(bar.format(left, _y(value, top), width, height, COLOURS[index % 8], tip))
    return _svg(parts, series, lines=False)


def _svg(parts: Sequence[Markup], series: Sequence[Series], *, lines: bool) -> Markup:
    return Markup(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="img">{}</svg>'
        "<figcaption>{}</figcaption></figure>"
    ).format(WIDTH, HEIGHT, Markup("").join(parts), legend_of(series, lines=lines))


def legend_of(series: Sequence[Series], *, lines: bool) -> Markup:
    """Name each series beside its line or bar."""
    return Markup("").join(
        Markup(
            '<span class="key"><svg width="22" height="10" aria-hidden="true">{}</svg>{}</span>'
        ).format(_key(index, lines), spans(one.name))
        for index, one in enumerate(series)
    )


def _key(index: int, lines: bool) -> Markup:
    if lines:
        return Markup(
            '<line x1="1" x2="21" y1="5" y2="5" class="line" stroke="{}" stroke-dasharray="{}"/>'
        ).format(COLOURS[index % 8], DASHES[index % 8])
    return Markup('<rect x="4" y="1" width="12" height="8" fill="{}"/>').format(COLOURS[index % 8])


def _frame(title: Text, unit: Text, years: Sequence[int], top: float) -> Markup:
    """Title, unit, horizontal lines with their values, years below."""
    parts = [words(4, 15, title, "title"), words(4, 32, unit, "unit")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share * top, top)
        parts.append(
            Markup('<line x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}" class="grid"/>').format(
                LEFT, WIDTH - RIGHT, y, y
            )
        )
        parts.append(
            Markup('<text x="{}" y="{:.1f}" class="tick end">{}</text>').format(
                LEFT - 5, y + 3.5, figure(share * top)
            )
        )
    step = max(1, math.ceil(len(years) / 6))
    for position, year in enumerate(years):
        if position % step == 0:
            parts.append(
                Markup('<text x="{:.1f}" y="{}" class="tick middle">{}</text>').format(
                    _x(position, len(years)), HEIGHT - 10, year
                )
            )
    return Markup("").join(parts)


def words(x: float, y: float, text: Text, kind: str) -> Markup:
    """Place a phrase, of which the page shows the language chosen."""
    return Markup("").join(
        Markup('<text x="{}" y="{}" class="{}" lang="{}">{}</text>').format(
            x, y, kind, lang, text.get(lang)
        )
        for lang in ("zh", "en")
    )


def _dot(x: float, y: float, colour: str, name: Text, year: int, value: float) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.6" fill="{}">{}</circle>').format(
        x, y, colour, _tip(name, year, value)
    )


def _tip(name: Text, year: int, value: float) -> Markup:
    return Markup("<title>{} {} · {}: {}</title>").format(name.zh, name.en, year, figure(value))


def _x(position: int, count: int) -> float:
    slot = (WIDTH - LEFT - RIGHT) / max(1, count)
    return LEFT + (position + 0.5) * slot


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(max(value / top, 0.0), 1.0)


def nice_top(values: Sequence[float]) -> float:
    """Round up to such a multiple of a power of ten that `figure` writes its quarters exactly."""
    highest = max((value for value in values if math.isfinite(value)), default=0.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    steps = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
    return next(step * power for step in steps if step * power >= highest)


def figure(value: float) -> str:
    """Write a number as a reader wants it: 12,345 or 12.3 or 0.45."""
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.2g}"
