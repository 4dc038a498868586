"""What sheets of .xls, .ods and .xlsb tell beside their values."""

import zipfile

import pytest

from geodata.readers import read_table
from geodata.readers.xlsb import TOO_LARGE, xlsb_damage
from geodata.schemas import CLASSES
from tests.support.old_books import Formula, Look, Wrong, write_ods, write_xls, write_xlsb

HEAD = ["site_id", "level", "grade", "classes"]
WRITERS = {".xls": write_xls, ".ods": write_ods, ".xlsb": write_xlsb}
each_format = pytest.mark.parametrize("suffix", WRITERS)


def read(folder, suffix, rows, look=None, *, head=HEAD):
    path = folder / f"classes{suffix}"
    WRITERS[suffix](path, "classes", [head, *rows], look or Look())
    return read_table(path, "classes", CLASSES)


def told(findings):
    return [(one.code, one.row, one.column, one.value) for one in findings]


@each_format
def test_a_sound_sheet_is_read_without_a_word(tmp_path, suffix):
    frame, findings = read(tmp_path, suffix, [["s1", "primary", 1.0, 3.0]])
    assert (findings, frame.loc[2].tolist()) == ([], ["s1", "primary", 1, 3])


@each_format
@pytest.mark.parametrize("by_formula", [False, True])
@pytest.mark.parametrize("text", ["#REF!", "#DIV/0!", "#N/A"])
def test_an_error_cell_is_refused_with_its_word_and_no_number(tmp_path, suffix, text, by_formula):
    rows = [["s1", "primary", 1.0, 3.0], ["s1", "primary", 2.0, Wrong(text, by_formula)]]
    frame, findings = read(tmp_path, suffix, rows)
    assert told(findings) == [("T27", 3, "classes", text)]
    assert frame["classes"].isna().tolist() == [False, True]


@each_format
def test_merged_cells_are_refused_once_and_not_called_empty(tmp_path, suffix):
    rows = [["s1", "primary", 1.0, 3.0], ["", "primary", 2.0, 3.0]]
    _, findings = read(tmp_path, suffix, rows, Look(merges=((2, 1, 3, 1),)))
    assert told(findings) == [("T22", 2, "site_id", "")]
    assert "A2:A3" in findings[0].why.en


@each_format
def test_a_merge_above_the_header_is_a_title(tmp_path, suffix):
    rows = [HEAD, ["s1", "primary", 1.0, 3.0]]
    title = ["表", "", "", ""]
    _, findings = read(tmp_path, suffix, rows, Look(merges=((1, 1, 1, 4),)), head=title)
    assert told(findings) == [("T21", 2, "", "")]


@each_format
def test_formulas_with_results_are_read_and_counted(tmp_path, suffix):
    frame, findings = read(tmp_path, suffix, [["s1", "primary", 1.0, Formula(3.0)]])
    assert (told(findings), frame["classes"].tolist()) == ([("T26", 0, "", "")], [3])


@each_format
def test_formulas_that_give_a_text_are_no_errors(tmp_path, suffix):
    frame, findings = read(tmp_path, suffix, [["s1", Formula("primary"), 1.0, 3.0]])
    assert (told(findings), frame["level"].tolist()) == ([("T26", 0, "", "")], ["primary"])


@each_format
@pytest.mark.parametrize("value", [True, False])
def test_a_cell_that_is_true_or_false_is_no_error(tmp_path, suffix, value):
    rows = [["s1", "primary", 1.0, 3.0, value]]
    frame, findings = read(tmp_path, suffix, rows, head=[*HEAD, "seen"])
    assert "T27" not in [one.code for one in findings]
    assert len(frame) == 1


@each_format
def test_a_hidden_row_without_cells_is_nothing_to_tell(tmp_path, suffix):
    rows = [["s1", "primary", 1.0, 3.0], [], ["s2", "primary", 1.0, 3.0]]
    frame, findings = read(tmp_path, suffix, rows, Look(hidden_rows=(3,)))
    assert (findings, frame.index.tolist()) == ([], [2, 4])


@each_format
def test_hidden_rows_and_columns_are_told(tmp_path, suffix):
    rows = [["s1", "primary", 1.0, 3.0], ["s2", "primary", 1.0, 3.0]]
    look = Look(hidden_rows=(3,), hidden_columns=(2, 4))
    frame, findings = read(tmp_path, suffix, rows, look)
    assert (told(findings), len(frame)) == ([("T23", 0, "", "")], 2)
    why = findings[0].why
    assert "column B, column D, row 3." in why.en
    assert "B列、D列、第3行。" in why.zh


def test_what_a_chart_on_a_sheet_holds_is_no_cell_and_no_end(tmp_path):
    rows = [["s1", "primary", 1.0, 3.0], ["", "primary", 2.0, 3.0]]
    error = bytes.fromhex("05020800") + bytes.fromhex("0200030000001701")
    look = Look(merges=((2, 1, 3, 1),), chart=error)
    assert told(read(tmp_path, ".xls", rows, look).findings) == [("T22", 2, "site_id", "")]


