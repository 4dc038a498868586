"""What the report says of rules for catchments that the policy sets: one piece, and few changes."""

from __future__ import annotations

import pandas as pd

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.folder import Run
from scenarios.outputs.pieces import pieces, steadiness_asked, togetherness_asked
from scenarios.outputs.report_tables import yearly, zone_name
from scenarios.outputs.text import joined, known, say


def catchment_rules(atlas: Atlas) -> list[Text]:
    """Say, level by level, how the plan keeps K1 and K2 where its policy asks for them."""
    run, said = atlas.run, list[Text]()
    if togetherness_asked(run):
        for level in run.levels:
            said.append(_together(atlas, level))
    most = steadiness_asked(run)
    if most is not None:
        said.append(say("rule.stability", most=f"{most:.1%}"))
        said += [_steady(run, level) for level in run.levels]
    return said


def holds_line(run: Run) -> Text | None:
    """Say which zones a planner put at a school by hand; None where there is none."""
    holds = run.manifest.get("holds", ())
    if not holds:
        return None
    zones, sites = run.problem["zones"].set_index("zone_id"), run.site_names()
    told = [
        say(
            "rule.hold",
            zone=zone_name(zones, one["zone"]),
            site=f"{sites[one['site']]} ({one['site']})",
            level=known("level", one["level"]),
        )
        for one in holds
    ]
    return say("rule.holds", count=len(told), holds=joined(told, "; ", "；"))


def _together(atlas: Atlas, level: str) -> Text:
    count = pieces(atlas, level, atlas.run.last_year)
    torn = count.index[count > 1]
    words = {"level": known("level", level), "year": atlas.run.last_year}
    words |= {"whole": len(count) - len(torn), "all": len(count)}
    whole = say("rule.contiguous", **words)
    if not len(torn):
        return whole
    known_names = atlas.run.site_names()
    names = [Text(name, name) for name in (str(known_names.get(site, site)) for site in torn)]
    return joined([whole, say("rule.torn", names=joined(names))], " ", "")


def _steady(run: Run, level: str) -> Text:
    """Name the year in which most entrants go elsewhere than the year before."""
    rows = run.problem["entrants"]
    entrants = rows[rows["level"] == level].groupby("entry_year")["pupils"].sum()
    sent = pd.Series(yearly(run, "entrants_reassigned", level), index=list(run.years)).fillna(0.0)
    total = entrants.reindex(sent.index).fillna(0.0)
    share = (sent / total).where(total > 0, 0.0)
    year = run.years[int(share.to_numpy().argmax())]
    return say(
        "rule.steady",
        level=known("level", level),
        year=year,
        share=f"{share[year]:.1%}",
        sent=f"{sent[year]:,.0f}",
        entrants=f"{total[year]:,.0f}",
    )
