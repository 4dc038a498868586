"""What more than one key of a study must agree on."""

from __future__ import annotations

from pathlib import Path

from scenarios.config.findings import Finding
from scenarios.config.input_rules import input_faults
from scenarios.config.models import Study
from scenarios.config.norms import Norms
from scenarios.config.partial import NOTHING, Unsettled
from scenarios.config.policy_rules import policy_faults
from scenarios.config.words import fault_at, key_fault
from scenarios.config.yaml_text import Lines

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


def study_faults(
    study: Study, folder: Path, file: str, lines: Lines, unsettled: Unsettled = NOTHING
) -> list[Finding]:
    """Return what the keys of a study say against each other or against the disk.

    What needs an `unsettled` key is not judged.
    """
    faults = [
        *_year_faults(study, file, lines, unsettled),
        *input_faults(study, folder, file, lines, unsettled),
        *_travel_faults(study, file, lines, unsettled),
        *_projection_faults(study, file, lines, unsettled),
        *_network_faults(study, file, lines, unsettled),
        *_scenario_faults(study, file, lines, unsettled),
    ]
    for name, policy in study.policies.items():
        faults += policy_faults(policy, study, ("policies", name), file, lines, unsettled)
    return faults


def norm_faults(norms: Norms, file: str, lines: Lines) -> list[Finding]:
    """Return norms that contradict each other (C17)."""
    faults = []
    for name, level in norms.levels.items():
        sizes = [level.cap, level.hard, level.very_large]
        if sizes != sorted(sizes) or level.large > level.very_large:
            faults.append(
                fault_at(
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
            fault_at(
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


def reach_faults(study: Study, norms: Norms, file: str, lines: Lines) -> list[Finding]:
    """Return service areas by bus that end before the bus has come (C23)."""
    wanted, wait = study.service_areas, norms.travel.bus_wait_minutes
    short = [] if wanted is None else [m for m in wanted.bus.minutes if m <= wait]
    return [
        fault_at(
            "C23",
            file,
            lines,
            ("service_areas", "bus"),
            (
                f"Walking to the stop and waiting take {wait:g} minutes: nobody gets anywhere in"
                f" {minutes:g}.",
                f"步行至站点及候车需 {wait:g} 分钟，{minutes:g} 分钟内无法到达任何地方。",
            ),
            (
                "Write more minutes, or change travel.bus_wait_minutes under standards.",
                "请写更大的分钟数，或在 standards 中修改 travel.bus_wait_minutes。",
            ),
            value=f"{minutes:g}",
        )
        for minutes in short
    ]


def _year_faults(study: Study, file: str, lines: Lines, unsettled: Unsettled) -> list[Finding]:
    faults = []
    if unsettled.known(("base_year",), ("first_year",)) and study.first_year != study.base_year + 1:
        faults.append(
            fault_at(
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
    known = unsettled.known(("first_year",), ("years",), ("budget",))
    if known and isinstance(study.budget, dict):
        planned = set(range(study.first_year, study.end))
        for year in sorted(planned - set(study.budget)):
            words = (f"The budget of {year} is missing.", f"缺少 {year} 年的预算。")
            mend = ("Add it; 0 if there is none.", "请补上；没有预算则写 0。")
            faults.append(fault_at("C29", file, lines, ("budget",), words, mend))
        for year in sorted(set(study.budget) - planned):
            words = (f"{year} is not a planned year.", f"{year} 不在规划期内。")
            mend = ("Remove it, or change the horizon.", "请删去，或调整规划期。")
            faults.append(fault_at("C28", file, lines, ("budget", year), words, mend))
    return faults


def _travel_faults(study: Study, file: str, lines: Lines, unsettled: Unsettled) -> list[Finding]:
    ways = [
        study.inputs.roads is not None,
        study.inputs.travel is not None,
        study.travel.straight_line_factor is not None,
    ]
    known = unsettled.known(("inputs", "roads"), ("inputs", "travel"), ("travel",))
    if known and study.service_areas is not None and study.inputs.roads is None:
        words = ("Service areas are drawn along roads.", "服务范围须沿道路计算。")
        mend = ("Add inputs.roads, or delete this key.", "请添加 inputs.roads，或删去此键。")
        return [fault_at("C23", file, lines, ("service_areas",), words, mend)]
    if known and study.travel.roads.model_fields_set and study.inputs.roads is None:
        words = ("There are no roads to open or close.", "没有可开放或关闭的道路。")
        mend = ("Add inputs.roads, or delete this key.", "请添加 inputs.roads，或删去此键。")
        return [fault_at("C23", file, lines, ("travel", "roads"), words, mend)]
    if sum(ways) == 1 or not known:
        return []
    words = (
        "Travel is measured in exactly one way: roads, a travel table or straight lines.",
        "出行只能用一种方式度量：道路、出行表或直线距离。",
    )
    mend = (
        "Keep one of inputs.roads, inputs.travel and travel.straight_line_factor.",
        "请在 inputs.roads、inputs.travel 与 travel.straight_line_factor 中保留一个。",
    )
    return [fault_at("C23", file, lines, ("inputs",), words, mend)]


def _projection_faults(
    study: Study, file: str, lines: Lines, unsettled: Unsettled
) -> list[Finding]:
    faults = []
    for name, projection in study.projections.items():
        wanted = {"births": projection.births, "housing": projection.method == "housing"}
        for source, asked in wanted.items():
            known = unsettled.known(("projections", name), ("inputs", source))
            if asked and known and getattr(study.inputs, source) is None:
                words = (
                    f"The projection {name} needs the input {source}.",
                    f"预测 {name} 需要输入 {source}。",
                )
                mend = (f"Add inputs.{source}.", f"请添加 inputs.{source}。")
                faults.append(fault_at("C50", file, lines, ("projections", name), words, mend))
    return faults


def _network_faults(study: Study, file: str, lines: Lines, unsettled: Unsettled) -> list[Finding]:
    """Return what lacks of a network: today's schools with their pupils, or places for new ones."""
    names = type(study.inputs).model_fields
    given = {*study.inputs.given(), *(n for n in names if not unsettled.known(("inputs", n)))}
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
        faults.append(fault_at("C50", file, lines, ("inputs",), words, mend))
    for name in (*of_schools, "teachers", "catchments"):
        if name in given and "schools" not in given:
            words = (
                f"inputs.{name} is about schools, and there are none.",
                f"没有学校，inputs.{name} 无所指。",
            )
            mend_other = (
                "Add inputs.schools, or remove it.",
                "请添加 inputs.schools，或删去该项。",
            )
            faults.append(fault_at("C23", file, lines, ("inputs", name), words, mend_other))
    return faults


def _scenario_faults(study: Study, file: str, lines: Lines, unsettled: Unsettled) -> list[Finding]:
    names, faults = scenario_names(study), list[Finding]()
    whole = all(len(path) > 2 or path[0] not in ("projections", "policies") for path in unsettled)
    complete = whole and unsettled.known(("inputs", "schools"), ("scenarios",))
    for name in sorted({name for name in names if names.count(name) > 1}):
        words = (
            f'Two scenarios would be called "{name}" and write into one folder.',
            f"两个情景都会叫“{name}”，写入同一文件夹。",
        )
        mend = ("Rename a projection or a policy.", "请给预测或政策改名。")
        faults.append(fault_at("C31", file, lines, ("policies",), words, mend, value=name))
    if TODAY in study.policies:
        words = (
            f'The policy name "{TODAY}" belongs to today\'s network.',
            f"政策名“{TODAY}”专指现状布局。",
        )
        mend = ("Rename the policy.", "请给政策改名。")
        faults.append(fault_at("C31", file, lines, ("policies", TODAY), words, mend, value=TODAY))
    if study.scenarios != "all":
        for index, name in enumerate(study.scenarios):
            if name not in names and complete:
                faults.append(key_fault(file, lines, ("scenarios", index), name, names))
            if study.scenarios.index(name) != index:
                words = (f'The scenario "{name}" stands twice.', f"情景“{name}”出现两次。")
                mend = ("Keep one.", "请只保留一个。")
                faults.append(
                    fault_at("C31", file, lines, ("scenarios", index), words, mend, value=name)
                )
    years = unsettled.known(("base_year",), ("first_year",), ("years",), ("start_from",))
    if study.start_from and years and not study.base_year <= study.start_from.year < study.end:
        words = ("Decisions can stand only up to a planned year.", "决策只能保留到规划期内的某年。")
        mend = ("Write a year of the horizon.", "请写规划期内的年份。")
        place = ("start_from", "year")
        faults.append(fault_at("C28", file, lines, place, words, mend, value=study.start_from.year))
    return faults
