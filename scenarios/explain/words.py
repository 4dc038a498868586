"""The words of `explain` in both languages."""

from __future__ import annotations

from geodata.findings import Text
from optimizer.domain import Violation
from optimizer.explain import Change
from scenarios.shortages import SHORTAGES

STEPS = {
    "count": Text("adding up, and cuts of places", "先做算术，再求学位割"),
    "verdict": Text("looking for a plan", "寻找可行方案"),
    "lacking": Text("what lacks at least", "计算最少缺口"),
    "clash": Text("the smallest clash of rules", "寻找最小冲突规则组"),
    "mends": Text("what mends it", "寻找化解办法"),
}
LEVELS = {
    "primary": Text("primary", "小学"),
    "lower_secondary": Text("lower secondary", "初中"),
    "all levels": Text("all levels together", "各学段合计"),
}
RULES = {
    "places": Text("every pupil who enters has a school", "每名入学学生都有学校"),
    "continuing": Text(
        "enrolled pupils go on at a school that runs and that they can reach",
        "在读学生在仍开办且可达的学校继续就读",
    ),
    "unsafe": Text("unsafe buildings do not run after the deadline", "危房校舍到期不得使用"),
    "points": Text("a teaching point's parent school runs", "教学点的中心校须开办"),
    "orders": Text("decided projects do what they are for", "已定项目须按其内容执行"),
    "contiguous": Text("areas of schools hang together", "学校的学区须连成一片"),
    "stability": Text(
        "few entrants are sent elsewhere than the year before", "较上年改变学校的新生比例有上限"
    ),
    "whole_zones": Text("zones are not split between schools", "小区不拆分到多所学校"),
    "notice": Text("years of notice before a closing", "撤并须提前公告的年数"),
    "close_below": Text("only schools below a number of pupils may close", "仅低于规模的学校可撤"),
    "last_school": Text(
        "every town keeps its last lower secondary school", "每个乡镇保留最后一所初中"
    ),
    "schools_open": Text("the number of schools is fixed", "学校数量固定"),
    "closings": Text("closings per year are limited", "每年撤并学校数有上限"),
    "protected": Text("protected or contested schools do not close", "受保护或反对者多的学校不撤"),
    "allowed_places": Text("where a level may be new", "新设学段的地点限制"),
    "actions": Text("which kinds of action the policy allows", "政策允许的措施种类"),
    "start_years": Text("when projects may start", "项目可开工的年份"),
    "committed": Text("decided projects go on as decided", "已定项目按原计划实施"),
    "reach": Text("pupils travel within the limit", "上学路程在限值以内"),
    "seats": Text("seats of schools", "学校座位数"),
    "class_size": Text("the hard limit of class size", "班额硬上限"),
    "rooms": Text("classes fit the rooms there are or may be built", "班级数不超过教室数"),
    "budget": Text("the budget", "预算"),
}
UNITS = {
    "places": Text("pupils", "名学生"),
    "continuing": Text("groups of pupils", "组学生"),
    "rooms": Text("rooms", "间教室"),
    "seats": Text("seats", "个座位"),
    "class_size": Text("pupil-years over the hard limit", "人年超硬上限"),
    "budget": Text("yuan", "元"),
    "closings": Text("closings a year", "所/年"),
    "close_below": Text("pupils, or schools too large", "名学生（或超规模学校）"),
    "last_school": Text("towns", "个乡镇"),
    "schools_open": Text("schools", "所学校"),
    "stability": Text("entrants a year and level", "名新生（每学段每年）"),
    "unsafe": Text("schools", "所学校"),
    "points": Text("schools", "所学校"),
    "orders": Text("projects", "个项目"),
    "actions": Text("kinds of action", "类措施"),
}
_CHANGES = {
    "contiguous": Text("let areas of schools fall apart", "允许学区不连片"),
    "stability": Text(
        "let {total:,.0f} more entrants of a year go elsewhere than the year before",
        "允许每年多 {total:,.0f} 名新生改变学校",
    ),
    "whole_zones": Text("let zones be split between schools", "允许小区拆分到多所学校"),
    "last_school": Text(
        "let a town lose its last lower secondary school", "允许乡镇撤销最后一所初中"
    ),
    "notice": Text("shorten the notice by {total:g} years", "公告期缩短 {total:g} 年"),
    "close_below": Text(
        "raise the size below which a school may close by {total:,.0f} pupils",
        "可撤学校的规模上限提高 {total:,.0f} 人",
    ),
    "schools_open": Text("let the number of schools be {where}", "学校数量改为：{where}"),
    "closings": Text("allow {total:g} more closings a year", "每年多允许撤并 {total:g} 所"),
    "protected": Text("let these protected schools close: {where}", "允许撤并受保护学校：{where}"),
    "allowed_places": Text("allow new levels here too: {where}", "允许在以下地点新设：{where}"),
    "actions": Text("allow these actions too: {where}", "增加允许的措施：{where}"),
    "start_years": Text(
        "let these projects start in other years: {where}", "调整开工年份：{where}"
    ),
    "committed": Text("give up these decided projects: {where}", "放弃已定项目：{where}"),
    "reach": Text(
        "let pupils travel {total:g} minutes beyond the limit", "上学路程限值放宽 {total:g} 分钟"
    ),
    "seats": Text("{total:,.0f} more seats: {where}", "增加 {total:,.0f} 个座位：{where}"),
    "class_size": Text(
        "raise the hard limit by {total:g} pupils a class: {where}",
        "班额硬上限提高 {total:g} 人：{where}",
    ),
    "rooms": Text("{total:g} more rooms: {where}", "增加 {total:g} 间教室：{where}"),
    "budget": Text("{total:,.0f} yuan more: {where}", "增加预算 {total:,.0f} 元：{where}"),
}
_FACTS = {
    **SHORTAGES,
    "orders.unsafe": Text(
        "{where} is unsafe: it may neither close nor be made safe by {year}",
        "{where} 为危房：到 {year} 年既不能撤并，也不能加固完成",
    ),
    "orders.closings": Text(
        "unsafe schools that cannot be made safe by {year} are {amount:g} more than may close",
        "到 {year} 年无法加固的危房学校比允许撤并数多 {amount:g} 所",
    ),
    "orders.retrofits": Text(
        "making schools safe by {year} costs {amount:,.0f} yuan more than the budget up to then",
        "到 {year} 年必须的加固费用超出此前全部预算 {amount:,.0f} 元",
    ),
    "orders.schools": Text(
        "the fixed number of schools cannot be had in {year}: {amount:g} too many or too few",
        "{year} 年无法达到规定的学校数：相差 {amount:g} 所",
    ),
    "orders.protected": Text(
        "a decided project ends a level in {year} at {where}, which never closes",
        "已定项目要求 {where} 在 {year} 年停办学段，而该校不得撤并",
    ),
}
UNTRIED = {
    "undecided": Text(
        "not tried: the clash of rules, since it is not known whether there is one; "
        "raise --seconds",
        "未分析冲突规则：尚不能确定是否存在冲突；可加大 --seconds",
    ),
    "lacking": Text(
        "not computed: what lacks if every rule may give (the county is too large, or time was up)",
        "未计算各规则均可让步时的最少缺口（县域过大或时间不足）",
    ),
    "lacking:smallest": Text("what lacks is not proven to be the least", "上述缺口未证明为最小"),
    "clash": Text(
        "not decided whether the clash needs this rule: {rule}", "未能判定冲突是否涉及：{rule}"
    ),
    "mend": Text("no mend was found by this rule alone: {rule}", "仅改此项未找到化解办法：{rule}"),
    "unsolved": Text(
        "changing this rule mends the cuts, but no plan was found with it in time: {rule}",
        "改动此项可消除学位缺口，但未能在时间内求得方案：{rule}",
    ),
    "part": Text(
        "the county is too large as a whole: clash, lack and changes are of the zones above "
        "and all schools in their reach; each change was then solved for the whole county",
        "县域过大：冲突、缺口与改动按上述小区及其可达学校计算；每项改动再按全县求解",
    ),
    "large": Text(
        "the county is too large for the elastic model and for the search of the smallest changes",
        "县域过大，未建立弹性模型，也未搜索最小改动",
    ),
    "staff": Text(
        "teachers were not looked at: whether their rules can hold in a plan, `run` says",
        "未分析教师：其规则能否在方案中成立，由 `run` 说明",
    ),
    "reach": Text("not tried: letting pupils travel farther", "未尝试放宽上学路程"),
}


def change_words(change: Change) -> Text:
    """Say what to change, and where."""
    words = _CHANGES[change.rule]
    where = "; ".join(f"{what} {amount:+,.0f}" for what, amount in change.amounts)
    if (
        change.unit in ("projects", "kinds of action", "kinds of place")
        or change.rule == "protected"
    ):
        where = ", ".join(what for what, _ in change.amounts)
    return words.format({"total": change.total, "where": where})


def fact_words(fact: Violation) -> Text:
    """Say what adding up proves."""
    return _FACTS[fact.rule].format(vars(fact))
