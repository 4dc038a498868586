"""`catchments.xlsx`: address lists to publish, and the plan's catchments against today's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geodata.catchments import UNSERVED
from geodata.findings import Text
from geodata.service_areas import OFF_ROAD_METRES
from scenarios.outputs import catchment_facts as facts
from scenarios.outputs.area_facts import reach_words, reaches
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.construction import notes
from scenarios.outputs.text import both, known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

Rows = list[list[object]]
PUPILS = ("pupils_today", "pupils_kept", "pupils_into", "pupils_out", "pupils_then")
LAND = ("km2_today", "km2_kept", "km2_into", "km2_out", "km2_then")
SHAPE = ("parts_today", "parts_then", "enclaves_today", "enclaves_then")


def write_catchments(atlas: Atlas, path: Path) -> None:
    """Write the workbook; what needs today's catchments only where the study gives them."""
    shares = facts.today_shares(atlas)
    with workbook(path, atlas.run.titles["en"]) as book:
        _write_addresses(book, atlas)
        _write_zones(book, atlas)
        if shares:
            _write_changes(book, atlas, shares)
            _write_today(book, atlas, shares)
        if reaches(atlas):
            _write_areas(book, atlas)


def _write_areas(book: Book, atlas: Atlas) -> None:
    """One row per level, year and reach: how many pupils live inside."""
    metres = say("map.area_note", metres=f"{OFF_ROAD_METRES:.0f}")
    sheet, top = _sheet(book, atlas, "areas", metres, say("note.areas_source"))
    columns = _columns(
        ("level", "text", 16),
        ("year", "year", 8),
        ("reach", "text", 22),
        ("schools", "whole", 9),
        ("pupils", "whole", 12),
        ("pupils_any", "whole", 12),
        ("share_any", "share", 12),
        ("pupils_own", "whole", 12),
        ("share_own", "share", 12),
        ("share_land", "share", 12),
    )
    write_table(book, sheet, top, columns, area_rows(atlas))


def area_rows(atlas: Atlas) -> Rows:
    """Return level, year, reach, schools, pupils, those inside any and their own, and land."""
    return [
        [
            known("level", one["level"]),
            one["year"],
            reach_words(one["mode"], one["unit"], one["reach"]),
            one["schools"],
            one["pupils"],
            one["any"],
            one["any"] / one["pupils"] if one["pupils"] else None,
            one["own"],
            one["own"] / one["pupils"] if one["pupils"] else None,
            one["land"],
        ]
        for one in atlas.inside.to_dict("records")
    ]


def _sheet(book: Book, atlas: Atlas, key: str, *lines: Text) -> tuple[Any, int]:
    title = say(f"sheet.{key}")
    sheet = book.file.add_worksheet(both(title)[:31])
    told = [(line, "note") for line in lines]
    return sheet, write_heading(book, sheet, title, [*notes(atlas), *told])


def _columns(*wanted: tuple[str, str, float]) -> list[Column]:
    return [Column(say(f"col.{key}"), form, width) for key, form, width in wanted]


def _write_addresses(book: Book, atlas: Atlas) -> None:
    """One row per level, school and span of years: what a bureau publishes."""
    run = atlas.run
    sheet, top = _sheet(book, atlas, "addresses", say("note.addresses"))
    columns = _columns(
        ("level", "text", 16),
        ("site", "text", 10),
        ("name", "text", 24),
        ("entry_from", "year", 9),
        ("entry_to", "year", 9),
        ("zones", "whole", 8),
        ("addresses", "text", 120),
    )
    names, periods = run.site_names(), facts.address_periods(run, atlas.belongs)
    split, villages = facts.split_zones(run), run.villages()
    rows: Rows = []
    for level, site, first, last, members in periods.itertuples(index=False):
        here = villages[villages["zone_id"].isin(members)]
        address = _address(here, {z for z in members if (z, level, first) in split})
        head = (known("level", level), site, names.get(site, site))
        rows.append([*head, first, last, len(here), address])
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 3)
    sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)


def _address(villages: pd.DataFrame, split: set[str]) -> Text:
    """Name the villages town by town: `Town: a, b (part)`."""
    part = say("word.part")
    by_town: dict[str, list[str]] = {}
    for zone, town, name in villages.itertuples(index=False):
        said = f"{name}{both(part, '/')}" if zone in split else str(name)
        by_town.setdefault(str(town), []).append(said)
    text = "；".join(f"{town}：{'、'.join(names)}" for town, names in by_town.items())
    return Text(text, text)


