"""What cannot be read is never held against the rest: a sound county stays sound without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geodata.schemas import SCHEMAS
from scenarios.assemble.check import judge_parts
from scenarios.assemble.layers import Layers, faults_between, open_layers
from scenarios.config import LoadedStudy, load_study
from tests.support.studies import SMALL

# Without an id of these, other tables name what is not listed as it stands.
NAMED = ("towns", "zones", "schools", "candidates")
COLUMNS = [
    ("zones", "zone_id"),
    ("schools", "site_id"),
    ("schools", "school_type"),
    ("enrolment", "level"),
    ("enrolment", "pupils"),
    ("classes", "grade"),
    ("teachers", "subject"),
    ("options", "site_id"),
]


@pytest.fixture(scope="module")
def loaded() -> LoadedStudy:
    return load_study(SMALL)


@pytest.fixture(scope="module")
def layers(loaded: LoadedStudy) -> Layers:
    return open_layers(loaded)


def without(layers: Layers, name: str, column: str, rows: slice) -> Layers:
    """Return the inputs with some cells of a column missing."""
    frame = layers.frames[name].copy()
    if column != "geometry":
        missing = np.nan if frame[column].dtype.kind in "if" else None
        frame[column] = frame[column].astype(float if missing is not None else object)
    else:
        missing = None
    frame.loc[frame.index[rows], column] = missing
    return replace(layers, frames=layers.frames | {name: frame})


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_cell_that_is_not_known_blames_nothing_else(
    loaded: LoadedStudy, layers: Layers, name: str
) -> None:
    holed = layers
    for row, column in enumerate(layers.frames[name].columns):
        holed = without(holed, name, str(column), slice(row, row + 1))
    found = faults_between(loaded, holed)
    assert {one.code for one in found} == ({"T53"} if name in NAMED else set())


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_a_column_that_is_not_known_blames_nothing_else(
    loaded: LoadedStudy, layers: Layers, name: str, column: str
) -> None:
    assert faults_between(loaded, without(layers, name, column, slice(None))) == []


@pytest.mark.slow
def test_no_column_of_any_input_that_is_not_known_blames_another(
    loaded: LoadedStudy, layers: Layers
) -> None:
    for name, frame in layers.frames.items():
        for column in frame.columns:
            holed = without(layers, name, str(column), slice(None))
            assert faults_between(loaded, holed) == [], (name, column)


@pytest.mark.parametrize("name", ["zones", "schools", "enrolment", "births", "options", "roads"])
def test_travel_and_projections_are_judged_or_left_out_but_never_fail(
    loaded: LoadedStudy, layers: Layers, name: str
) -> None:
    for column in layers.frames[name].columns:
        assert judge_parts(loaded, without(layers, name, str(column), slice(None))) == []


@pytest.mark.parametrize("name", ["towns", "zones", "schools", "enrolment", "classes", "children"])
def test_an_input_that_cannot_be_read_blames_nothing_else(
    loaded: LoadedStudy, layers: Layers, name: str
) -> None:
    empty = layers.frames | {name: layers.frames[name].iloc[:0]}
    unread = replace(layers, frames=empty, unread=frozenset({name}))
    assert faults_between(loaded, unread) == []
    assert judge_parts(loaded, unread) == []
