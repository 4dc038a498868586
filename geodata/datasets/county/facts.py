"""Facts about Jiaozhou and China, each with its source; the rest of the county is made.

Only single figures are used. No outline is copied: town shapes are fitted to centres and areas.
"""

from __future__ import annotations

TOWN_CENTRES_AND_AREAS: dict[str, tuple[float, float, float]] = {
    "阜安街道": (501974.0, 4017783.0, 10.96),
    "中云街道": (497927.0, 4016822.0, 16.37),
    "三里河街道": (498995.0, 4012023.0, 57.25),
    "九龙街道": (504305.0, 4007589.0, 194.97),
    "胶东街道": (506749.0, 4023541.0, 120.52),
    "胶北街道": (495728.0, 4024691.0, 101.65),
    "胶西街道": (489329.0, 4011722.0, 165.30),
    "胶莱街道": (504529.0, 4033758.0, 143.83),
    "李哥庄镇": (513529.0, 4025166.0, 75.01),
    "铺集镇": (473301.0, 3998883.0, 113.50),
    "里岔镇": (481540.0, 3995391.0, 156.49),
    "洋河镇": (493575.0, 3998044.0, 129.70),
}
"""Area centroid (EPSG:4549 easting, northing in metres) and area (km²) of the 12 towns.

Source: measured on the town outlines of OpenStreetMap, © OpenStreetMap contributors.
"""

POPULATION = 987_820
URBAN_SHARE = 0.6216
AGE_SHARE = {"0": 0.0079, "1-4": 0.0535, "5-9": 0.0532}
"""Census of 1 November 2020, Jiaozhou. Source: National Bureau of Statistics."""

CHILDREN_BY_AGE: tuple[int, ...] = (7_804, 13_212, 13_212, 13_212, 13_212, 10_510)
"""Children of each age 0 … 5 at 1 November 2020: `POPULATION` times `AGE_SHARE`, evenly by age."""

TEACHERS = 6_551
RURAL_PUPILS = 31_000
"""A local report on Jiaozhou's schools. It also counts 61,179 primary and 31,979 lower secondary
pupils, 74 primary and 21 lower secondary schools (nine-year ones among the latter), 31 of them
urban and 64 rural: the grades and schools of `spec.FULL` add up to these."""

CHINA_BIRTHS: dict[int, float] = {
    2020: 11843.469,
    2021: 10461.124,
    2022: 9455.320,
    2023: 8899.881,
    2024: 8822.056,
    2025: 8709.352,
    2026: 8625.232,
    2027: 8530.091,
    2028: 8459.285,
    2029: 8387.151,
    2030: 8359.513,
}
"""Births of China, thousands. Source: UN World Population Prospects 2024 (estimates to 2023, then
the medium projection), CC BY 3.0 IGO."""

LESSONS: dict[str, dict[str, tuple[int, ...]]] = {
    "primary": {
        "chinese": (8, 8, 7, 7, 6, 6),
        "mathematics": (4, 4, 4, 4, 5, 5),
        "english": (0, 0, 2, 2, 3, 3),
        "science": (0, 0, 2, 2, 2, 2),
        "social": (3, 3, 3, 3, 2, 2),
        "arts": (4, 4, 4, 4, 4, 4),
        "pe": (4, 4, 3, 3, 3, 3),
        "other": (3, 3, 5, 5, 5, 5),
    },
    "lower_secondary": {
        "chinese": (5, 4, 5),
        "mathematics": (4, 4, 5),
        "english": (4, 4, 4),
        "science": (3, 5, 6),
        "social": (6, 6, 4),
        "arts": (2, 2, 2),
        "pe": (3, 3, 3),
        "other": (7, 6, 5),
    },
}
"""Weekly lessons of a class by subject group and grade. Source: lesson table of the Qingdao
education bureau (music and art are arts; moral education, history and geography are social;
biology, physics and chemistry are science; practice and local courses are other)."""

WEEKLY_LOAD: dict[str, dict[str, int]] = {
    "primary": dict.fromkeys(LESSONS["primary"], 18) | {"chinese": 14, "mathematics": 14},
    "lower_secondary": dict.fromkeys(LESSONS["lower_secondary"], 14)
    | dict.fromkeys(("chinese", "mathematics", "english"), 12)
    | {"arts": 16, "other": 16},
}
"""Lessons a week of a full-time teacher, local workload standard."""

PUPILS_PER_STAFF = {"primary": 19.0, "lower_secondary": 13.5}
NON_TEACHING_SHARE = {"primary": 0.09, "lower_secondary": 0.15}
"""Establishment norm 中央编办发〔2014〕72号 and a provincial cap on non-teaching staff."""

PLANNING_AREA: dict[str, dict[int, float]] = {
    "primary": {12: 5_382, 18: 6_714, 24: 8_464, 30: 9_689, 36: 11_390},
    "nine_year": {18: 7_789, 27: 9_867, 36: 13_334, 45: 16_197},
    "lower_secondary": {12: 6_802, 18: 9_084, 24: 11_734, 30: 13_542},
}
"""Gross floor area, m², of a school by number of classes: 城市普通中小学校校舍建设标准, planning
indicators; the 36-class primary school continues the step from 24 to 30 classes."""

EXTENSION_M2_PER_ROOM = 141.0
"""m² gross for each room added: 8,475 m² for 60 rooms at three primary schools. Source: a local
report of another county (mechanisms 10.1)."""

COST_PER_M2 = {"new": 4_500, "extend": 3_800, "retrofit": 1_200}
"""Yuan per m² gross, around published projects."""
