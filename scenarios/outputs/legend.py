"""The legend strip under the maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geodata import cartography
from scenarios.outputs import map_labels, map_panel
from scenarios.outputs.atlas import USE_BOUNDS
from scenarios.outputs.text import both, joined, known, say

ROW, TOP = 0.17, 0.70
SIZES = (6, 12, 24, 36)
GREY = "#d9d9d9"


def draw_legend(ax: Any, apart: Sequence[tuple[str, int, int]] = ()) -> None:
    """Draw five columns: use, classes, kinds, changes, base map.

    `apart` has level, year and number of the zones hatched in each panel; nothing: none are.
    """
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_color("#999999")
    _draw_use(ax, 0.012)
    _draw_sizes(ax, 0.175)
    _draw_kinds(ax, 0.305)
    _draw_changes(ax, 0.445)
    _draw_base(ax, 0.735, apart)


def _heading(ax: Any, left: float, key: str) -> None:
    ax.text(left, 0.88, both(say(key), "  "), fontsize=8.5, va="center", color="#111111")


def _row(ax: Any, left: float, row: float, words: str) -> None:
    ax.text(left, TOP - row * ROW, words, fontsize=7.5, va="center", color="#222222")


def _draw_use(ax: Any, left: float) -> None:
    _heading(ax, left, "map.legend.use")
    for row, colour in enumerate(cartography.USE_COLOURS):
        low, high = USE_BOUNDS[row], USE_BOUNDS[row + 1]
        words = f"{low:.0%} – {high:.0%}" if high < 10 else f"> {low:.0%}"
        words = words if row else f"< {high:.0%}"
        _dot(ax, (left + 0.01, TOP - row * ROW * 0.8), colour=colour)
        ax.text(left + 0.025, TOP - row * ROW * 0.8, words.replace("%", ""), fontsize=7.5,
                va="center")  # fmt: skip
    _dot(ax, (left + 0.08, TOP), colour=map_panel.NO_PLACES)
    _row(ax, left + 0.09, 0, say("map.legend.no_places").zh)
    ax.text(left + 0.09, TOP - 0.12, say("map.legend.no_places").en, fontsize=6.5, va="center")


def _dot(
    ax: Any, at: tuple[float, float], *, area: float = 60, colour: str = GREY, shape: str = "o"
) -> None:
    ax.scatter(
        [at[0]], [at[1]], s=area, c=colour, marker=shape, edgecolors=map_labels.INK, linewidths=0.8
    )


def _draw_sizes(ax: Any, left: float) -> None:
    _heading(ax, left, "map.legend.size")
    for column, classes in enumerate(SIZES):
        area = map_panel.LEAST_AREA + map_panel.POINTS_PER_CLASS * classes
        _dot(ax, (left + 0.012 + 0.028 * column, 0.52), area=area)
        ax.text(left + 0.012 + 0.028 * column, 0.22, str(classes), fontsize=7.5, ha="center")


def _draw_kinds(ax: Any, left: float) -> None:
    _heading(ax, left, "map.legend.kind")
    kinds = (("o", "one_level"), ("s", "nine_year"), ("^", "point"))
    for row, (shape, key) in enumerate(kinds):
        _dot(ax, (left + 0.01, TOP - row * 0.22), area=70, shape=shape)
        ax.text(left + 0.023, TOP - row * 0.22, both(say(f"map.legend.{key}"), "  "),
                fontsize=7.5, va="center")  # fmt: skip


def _draw_changes(ax: Any, left: float) -> None:
    _heading(ax, left, "map.legend.changes")
    for index, kind in enumerate(map_panel.BADGES):
        x, y = left + 0.01 + 0.095 * (index % 3), TOP - (index // 3) * 0.22
        map_panel.draw_badge(ax, (x, y), (0, 0), kind)
        ax.text(x + 0.013, y, both(known("action", kind), " "), fontsize=7.5, va="center")
    x, y = left + 0.105, TOP - 2 * 0.22
    ax.scatter([x], [y], s=70, facecolors="white", edgecolors=map_panel.STOP_INK, linewidths=1.0)
    ax.scatter([x], [y], s=38, c=map_panel.STOP_INK, marker="x", linewidths=1.6)
    ax.text(x + 0.013, y, both(say("map.legend.stopped"), "\n"), fontsize=6.8, va="center")


def _draw_base(ax: Any, left: float, apart: Sequence[tuple[str, int, int]]) -> None:
    _heading(ax, left, "map.legend.base")
    step = 0.145 if apart else 0.18
    lines = (
        ("town", {"color": "#6b6b6b", "lw": 1.0, "ls": (0, (6, 2.5, 1.2, 2.5))}),
        ("major", {"color": "#a07c45", "lw": 1.5}),
        ("minor", {"color": "#b3a58c", "lw": 0.6}),
    )
    for row, (key, style) in enumerate(lines):
        y = TOP - row * step
        ax.plot([left, left + 0.025], [y, y], **style)
        ax.text(left + 0.032, y, both(say(f"map.legend.{key}"), "  "), fontsize=7.5, va="center")
    for index in range(3):
        ax.add_patch(_patch(left + 0.0085 * index, TOP - 3 * step - 0.06, index))
    words = both(say("map.legend.catchment"), "  ")
    ax.text(left + 0.032, TOP - 3 * step, words, fontsize=6.8, va="center")
    if apart:
        _draw_apart(ax, left, apart)


def _draw_apart(ax: Any, left: float, apart: Sequence[tuple[str, int, int]]) -> None:
    """Say what the hatch is, and how many zones of each panel have it."""
    from matplotlib.patches import Rectangle

    box = Rectangle(
        (left, 0.04), 0.025, 0.12, facecolor="none", edgecolor=map_labels.INK,
        hatch=map_panel.APART, linewidth=0.9,
    )  # fmt: skip
    ax.add_patch(box)
    counts = [
        say("map.legend.zones", level=known("level", level), year=year, count=count)
        for level, year, count in apart
    ]
    words = both(say("map.legend.apart", counts=joined(counts)), "\n")
    ax.text(left + 0.032, 0.1, words, fontsize=6.3, va="center", linespacing=1.1)


def _patch(x: float, y: float, tint: int) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), 0.008, 0.12, facecolor=cartography.PALE[tint], edgecolor="#8f8f8f")
