"""What every printed map needs: areas to colour, colours that differ, a scale, north, labels.

Colours are Paul Tol's, which people with any common colour blindness can tell apart.
"""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

PALE: tuple[str, ...] = (
    "#d9e8f5",
    "#f6ead0",
    "#dcefd9",
    "#f3dbe6",
    "#e6e3f4",
    "#f5f3c9",
    "#d3efee",
    "#ece4dc",
)
"""Fills under darker symbols: eight pale tints; `neighbour_colours` keeps neighbours apart."""

USE_COLOURS: tuple[str, ...] = ("#2166ac", "#92c5de", "#f0f0e6", "#f4a582", "#b2182b")
"""From much room to far too little: blue to red through white, told apart without red and green."""

FONT = "Noto Sans SC"


class FontWarning(UserWarning):
    """No font with Chinese characters: names would print as boxes."""


def font_file() -> Path | None:
    """Return the file of Noto Sans SC in the `zhplot` package, None where it is absent."""
    spec = importlib.util.find_spec("zhplot")
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted(Path(spec.origin).parent.glob("fonts/NotoSansSC*.ttf"))), None)


def chinese_font() -> str | None:
    """Register Noto Sans SC from the `zhplot` package with matplotlib and return its name.

    Returns
    -------
    str or None
        None, after a loud warning, where the package is absent.
    """
    from matplotlib import font_manager

    file = font_file()
    if file is None:
        warnings.warn(
            "no Chinese font: install the package zhplot, or names print as boxes "
            "缺少中文字体：请安装 zhplot，否则地名显示为方框",
            FontWarning,
            stacklevel=2,
        )
        return None
    if FONT not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(str(file))
    return FONT


def as_areas(zones: gpd.GeoDataFrame, outline: shapely.Geometry | None) -> gpd.GeoDataFrame:
    """Give point zones an area: their Voronoi cells, cut to `outline` (or a hull with a margin).

    Polygon zones come back as they are. Same index, same columns.
    """
    points = zones.geometry.geom_type.isin(["Point", "MultiPoint"])
    if not points.all():
        return zones
    where = shapely.centroid(zones.geometry.to_numpy())
    if outline is None or shapely.is_empty(outline):
        hull = shapely.convex_hull(shapely.union_all(where))
        outline = hull.buffer(max(500.0, 0.05 * math.sqrt(hull.area)))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(where), extend_to=outline)
    )
    tree = shapely.STRtree(cells)
    cell_of = tree.nearest(where)
    return zones.set_geometry(
        gpd.GeoSeries(shapely.intersection(cells[cell_of], outline), zones.index, crs=zones.crs)
    )


def touching(areas: Sequence[shapely.Geometry]) -> np.ndarray:
    """Pairs of areas that touch or overlap, each once: (K, 2) int, the smaller index first."""
    shapes = np.asarray(areas, dtype=object)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    return np.unique(pairs, axis=0)


def neighbour_colours(pairs: np.ndarray, count: int, colours: int = len(PALE)) -> np.ndarray:
    """Colour index of each of `count` things so that neighbours differ, as far as colours suffice.

    Greedy, the one with most neighbours first; the same pairs give the same colours. Where every
    colour is taken around it, a thing gets the one least used among its neighbours.

    Parameters
    ----------
    pairs
        (K, 2) int: who neighbours whom; the order does not matter, nor do repeats.

    Returns
    -------
    ndarray
        (count,) int in 0 … colours - 1.
    """
    around: list[set[int]] = [set() for _ in range(count)]
    for a, b in np.asarray(pairs).reshape(-1, 2).tolist():
        if a != b:
            around[a].add(b)
            around[b].add(a)
    chosen = np.full(count, -1)
    used = np.zeros(colours, dtype=int)
    for thing in sorted(range(count), key=lambda a: (-len(around[a]), a)):
        taken = [chosen[other] for other in around[thing] if chosen[other] >= 0]
        near = np.bincount(taken, minlength=colours) if taken else np.zeros(colours, dtype=int)
        chosen[thing] = np.lexsort((np.arange(colours), used, near))[0]
        used[chosen[thing]] += 1
    return chosen


def nice_length(metres: float) -> float:
    """Longest of 1, 2, 5 times a power of ten metres that is not above `metres`."""
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= metres * (1 + 1e-9))


