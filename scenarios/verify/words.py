"""Sentences of the second judge, in English and Chinese."""

from __future__ import annotations

FAULTS: dict[str, tuple[str, str]] = {
    "folder.missing": ("{file} is not a folder", "{file} 不是文件夹"),
    "manifest.missing": (
        "{file} is missing: the run was never finished; run the study again",
        "缺少 {file}:该次运算未完成,请重新运行",
    ),
    "manifest.broken": ("{file} is not valid JSON: {value}", "{file} 不是有效的 JSON:{value}"),
    "manifest.entry": (
        "{file}: {column} is missing or of the wrong kind ({value})",
        "{file}:{column} 缺失或类型不对({value})",
    ),
    "file.missing": ("{file} is missing", "缺少文件 {file}"),
    "file.unlisted": (
        "{file} is not among the files of manifest.json",
        "manifest.json 未登记 {file}",
    ),
    "file.path": (
        "manifest.json lists {file}, which lies outside the run folder",
        "manifest.json 登记的 {file} 在结果文件夹之外",
    ),
    "file.changed": (
        "{file} was changed after the run: its sha256 is not the one in manifest.json",
        "{file} 在运算后被改动:sha256 与 manifest.json 不符",
    ),
    "file.rows": (
        "{file} has not the number of rows that manifest.json states ({value})",
        "{file} 的行数与 manifest.json 不符({value})",
    ),
    "file.unreadable": ("{file} cannot be read: {value}", "{file} 无法读取:{value}"),
    "column.missing": ("{file} has no column {column}", "{file} 缺少列 {column}"),
    "column.kind": (
        "{file}: column {column} holds {value}, which is not of its kind",
        "{file}:列 {column} 的值 {value} 类型不对",
    ),
    "column.empty": ("{file}: column {column} has empty cells", "{file}:列 {column} 有空值"),
    "column.negative": (
        "{file}: column {column} holds the negative number {value}",
        "{file}:列 {column} 有负数 {value}",
    ),
    "row.twice": ("{file} holds a row twice: {value}", "{file} 有重复行:{value}"),
    "id.unknown": (
        "{file}: {value} in column {column} is not known to problem/",
        "{file}:列 {column} 的 {value} 在 problem/ 中不存在",
    ),
    "year.outside": (
        "{file}: {value} in column {column} is not a year of the horizon",
        "{file}:列 {column} 的 {value} 不在规划期内",
    ),
    "problem.progression": (
        "{file} has no factor for {value}, though pupils need it",
        "{file} 缺少 {value} 的升级系数",
    ),
    "problem.travel": (
        "{file} has no row for {value}, though pupils are enrolled there",
        "{file} 缺少 {value} 的行,但有学生就读",
    ),
    "problem.spend": (
        "{file}: the shares of option {value} do not add to 1",
        "{file}:项目 {value} 的分年投资比例之和不为 1",
    ),
    "problem.parent": (
        "{file}: the teaching point {value} names no parent",
        "{file}:教学点 {value} 未注明中心校",
    ),
    "problem.value": (
        "{file}: {column} is {value}, which no problem can have",
        "{file}:{column} 的值 {value} 不合理",
    ),
    "problem.pool": (
        "{file}: the pool {value} is not of one level, subject and rank",
        "{file}:教师组 {value} 的学段、学科或骨干类别不一致",
    ),
    "problem.due": (
        "{file}: more teachers of {value} are due to leave than are there",
        "{file}:{value} 应离岗教师多于在岗教师",
    ),
    "table.value": (
        "{file}: {column} is {value}, which no run writes",
        "{file}:{column} 的值 {value} 不合规定",
    ),
    "bound.staffing": (
        "{file}: teachers are planned, but {column} is {value}: how much of the bound is for them?",
        "{file}:本方案含教师,但 {column} 为 {value},未说明下界中教师部分的数额",
    ),
    "bound.kind": (
        "{file}: no verifier is known for a bound of kind {value}",
        "{file}:不认识 {value} 类下界证书,无法复核",
    ),
    "bound.value": (
        "{file}: the recomputed bound differs from the stated one: {value}",
        "{file}:复核所得下界与所载不符:{value}",
    ),
    "bound.row": (
        "{file}: {column} {value} is no row of this problem",
        "{file}:{column} 的 {value} 在本问题中没有对应的约束",
    ),
    "bound.multiplier": (
        "{file}: the multiplier {column} holds {value}, which its row does not allow",
        "{file}:乘子 {column} 的值 {value} 超出其约束允许的范围",
    ),
    "bound.part": (
        "{file}: the part of {column} is stated too high (recomputed, stated): {value}",
        "{file}:{column} 的分项下界偏高(复核值, 所载值):{value}",
    ),
    "bound.sum": (
        "{file}: the parts do not add up to the stated bound (sum, bound): {value}",
        "{file}:各分项之和与下界不符(和, 下界):{value}",
    ),
    "bound.lives": (
        "{file}: no lifecycle of {value} keeps the rules, so there is no bound to check",
        "{file}:{value} 没有符合规则的方案,无法复核下界",
    ),
}

