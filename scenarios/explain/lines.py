"""An explanation as lines for a person, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from geodata.findings import Text
from optimizer.domain import Status
from optimizer.explain import Change, Cut, Explanation, Mend
from scenarios.explain.words import LEVELS, RULES, UNITS, UNTRIED, change_words, fact_words

NAMED = 8


def lines_of(name: str, found: Explanation, lang: str) -> Iterator[str]:
    """Say what was found about a scenario."""
    said = {
        Status.FEASIBLE: Text("a plan exists; nothing clashes", "存在可行方案，没有冲突"),
        Status.UNKNOWN: Text(
            "undecided in the time given: neither a plan nor a proof that there is none",
            "在给定时间内未能判定：既未找到方案，也未证明无方案",
        ),
        Status.INFEASIBLE: Text(
            "proven: no plan meets all rules", "已证明：没有方案能满足全部规则"
        ),
    }
    yield f"{name}  {said[found.status].get(lang)}"
    if found.status is Status.INFEASIBLE:
        yield from (f"  {fact_words(one).get(lang)}" for one in found.counted)
        yield from _cut_lines(found.cuts, lang)
        yield from _clash_lines(found, lang)
        yield from _mend_lines(found.mends, lang)
        yield from _lacking_lines(found, lang)
    yield from (f"  {_untried(one).get(lang)}" for one in found.untried)


def _cut_lines(cuts: tuple[Cut, ...], lang: str) -> Iterator[str]:
    words = Text(
        "  {level}, {year}: {pupils:,.1f} pupils of {zones} have only {sites} in reach, with "
        "{places:,.1f} places: {short:,.1f} short",
        "  {level}，{year} 年：{zones} 的 {pupils:,.1f} 名学生只能就读 {sites}，"
        "共 {places:,.1f} 个学位，缺 {short:,.1f} 个",
    )
    none = Text("no school", "（无学校）").get(lang)
    for cut in sorted(cuts, key=lambda one: (-one.short, one.year))[:NAMED]:
        yield words.get(lang).format(
            level=LEVELS.get(cut.level, Text(cut.level, cut.level)).get(lang),
            year=cut.year,
            pupils=cut.pupils,
            places=cut.places,
            short=cut.short,
            zones=_listed(cut.zones, lang),
            sites=_listed(cut.sites, lang) or none,
        )
    if len(cuts) > NAMED:
        more = Text("  and {n} more such shortages", "  另有 {n} 处类似短缺")
        yield more.get(lang).format(n=len(cuts) - NAMED)


def _clash_lines(found: Explanation, lang: str) -> Iterator[str]:
    head = Text("These rules cannot all hold together:", "下列规则不能同时成立：")
    laws = Text("with what always stands:", "以及始终有效的要求：")
    if not found.clash:
        laws = Text(
            "No rule of the policy mends it; what always stands contradicts itself:",
            "政策规则无从化解；始终有效的要求本身相互矛盾：",
        )
    if found.clash:
        yield f"  {head.get(lang)}"
        yield from (f"    - {RULES[name].get(lang)}" for name in found.clash)
    if found.laws:
        yield f"  {laws.get(lang)}"
        yield from (f"    - {RULES[name].get(lang)}" for name in found.laws)


def _mend_lines(mends: tuple[Mend, ...], lang: str) -> Iterator[str]:
    if mends:
        head = Text(
            "Each of these alone mends it, the cheapest plan first (yuan, present value):",
            "下列任一改动即可化解，按所得方案费用由低到高（元，现值）：",
        )
        yield f"  {head.get(lang)}"
    for one in mends:
        cost = Text("no plan found in time", "未能在时间内求得方案").get(lang)
        if one.cost is not None and one.gap is not None:
            gap = Text("gap", "差距").get(lang)
            cost = f"{one.cost:,.0f} ({gap} {one.gap:.1%})"
        yield f"    - {_change(one.change, lang)}: {cost}"


def _change(change: Change, lang: str) -> str:
    proven = Text("", "")
    if not change.smallest:
        proven = Text(" (less may do)", "（更小的改动也许可行）")
    return change_words(change).get(lang) + proven.get(lang)


def _lacking_lines(found: Explanation, lang: str) -> Iterator[str]:
    if not found.lacking:
        return
    head = Text("If every rule might give, the least that lacks:", "若各规则均可让步，最少缺：")
    yield f"  {head.get(lang)}"
    totals: dict[str, float] = {}
    for rule, _, amount in found.lacking:
        totals[rule] = totals.get(rule, 0.0) + amount
    for rule, amount in totals.items():
        where = [key for name, key, _ in found.lacking if name == rule and key]
        places = f": {_listed(tuple(where), lang)}" if where else ""
        unit = UNITS[rule].get(lang)
        yield f"    - {RULES[rule].get(lang)}: {amount:,.1f} {unit}{places}"


def _untried(code: str) -> Text:
    kind, _, rule = code.partition(":")
    words = UNTRIED.get(code) or UNTRIED[kind]
    return words.format({"rule": RULES.get(rule, "")})


def _listed(names: tuple[str, ...], lang: str) -> str:
    rest = len(names) - NAMED
    text = ("、" if lang == "zh" else ", ").join(names[:NAMED])
    more = f" 等 {len(names)} 个" if lang == "zh" else f" and {rest} more"
    return text + (more if rest > 0 else "")