def _write_zones(book: Book, atlas: Atlas) -> None:
    """One row per village, a column per level and year: to look an address up."""
    run = atlas.run
    sheet, top = _sheet(book, atlas, "zones", say("note.zone_list"))
    planned = atlas.belongs[atlas.belongs["year"] >= run.first_year]
    planned = planned.assign(school=planned["site_id"].map(run.site_names()))
    wide = planned.set_index(["zone_id", "level", "year"])["school"].unstack(["level", "year"])  # noqa: PD010
    wanted = [(level, year) for level in run.levels for year in run.years]
    wide = wide.reindex(columns=pd.MultiIndex.from_tuples(wanted))
    villages = run.villages()
    villages = villages[villages["zone_id"].isin(wide.index)]
    schools = wide.reindex(villages["zone_id"])
    columns = _columns(("zone", "text", 10), ("name", "text", 22), ("town", "text", 14))
    columns += [
        Column(say("col.school_of", level=known("level", level), year=year), "text", 20)
        for level, year in wanted
    ]
    cells = schools.fillna("").to_numpy().tolist()
    places = zip(villages.index, villages["name"], villages["town"], cells, strict=True)
    rows: Rows = [[zone, name, town, *row] for zone, name, town, row in places]
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 3)
    sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)


def _write_changes(book: Book, atlas: Atlas, shares: dict[str, pd.DataFrame]) -> None:
    """One row per level, year and school: kept, into, out; pupils and land."""
    lines = (say("note.changes"), say("note.split_land"))
    sheet, top = _sheet(book, atlas, "changes", *lines)
    columns = _columns(
        ("level", "text", 16),
        ("year", "year", 8),
        ("site", "text", 10),
        ("name", "text", 24),
        *((name, "whole", 12) for name in PUPILS),
        *((name, "hundredth", 11) for name in LAND),
        *((name, "whole", 9) for name in SHAPE),
    )
    rows: Rows = []
    for level, of_level in shares.items():
        for year in dict.fromkeys((atlas.run.first_year, atlas.run.last_year)):
            rows += change_rows(atlas, of_level, level, year)
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 4)
    sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)


def change_rows(atlas: Atlas, shares: pd.DataFrame, level: str, year: int) -> Rows:
    """Return the rows of a level and year, the county's last: the sums of its schools."""
    today = atlas.run.geometry.catchments_today
    shown = (atlas.catchments["level"] == level) & (atlas.catchments["year"] == year)
    before = facts.shape_facts(today[today["level"] == level])
    after = facts.shape_facts(atlas.catchments[shown])
    moved = facts.moved_land(atlas, shares, level, year)
    names = atlas.run.site_names()
    rows: Rows = []
    for one in facts.school_changes(moved).to_dict("records"):
        site = one["site_id"]
        shape = [
            int(side[name].get(site, 0))
            for name in ("parts", "enclaves")
            for side in (before, after)
        ]
        rows.append(
            [known("level", level), year, site, names.get(site, site), *_amounts(one), *shape]
        )
    return [*rows, _county_row(moved, level, year)]


def _amounts(one: dict[Any, Any]) -> list[object]:
    """Pupils, then km²: today, kept, into, out, then."""
    amounts: list[object] = []
    for name in ("", "km2_"):
        kept, into, out = (float(one[f"{name}{key}"]) for key in ("kept", "into", "out"))
        amounts += [kept + out, kept, into, out, kept + into]
    return amounts


def _county_row(moved: pd.DataFrame, level: str, year: int) -> list[object]:
    stays = (moved["from_id"] == moved["to_id"]) & (moved["from_id"] != UNSERVED)
    had, has = moved["from_id"] != UNSERVED, moved["to_id"] != UNSERVED
    amounts: list[object] = []
    for name in ("pupils", "km2"):
        parts = (had, stays, has & ~stays, had & ~stays, has)
        amounts += [float(moved.loc[part, name].sum()) for part in parts]
    return [known("level", level), year, "", say("word.total"), *amounts, *[None] * 4]


def _write_today(book: Book, atlas: Atlas, shares: dict[str, pd.DataFrame]) -> None:
    """One row per level and school: today's catchment as drawn, and who of it attends."""
    run = atlas.run
    lines = [say("note.today_catchments", year=run.base_year), say("note.split_land")]
    for level in shares:
        land = facts.county_land(atlas, level)
        words = {k: f"{v / 1e6:,.2f}" for k, v in land._asdict().items()}
        lines.append(say("note.land", level=known("level", level), **words))
    sheet, top = _sheet(book, atlas, "today", *lines)
    columns = _columns(
        ("level", "text", 16),
        ("site", "text", 10),
        ("name", "text", 24),
        ("km2_drawn", "hundredth", 11),
        ("parts", "whole", 9),
        ("enclaves", "whole", 9),
        ("living", "whole", 12),
        ("own", "whole", 12),
        ("own_share", "share", 12),
        ("others", "whole", 12),
    )
    names, rows = run.site_names(), list[list[object]]()
    for level, of_level in shares.items():
        today = run.geometry.catchments_today
        shape = facts.shape_facts(today[today["level"] == level])
        people = facts.attending(run, of_level, level).reindex(shape.index).fillna(0.0)
        for site, (km2, parts, enclaves) in zip(
            shape.index, shape.itertuples(index=False), strict=True
        ):
            living, own, others = people.loc[site, ["living", "own", "others"]].tolist()
            share = own / living if living > 0 else None
            head = (known("level", level), site, names.get(site, site))
            rows.append([*head, km2, parts, enclaves, living, own, share, others])
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 3)
