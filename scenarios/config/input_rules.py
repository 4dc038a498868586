"""What a study says of its files: that they are there, and that each key fits their kind."""

from __future__ import annotations

from pathlib import Path

from geodata.grids import called_grid
from geodata.osm import called_extract
from geodata.schemas import SCHEMAS
from scenarios.config.findings import Finding
from scenarios.config.models import Study
from scenarios.config.partial import Unsettled
from scenarios.config.words import fault_at
from scenarios.config.yaml_text import Lines

MOST_BYTES = 2_000_000_000


def input_faults(
    study: Study, folder: Path, file: str, lines: Lines, unsettled: Unsettled
) -> list[Finding]:
    """Return what the inputs of a study say against the disk or against themselves."""
    return [
        *_file_faults(study, folder, file, lines, unsettled),
        *_out_of_place(study, folder, file, lines),
        *_without_year(study, file, lines),
        *_people_faults(study, file, lines),
    ]


def _file_faults(
    study: Study, folder: Path, file: str, lines: Lines, unsettled: Unsettled
) -> list[Finding]:
    faults = []
    named = [
        (("inputs", name), key, str(getattr(given, key)))
        for name, given in study.inputs.given().items()
        for key in ("file", "columns")
        if getattr(given, key) is not None
    ]
    for at, key, given in named:
        path, place = folder / given, at if key == "file" else (*at, key)
        if not unsettled.known((*at, key)):
            continue
        if not path.is_file():
            words = (
                "This file is not there, or is not a regular file.",
                "文件不存在，或不是普通文件。",
            )
            mend = ("Correct the path, or put the file there.", "请改正路径，或把文件放到该处。")
            faults.append(fault_at("C35", file, lines, place, words, mend, value=given))
        elif not path.resolve().is_relative_to(folder.resolve()):
            words = (
                "The file is a link out of the study's folder.",
                "该文件是指向研究文件夹之外的链接。",
            )
            mend = ("Put the file itself there.", "请放置文件本身。")
            faults.append(fault_at("C34", file, lines, place, words, mend, value=given))
        elif path.stat().st_size > MOST_BYTES:
            words = ("The file is larger than 2 GB.", "文件超过 2 GB。")
            mend = ("Cut it to the county.", "请裁剪到本县范围。")
            faults.append(fault_at("C35", file, lines, place, words, mend, value=given))
    return faults


_OF_GRID = {
    key: (f"A grid has no {key}.", f"格网没有 {key}。")
    for key in ("layer", "sheet", "encoding", "columns", "datum")
}
_NO_DATUM = ("datum is of a layer; a table has no coordinates.", "datum 用于图层；表格没有坐标。")
_OF_EXTRACT = {
    "datum": ("OpenStreetMap is in WGS 84 everywhere.", "OpenStreetMap 一律采用 WGS 84。"),
    "columns": ("An OpenStreetMap extract has no columns.", "OpenStreetMap 数据没有列。"),
}


def _out_of_place(study: Study, folder: Path, file: str, lines: Lines) -> list[Finding]:
    """Refuse a datum of what has no coordinates or is never shifted, and columns of an extract."""
    faults = []
    for name, given in study.inputs.given().items():
        for key, of_grid in _OF_GRID.items():
            if getattr(given, key) is None:
                continue
            if called_extract(folder / given.file) and key in _OF_EXTRACT:
                words = _OF_EXTRACT[key]
            elif called_grid(given.file) or name == "elevation":
                words = of_grid
            elif key == "datum" and not SCHEMAS[study.inputs.table(name)].geometry:
                words = _NO_DATUM
            else:
                continue
            mend = (f"Delete {key} here.", f"请删去此处的 {key}。")
            place, value = ("inputs", name, key), getattr(given, key)
            faults.append(fault_at("C23", file, lines, place, words, mend, value=value))
    return faults


def _without_year(study: Study, file: str, lines: Lines) -> list[Finding]:
    """Refuse a year of what is not held against the base year."""
    words = ("year is of roads and travel tables.", "year 用于道路与出行表。")
    mend = ("Delete year here.", "请删去此处的 year。")
    return [
        fault_at("C23", file, lines, ("inputs", name, "year"), words, mend, value=given.year)
        for name, given in study.inputs.given().items()
        if given.year is not None and name not in ("roads", "travel")
    ]


def _people_faults(study: Study, file: str, lines: Lines) -> list[Finding]:
    """Refuse what contradicts itself where zones are made of people, and grids of anything else."""
    faults = []
    zones = study.inputs.zones
    for key, words in (_OF_MADE if zones.number is not None else _OF_GIVEN).items():
        if getattr(zones, key) is not None:
            mend = (f"Delete {key} here.", f"请删去此处的 {key}。")
            faults.append(fault_at("C23", file, lines, ("inputs", "zones", key), words, mend))
    if zones.number is not None and study.inputs.population is not None:
        mend = ("Delete one of the two.", "请删去其中之一。")
        place = ("inputs", "population")
        faults.append(fault_at("C23", file, lines, place, _TWO_PEOPLES, mend))
    for name, given in study.inputs.given().items():
        made = name == "zones" and zones.number is not None
        if called_grid(given.file) and name not in ("population", "elevation") and not made:
            mend = (
                "Name a layer or table; zones are made of a grid where number says how many.",
                "请指定图层或表格；如需由格网生成单元，请用 number 写明个数。",
            )
            place = ("inputs", name)
            faults.append(
                fault_at("C23", file, lines, place, _GRID_OUT_OF_PLACE, mend, value=given.file)
            )
    return faults


_OF_MADE = {
    "columns": (
        "Zones are made of people here; a file of columns reads a layer of zones.",
        "此处的单元由人口生成；列对照文件用于读取单元图层。",
    ),
    "join_to": (
        "Zones are made of people here, and number says how many; only zones given are joined.",
        "此处的单元由人口生成，个数由 number 写明；只有给定的单元才需合并。",
    ),
}
_OF_GIVEN = {
    "urban_from": (
        "It says which of the zones that are made are urban, and none are made.",
        "此项用于划分所生成的单元，而此处没有生成单元。",
    ),
}
_TWO_PEOPLES = (
    "Zones are already made of the people in their own file.",
    "单元已由其自身文件中的人口生成。",
)
_GRID_OUT_OF_PLACE = ("A grid holds people or heights.", "格网只用于人口或高程。")
