"""Old workbooks that would make their reader ask for gigabytes are refused before it sees them."""

import struct

import pytest

from geodata.readers import read_table
from geodata.readers.ole import BROKEN, TOO_WIDE, ole_damage
from geodata.schemas import CHILDREN
from tests.support.old_books import write_xls

ROWS = [["zone_id", "age", "children"], ["Z1", 0.0, 5.0]]
TABLE = 512
"""Where the allocation table begins: the first sector behind the header."""


@pytest.fixture
def book(tmp_path):
    write_xls(tmp_path / "a.xls", "children", ROWS)
    return tmp_path / "a.xls"


def refused(path):
    _, findings = read_table(path, "", CHILDREN)
    return [one.code for one in findings]


def patch(path, at, number):
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, at, number)
    path.write_bytes(content)


def test_a_sound_workbook_has_nothing_wrong(book):
    assert ole_damage(book) is None
    assert refused(book) == []


@pytest.mark.parametrize(
    ("at", "number"),
    [(TABLE + 4 * 5, 2), (TABLE + 4 * 5, 5_000), (48, 77), (76, 99)],
    ids=["into itself", "out of the file", "no directory", "no table"],
)
def test_a_chain_that_leads_nowhere_is_refused(book, at, number):
    patch(book, at, number)
    assert ole_damage(book) == BROKEN
    assert refused(book) == ["T45"]


def test_a_table_that_names_itself_for_ever_is_refused(book):
    patch(book, 68, 0)
    patch(book, TABLE + 508, 0)
    assert ole_damage(book) == BROKEN


def test_a_cell_beyond_the_last_column_is_refused(tmp_path):
    path = tmp_path / "wide.xls"
    write_xls(path, "children", [[*ROWS[0], *[""] * 300, "far"], ROWS[1]])
    assert ole_damage(path) == TOO_WIDE
    assert refused(path) == ["T45"]


@pytest.mark.parametrize("length", [0, 8, 40, 80, 512, 700, 1536])
def test_a_workbook_cut_off_is_refused(book, length):
    book.write_bytes(book.read_bytes()[:length])
    assert refused(book) != []
