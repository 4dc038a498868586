"""Published location instances: tiny ones worked out by hand, and one of each real set."""

import json
from pathlib import Path

import highspy
import pytest

from benchmarks.as_problem import yuan_per_unit
from benchmarks.instances import read_instance, with_touching
from benchmarks.location import main
from benchmarks.made_siting import main as draw_county

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the published instances are not at {DATA}"
)

SPLIT = "2 2\n5 10\n5 10\n4 4 8\n4 8 4\n"
"""Two places of 5 units for 10 each; two customers of 4 units who cost 4 near and 8 far."""
SINGLE = "2 3\n4 6\n1 2\n2 3 2\n2 3\n4 8\n2 3\n"
"""Places of 4 and 6 units: the large customer leaves a unit of the first, too little for any."""
PATH = "3 3 1\n1 2 5\n1 2 2\n2 3 3\n"
"""A path whose first edge is repeated: the last length, 2, counts."""
PLANE = "1 0\n3 2 5\n1 0 0 3\n2 3 3 3\n3 10 0 3\n"
"""Two medians of 5 units for three points of 3: one of them holds a single point."""
TABLE = (
    "ID Demand x y Fcand Fcost Fcap\n"
    "1 10 0 0 0 0 10\n2 5 3000 0 0 0 0\n3 10 10000 0 0 0 15\n4 5 4000 0 0 0 30\n"
)
"""Four places on a road, the second no candidate."""


def answer(
    capsys: pytest.CaptureFixture[str], file: Path, kind: str, *more: str, code: int = 0
) -> dict[str, object]:
    assert main([str(file), "--kind", kind, *more]) == code
    line: dict[str, object] = json.loads(capsys.readouterr().out)
    return line


def written(folder: Path, text: str) -> Path:
    file = folder / "instance.txt"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "kind", "more", "best"),
    [
        pytest.param(SPLIT, "cflp", (), 28.0, id="both places open, each serves its neighbour"),
        pytest.param(SINGLE, "sscflp", (), 1 + 2 + 4 + 3 + 3, id="a unit stays free"),
        pytest.param(PATH, "pmedian", (), 5.0, id="the middle of the path"),
        pytest.param(PLANE, "cpmp", (), None, id="too few medians for three points"),
        pytest.param(PLANE, "cpmp", ("--p", "3"), 0.0, id="every point its own median"),
        pytest.param(TABLE, "siting", ("--p", "1"), 15 * 0 + 40 + 5 + 60, id="one school"),
        pytest.param(TABLE, "siting", ("--p", "2"), 15 + 20, id="two schools, no capacity"),
        pytest.param(
            TABLE, "siting", ("--p", "2", "--capacitated"), 40 + 5, id="the first place is full"
        ),
    ],
)
def test_a_tiny_instance_is_solved_to_its_optimum(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    kind: str,
    more: tuple[str, ...],
    best: float | None,
) -> None:
    said = answer(capsys, written(tmp_path, text), kind, *more, code=0 if best is not None else 2)
    assert said["status"] == ("optimal" if best is not None else "infeasible")
    assert said["objective"] == (None if best is None else pytest.approx(best))


TOUCHING = "a,b\n1,2\n1,3\n3,4\n"
"""The second place touches the first alone, whose pupils reach the fourth through the third."""


def test_areas_hang_together_where_a_file_says_what_touches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, touching = written(tmp_path, TABLE), tmp_path / "touching.csv"
    touching.write_text(TOUCHING)
    more = ("--p", "2", "--capacitated", "--contiguity", str(touching))
    said = answer(capsys, file, "siting", *more)
    assert said["objective"] == pytest.approx(60 + 40 + 5)


@pytest.mark.parametrize("text", ["", "1 2\n3 9\n", "1 2\n3\n"])
def test_a_file_of_what_touches_that_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    touching = tmp_path / "touching.csv"
    touching.write_text(text)
    file = str(written(tmp_path, TABLE))
    assert main([file, "--kind", "siting", "--p", "2", "--contiguity", str(touching)]) == 1
    assert "touching.csv" in capsys.readouterr().err


def test_places_that_are_no_customers_have_no_areas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    touching = tmp_path / "touching.csv"
    touching.write_text(TOUCHING)
    file = str(written(tmp_path, SPLIT))
    assert main([file, "--kind", "cflp", "--contiguity", str(touching)]) == 1
    assert "customers" in capsys.readouterr().err


