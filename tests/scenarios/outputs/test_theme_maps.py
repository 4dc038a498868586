"""Maps of changes, flows and minutes; all maps for print; the command that draws them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from scenarios.cli import main
from scenarios.outputs import maps, printed, way_maps
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.catchment_facts import moved_land
from scenarios.outputs.change_map import by_zone


def drawn(atlas: Atlas, name: str) -> list[str]:
    """Draw a page and return every text on it."""
    from matplotlib.text import Text

    page = next(page for page in printed.pages(atlas) if page.name == name)
    with maps.drawing_style():
        figure = maps.empty_page()
        page.draw(figure)
    return [text.get_text() for text in figure.findobj(Text)]


def test_a_run_has_its_maps_in_this_order(atlas: Atlas) -> None:
    assert [page.name for page in printed.pages(atlas)] == [
        *("before", "2022", "2023", "after"),
        *("before_after_primary", "before_after_lower_secondary"),
        *("catchment_changes", "flows", "travel_time"),
    ]


def test_before_and_after_stand_side_by_side(atlas: Atlas) -> None:
    titles = [text for text in drawn(atlas, "before_after_primary") if "catchments of" in text]
    years = (atlas.run.base_year, atlas.run.last_year)
    assert [str(year) in title for year, title in zip(years, titles, strict=True)] == [True, True]


def test_land_that_changes_is_that_of_zones_whose_school_is_another(atlas: Atlas) -> None:
    run = atlas.run
    shares, land = by_zone(atlas, "primary")
    school = atlas.belongs[atlas.belongs["level"] == "primary"].set_index(["zone_id", "year"])
    ends = [school["site_id"].xs(year, level="year") for year in (run.base_year, run.last_year)]
    other = (ends[0] != ends[1]).to_numpy()
    areas = atlas.areas.set_index("zone_id").geometry.reindex(ends[0].index)
    assert 0 < other.sum() < len(other)
    assert land.area.sum() == pytest.approx(areas[other].area.sum())
    moved = moved_land(atlas, shares, "primary", run.last_year)
    stays = moved["from_id"] == moved["to_id"]
    assert moved.loc[~stays, "km2"].sum() == pytest.approx(land.area.sum() / 1e6)
    assert moved["km2"].sum() == pytest.approx(atlas.areas.area.sum() / 1e6)


def test_the_map_of_changes_says_how_many_pupils_change(atlas: Atlas) -> None:
    shares, _ = by_zone(atlas, "primary")
    moved = moved_land(atlas, shares, "primary", atlas.run.last_year)
    away = moved.loc[moved["from_id"] != moved["to_id"], "pupils"].sum()
    words = [text for text in drawn(atlas, "catchment_changes") if "another school" in text]
    assert f"{away:,.0f} pupils" in words[0]


def test_catchments_drawn_by_the_bureau_are_what_changes_are_held_against(atlas: Atlas) -> None:
    # Today's layer is the plan itself: nothing changes, whoever attends where.
    last = atlas.catchments[atlas.catchments["year"] == atlas.run.last_year]
    today = gpd.GeoDataFrame(last[["level", "site_id", "geometry"]], crs=atlas.areas.crs)
    geometry = replace(atlas.run.geometry, catchments_today=today)
    told = replace(atlas, run=replace(atlas.run, geometry=geometry))
    words = drawn(told, "catchment_changes")
    assert sum("another school: 0 pupils (0.0%), 0.0 km²" in text for text in words) == 2
    assert sum("today's catchments as drawn" in text for text in words) == 2


def test_where_nobody_goes_to_school_today_all_land_is_in_no_catchment_before(
    atlas: Atlas,
) -> None:
    problem = {**atlas.run.problem, "enrolled": atlas.run.problem["enrolled"].iloc[:0]}
    bare = replace(atlas, run=replace(atlas.run, problem=problem))
    _, land = by_zone(bare, "primary")
    assert set(land["from_id"]) == {""}
    assert len(land) == len(atlas.areas)
    words = drawn(bare, "catchment_changes")
    assert sum("keeps its school: 0 pupils" in text for text in words) == 2
    assert sum("in no catchment before" in text and "(100.0%)" in text for text in words) == 2


def test_lines_of_the_flow_map_are_as_wide_as_they_have_pupils(atlas: Atlas) -> None:
    page = next(page for page in printed.pages(atlas) if page.name == "flows")
    with maps.drawing_style():
        figure = maps.empty_page()
        page.draw(figure)
    flows = atlas.run.flows
    flows = flows[flows["year"] == atlas.run.last_year]
    for ax, level in zip(figure.axes, atlas.run.levels, strict=True):
        found = [one for one in ax.findobj(LineCollection) if one.get_alpha() is not None]
        widths = np.asarray(found[0].get_linewidths())
        pupils = np.sort(flows.loc[flows["level"] == level, "pupils"].to_numpy())
        share = (widths - way_maps.LEAST) / (way_maps.MOST - way_maps.LEAST)
        assert share == pytest.approx(pupils / pupils.max(), abs=1e-3)


@pytest.mark.parametrize(
    ("minutes", "wanted"), [(0.0, 0), (10.0, 0), (10.1, 1), (40.0, 3), (41.0, 4), (np.nan, -1)]
)
def test_minutes_on_a_bound_have_the_lighter_colour(minutes: float, wanted: int) -> None:
    assert way_maps.minutes_class(pd.Series([minutes]))[0] == wanted


def test_minutes_of_a_zone_are_the_mean_over_its_pupils(atlas: Atlas) -> None:
    table = way_maps.zone_minutes(atlas)
    year = atlas.run.last_year
    one = table[(table["year"] == year) & (table["pupils"] > 0)].iloc[0]
    flows = atlas.run.flows
    mine = flows[
        (flows["zone_id"] == one["zone_id"]) & (flows["level"] == one["level"])
        & (flows["year"] == year)
    ]  # fmt: skip
    assert one["minutes"] == pytest.approx(mine["pupil_minutes"].sum() / mine["pupils"].sum())


def test_a_zone_with_a_way_not_known_has_no_minutes(atlas: Atlas) -> None:
    flows = atlas.run.flows.copy()
    flows.loc[flows.index[0], "pupil_minutes"] = np.nan
    table = way_maps.zone_minutes(replace(atlas, run=replace(atlas.run, flows=flows)))
    keys = ["zone_id", "level", "year"]
    first = table.set_index(keys).loc[tuple(flows.loc[flows.index[0], keys])]
    assert np.isnan(first["minutes"])


def test_every_zone_is_coloured_on_the_map_of_minutes(atlas: Atlas) -> None:
    page = next(page for page in printed.pages(atlas) if page.name == "travel_time")
    with maps.drawing_style():
        figure = maps.empty_page()
        page.draw(figure)
    for ax in figure.axes:
        fills = max((one for one in ax.findobj(PathCollection)), key=lambda o: len(o.get_paths()))
        assert len(fills.get_paths()) >= len(atlas.areas)


def test_maps_for_print_are_the_same_bytes_each_time(bare_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(bare_dir, folder)
    kinds = ["--as", "pdf", "--as", "svg"]
    assert main(["maps", str(folder), *kinds, "--quiet"]) == 0
    assert main(["maps", str(folder), *kinds, "--quiet", "--out", str(tmp_path / "again")]) == 0
    first = {path.name: path.read_bytes() for path in (folder / "print").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert len(first) == 18
    assert first["flows.pdf"].startswith(b"%PDF")
    assert b"<svg" in first["flows.svg"][:500]


def test_a_folder_without_a_run_has_no_maps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["maps", str(tmp_path)]) == 1
    assert "R01" in capsys.readouterr().out


def test_a_format_that_is_none_is_a_fault_of_usage(tmp_path: Path) -> None:
    assert main(["maps", str(tmp_path), "--as", "tiff"]) == 1


def asking(atlas: Atlas, policy: dict[str, object], tables: dict[str, pd.DataFrame]) -> Atlas:
    rules = {**atlas.run.rules, "policy": {**atlas.run.rules.get("policy", {}), **policy}}
    problem = {**atlas.run.problem, **tables}
    return replace(atlas, run=replace(atlas.run, rules=rules, problem=problem))


def untouching(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """No zone touches another, and every school stands in the first."""
    belongs = atlas.belongs
    none = pd.DataFrame({"zone_a_id": [], "zone_b_id": []}, dtype=str)
    own = pd.DataFrame({"site_id": sorted(set(belongs["site_id"]))})
    return {"adjacency": none, "own_zones": own.assign(zone_id=belongs["zone_id"].min())}


def test_zones_apart_from_their_schools_own_are_hatched_and_counted(atlas: Atlas) -> None:
    torn = asking(atlas, {}, untouching(atlas))
    words = [text for text in drawn(torn, "before_after_primary") if "apart from" in text]
    year = atlas.run.last_year
    here = atlas.belongs[(atlas.belongs["level"] == "primary") & (atlas.belongs["year"] == year)]
    count = (here["zone_id"] != atlas.belongs["zone_id"].min()).sum()
    assert len(words) == 1
    assert f"primary {year}: {count}" in words[0]
    assert f"{year}学年小学{count}个" in words[0]


def test_where_zones_hang_together_or_nobody_asks_the_legend_has_no_such_entry(
    atlas: Atlas,
) -> None:
    touch = untouching(atlas)
    zones = sorted(set(atlas.belongs["zone_id"]))
    pairs = [(a, b) for a in zones for b in zones if a < b]
    touch["adjacency"] = pd.DataFrame(pairs, columns=["zone_a_id", "zone_b_id"])
    for told in (atlas, asking(atlas, {}, touch)):
        assert not [text for text in drawn(told, "after") if "apart from" in text]


def test_zones_that_change_again_and_again_are_counted_where_steadiness_is_asked(
    atlas: Atlas,
) -> None:
    first, *_, last = atlas.run.years
    sites = sorted(set(atlas.belongs["site_id"]))[:2]
    zone = atlas.belongs["zone_id"].min()
    table = atlas.belongs.copy()
    table["site_id"] = table.groupby(["level", "zone_id"])["site_id"].transform("last")
    mine = (table["zone_id"] == zone) & (table["level"] == "primary")
    table.loc[mine, "site_id"] = [sites[year % 2] for year in table.loc[mine, "year"]]
    restless = replace(atlas, belongs=table)
    asked = asking(restless, {"stability": 0.5, "families_off": []}, {})
    words = [text for text in drawn(asked, "catchment_changes") if "more than once" in text]
    assert len(words) == 1
    assert f"from {first} to {last}: 1" in words[0]
    silent = asking(restless, {"stability": None}, {})
    assert not [text for text in drawn(silent, "catchment_changes") if "more than once" in text]
