"""What adding up proves, in words: for `run` where there is no plan, and for `explain`."""

from __future__ import annotations

from geodata.findings import Text

SHORTAGES = {
    "shortage.places": Text("places are short in {year}: {where}", "{year} 年学位不足：{where}"),
    "shortage.rooms": Text(
        "{where} has {amount:g} rooms too few in {year} for the classes it must keep",
        "{where} 在 {year} 年须保留的班级缺 {amount:g} 间教室",
    ),
    "shortage.budget": Text(
        "decided projects exceed the budget by {amount:,.0f} yuan up to {year}",
        "到 {year} 年，已定项目超出预算 {amount:,.0f} 元",
    ),
    "shortage.rules": Text("the rules clash: {where}", "规则相互冲突：{where}"),
}
"""By rule of a `Violation`, to be filled with its fields."""