def test_a_made_county_reads_as_a_siting_instance_in_one_piece(tmp_path: Path) -> None:
    assert draw_county([str(tmp_path), "--zones", "40", "--sites", "5", "--schools", "5"]) == 0
    read = read_instance(tmp_path / "made_40_5.txt", "siting", 5, True)
    instance = with_touching(read, tmp_path / "made_40_5_touching.csv")
    assert instance.touching is not None
    near: dict[int, set[int]] = {}
    for a, b in instance.touching:
        near.setdefault(int(a), set()).add(int(b))
        near.setdefault(int(b), set()).add(int(a))
    seen, edge = {0}, {0}
    while edge:
        edge = {b for a in edge for b in near[a]} - seen
        seen |= edge
    assert len(seen) == 40
    assert instance.demand.sum() <= instance.capacity.sum() <= 1.1 * instance.demand.sum()


def test_one_line_says_everything_the_contract_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer(capsys, written(tmp_path, PATH), "pmedian")
    assert list(said) == [
        "instance", "kind", "status", "objective", "bound", "gap", "seconds", "method",
    ]  # fmt: skip
    assert said["method"] == "monolithic"


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("2 2\n5 10\n", "cflp", "6 are needed"),
        (SPLIT + "7\n", "cflp", "only 12 belong to it"),
        ("2 x\n", "sscflp", "no number"),
        ("3 1 1\n1 2 5\n", "pmedian", "not connected"),
        ("2 1 1\n1 3 5\n", "pmedian", "outside 1 to 2"),
        (PATH.replace("3 3 1", "3 3 4"), "pmedian", "4 schools on 3 places"),
        ("ID Demand x y\n1 2 3 4\n", "siting", "no column Fcap"),
        (TABLE + "5 1 2\n", "siting", "line 6"),
        (TABLE, "siting", "needs --p"),
        (SPLIT.replace("4 4 8", "0 4 8"), "cflp", "without demand"),
    ],
)
def test_a_faulty_file_is_answered_in_words_and_with_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, kind: str, why: str
) -> None:
    assert main([str(written(tmp_path, text)), "--kind", kind]) == 1
    said = capsys.readouterr()
    assert why in said.err
    assert said.out == ""


def test_a_missing_file_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing"), "--kind", "cflp"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@needs_data
@pytest.mark.parametrize(
    ("file", "kind", "best"),
    [
        ("cflp/cap41.txt", "cflp", 1040444.375),
        ("sscflp/p1", "sscflp", 8848.0),
    ],
)
def test_a_published_instance_is_solved_to_its_published_optimum(
    capsys: pytest.CaptureFixture[str], file: str, kind: str, best: float
) -> None:
    said = answer(capsys, DATA / file, kind)
    assert said["status"] == "optimal"
    assert said["objective"] == pytest.approx(best, rel=1e-6)


@needs_data
@pytest.mark.parametrize(
    ("file", "kind", "more", "best"),
    [
        ("pmedian/pmed1.txt", "pmedian", (), 5819.0),
        ("pmedian/pmedcap01.txt", "cpmp", ("--gap", "0.02"), 713.0),
        ("school_siting_zy/geo_zy.txt", "siting", ("--p", "10", "--gap", "0.001"), 1655.2),
    ],
)
def test_by_site_comes_within_2_percent_of_the_best_known(
    capsys: pytest.CaptureFixture[str], file: str, kind: str, more: tuple[str, ...], best: float
) -> None:
    said = answer(capsys, DATA / file, kind, *more, "--method", "by_site", "--seconds", "120")
    objective, bound = said["objective"], said["bound"]
    assert isinstance(objective, float)
    assert isinstance(bound, float)
    assert best * 0.9999 <= objective <= best * 1.02
    assert best * 0.95 <= bound <= best * 1.0001


def test_the_whole_model_is_left_for_other_solvers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    model = tmp_path / "model.mps"
    file = written(tmp_path, SPLIT)
    line = answer(capsys, file, "cflp", "--write-mps", str(model))
    solver = highspy.Highs()
    solver.silent()
    solver.readModel(str(model))
    solver.run()
    unit = yuan_per_unit(read_instance(file, "cflp", None, False))
    least = solver.getInfo().objective_function_value / unit
    assert line["objective"] == pytest.approx(least)
