"""The commands: each does its work, prints its answer and returns its exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.findings import Finding, FindingError, Severity, Text, errors
from scenarios.outcome import DONE, FAULTS, WRONG
from scenarios.run import NoSuchScenarioError, RunOptions, run_study
from scenarios.shortages import SHORTAGES
from scenarios.terminal import answer, findings_answer, progress

if TYPE_CHECKING:
    from scenarios.sites import SiteOptions


def run_command(study: Path, options: RunOptions, quiet: bool, as_json: bool) -> int:
    """Run a study; print how every scenario ended, or every fault for which none is run."""
    from scenarios.assemble.check import check_study

    try:
        outcome = run_study(study, options, progress(options.lang, quiet=quiet))
    except FindingError as problem:
        of_study = () if isinstance(problem, NoSuchScenarioError) else check_study(study)
        findings = dict.fromkeys([*problem.findings, *of_study])
        findings_answer(findings, options.lang, as_json=as_json, quiet=False)
        return FAULTS
    lines = [f"{one.scenario}  {one.line().get(options.lang)}" for one in outcome.scenarios]
    for one in outcome.scenarios:
        lines += [f"  {_shortage(short, options.lang)}" for short in one.shortages]
        if one.status == "infeasible":
            hint = _EXPLAIN.get(options.lang)
            lines.append(f"  {hint.format(study=study, scenario=one.scenario)}")
    answer(outcome.as_dict(), lines, as_json=as_json, quiet=quiet)
    return outcome.exit_code


def check_command(
    study: Path, quiet: bool, lang: str, as_json: bool, file: Path | None = None
) -> int:
    """Validate every input and put every scenario together; solve nothing.

    The findings also go to `file`, an .xlsx or .json, if one is asked for.
    """
    from scenarios.assemble.check import check_study

    unfit = _unfit(file, study) if file is not None else []
    findings = [*check_study(study), *unfit]
    if file is not None and not unfit:
        findings += _write(file, findings, study)
    faulty = bool(errors(findings))
    findings_answer(findings, lang, as_json=as_json, quiet=quiet and not faulty)
    if not (as_json or quiet or faulty):
        done = Text("no faults that keep the study from running", "没有妨碍运行的问题")
        answer({}, [done.get(lang)], as_json=False, quiet=quiet)
    return FAULTS if faulty else DONE


def _unfit(file: Path, study: Path) -> list[Finding]:
    """Return why the findings cannot be written to a file."""
    from scenarios.config import open_study
    from scenarios.outputs.findings import WRITERS

    loaded, _ = open_study(study)
    taken = [study]
    if loaded is not None:
        taken += [*loaded.input_paths().values(), *loaded.columns_paths().values()]
    cases = [
        (
            file.suffix.lower() not in WRITERS,
            "C36",
            ("Findings are written as .xlsx or .json.", "检查结果只能写成 .xlsx 或 .json。"),
        ),
        (
            any(file.resolve() == path.resolve() for path in taken),
            "C36",
            ("The findings would take the place of an input.", "检查结果会覆盖输入文件。"),
        ),
        (
            not file.parent.is_dir() or file.is_dir(),
            "C35",
            ("There is no folder for this file.", "没有可写入该文件的文件夹。"),
        ),
    ]
    return [_not_left(code, file, why) for wrong, code, why in cases if wrong]


def _not_left(code: str, file: Path, why: tuple[str, str], option: str = "--findings") -> Finding:
    from scenarios.config.findings import error

    mend = (f"Name another file after {option}.", f"请在 {option} 后另写文件名。")
    return error(code, str(file), why, mend, column=option)


def _write(file: Path, findings: list[Finding], study: Path) -> list[Finding]:
    """Leave the findings in a file; return why that failed."""
    from scenarios.outputs.findings import write_findings

    try:
        write_findings(file, findings, study.name)
    except OSError as problem:
        return [
            _not_left("C35", file, (f"It cannot be written: {problem}.", f"无法写入：{problem}。"))
        ]
    return []


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
            unfit = [_not_left("C35", out, why, "--out")]
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
    return [_not_left(code, out, why, "--out") for wrong, code, why in cases if wrong]


def verify_command(run_dir: Path, bound: bool, quiet: bool, lang: str, as_json: bool) -> int:
    """Judge a run by its own files; a path without a folder is an input fault, no judgement."""
    from scenarios.verify import verify

    verdict = verify(run_dir, bound)
    lines = [fault.text(lang) for fault in verdict.faults]
    lines += [_violation(vars(one), lang) for one in verdict.violations]
    if verdict.ok:
        lines.append("复核无误" if lang == "zh" else "verified")
    if verdict.ok and bound and verdict.bound is None:
        lines.append("本结果未声明下界。" if lang == "zh" else "The run states no bound.")
    if verdict.ok and bound and "bound" in verdict.unchecked:
        lines.append(_own_word(verdict.bound or 0.0, lang))
    answer(verdict.as_dict(), lines, as_json=as_json, quiet=quiet and verdict.ok)
    if verdict.ok:
        return DONE
    return WRONG if run_dir.is_dir() else FAULTS


def _own_word(certified: float, lang: str) -> str:
    """Say that the bound stated is the method's own word, and what is proven."""
    if lang == "zh":
        return f"所声明的下界为求解方法自身给出，未经复核；凭证证明的下界为 {certified:,.0f} 元。"
    return (
        f"The stated bound is the method's own word; the certificate proves {certified:,.0f} yuan."
    )


