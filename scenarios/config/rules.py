"""What more than one key of a study must agree on."""

from __future__ import annotations

from pathlib import Path

from scenarios.config.findings import Finding, Words, error
from scenarios.config.models import PolicyConfig, Study
from scenarios.config.norms import Norms
from scenarios.config.words import key_fault, line_of
from scenarios.config.yaml_text import Lines, dotted

MOST_BYTES = 2_000_000_000
TODAY = "today"
"""Name of the policy that changes nothing; it belongs to the program."""


def scenario_names(study: Study) -> list[str]:
    """Return the names of all scenarios: projection by policy, then today's network if any."""
    policies = [*study.policies]
    planned = [f"{projection}-{policy}" for projection in study.projections for policy in policies]
    return planned if study.inputs.schools is None else [*planned, TODAY]


def middle_projection(study: Study) -> str:
    """Return the projection in the middle of the study's list: today's network is judged by it."""
    names = [*study.projections]
    return names[(len(names) - 1) // 2]


def study_faults(study: Study, folder: Path, file: str, lines: Lines) -> list[Finding]:
    """Return what the keys of a study say against each other or against the disk."""
    faults = [
        *_year_faults(study, file, lines),
        *_file_faults(study, folder, file, lines),
        *_travel_faults(study, file, lines),
        *_projection_faults(study, file, lines),
        *_network_faults(study, file, lines),
        *_scenario_faults(study, file, lines),
    ]
    for name, policy in study.policies.items():
        faults += _policy_faults(policy, study, ("policies", name), file, lines)
    return faults


def norm_faults(norms: Norms, file: str, lines: Lines) -> list[Finding]:
    """Return norms that contradict each other (C17)."""
    faults = []
    for name, level in norms.levels.items():
        sizes = [level.cap, level.hard, level.very_large]
        if sizes != sorted(sizes) or level.large > level.very_large:
            faults.append(
                _at(
                    "C17",
                    file,
                    lines,
                    ("standards",),
                    (
                        f"Class sizes of {name} must rise: cap {level.cap:g}, hard {level.hard:g},"
                        f" large {level.large:g}, very large {level.very_large:g}.",
                        f"{name} 的班额须依次增大：标准 {level.cap:g}、上限 {level.hard:g}、"
                        f"大班额 {level.large:g}、超大班额 {level.very_large:g}。",
                    ),
                    ("Change one of them.", "请修改其中之一。"),
                )
            )
    primary, lower = norms.levels["primary"], norms.levels["lower_secondary"]
    if primary.first_grade + primary.grades != lower.first_grade:
        faults.append(
            _at(
                "C17",
                file,
                lines,
                ("standards",),
                (
                    "Lower secondary must begin where primary ends.",
                    "初中须从小学结束的下一年级开始。",
                ),
                ("Change first_grade or grades.", "请修改 first_grade 或 grades。"),
            )
        )
    return faults


def _year_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    faults = []
    if study.first_year != study.base_year + 1:
        faults.append(
            _at(
                "C28",
                file,
                lines,
                ("first_year",),
                (
                    f"The first planned year follows the base year {study.base_year}.",
                    f"规划首年须为基准年 {study.base_year} 的下一年。",
                ),
                (f"Write {study.base_year + 1}.", f"请写 {study.base_year + 1}。"),
                value=study.first_year,
            )
        )
    if isinstance(study.budget, dict):
        planned = set(range(study.first_year, study.end))
        for year in sorted(planned - set(study.budget)):
            words = (f"The budget of {year} is missing.", f"缺少 {year} 年的预算。")
            mend = ("Add it; 0 if there is none.", "请补上；没有预算则写 0。")
            faults.append(_at("C29", file, lines, ("budget",), words, mend))
        for year in sorted(set(study.budget) - planned):
            words = (f"{year} is not a planned year.", f"{year} 不在规划期内。")
            mend = ("Remove it, or change the horizon.", "请删去，或调整规划期。")
            faults.append(_at("C28", file, lines, ("budget", year), words, mend))
    return faults


def _file_faults(study: Study, folder: Path, file: str, lines: Lines) -> list[Finding]:
    faults = []
    for name, given in study.inputs.given().items():
        path, place = folder / given.file, ("inputs", name)
        if not path.is_file():
            words = (
                "This file is not there, or is not a regular file.",
                "文件不存在，或不是普通文件。",
            )
            mend = ("Correct the path, or put the file there.", "请改正路径，或把文件放到该处。")
            faults.append(_at("C35", file, lines, place, words, mend, value=given.file))
        elif not path.resolve().is_relative_to(folder.resolve()):
            words = (
                "The file is a link out of the study's folder.",
                "该文件是指向研究文件夹之外的链接。",
            )
            mend = ("Put the file itself there.", "请放置文件本身。")
            faults.append(_at("C34", file, lines, place, words, mend, value=given.file))
        elif path.stat().st_size > MOST_BYTES:
            words = ("The file is larger than 2 GB.", "文件超过 2 GB。")
            mend = ("Cut it to the county.", "请裁剪到本县范围。")
            faults.append(_at("C35", file, lines, place, words, mend, value=given.file))
    return faults


def _travel_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    ways = [
        study.inputs.roads is not None,
        study.inputs.travel is not None,
        study.travel.straight_line_factor is not None,
    ]
    if sum(ways) == 1:
        return []
    words = (
        "Travel is measured in exactly one way: roads, a travel table or straight lines.",
        "出行只能用一种方式度量：道路、出行表或直线距离。",
    )
    mend = (
        "Keep one of inputs.roads, inputs.travel and travel.straight_line_factor.",
        "请在 inputs.roads、inputs.travel 与 travel.straight_line_factor 中保留一个。",
    )
    return [_at("C23", file, lines, ("inputs",), words, mend)]


def _projection_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    faults = []
    for name, projection in study.projections.items():
        wanted = {"births": projection.births, "housing": projection.method == "housing"}
        for source, asked in wanted.items():
            if asked and getattr(study.inputs, source) is None:
                words = (
                    f"The projection {name} needs the input {source}.",
                    f"预测 {name} 需要输入 {source}。",
                )
                mend = (f"Add inputs.{source}.", f"请添加 inputs.{source}。")
                faults.append(_at("C50", file, lines, ("projections", name), words, mend))
    return faults


def _network_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    """Return what lacks of a network: today's schools with their pupils, or places for new ones."""
    given = study.inputs.given()
    of_schools, of_candidates = ("enrolment", "classes"), ("candidates", "options")
    if "schools" in given:
        missing = [name for name in of_schools if name not in given]
    else:
        missing = [name for name in of_candidates if name not in given]
    mend = ("Add the input.", "请添加该输入。")
    faults = []
    for name in missing:
        words = (
            f"inputs.{name} is missing: a study needs schools with their enrolment and classes, "
            "or, where there is no school yet, candidates with options.",
            f"缺少 inputs.{name}：研究需要学校及其学生与班级；尚无学校时需要候选地点及其措施。",
        )
        faults.append(_at("C50", file, lines, ("inputs",), words, mend))
    for name in (*of_schools, "teachers"):
        if name in given and "schools" not in given:
            words = (
                f"inputs.{name} is about schools, and there are none.",
                f"没有学校，inputs.{name} 无所指。",
            )
            mend_other = (
                "Add inputs.schools, or remove it.",
                "请添加 inputs.schools，或删去该项。",
            )
            faults.append(_at("C23", file, lines, ("inputs", name), words, mend_other))
    return faults


def _scenario_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    names, faults = scenario_names(study), []
    for name in sorted({name for name in names if names.count(name) > 1}):
        words = (
            f'Two scenarios would be called "{name}" and write into one folder.',
            f"两个情景都会叫“{name}”，写入同一文件夹。",
        )
        mend = ("Rename a projection or a policy.", "请给预测或政策改名。")
        faults.append(_at("C31", file, lines, ("policies",), words, mend, value=name))
    if TODAY in study.policies:
        words = (
            f'The policy name "{TODAY}" belongs to today\'s network.',
            f"政策名“{TODAY}”专指现状布局。",
        )
        mend = ("Rename the policy.", "请给政策改名。")
        faults.append(_at("C31", file, lines, ("policies", TODAY), words, mend, value=TODAY))
    if study.scenarios != "all":
        for index, name in enumerate(study.scenarios):
            if name not in names:
                faults.append(key_fault(file, lines, ("scenarios", index), name, names))
            elif study.scenarios.index(name) != index:
                words = (f'The scenario "{name}" stands twice.', f"情景“{name}”出现两次。")
                mend = ("Keep one.", "请只保留一个。")
                faults.append(
                    _at("C31", file, lines, ("scenarios", index), words, mend, value=name)
                )
    if study.start_from and not study.base_year <= study.start_from.year < study.end:
        words = ("Decisions can stand only up to a planned year.", "决策只能保留到规划期内的某年。")
        mend = ("Write a year of the horizon.", "请写规划期内的年份。")
        place = ("start_from", "year")
        faults.append(_at("C28", file, lines, place, words, mend, value=study.start_from.year))
    return faults


def _policy_faults(
    policy: PolicyConfig, study: Study, place: tuple[str, ...], file: str, lines: Lines
) -> list[Finding]:
    """Return levers of a policy that contradict each other (C23)."""
    given, actions = policy.model_fields_set, set(policy.actions)
    stops = actions & {"merge", "close", "convert", "relocate"}
    cases: list[tuple[bool, str, Words]] = [
        (
            "closings_per_year" in given and not stops,
            "closings_per_year",
            ("No action of this policy stops a level.", "该政策没有任何会停办学段的措施。"),
        ),
        (
            "close_below" in given and not actions & {"merge", "close"},
            "close_below",
            ("This policy neither merges nor closes.", "该政策既不合并也不关闭学校。"),
        ),
        (
            bool({"closings_per_year", "close_below"} & given) and "closing" in policy.families_off,
            "families_off",
            ("Closing rules are given and switched off.", "既给出又关闭了撤并规则。"),
        ),
        (
            policy.whole_zones and "whole_zones" in given and "catchments" in policy.families_off,
            "families_off",
            ("Whole zones are asked for and switched off.", "既要求整区划片又关闭了该规则。"),
        ),
        (
            len(policy.actions) != len(actions),
            "actions",
            ("An action stands twice.", "某项措施出现两次。"),
        ),
        (
            policy.unsafe_deadline is not None and policy.unsafe_deadline < study.first_year,
            "unsafe_deadline",
            ("The deadline lies before the first planned year.", "期限早于规划首年。"),
        ),
    ]
    mend = ("Keep what is meant.", "请保留真正想要的一项。")
    return [
        _at("C23", file, lines, (*place, key), words, mend) for wrong, key, words in cases if wrong
    ]


def _at(
    code: str,
    file: str,
    lines: Lines,
    path: tuple[str | int, ...],
    *words: Words,
    value: object = "",
) -> Finding:
    """Return a finding at a path; `words` are why and how to mend."""
    why, mend = words
    return error(code, file, why, mend, row=line_of(lines, path), column=dotted(path), value=value)
