"""The commands of a study and its runs: each does its work, prints and returns its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geodata.findings import Finding, FindingError, Text, errors
from scenarios.config.findings import not_left
from scenarios.outcome import DONE, FAULTS, WRONG
from scenarios.run import NoSuchScenarioError, RunOptions, run_study
from scenarios.shortages import SHORTAGES
from scenarios.terminal import answer, findings_answer, progress


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
    return [not_left(code, file, why) for wrong, code, why in cases if wrong]


def _write(file: Path, findings: list[Finding], study: Path) -> list[Finding]:
    """Leave the findings in a file; return why that failed."""
    from scenarios.outputs.findings import write_findings

    try:
        write_findings(file, findings, study.name)
    except OSError as problem:
        return [
            not_left("C35", file, (f"It cannot be written: {problem}.", f"无法写入：{problem}。"))
        ]
    return []


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


def _violation(one: dict[str, Any], lang: str) -> str:
    """Name a broken rule, say it in words, and tell where, when and by how much."""
    from scenarios.outputs.text import known
    from scenarios.verify.words import rule_text

    place = " ".join(str(word) for word in (one["where"], one["year"]) if word)
    amount = f"{one['amount']:g} {known('unit', one['unit']).get(lang)}".strip()
    said = f"{one['rule']} ({rule_text(one['rule'], lang)})"
    return f"{said}  {place}: {amount}" if place else f"{said}: {amount}"


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
