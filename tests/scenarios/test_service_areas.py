"""The key `service_areas` of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.assemble.areas import areas_of
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers
from scenarios.config import load_study
from tests.support.studies import SMALL, small_study

KEY = ("standards: {}", "service_areas: {}\nstandards: {}")


def test_without_the_key_nothing_is_drawn() -> None:
    loaded = load_study(SMALL)
    assert loaded.study.service_areas is None
    assert areas_of(loaded, read_layers(loaded)) is None


def test_an_empty_key_is_the_reach_of_the_norm_for_every_site(tmp_path: Path) -> None:
    loaded = load_study(small_study(tmp_path, KEY))
    layers = read_layers(loaded)
    areas = areas_of(loaded, layers)
    assert areas is not None
    assert areas.groupby(["mode", "unit", "reach"]).size().to_dict() == {
        ("walk", "metres", 500.0): len(layers.sites()),
        ("walk", "metres", 1000.0): len(layers.sites()),
    }
    small, large = (areas[areas["reach"] == reach].geometry for reach in (500.0, 1000.0))
    assert small.reset_index(drop=True).within(large.reset_index(drop=True).buffer(30)).all()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("standards: {}", "service_areas: {walk: {metres: [0]}}\nstandards: {}"), "C51"),
        (("standards: {}", "service_areas: {tram: {}}\nstandards: {}"), "C01"),
    ],
)
def test_a_reach_of_nothing_and_an_unknown_mode_are_refused(
    tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    assert code in [one.code for one in check_study(small_study(tmp_path, change))]


def test_without_roads_there_is_nothing_to_draw_along(tmp_path: Path) -> None:
    roads = ("  roads: {file: county.gpkg, layer: roads}\n", "")
    line = ("straight_line_factor: null", "straight_line_factor: 1.3")
    (told,) = check_study(small_study(tmp_path, KEY, roads, line))
    assert (told.code, told.column) == ("C23", "service_areas")


def test_minutes_that_end_before_the_bus_has_come_are_refused(tmp_path: Path) -> None:
    key = "service_areas: {bus: {minutes: [10, 20]}}\nstandards: {}"
    (told,) = check_study(small_study(tmp_path, ("standards: {}", key)))
    assert (told.code, told.value, told.column) == ("C23", "10", "service_areas.bus")
    assert "take 10 minutes" in told.why.en
    key = "service_areas: {bus: {minutes: [10]}}\nstandards: {travel.bus_wait_minutes: 5}"
    assert not check_study(small_study(tmp_path / "sooner", ("standards: {}", key)))
