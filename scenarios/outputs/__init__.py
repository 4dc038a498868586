"""What planners are handed: maps, layers, workbooks and pages, made from the files of a run."""

from __future__ import annotations

from pathlib import Path


def write_outputs(run_dir: Path) -> None:
    """Write every output of a finished run into its folder.

    Reads only the files of the run, each output appears whole or not at all, and the same run gives
    the same bytes.

    Parameters
    ----------
    run_dir
        Folder with `manifest.json`, `problem/` and, where there is a plan, `tables/`.

    Raises
    ------
    geodata.findings.FindingError
        If a file of the run is missing or cannot be read, or the run found no plan.
    """
    from scenarios.outputs.atlas import make_atlas
    from scenarios.outputs.catchment_book import write_catchments
    from scenarios.outputs.construction import write_construction
    from scenarios.outputs.drawing import write_drawing
    from scenarios.outputs.folder import no_plan, read_run
    from scenarios.outputs.layers import write_layers
    from scenarios.outputs.printed import write_maps
    from scenarios.outputs.report import write_report
    from scenarios.outputs.staffing import write_staffing

    run = read_run(Path(run_dir))
    if not run.has_plan:
        raise no_plan(run)
    atlas, folder = make_atlas(run), run.path
    write_maps(atlas, folder / "maps")
    write_layers(atlas, folder / "plan.gpkg")
    write_drawing(atlas, folder / "plan.dxf")
    write_catchments(atlas, folder / "catchments.xlsx")
    write_construction(atlas, folder / "construction_plan.xlsx")
    write_staffing(atlas, folder / "staffing.xlsx")
    write_report(atlas, folder / "maps", folder / "report.html")


def write_comparison(results_dir: Path) -> None:
    """Write `comparison.html`, `.xlsx` and `.parquet` over all finished runs of a study.

    Parameters
    ----------
    results_dir
        Folder whose subfolders are runs; those without a manifest are not runs and are passed over.

    Raises
    ------
    geodata.findings.FindingError
        If there is no finished run, or a file of one cannot be read.
    """
    from scenarios.outputs.comparison import compare

    compare(Path(results_dir))
