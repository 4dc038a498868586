"""Every map of a run as a page: what `maps/` holds, and what is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from geodata.findings import Text
from scenarios.outputs import area_map, change_map, maps, way_maps
from scenarios.outputs.atlas import Atlas

FORMATS = tuple(maps.SAVED)


class Page(NamedTuple):
    """A map: name of its file, title, and what draws it on an empty figure."""

    name: str
    title: Text
    draw: Callable[[Any], None]


def pages(atlas: Atlas) -> list[Page]:
    """List every map of a run, in the order of `maps/`."""
    found = [
        Page(name, title, partial(_network, atlas=atlas, title=title, shown=(year, changes)))
        for name, title, year, changes in maps.map_pages(atlas)
    ]
    found += [
        Page(name, title, partial(maps.draw_before_after, atlas=atlas, title=title, level=level))
        for name, title, level in maps.before_after_pages(atlas)
    ]
    themes = {
        "catchment_changes": change_map.draw_changes,
        "flows": way_maps.draw_flows,
        "travel_time": way_maps.draw_minutes,
    }
    found += [
        Page(name, title, partial(themes[name], atlas=atlas, title=title))
        for name, title in [*change_map.change_pages(atlas), *way_maps.way_pages(atlas)]
    ]
    found += [
        Page(name, title, partial(area_map.draw_area_page, atlas=atlas, title=title, mode=mode))
        for name, title, mode in area_map.area_maps(atlas)
    ]
    return found


def _network(figure: Any, atlas: Atlas, title: Text, shown: tuple[int, Any]) -> None:
    maps.draw_year(figure, atlas, title, *shown)


def write_maps(atlas: Atlas, folder: Path, kinds: Sequence[str] = ("png",)) -> list[Path]:
    """Write every map in each format; the same run gives the same bytes.

    Returns
    -------
    list of Path
        The files, in the order of the pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with maps.drawing_style():
        for page in pages(atlas):
            figure = maps.empty_page()
            page.draw(figure)
            for kind in kinds:
                path = folder / f"{page.name}.{kind}"
                maps.save_page(figure, path, kind)
                written.append(path)
    return written