def frame(
    bounds: Sequence[float], ratio: float, margin: float = 0.04
) -> tuple[float, float, float, float]:
    """Widen x0, y0, x1, y1 to `ratio` (width over height) with a margin, keeping the centre."""
    x0, y0, x1, y1 = bounds
    width, height = (x1 - x0) * (1 + 2 * margin), (y1 - y0) * (1 + 2 * margin)
    width, height = max(width, height * ratio), max(height, width / ratio)
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    return (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)


def draw_scale_bar(ax: Any, colour: str = "#222222") -> None:
    """Draw a two-part scale bar in kilometres at the lower left of metric axes."""
    x0, x1 = ax.get_xlim()
    y0, y1 = ax.get_ylim()
    length = nice_length((x1 - x0) * 0.22)
    left, low, high = x0 + (x1 - x0) * 0.025, y0 + (y1 - y0) * 0.025, (y1 - y0) * 0.008
    for part, fill in ((0, colour), (1, "white")):
        ax.add_patch(
            _rectangle((left + part * length / 2, low), length / 2, high, fill, colour),
        )
    unit, scale = ("km", 1000.0) if length >= 1000 else ("m", 1.0)
    for share in (0.0, 0.5, 1.0):
        text = f"{length * share / scale:g}" + (f" {unit}" if share == 1.0 else "")
        ax.text(
            left + share * length, low + 1.6 * high, text, ha="center", fontsize=7, color=colour,
            zorder=30, path_effects=[_halo()],
        )  # fmt: skip


def _halo() -> Any:
    from matplotlib.patheffects import withStroke

    return withStroke(linewidth=2.2, foreground="white", alpha=0.85)


def _rectangle(
    corner: tuple[float, float], width: float, height: float, fill: str, edge: str
) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, facecolor=fill, edgecolor=edge, lw=0.7, zorder=30)


def draw_north_arrow(ax: Any, colour: str = "#222222") -> None:
    """Draw a north arrow at the upper right; grid north of the layers' CRS."""
    ax.annotate(
        "N",
        xy=(0.965, 0.975),
        xytext=(0.965, 0.90),
        xycoords="axes fraction",
        textcoords="axes fraction",
        ha="center",
        va="center",
        fontsize=11,
        color=colour,
        zorder=30,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
            "color": colour,
            "lw": 1.2,
        },
    )


def place_labels(
    anchors: np.ndarray,
    sizes: np.ndarray,
    gaps: np.ndarray,
    obstacles: np.ndarray,
    extent: Sequence[float],
) -> np.ndarray:
    """Find a box for each label that covers no other label, no obstacle and stays inside.

    Labels are placed in the order given, the most important first; eight places round the anchor
    are tried, right first. What finds no place is left out.

    Parameters
    ----------
    anchors, sizes
        (N, 2) points, and widths and heights of the labels, in the same units.
    gaps
        (N,) distance from anchor to label.
    obstacles
        (M, 4) boxes x0, y0, x1, y1 that must stay visible.
    extent
        x0, y0, x1, y1 of the page.

    Returns
    -------
    ndarray
        (N, 2) lower left corners, NaN for labels left out.
    """
    corners = np.full((len(anchors), 2), np.nan)
    boxes = np.asarray(obstacles, dtype=float).reshape(-1, 4)
    sides = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]
    for label, ((x, y), (width, height), gap) in enumerate(zip(anchors, sizes, gaps, strict=True)):
        for dx, dy in sides:
            near = gap * (0.75 if dx and dy else 1.0)
            left = x + dx * near + (dx - 1) * width / 2
            low = y + dy * near + (dy - 1) * height / 2
            box = np.array([left, low, left + width, low + height])
            if _inside(box, extent) and not _overlaps(box, boxes):
                corners[label] = left, low
                boxes = np.vstack([boxes, box])
                break
    return corners


def _inside(box: np.ndarray, extent: Sequence[float]) -> bool:
    return bool((box[:2] >= extent[:2]).all() and (box[2:] <= extent[2:]).all())


def _overlaps(box: np.ndarray, boxes: np.ndarray) -> bool:
    apart = (boxes[:, 2:] <= box[:2]) | (boxes[:, :2] >= box[2:])
    return bool((~apart.any(axis=1)).any())
