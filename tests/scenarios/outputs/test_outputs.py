import hashlib
import shutil
from pathlib import Path

import pytest

from geodata.findings import FindingError
from scenarios.outputs import write_outputs
from scenarios.outputs.atlas import make_atlas
from scenarios.outputs.files import replaced
from scenarios.outputs.folder import read_run
from tests.scenarios.outputs.made_run import write_made_run

WRITTEN = {
    "catchments.xlsx",
    "construction_plan.xlsx",
    "maps/2022.png",
    "maps/2023.png",
    "maps/after.png",
    "maps/before.png",
    "maps/before_after_lower_secondary.png",
    "maps/before_after_primary.png",
    "maps/catchment_changes.png",
    "maps/flows.png",
    "maps/travel_time.png",
    "plan.dxf",
    "plan.gpkg",
    "report.html",
    "staffing.xlsx",
}


def _outputs(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name not in ("problem", "tables")
        and path.name != "manifest.json"
    }  # fmt: skip


def test_a_run_gets_every_output_and_nothing_else(run_dir: Path) -> None:
    assert set(_outputs(run_dir)) == WRITTEN


def test_the_same_run_gives_the_same_bytes(run_dir: Path, bare_dir: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    shutil.copytree(bare_dir, again)
    write_outputs(again)
    assert _outputs(again) == _outputs(run_dir)


def test_point_zones_get_areas(tmp_path: Path) -> None:
    folder = write_made_run(tmp_path / "run", zones=20, sites=12, years=2, point_zones=True)
    atlas = make_atlas(read_run(folder))
    towns = atlas.run.geometry.towns.geometry.area.sum()
    assert atlas.areas.geometry.area.sum() == pytest.approx(towns)


def test_a_missing_file_is_named_with_what_to_do(bare_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(bare_dir, folder)
    (folder / "tables" / "kpi.parquet").unlink()
    with pytest.raises(FindingError, match=r"kpi\.parquet") as caught:
        write_outputs(folder)
    assert caught.value.findings[0].mend.en == "Run the study again."


def test_a_truncated_table_is_refused(bare_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(bare_dir, folder)
    path = folder / "tables" / "enrolment.parquet"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(FindingError, match=r"enrolment\.parquet"):
        read_run(folder)


def test_a_run_without_a_plan_has_nothing_to_draw(bare_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(bare_dir, folder)
    shutil.rmtree(folder / "tables")
    with pytest.raises(FindingError, match="no plan"):
        write_outputs(folder)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("old")

    def write_half() -> None:
        with replaced(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]
