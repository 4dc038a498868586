from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from geodata import cartography
from scenarios.outputs.atlas import Atlas, use_class
from scenarios.outputs.maps import map_pages


def test_there_is_a_map_before_after_and_for_each_year_of_change(atlas: Atlas) -> None:
    assert [name for name, *_ in map_pages(atlas)] == ["before", "2022", "2023", "after"]


def test_the_map_before_shows_no_change_and_the_map_after_all(atlas: Atlas) -> None:
    pages = {name: changes for name, _, _, changes in map_pages(atlas)}
    assert pages["before"].empty
    assert len(pages["after"]) == len(atlas.events) == len(pages["2022"]) + len(pages["2023"])


def test_a_plan_that_changes_nothing_has_two_maps(atlas: Atlas) -> None:
    still = replace(atlas, events=atlas.events.iloc[:0])
    assert [name for name, *_ in map_pages(still)] == ["before", "after"]


def test_maps_are_large_enough_to_print_on_a3(run_dir: Path) -> None:
    picture = matplotlib.image.imread(run_dir / "maps" / "after.png")
    assert picture.shape[1] >= 2400


def test_maps_of_different_years_differ(run_dir: Path) -> None:
    before, after = (
        matplotlib.image.imread(run_dir / "maps" / f"{name}.png") for name in ("before", "after")
    )
    assert np.abs(before - after).max() > 0.5


def test_neighbouring_catchments_have_different_tints(atlas: Atlas) -> None:
    shown = atlas.catchments[
        (atlas.catchments["level"] == "primary") & (atlas.catchments["year"] == 2023)
    ].reset_index(drop=True)
    pairs = cartography.touching(shown.geometry.to_numpy())
    tints = shown["site_id"].map(atlas.colours).to_numpy()
    assert len(pairs) > 5
    assert (tints[pairs[:, 0]] != tints[pairs[:, 1]]).all()


def test_catchments_cover_every_zone_once(atlas: Atlas) -> None:
    total = atlas.areas.geometry.area.sum()
    for _, part in atlas.catchments.groupby(["level", "year"]):
        assert part.geometry.area.sum() == pytest.approx(total)
        assert part["zones"].sum() == len(atlas.areas)


@pytest.mark.parametrize(
    ("share", "wanted"),
    [(0.3, 0), (0.6, 0), (0.61, 1), (1.0, 2), (1.01, 3), (1.2, 4), (np.nan, -1)],
)
def test_a_school_just_full_is_not_coloured_as_overfull(share: float, wanted: int) -> None:
    assert use_class(pd.Series([share]))[0] == wanted
