"""Names on a map panel, as many as find room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from geodata import cartography
from scenarios.outputs.atlas import Atlas

INK = "#1a1a1a"
LABELS = 26
"""Most schools that are named although nothing changes at them."""


def to_points(ax: Any, places: np.ndarray) -> np.ndarray:
    """Positions in points (1/72 inch) from the lower left corner of the figure."""
    pixels: np.ndarray = np.asarray(ax.transData.transform(places))
    return pixels * (72.0 / float(ax.figure.dpi))


def draw_labels(
    ax: Any,
    labels: pd.DataFrame,
    schools: pd.DataFrame,
    badges: np.ndarray,
    extent: Sequence[float],
) -> None:
    """Write labels while there is room, the first ones first; symbols and badges stay visible."""
    where = to_points(ax, schools[["x", "y"]].to_numpy())
    radius = np.sqrt(schools["area"].to_numpy()) / 2
    marks = np.column_stack([where - radius[:, None], where + radius[:, None]])
    corners = to_points(ax, np.array(extent).reshape(2, 2))
    page = [*corners[0] + 3, *corners[1] - (3, 3)]
    furniture = [[*corners[0], corners[0][0] + 150, corners[0][1] + 28],
                 [corners[1][0] - 36, corners[1][1] - 60, *corners[1]]]  # fmt: skip
    anchors = to_points(ax, labels[["x", "y"]].to_numpy(dtype=float))
    size = labels["size"].to_numpy(dtype=float)
    extents = np.column_stack([_ems(labels["text"]) * size, 1.15 * size])
    gaps = labels["gap"].to_numpy(dtype=float)
    obstacles = np.vstack([marks, badges, furniture])
    places = cartography.place_labels(anchors, extents, gaps, obstacles, page)
    for (_, label), anchor, corner, box in zip(
        labels.iterrows(), anchors, places, extents, strict=True
    ):
        if not np.isnan(corner[0]):
            _write(ax, label, corner + box / 2 - anchor)


def _write(ax: Any, label: pd.Series, offset: np.ndarray) -> None:
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=2.2, foreground="white", alpha=0.85)]
    ax.annotate(
        label["text"], xy=(label["x"], label["y"]), xytext=tuple(offset), ha="center", va="center",
        textcoords="offset points", fontsize=label["size"], color=label["colour"], zorder=16,
        path_effects=halo, parse_math=False,
    )  # fmt: skip


def town_labels(atlas: Atlas) -> pd.DataFrame:
    """Return names of towns as labels: text, x, y, gap to the place, size, colour."""
    towns = atlas.run.geometry.towns
    where = towns.geometry.representative_point()
    return pd.DataFrame(
        {
            "text": towns["town"].astype(str).to_numpy(),
            "x": where.x.to_numpy(),
            "y": where.y.to_numpy(),
            "gap": 0.0,
            "size": 11.5,
            "colour": "#5b5b66",
        }
    )


def school_labels(schools: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return names of schools as labels: all that change, and the first of the others."""
    changed = shown.drop_duplicates("site_id")
    radius = np.sqrt(schools["area"]) / 2
    rows = [
        (row["name"], row["x"], row["y"], 2 + float(radius.get(row["site_id"], 5.0)))
        for _, row in changed.iterrows()
    ]
    others = schools[~schools.index.isin(changed["site_id"])].head(LABELS)
    rows += [
        (row["name"], row["x"], row["y"], 2 + float(radius[site]))
        for site, row in others.iterrows()
    ]
    frame = pd.DataFrame(rows, columns=["text", "x", "y", "gap"])
    return frame.assign(text=frame["text"].map(_short), size=7.0, colour=INK)


def _short(name: str) -> str:
    """One line, short enough for a map."""
    flat = " ".join(str(name).split())
    return flat if len(flat) <= 24 else flat[:23] + "…"


def _ems(texts: pd.Series) -> np.ndarray:
    """Width of texts in units of their size: a Chinese character 1, a Latin letter about .58."""
    return np.array([sum(1.0 if ord(c) > 0x2E7F else 0.58 for c in text) for text in texts])
