"""The command line beside a study's runs. Imports are lazy, as in `scenarios.cli`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.cli_options import (
    AsJson,
    Lang,
    Language,
    MapFormat,
    Out,
    Quiet,
    RunDir,
    SchoolType,
    StudyPath,
)


def sites(
    study: StudyPath,
    *,
    parcels: Annotated[
        Path | None, typer.Option("--parcels", help="Layer of parcels. 地块图层文件。")
    ] = None,
    parcels_layer: Annotated[str, typer.Option("--parcels-layer", help="Its name. 图层名。")] = "",
    grid: Annotated[
        float,
        typer.Option("--grid", min=50, max=20_000, help="Cells of a grid, m. 网格边长（米）。"),
    ] = 500.0,
    hazards: Annotated[
        Path | None, typer.Option("--hazards", help="Layer of hazards. 危险源图层文件。")
    ] = None,
    hazards_layer: Annotated[str, typer.Option("--hazards-layer", help="Its name. 图层名。")] = "",
    school_type: Annotated[
        SchoolType, typer.Option("--school-type", help="Type of school. 办学类型。")
    ] = SchoolType.PRIMARY,
    classes: Annotated[int, typer.Option("--classes", min=1, max=120, help="Classes. 班数。")] = 24,
    reach: Annotated[
        float, typer.Option("--reach", min=100, max=50_000, help="Metres on foot. 步行米数。")
    ] = 2000.0,
    forbidden: Annotated[
        list[str] | None,
        typer.Option("--forbid", help="Land-use code, may be repeated. 不可用的用地代码，可重复。"),
    ] = None,
    max_slope: Annotated[
        float,
        typer.Option("--max-slope", min=0.01, max=2, help="Steepest land, a share. 最大平均坡度。"),
    ] = 0.25,
    out: Out = Path("results"),
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """筛选新建学校的候选地点。 Screen parcels or a grid for a new school, ranked with reasons."""
    from scenarios.side_commands import sites_command
    from scenarios.sites import SiteOptions

    options = SiteOptions(
        parcels=None if parcels is None else (parcels, parcels_layer),
        grid=grid,
        hazards=None if hazards is None else (hazards, hazards_layer),
        school_type=school_type.value,
        classes=classes,
        reach=reach,
        forbidden=tuple(forbidden or ()),
        out=out,
        max_slope=max_slope,
    )
    raise typer.Exit(sites_command(study, options, (quiet, lang.value, as_json)))


def maps(
    run_dir: RunDir,
    *,
    kinds: Annotated[
        list[MapFormat] | None,
        typer.Option(
            "--as", help="svg, pdf or png; may be repeated. 格式，可重复。 [default: pdf]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; RUN_DIR/print if left out. 输出文件夹。")
    ] = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """输出可印刷的专题图。 Draw every map of a run as PDF or SVG for print."""
    from scenarios.side_commands import maps_command

    formats = [kind.value for kind in kinds or (MapFormat.PDF,)]
    raise typer.Exit(maps_command(run_dir, formats, out, (quiet, lang.value, as_json)))


def template(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder. 新文件夹或空文件夹。")
    ],
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """写出待填写的空白研究。 Write an empty study to fill in."""
    from scenarios.side_commands import template_command

    raise typer.Exit(template_command(folder, quiet, lang.value, as_json))


def columns(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A bureau's own table. 本地原有的表。")
    ],
    *,
    table: Annotated[
        str, typer.Option("--as", help="Input of a study, as enrolment. 研究的输入名。")
    ],
    out: Annotated[Path, typer.Option("--out", help="A new .yaml file. 新的对照文件。")],
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """逐项提问，写出列对照文件。 Ask which column is which, and write a file of columns."""
    open_files_apart()
    from scenarios.side_commands import columns_command

    raise typer.Exit(columns_command(file, table, out, lang.value, as_json))


def schema(quiet: Quiet = False, lang: Language = Lang.EN, as_json: AsJson = False) -> None:
    """输出研究文件的 JSON 模式。 Print the JSON schema of a study file."""
    from scenarios.config import Study

    # JSON in any case, the same in both languages; the options are those of every command.
    del quiet, lang, as_json
    _print(Study.model_json_schema())


def open_files_apart() -> None:
    """Start the process that opens files: it loads its libraries while this one loads its own."""
    from geodata.child import warm_up

    warm_up()


def _print(content: Any) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