def compare_command(results: Path, quiet: bool, lang: str, as_json: bool) -> int:
    """Write the comparison of finished runs."""
    from scenarios.compare import NothingToCompareError, write_comparison_of

    try:
        runs = write_comparison_of(results)
    except NothingToCompareError:
        why = Text(
            f"{results} holds no finished run; run the study first.",
            f"{results} 中没有已完成的情景；请先运行研究。",
        )
        answer({"error": why.get(lang)}, [why.get(lang)], as_json=as_json, quiet=False)
        return FAULTS
    except FindingError as problem:
        findings_answer(problem.findings, lang, as_json=as_json, quiet=False)
        return FAULTS
    names = [run.name for run in runs]
    answer({"scenarios": names}, names, as_json=as_json, quiet=quiet)
    return DONE


def evaluate_command(
    study: Path, plan: str, scenario: str | None, how: tuple[bool, str, bool]
) -> int:
    """Price and check a plan made elsewhere, or today's network."""
    from scenarios.foreign_plan import judge_plan
    from scenarios.outputs.text import known

    quiet, lang, as_json = how
    try:
        judged = judge_plan(study, plan, scenario)
    except FindingError as problem:
        findings_answer(problem.findings, lang, as_json=as_json, quiet=False)
        return FAULTS
    yuan = Text("yuan, present value", "元（现值）").get(lang)
    lines = [f"{judged['scenario']}  {judged['objective']:,.0f} {yuan}"]
    lines += [
        f"  {known('term', term['name']).get(lang)}: {term['value']:,.0f}"
        for term in judged["terms"]
    ]
    if judged["ok"] and judged["violations"]:
        lines.append(_APART.get(lang))
    lines += [_violation(one, lang) for one in judged["violations"]]
    answer(judged, lines, as_json=as_json, quiet=quiet)
    return DONE if judged["ok"] else WRONG


def explain_command(
    study: Path, only: tuple[str, ...], seconds: float, how: tuple[bool, str, bool]
) -> int:
    """Say why scenarios have no plan, and what mends it."""
    from scenarios.explain import explain_study

    quiet, lang, as_json = how
    try:
        found = explain_study(study, only, seconds, progress(lang, quiet=quiet))
    except FindingError as problem:
        findings_answer(problem.findings, lang, as_json=as_json, quiet=False)
        return FAULTS
    answer(found.as_dict(), found.lines(lang), as_json=as_json, quiet=quiet)
    return found.exit_code


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


def _violation(one: dict[str, Any], lang: str) -> str:
    """Name a broken rule, say it in words, and tell where, when and by how much."""
    from scenarios.outputs.text import known
    from scenarios.verify.words import rule_text

    place = " ".join(str(word) for word in (one["where"], one["year"]) if word)
    amount = f"{one['amount']:g} {known('unit', one['unit']).get(lang)}".strip()
    said = f"{one['rule']} ({rule_text(one['rule'], lang)})"
    return f"{said}  {place}: {amount}" if place else f"{said}: {amount}"


_PLACES = Text(
    "{places} places, {excluded} excluded; {pupils:,.0f} places for pupils need {land_m2:,.0f} m²",
    "共{places}个地点，排除{excluded}个；学位{pupils:,.0f}，需用地{land_m2:,.0f}㎡",
)
_APART = Text(
    "today's network is judged as it is; the rules it breaks are priced and listed apart:",
    "现状布局按原样评判；其违反的规则已计价，单独列出：",
)
_EXPLAIN = Text(
    "why, and what mends it: xuewei explain {study} --only {scenario}",
    "原因与化解办法：xuewei explain {study} --only {scenario}",
)


def _shortage(one: dict[str, Any], lang: str) -> str:
    words = SHORTAGES.get(one["rule"])
    return words.get(lang).format_map(one) if words else _violation(one, lang)
