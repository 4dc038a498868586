"""The command line. Imports are lazy, so that `--help` is quick."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from scenarios import cli_side
from scenarios.cli_options import (
    AsJson,
    Cold,
    Gap,
    Hold,
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
    Seconds,
    Seed,
    StudyPath,
)
from scenarios.cli_side import open_files_apart

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
    hold: Hold = None,
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
            hold=hold,
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
    hold: Hold = None,
    quiet: Quiet = False,
    lang: Language = Lang.EN,
    as_json: AsJson = False,
) -> None:
    """运行研究的全部情景。 Run every scenario of a study."""
    open_files_apart()
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
        holds=tuple(hold or ()),
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
    open_files_apart()
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
    open_files_apart()
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
    open_files_apart()
    from scenarios.commands import explain_command

    how = (quiet, lang.value, as_json)
    raise typer.Exit(explain_command(study, tuple(only or ()), seconds, how))


for beside in (cli_side.sites, cli_side.maps, cli_side.template, cli_side.columns, cli_side.schema):
    app.command()(beside)


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
