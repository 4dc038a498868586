"""What a file can do to the process that reads it ends there, as a finding."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from geodata import child
from geodata.child import in_child
from geodata.findings import FindingError, Source
from geodata.readers import read_layer, read_table
from geodata.schemas import CHILDREN, ZONES
from tests.support import ill_readers

SOURCE = Source("children.csv")


@pytest.fixture
def good(tmp_path):
    """Write a file that can be read, to show that the next one is."""
    path = tmp_path / "children.csv"
    path.write_text("zone_id,age,children\nZ1,0,5\n")
    return path


def fault_of(read, path, *arguments):
    with pytest.raises(FindingError) as refused:
        in_child(read, path, *arguments, source=SOURCE)
    (finding,) = refused.value.findings
    assert finding.file == SOURCE.file
    return finding


def is_read(path):
    frame, findings = in_child(read_table, path, "", CHILDREN, source=SOURCE)
    return frame["children"].tolist() == [5] and findings == []


def test_what_is_read_apart_is_what_is_read_here(good):
    there = in_child(read_table, good, "", CHILDREN, name="c", source=SOURCE)
    here = read_table(good, "", CHILDREN, name="c")
    assert there.frame.equals(here.frame)
    assert there.findings == here.findings


def test_one_process_reads_file_after_file(good):
    first = in_child(ill_readers.talks, good, source=SOURCE)
    assert is_read(good)
    assert in_child(ill_readers.talks, good, source=SOURCE) == first != os.getpid()


def test_a_crash_over_a_file_is_a_finding_and_the_next_file_is_read(good):
    finding = fault_of(ill_readers.crashes, good)
    assert finding.code == "T64"
    assert ("OSError" if sys.platform == "win32" else "SIGSEGV") in finding.why.en
    assert is_read(good)


def test_an_error_that_nobody_foresaw_is_a_finding_with_its_place(good):
    finding = fault_of(ill_readers.stumbles, good)
    assert finding.code == "T64"
    assert "IndexError, ill_readers.py:" in finding.why.zh
    assert is_read(good)


def test_a_geopackage_whose_layer_never_ends_is_refused_in_time(tmp_path, good, monkeypatch):
    path = ill_readers.endless_geopackage(tmp_path / "zones.gpkg")
    assert is_read(good)
    monkeypatch.setattr(child, "LEAST_SECONDS", 2.0)
    assert fault_of(read_layer, path, "zones_view", ZONES).code == "T65"
    monkeypatch.undo()
    assert is_read(good)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux bounds the memory")
def test_a_file_that_eats_all_memory_is_refused(tmp_path, monkeypatch):
    path = ill_readers.large_geojson(tmp_path / "zones.geojson", 8_000_000)
    monkeypatch.setattr(child, "MOST_MEMORY", 700_000_000)
    for one in child._CHILDREN:
        one.end()
    child._CHILDREN.clear()
    assert fault_of(read_layer, path, "", ZONES).code == "T66"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_process_that_the_system_kills_wanted_too_much_memory(good):
    in_child(ill_readers.talks, good, source=SOURCE)
    (one,) = child._CHILDREN
    killer = threading.Timer(0.5, os.kill, (one.process.pid, signal.SIGKILL))
    killer.start()
    assert fault_of(ill_readers.sleeps, good).code == "T66"


@pytest.mark.parametrize("read", [ill_readers.calls_home, ill_readers.runs_a_program])
def test_readers_reach_no_network_and_no_program(good, read):
    finding = fault_of(read, good)
    assert finding.code == "T64"
    assert "PermissionError" in finding.why.en


def test_gdal_knows_no_driver_there_that_fetches_or_redirects(good):
    there = set(in_child(ill_readers.drivers, good, source=SOURCE))
    assert {"GPKG", "GeoJSON", "ESRI Shapefile"} <= there
    assert there.isdisjoint(child._DRIVERS_OFF)


def test_what_libraries_print_is_not_heard(good, capfd):
    in_child(ill_readers.talks, good, source=SOURCE)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.fixture
def heard():
    """Let this process hear SIGINT: what a shell starts in the background is told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such call")
@pytest.mark.usefixtures("heard")
def test_an_interrupted_read_leaves_no_answer_behind(good):
    in_child(ill_readers.talks, good, source=SOURCE)
    here = threading.main_thread().ident
    threading.Timer(0.3, signal.pthread_kill, (here, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        in_child(ill_readers.sleeps, good, source=SOURCE)
    assert is_read(good)


def test_a_large_file_may_take_longer(tmp_path):
    small, large, parts = (tmp_path / name for name in ("a.csv", "b.osm.pbf", "c.shp"))
    small.write_bytes(b"")
    with large.open("wb") as file:
        file.truncate(200_000_000)
    parts.write_bytes(b"")
    with parts.with_suffix(".dbf").open("wb") as file:
        file.truncate(10_000_000)
    assert child._seconds(small) == pytest.approx(child.LEAST_SECONDS, abs=1)
    assert child._seconds(large) > 3600
    assert child._seconds(parts) > 200


def test_a_missing_file_is_a_finding_of_the_reader(tmp_path):
    path = tmp_path / "none.csv"
    _, findings = in_child(read_table, Path(path), "", CHILDREN, source=SOURCE)
    assert [one.code for one in findings] == ["C35"]


def test_a_script_without_a_main_guard_is_told_of_it_and_no_file_is_blamed(good, tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        "from geodata.child import in_child\n"
        "from geodata.findings import FindingError, Source\n"
        "from tests.support import ill_readers\n"
        "try:\n"
        f"    in_child(ill_readers.talks, {str(good)!r}, source=Source('children.csv'))\n"
        "except FindingError as error:\n"
        "    print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "if __name__ == '__main__':" in done.stdout
