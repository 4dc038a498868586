"""The commands beside a study's runs: an empty study, columns, places to screen, printed maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.findings import Finding, FindingError, Severity, Text, errors
from scenarios.config.findings import not_left
from scenarios.outcome import DONE, FAULTS
from scenarios.terminal import answer, findings_answer

if TYPE_CHECKING:
    from scenarios.sites import SiteOptions


def template_command(folder: Path, quiet: bool, lang: str, as_json: bool) -> int:
    """Write an empty study into a new or empty folder."""
    from scenarios.template import write_template

    try:
        files = [str(path) for path in write_template(folder)]
    except FileExistsError:
        why = Text(
            f"{folder} is not an empty folder; name a new one.",
            f"{folder} 不是空文件夹；请另写一个新文件夹。",
        )
    except OSError as problem:
        why = Text(f"{folder} cannot be written: {problem}.", f"无法写入 {folder}：{problem}。")
    else:
        answer({"files": files}, files, as_json=as_json, quiet=quiet)
        return DONE
    answer({"error": why.get(lang)}, [why.get(lang)], as_json=as_json, quiet=False)
    return FAULTS


def columns_command(file: Path, table: str, out: Path, lang: str, as_json: bool) -> int:
    """Write a file of columns from answers on the terminal, and say how the table reads by it."""
    from scenarios.outputs.files import write_text
    from scenarios.questions import ask_columns, columns_text, read_by

    unfit = _unfit_columns(table, out)
    findings: list[Finding] = []
    if not unfit:
        try:
            write_text(out, columns_text(ask_columns(file, table, lang), file.name))
            rows, findings = read_by(file, out, table)
        except FindingError as problem:
            unfit = list(problem.findings)
        except OSError as problem:
            why = (f"It cannot be written: {problem}.", f"无法写入：{problem}。")
            unfit = [not_left("C35", out, why, "--out")]
    if unfit:
        findings_answer(unfit, lang, as_json=as_json, quiet=False)
        return FAULTS
    kept = [one for one in findings if one.severity is not Severity.REPAIR]
    if as_json:
        content = {"file": str(out), "rows": rows, "findings": [one.as_dict(lang) for one in kept]}
        answer(content, [], as_json=True, quiet=False)
        return DONE
    done = Text(
        f"{out}: {rows} rows read, {len(findings) - len(kept)} adaptations, {len(errors(kept))} "
        f"faults. In the study: {table}: {{file: {file.name}, columns: {out.name}}}",
        f"{out}：读入{rows}行，调整{len(findings) - len(kept)}处，错误{len(errors(kept))}个。"
        f"研究文件中写：{table}: {{file: {file.name}, columns: {out.name}}}",
    )
    answer({}, [*(one.line(lang) for one in kept), done.get(lang)], as_json=False, quiet=False)
    return DONE


def _unfit_columns(table: str, out: Path) -> list[Finding]:
    """Return why a file of columns cannot be made."""
    from geodata.schemas import SCHEMAS
    from scenarios.config.words import key_fault

    if table not in SCHEMAS:
        return [replace(key_fault("--as", {}, ("--as",), table, SCHEMAS), row=0)]
    there = ("There is such a file already.", "该文件已存在。")
    no_folder = ("There is no folder for this file.", "没有可写入该文件的文件夹。")
    cases = [(out.exists(), "C36", there), (not out.parent.is_dir(), "C35", no_folder)]
    return [not_left(code, out, why, "--out") for wrong, code, why in cases if wrong]


def sites_command(study: Path, options: SiteOptions, how: tuple[bool, str, bool]) -> int:
    """Screen places for a new school; leave them as a layer and a workbook."""
    from scenarios.outputs.site_files import write_sites
    from scenarios.run import credits
    from scenarios.sites import screen_study, summary

    quiet, lang, as_json = how
    try:
        screened = screen_study(study, options)
    except FindingError as problem:
        findings_answer(problem.findings, lang, as_json=as_json, quiet=False)
        return FAULTS
    of_study = screened.loaded.study
    facts = {
        "title": Text(of_study.title.en or of_study.study, of_study.title.zh or of_study.study),
        "made_up": of_study.made_up,
        "school_type": options.school_type,
        "classes": options.classes,
        "reach": options.reach,
        "credits": credits(screened.loaded),
    }
    folder = options.out / of_study.study / "sites"
    files = write_sites(screened.places, screened.need, facts, folder)
    told = summary(screened, files, 5)
    lines = [_PLACES.get(lang).format_map(told | told["need"])]
    lines += [
        f"{one['rank']}. {one['parcel_id']}  {one['score']:.2f}  {one[lang]}"
        for one in told["best"]
    ]
    answer(told, [*lines, *told["files"]], as_json=as_json, quiet=quiet)
    return DONE


def maps_command(
    run_dir: Path, kinds: Sequence[str], out: Path | None, how: tuple[bool, str, bool]
) -> int:
    """Draw every map of a finished run again, in formats for print."""
    from scenarios.outputs.atlas import make_atlas
    from scenarios.outputs.folder import read_run
    from scenarios.outputs.printed import write_maps

    quiet, lang, as_json = how
    folder = run_dir / "print" if out is None else out
    try:
        written = write_maps(make_atlas(read_run(run_dir)), folder, tuple(dict.fromkeys(kinds)))
    except FindingError as problem:
        findings_answer(problem.findings, lang, as_json=as_json, quiet=False)
        return FAULTS
    except OSError as problem:
        why = (f"It cannot be written: {problem}.", f"无法写入：{problem}。")
        unfit = [not_left("C35", folder, why, "--out")]
        findings_answer(unfit, lang, as_json=as_json, quiet=False)
        return FAULTS
    files = [str(path) for path in written]
    answer({"files": files}, files, as_json=as_json, quiet=quiet)
    return DONE


_PLACES = Text(
    "{places} places, {excluded} excluded; {pupils:,.0f} places for pupils need {land_m2:,.0f} m²",
    "共{places}个地点，排除{excluded}个；学位{pupils:,.0f}，需用地{land_m2:,.0f}㎡",
)
