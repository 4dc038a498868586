"""5,000 files made wrong by chance: each is read or refused in words, and nothing else happens.

`python -m benchmarks.fuzz` reads 5,000 for each reader.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.fuzz import GOOD, measure
from benchmarks.fuzzing import READERS, fuzz, write_seeds
from benchmarks.fuzzing.attempt import mutant
from geodata import child

COUNTS = {
    "csv": 800,
    "columns": 500,
    "geojson": 500,
    "xlsx": 400,
    "xls": 450,
    "xlsb": 250,
    "ods": 600,
    "pbf": 600,
    "tif": 150,
    "asc": 150,
    "gpkg": 250,
    "shp": 200,
    "zip": 150,
}
"""As many of each as fit into a minute of one core."""
SEED = 20261122


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the sound files once."""
    folder = tmp_path_factory.mktemp("seeds")
    write_seeds(folder)
    return folder


def test_five_thousand_files_are_tried_and_every_reader_has_its_share() -> None:
    assert sum(COUNTS.values()) == 5000
    assert COUNTS.keys() == READERS.keys()


@pytest.mark.parametrize("reader", READERS)
def test_a_sound_file_is_read_without_an_error(seeds: Path, reader: str) -> None:
    frame, findings = READERS[reader].read(seeds / reader)
    assert len(frame)
    assert not [one for one in findings if one.severity == "error"]


@pytest.mark.parametrize("reader", READERS)
def test_whatever_a_file_holds_it_is_read_or_refused(seeds: Path, reader: str) -> None:
    found = measure(seeds, reader, range(COUNTS[reader]), SEED)
    assert found["ill"] == []
    assert found["files"] == COUNTS[reader]
    assert found["refused"] > 0
    assert found["read"] > 0


def test_a_mutant_is_the_same_whenever_it_is_made(seeds: Path) -> None:
    once, again = (mutant(seeds, "gpkg", 7, SEED) / "zones.gpkg" for _ in range(2))
    content = once.read_bytes()
    assert mutant(seeds, "gpkg", 8, SEED).joinpath("zones.gpkg").read_bytes() != content
    mutant(seeds, "gpkg", 7, SEED)
    assert again.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_process_that_dies_over_a_mutant_is_seen_and_the_others_are_read(seeds: Path) -> None:
    numbers = range(100)
    first = next(iter(fuzz(seeds, "csv", range(1), SEED)))
    (one,) = child._CHILDREN
    killer = threading.Timer(0.2, os.kill, (one.process.pid, signal.SIGKILL))
    killer.start()
    outcomes = list(fuzz(seeds, "csv", numbers, SEED))
    assert first.kind in GOOD
    assert sorted(one.number for one in outcomes) == list(numbers)
    assert [one.kind for one in outcomes if one.kind not in GOOD] == ["T66"]
