"""The study file and the notes of a made county, in English and Chinese."""

from __future__ import annotations

from importlib.resources import files
from string import Template

from geodata.datasets.county.spec import BASE_YEAR, CRS, Spec

_BIRTHS_EN = "Facts: only the births (UN World Population Prospects 2024, CC BY 3.0 IGO).\n"
_BIRTHS_ZH = "事实依据：仅出生数（联合国《世界人口展望2024》，CC BY 3.0 IGO）。\n"


def study_text(spec: Spec) -> str:
    """Text of `study.yaml`."""
    return Template(_template("study_template.yaml")).substitute(
        _common(spec),
        crs=CRS,
        budget=spec.budget,
        slow=f"{spec.urban_share + 0.06:.2f}",
        middle=f"{spec.urban_share + 0.10:.2f}",
        fast=f"{spec.urban_share + 0.15:.2f}",
    )


def notes_text(spec: Spec) -> str:
    """Text of `notes.md`."""
    real = any(town.target for town in spec.towns)
    return Template(_template("notes_template.md")).substitute(
        _common(spec),
        folder=f"scenarios/examples/{spec.name}",
        flag="" if real else " --small",
        last_births=BASE_YEAR + 10,
        facts_en=_template("facts_en.md") if real else _BIRTHS_EN,
        facts_zh=_template("facts_zh.md") if real else _BIRTHS_ZH,
    )


def _common(spec: Spec) -> dict[str, str | int]:
    return {
        "name": spec.name,
        "title_en": spec.title_en,
        "title_zh": spec.title_zh,
        "base": BASE_YEAR,
        "first": BASE_YEAR + 1,
        "years": spec.years,
    }


def _template(name: str) -> str:
    return (files("geodata.datasets.county") / name).read_text(encoding="utf-8")