@pytest.mark.timeout(60)
def test_a_merge_down_to_the_end_of_all_numbers_is_told_at_once(tmp_path):
    rows = [["s1", "primary", 1.0, 3.0], ["", "primary", 2.0, 3.0]]
    _, findings = read(tmp_path, ".xlsb", rows, Look(merges=((2, 1, 2**32, 1),)))
    assert told(findings) == [("T22", 2, "site_id", "")]


def test_only_the_sheet_that_is_read_is_judged(tmp_path):
    path = tmp_path / "c.ods"
    write_ods(path, "classes", [HEAD, ["s1", "primary", 1.0, 3.0]])
    cell = f"<table:table-cell{CELL.replace('p>7.0', 'p>#REF!')}</table:table-cell>"
    row = f"<table:table-row>{cell * 4}</table:table-row>"
    wrong = f'<office:spreadsheet><table:table table:name="b">{row * 3}</table:table>'
    assert rewritten(path, "<office:spreadsheet>", wrong) == []


def rewritten(path, old, new):
    """Replace a text of the content of an .ods; it must be there."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts["content.xml"]
    parts["content.xml"] = parts["content.xml"].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return told(read_table(path, "classes", CLASSES).findings)


ROW = ["s1", "primary", 1.0, Formula(7.0)]
CELL = ' office:value-type="float" office:value="7.0"><text:p>7.0</text:p>'


def test_a_formula_of_an_ods_without_a_result_is_refused(tmp_path):
    path = tmp_path / "c.ods"
    write_ods(path, "classes", [HEAD, ROW])
    assert rewritten(path, CELL, ">") == [("T25", 2, "classes", "")]


def test_an_error_of_an_ods_in_the_words_of_another_language_is_one(tmp_path):
    path = tmp_path / "c.ods"
    write_ods(path, "classes", [HEAD, ROW])
    space = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    error = (
        f' xmlns:calcext="{space}" calcext:value-type="error"{CELL.replace("p>7.0", "p>#WERT!")}'
    )
    assert rewritten(path, CELL, error) == [("T27", 2, "classes", "#WERT!")]


def test_a_word_like_an_error_in_a_comment_of_an_ods_is_none(tmp_path):
    path = tmp_path / "c.ods"
    write_ods(path, "classes", [HEAD, ROW])
    comment = "<office:annotation><text:p>#REF!</text:p></office:annotation>"
    assert rewritten(path, CELL, CELL + comment) == [("T26", 0, "", "")]


def test_rows_and_cells_of_an_ods_that_stand_for_several_are_counted(tmp_path):
    path = tmp_path / "c.ods"
    rows = [HEAD, ["", "", "", ""], ["s1", "primary", 1.0, Wrong("#REF!")]]
    write_ods(path, "classes", rows)
    blank = '<table:table-cell office:value-type="string"><text:p></text:p></table:table-cell>'
    few = '<table:table-row table:number-rows-repeated="3"><table:table-cell'
    few += ' table:number-columns-repeated="4"/></table:table-row>'
    old = f"<table:table-row>{blank * 4}</table:table-row>"
    assert rewritten(path, old, few) == [("T27", 5, "classes", "#REF!")]


def _record(kind, content):
    number = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return number + bytes([len(content)]) + content


each_excess = pytest.mark.parametrize(
    "record",
    [
        _record(0, (2_000_000).to_bytes(4, "little") + bytes(8)),
        _record(2, (70_000).to_bytes(4, "little") + bytes(8)),
        _record(148, bytes(4) + (2_000_000_000).to_bytes(4, "little") + bytes(8)),
        _record(159, bytes(4) + (4_000_000_000).to_bytes(4, "little")),
    ],
    ids=["row", "column", "size of the sheet", "number of texts"],
)


@each_excess
def test_an_xlsb_that_says_it_holds_more_than_it_can_is_refused(tmp_path, record):
    path = tmp_path / "classes.xlsb"
    write_xlsb(path, "classes", [HEAD, ["s1", "primary", 1.0, 3.0]])
    with zipfile.ZipFile(path, "a") as archive:
        assert xlsb_damage(archive) is None
        archive.writestr("xl/worksheets/sheet2.bin", record)
    with zipfile.ZipFile(path) as archive:
        assert xlsb_damage(archive) is TOO_LARGE
    frame, findings = read_table(path, "classes", CLASSES)
    assert (len(frame), [one.code for one in findings]) == (0, ["T45"])


@each_excess
@pytest.mark.parametrize("part", ["vbaProject", "printerSettings/printerSettings1"])
def test_what_an_xlsb_holds_beside_its_sheets_is_not_taken_for_records(tmp_path, record, part):
    path = tmp_path / "classes.xlsb"
    write_xlsb(path, "classes", [HEAD, ["s1", "primary", 1.0, 3.0]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"xl/{part}.bin", record)
    frame, findings = read_table(path, "classes", CLASSES)
    assert (len(frame), findings) == (1, [])


@each_format
def test_of_many_hidden_rows_the_first_ten_are_told_one_by_one(tmp_path, suffix):
    rows = [[f"s{n}", "primary", 1.0, 3.0] for n in range(2, 14)]
    for many, rest in ((10, "row 11."), (11, "row 11 …."), (12, "row 11 ….")):
        look = Look(hidden_rows=tuple(range(2, 2 + many)))
        (finding,) = read(tmp_path, suffix, rows, look).findings
        assert f"row 10, {rest}" in finding.why.en
