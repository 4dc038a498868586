"""Every number that shapes a made county. Two are given: the embedded county and a small one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.datasets.county import facts

CRS = "EPSG:4549"
FILE_CRS = "EPSG:4490"
BASE_YEAR = 2020
LEVELS = ("primary", "lower_secondary")
GRADES = {"primary": range(1, 7), "lower_secondary": range(7, 10)}
FUNCTION_ROOMS = ("music", "art", "computer", "science", "laboratory")


@dataclass(frozen=True)
class Town:
    """A town of the made county.

    Attributes
    ----------
    name
        Name.
    cell
        Centre (km) and weight (km²) of its cell in the power diagram of towns.
    role
        ``core`` (part of the county town), ``central`` (a central town) or ``seat``.
    seat_zones
        Urban zones around its seat, outside the county town.
    target
        Centroid (m) and area (km²) that its made outline must match, or None.
    """

    name: str
    cell: tuple[float, float, float]
    role: str
    seat_zones: int
    target: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Schools:
    """How many schools of each type; nine-year schools count as lower secondary, points beside."""

    urban_primary: int
    rural_primary: int
    urban_lower_secondary: int
    rural_lower_secondary: int
    urban_nine_year: int
    rural_nine_year: int
    points: int
    unsafe: int


@dataclass(frozen=True)
class Spec:
    """What a made county holds.

    Attributes
    ----------
    name, title_en, title_zh
        Of the study.
    towns
        The towns.
    core
        Centre (km) and radius (km) of the built-up county town.
    radii
        Distance (km) of the county outline from `origin`, counter-clockwise from east.
    area_km2
        Area to which the outline is scaled.
    core_zones, rural_zones
        Urban zones in the county town, and rural zones; the towns' seats come on top.
    junctions
        Road junctions beside the zones' own.
    motorways
        Lines of ramp positions (km).
    urban_share
        Share of pupils and children who live in urban zones.
    pupils
        Pupils by grade 1 … 9.
    children
        Children by age 0 … 5 at 1 November of the base year.
    rural_pupils
        Pupils at rural schools.
    schools
        Numbers of schools.
    teachers
        Teachers in all.
    candidates
        Candidate sites in the county town and at the other towns' seats.
    dwellings
        New dwellings of the housing file.
    committed
        Actions of which one project each is decided already.
    years, budget
        Planned years, and yuan a year for building.
    """

    name: str
    title_en: str
    title_zh: str
    towns: tuple[Town, ...]
    core: tuple[float, float, float]
    origin: tuple[float, float]
    radii: tuple[float, ...]
    area_km2: float
    core_zones: int
    rural_zones: int
    junctions: int
    motorways: tuple[tuple[tuple[float, float], ...], ...]
    urban_share: float
    pupils: tuple[int, ...]
    children: tuple[int, ...]
    rural_pupils: int
    schools: Schools
    teachers: int
    candidates: tuple[int, int]
    dwellings: int
    committed: tuple[str, ...]
    years: int
    budget: int

    @property
    def town_names(self) -> tuple[str, ...]:
        """Names of the towns in order."""
        return tuple(town.name for town in self.towns)


_CELLS = {
    "阜安街道": (500.6, 4017.3, -18.9, "core", 0),
    "中云街道": (496.1, 4016.3, -1.9, "core", 0),
    "三里河街道": (501.8, 4008.0, 51.1, "core", 0),
    "九龙街道": (503.0, 4006.5, 66.3, "seat", 10),
    "胶东街道": (506.1, 4025.9, 38.1, "seat", 10),
    "胶北街道": (495.5, 4025.5, 37.6, "seat", 3),
    "胶西街道": (488.2, 4015.2, 62.8, "seat", 3),
    "胶莱街道": (502.8, 4031.5, 44.3, "seat", 2),
    "李哥庄镇": (513.9, 4025.2, 18.8, "central", 8),
    "铺集镇": (472.5, 3999.5, 15.8, "central", 3),
    "里岔镇": (481.6, 3991.9, 52.6, "seat", 1),
    "洋河镇": (494.0, 3997.4, 18.6, "seat", 1),
}
# Cells and radii come from a least-squares fit (1 m) to the twelve centres and areas alone.
_RADII = (
    *(17.3, 16.2, 16.9, 20.7, 24.9, 27.1, 27.7, 28.7, 30.7, 31.2, 28.4, 23.3, 19.4, 18.3, 17.3),
    *(14.3, 10.4, 8.0, 8.1, 9.6, 11.2, 12.2, 12.2, 10.9, 8.5, 7.4, 13.2, 27.3, 35.7, 32.9, 29.2),
    *(29.2, 27.4, 21.9, 17.3, 18.1, 21.3, 22.2, 19.0, 14.2, 11.8, 12.2, 13.8, 15.2, 16.5, 17.4),
    *(18.1, 18.1),
)

FULL = Spec(
    name="county",
    title_en="A made county with the size of Jiaozhou",
    title_zh="虚构县：规模取自胶州",
    towns=tuple(
        Town(name, (x, y, w), role, zones, facts.TOWN_CENTRES_AND_AREAS[name])
        for name, (x, y, w, role, zones) in _CELLS.items()
    ),
    core=(499.4, 4015.4, 4.4),
    origin=(495.5, 4012.0),
    radii=_RADII,
    area_km2=sum(area for _, _, area in facts.TOWN_CENTRES_AND_AREAS.values()),
    core_zones=209,
    rural_zones=750,
    junctions=3000,
    motorways=(
        ((484.0, 4013.0), (490.5, 4011.0), (497.0, 4008.5), (503.5, 4009.5), (509.0, 4012.0)),
        ((496.5, 3995.0), (496.8, 4002.0), (497.0, 4008.5), (493.5, 4016.5), (494.0, 4028.0)),
    ),
    urban_share=facts.URBAN_SHARE,
    pupils=(10_300, 10_280, 10_240, 10_180, 10_110, 10_069, 10_420, 10_660, 10_899),
    children=facts.CHILDREN_BY_AGE,
    rural_pupils=facts.RURAL_PUPILS,
    schools=Schools(
        urban_primary=21,
        rural_primary=53,
        urban_lower_secondary=8,
        rural_lower_secondary=8,
        urban_nine_year=2,
        rural_nine_year=3,
        points=5,
        unsafe=6,
    ),
    teachers=facts.TEACHERS,
    candidates=(18, 12),
    dwellings=6_000,
    committed=("open", "extend", "retrofit"),
    years=10,
    budget=60_000_000,
)

SMALL = Spec(
    name="small_county",
    title_en="A small made county",
    title_zh="虚构小县",
    towns=(
        Town("城关街道", (500.0, 4015.0, 0.0), "core", 0),
        Town("东河镇", (507.5, 4016.0, 0.0), "seat", 2),
        Town("西岭镇", (492.5, 4013.5, 0.0), "central", 2),
    ),
    core=(500.0, 4015.0, 1.6),
    origin=(500.0, 4014.8),
    radii=tuple(
        np.round(9.5 / np.hypot(np.cos(a), 1.7 * np.sin(a)), 2)
        for a in np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ),
    area_km2=165.0,
    core_zones=12,
    rural_zones=44,
    junctions=160,
    motorways=(((493.0, 4016.5), (500.0, 4018.2), (506.5, 4017.5)),),
    urban_share=0.60,
    pupils=(345, 344, 342, 340, 338, 336, 340, 348, 356),
    children=(300, 500, 500, 500, 500, 380),
    rural_pupils=1_200,
    schools=Schools(
        urban_primary=2,
        rural_primary=3,
        urban_lower_secondary=1,
        rural_lower_secondary=1,
        urban_nine_year=0,
        rural_nine_year=1,
        points=1,
        unsafe=2,
    ),
    teachers=240,
    candidates=(1, 1),
    dwellings=200,
    committed=("extend", "retrofit"),
    years=5,
    budget=30_000_000,
)