RULES: dict[str, tuple[str, str]] = {
    "assignment.sum": ("shares of a zone do not add to 1", "小区各校份额之和不为 1"),
    "assignment.pair": ("pupils sent where they may not be", "学生被安排到不可入学的学校"),
    "assignment.running": ("pupils enter a level that does not run", "学生进入未开办的学段"),
    "assignment.whole": ("a zone is split between schools", "小区被拆分到多所学校"),
    "catchments.contiguous": (
        "a zone is cut off from the rest of its school's area",
        "小区与所属学校学区的其余部分不相连",
    ),
    "catchments.stability": (
        "more entrants than allowed are sent elsewhere than the year before",
        "较上年改变学校的入学新生超过规定比例",
    ),
    "merger.arc": ("a merger that is not allowed", "不允许的合并"),
    "merger.receiver": ("sender or receiver of a merger is wrong", "合并的撤并校或接收校有误"),
    "merger.reach": ("merged pupils out of reach of their school", "合并后学生超出上学距离"),
    "merger.missing": ("pupils left at a level that stopped", "停办学段仍有在读学生"),
    "lifecycle.start": ("a project starts when it may not", "项目开工时间不符"),
    "lifecycle.action": ("an action the policy does not allow", "政策不允许的措施"),
    "lifecycle.place": ("a level opened where it may not be", "该地点不可新设此学段"),
    "lifecycle.exclusive": ("two founding projects at one site", "同一校址有两个新建类项目"),
    "lifecycle.running": ("a level runs without cause, or not when it must", "学段开办与项目不符"),
    "lifecycle.restart": ("a level that stopped runs again", "停办学段重新开办"),
    "lifecycle.keep_new": ("a new level stops within the horizon", "新设学段在规划期内停办"),
    "lifecycle.unsafe": ("an unsafe building runs", "危房仍在使用"),
    "lifecycle.relocate": ("a relocation does not take all levels", "迁建未带走全部学段"),
    "teaching_point.parent": ("a teaching point without its parent", "教学点的中心校已停办"),
    "closing.allowed": ("a closing the policy does not allow", "政策不允许停办"),
    "closing.protected": ("a protected school closes", "受保护学校被停办"),
    "closing.notice": ("a closing without notice", "停办未提前公示"),
    "closing.cap": ("too many closings in a year", "年度停办数超限"),
    "closing.size": ("a school too large to close stops", "规模较大的学校被停办"),
    "closing.last_lower_secondary": (
        "a town loses its last lower secondary",
        "乡镇失去最后一所初中",
    ),
    "classes.integer": ("classes are not whole numbers", "班数不是整数"),
    "classes.zero": ("classes without pupils, or pupils without classes", "有班无生或有生无班"),
    "classes.fall": ("classes of a cohort fall", "同一届班数减少"),
    "class_size.hard": ("classes above the hard limit", "班额超过硬上限"),
    "rooms.capacity": ("more classes than rooms", "班数超过教室数"),
    "seats.capacity": ("more pupils than seats", "学生数超过学位数"),
    "budget.year": ("spending above the budget", "投资超过预算"),
    "staffing.missing": ("teachers are not posted", "未安排教师岗位"),
    "staffing.pool": (
        "key teachers hired, or a move to the same school",
        "招聘骨干教师,或调入原校",
    ),
    "staffing.running": ("teachers where their level does not run", "教师所在学校未开办该学段"),
    "staffing.hire": ("a hire in the wrong year", "招聘年份不符"),
    "staffing.balance": ("teachers appear or vanish", "教师人数前后不符"),
    "staffing.total": ("hires do not replace those who leave", "招聘人数与离岗人数不符"),
    "rotation.eligible": ("teachers move before their term is over", "交流教师未满任职年限"),
    "rotation.core": ("too many teachers of a school move at once", "一校同年交流教师过多"),
    "rotation.share": ("too few of the eligible teachers move", "交流教师比例不足"),
    "rotation.key": ("too few key teachers among those who move", "交流教师中骨干比例不足"),
    "rotation.two_way": ("too few move between town and country", "城乡双向交流人数不足"),
    "schools.open": ("the number of schools is not the one fixed", "学校数与规定不符"),
}


def fault_text(code: str, lang: str) -> str:
    """Sentence with places for file, column and value; the language falls back to English."""
    return FAULTS[code][1 if lang == "zh" else 0]


def rule_text(rule: str, lang: str = "en") -> str:
    """Say what a broken rule means; `tables.*` and `manifest.*` say what disagrees."""
    english, chinese = RULES.get(
        rule,
        (f"{rule} disagrees with what the plan implies", f"{rule} 与方案推算结果不符"),
    )
    return chinese if lang == "zh" else english
