import importlib.util
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import cartography as carto


def _squares(columns: int, rows: int) -> list[shapely.Polygon]:
    return [shapely.box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)]


def test_touching_squares_are_found_once_corners_included() -> None:
    pairs = {tuple(pair) for pair in carto.touching(_squares(2, 2)).tolist()}
    assert pairs == {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}


def test_neighbours_differ_in_colour() -> None:
    pairs = carto.touching(_squares(6, 5))
    colours = carto.neighbour_colours(pairs, 30)
    assert (colours[pairs[:, 0]] != colours[pairs[:, 1]]).all()
    assert colours.max() < len(carto.PALE)


def test_with_too_few_colours_every_area_still_gets_one() -> None:
    pairs = np.array([(a, b) for a in range(5) for b in range(a)])
    assert sorted(carto.neighbour_colours(pairs, 5, colours=3).tolist())[-1] == 2


def test_what_has_no_neighbours_is_coloured_too() -> None:
    assert carto.neighbour_colours(np.empty((0, 2), dtype=int), 3).min() >= 0


def test_the_order_of_pairs_does_not_matter() -> None:
    pairs = carto.touching(_squares(4, 4))
    flipped = pairs[::-1, ::-1]
    assert (carto.neighbour_colours(pairs, 16) == carto.neighbour_colours(flipped, 16)).all()


def test_point_zones_get_cells_that_fill_the_outline() -> None:
    outline = shapely.box(0, 0, 10, 10)
    points = gpd.GeoDataFrame(
        {"zone_id": ["a", "b", "c"]}, geometry=shapely.points([[2, 2], [8, 3], [5, 8]]), crs=4549
    )
    areas = carto.as_areas(points, outline)
    assert areas.geometry.area.sum() == pytest.approx(100)
    assert areas.geometry.contains(points.geometry).all()


def test_point_zones_without_an_outline_stay_near_the_points() -> None:
    points = gpd.GeoDataFrame(geometry=shapely.points([[0, 0], [4000, 0], [0, 4000]]), crs=4549)
    areas = carto.as_areas(points, None)
    assert areas.total_bounds[0] > -1500


def test_polygon_zones_stay_as_they_are() -> None:
    zones = gpd.GeoDataFrame(geometry=_squares(2, 1), crs=4549)
    assert carto.as_areas(zones, None) is zones


@pytest.mark.parametrize(
    ("metres", "wanted"), [(999, 500), (1000, 1000), (4999, 2000), (6100, 5000), (0.7, 0.5)]
)
def test_a_scale_bar_has_a_round_length(metres: float, wanted: float) -> None:
    assert carto.nice_length(metres) == pytest.approx(wanted)


def test_a_frame_keeps_the_centre_and_gets_the_ratio() -> None:
    x0, y0, x1, y1 = carto.frame((0, 0, 10, 10), ratio=2.0, margin=0.0)
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == (5, 5)
    assert (x1 - x0, y1 - y0) == (20, 10)


def _boxes(corners: np.ndarray, sizes: np.ndarray) -> list[shapely.Polygon]:
    return [
        shapely.box(x, y, x + w, y + h)
        for (x, y), (w, h) in zip(corners, sizes, strict=True)
        if not np.isnan(x)
    ]


def test_labels_cover_neither_each_other_nor_obstacles_nor_the_edge() -> None:
    rng = np.random.default_rng(5)
    anchors = rng.uniform(10, 90, (60, 2))
    sizes = np.tile([14.0, 4.0], (60, 1))
    obstacles = np.column_stack([anchors - 1, anchors + 1])
    page = (0.0, 0.0, 100.0, 100.0)
    corners = carto.place_labels(anchors, sizes, np.full(60, 2.0), obstacles, page)
    boxes = _boxes(corners, sizes)
    assert 10 < len(boxes) < 60
    marks = [shapely.box(*obstacle) for obstacle in obstacles]
    everything = boxes + marks
    for index, box in enumerate(boxes):
        assert shapely.box(*page).contains(box)
        assert all(box.intersection(o).area < 1e-9 for o in everything[index + 1 :])


def test_the_first_label_wins_the_room() -> None:
    anchors = np.array([[50.0, 50.0], [50.0, 50.0]])
    sizes = np.array([[90.0, 40.0], [90.0, 40.0]])
    corners = carto.place_labels(
        anchors, sizes, np.zeros(2), np.empty((0, 4)), (0.0, 0.0, 100.0, 60.0)
    )
    assert np.isnan(corners[1]).all() or np.isnan(corners[0]).all()


def test_without_the_font_package_a_warning_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> Any:
        return None if name == "zhplot" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.warns(carto.FontWarning, match="zhplot"):
        assert carto.chinese_font() is None


def test_with_the_font_package_chinese_characters_have_glyphs() -> None:
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    name = carto.chinese_font()
    assert name == carto.FONT
    font = FT2Font(font_manager.findfont(name, fallback_to_default=False))
    assert font.get_char_index(ord("学")) != 0
