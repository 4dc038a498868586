"""The command line. Imports are lazy, so that `--help` is quick."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from scenarios.cli_options import (
    AsJson,
    Cold,
    Gap,
    Jobs,
    Lang,
    Language,
    Method,
    MethodName,
    Mps,
    Network,
    Nodes,
    Only,
    Out,
    Quiet,
    RunDir,
    SchoolType,
    Seconds,
    Seed,
    StudyPath,
)

EMBEDDED = Path(__file__).parent / "examples" / "county" / "study.yaml"
DONE, FAULTS, INTERRUPTED = 0, 1, 130

app = typer.Typer(
    help="规划学校布局，并给出可核验的下界。 Plan school networks with a certified bound.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def embedded(
    context: typer.Context,
    *,
    only: Only = None,
    out: Out = Path("results"),
    method: MethodName = Method.AUTO,
    gap: Gap = 0.01,
    seconds: Seconds = 120.0,
    nodes: Nodes = None,
    seed: Seed = 0,
    jobs: Jobs = 2,
    write_mps: Mps = None,
    cold: Cold = False,
    network: Network = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """不带命令时运行内置县。 Without a command: run the embedded county."""
    if context.invoked_subcommand is None:
        run(
            EMBEDDED,
            only=only,
            out=out,
            method=method,
            gap=gap,
            seconds=seconds,
            nodes=nodes,
            seed=seed,
            jobs=jobs,
            write_mps=write_mps,
            cold=cold,
            network=network,
            quiet=quiet,
            lang=lang,
            as_json=as_json,
        )


@app.command()
def run(
    study: StudyPath,
    *,
    only: Only = None,
    out: Out = Path("results"),
    method: MethodName = Method.AUTO,
    gap: Gap = 0.01,
    seconds: Seconds = 120.0,
    nodes: Nodes = None,
    seed: Seed = 0,
    jobs: Jobs = 2,
    write_mps: Mps = None,
    cold: Cold = False,
    network: Network = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """运行研究的全部情景。 Run every scenario of a study."""
    _open_files_apart()
    from scenarios.commands import run_command
    from scenarios.run import RunOptions

    if network is not None and method is not Method.AUTO:
        raise typer.BadParameter("--network leaves no choice of a method. --network 不能再选方法。")
    options = RunOptions(
        only=tuple(only or ()),
        out=out,
        method=method.value,
        gap=gap,
        seconds=seconds,
        nodes=nodes,
        seed=seed,
        jobs=jobs,
        mps=write_mps,
        cold=cold,
        network=network,
        lang=lang.value,
    )
    raise typer.Exit(run_command(study, options, quiet, as_json))


@app.command()
def check(
    study: StudyPath,
    *,
    findings: Annotated[
        Path | None,
        typer.Option(
            "--findings", help="Also write the findings here, .xlsx or .json. 同时写出检查结果。"
        ),
    ] = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """检查全部输入，不求解。 Validate every input and solve nothing."""
    _open_files_apart()
    from scenarios.commands import check_command

    raise typer.Exit(check_command(study, quiet, lang.value, as_json, findings))


@app.command()
def verify(
    run_dir: RunDir,
    bound: Annotated[
        bool, typer.Option("--bound", help="Recompute the bound too. 同时重算下界。")
    ] = False,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """仅凭结果文件复核。 Judge a run by its own files alone."""
    from scenarios.commands import verify_command

    raise typer.Exit(verify_command(run_dir, bound, quiet, lang.value, as_json))


@app.command()
def compare(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS_DIR", help="Results of a study. 研究的结果文件夹。")
    ],
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """比较已完成的情景。 Compare finished runs."""
    from scenarios.commands import compare_command

    raise typer.Exit(compare_command(results, quiet, lang.value, as_json))


@app.command()
def evaluate(
    study: StudyPath,
    *,
    plan: Annotated[
        str, typer.Option("--plan", help="A folder with a plan, or today. 方案文件夹，或 today。")
    ],
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Under which scenario. 在哪个情景下评价。")
    ] = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """评价并检查外来方案。 Price and check a plan made elsewhere."""
    _open_files_apart()
    from scenarios.commands import evaluate_command

    raise typer.Exit(evaluate_command(study, plan, scenario, (quiet, lang.value, as_json)))


@app.command()
def explain(
    study: StudyPath,
    *,
    only: Only = None,
    seconds: Seconds = 120.0,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """说明为何没有可行方案及如何化解。 Say why no plan meets all rules, and what mends it."""
    _open_files_apart()
    from scenarios.commands import explain_command

    how = (quiet, lang.value, as_json)
    raise typer.Exit(explain_command(study, tuple(only or ()), seconds, how))


@app.command()
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
    from scenarios.commands import sites_command
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


@app.command()
def template(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder. 新文件夹或空文件夹。")
    ],
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """写出待填写的空白研究。 Write an empty study to fill in."""
    from scenarios.commands import template_command

    raise typer.Exit(template_command(folder, quiet, lang.value, as_json))


@app.command()
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
    _open_files_apart()
    from scenarios.commands import columns_command

    raise typer.Exit(columns_command(file, table, out, lang.value, as_json))


@app.command()
def schema(quiet: Quiet = False, lang: Language = Lang.EN, as_json: AsJson = False) -> None:
    """输出研究文件的 JSON 模式。 Print the JSON schema of a study file."""
    from scenarios.config import Study

    # JSON in any case, the same in both languages; the options are those of every command.
    del quiet, lang, as_json
    _print(Study.model_json_schema())


def _open_files_apart() -> None:
    """Start the process that opens files: it loads its libraries while this one loads its own."""
    from geodata.child import warm_up

    warm_up()


def _print(content: Any) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


# A fault of usage in whichever click this typer is built on; `BadParameter` is its public child.
UsageFault = cast(
    type[Exception],
    next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; a fault of usage counts as an input fault."""
    if threading.current_thread() is threading.main_thread():
        # A background job of a shell script inherits a SIGINT that is ignored.
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.default_int_handler)
    try:
        code = app(args=arguments, standalone_mode=False)
    except typer.Exit as ended:
        return int(ended.exit_code)
    except UsageFault as fault:
        sys.stderr.write(f"{cast(Any, fault).format_message()}\n")
        return FAULTS
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:
        sys.stderr.write("interrupted 已中断\n")
    return int(code or DONE)
