"""The study file and the notes of a made county, in English and Chinese."""

from __future__ import annotations

from geodata.datasets.county.spec import BASE_YEAR, CRS, Spec

_STUDY = """\
# A made county: no such schools, pupils or teachers exist. See notes.md beside this file.
# 虚构县：其中的学校、学生和教师均不存在。说明见同目录的notes.md。
study: {name}
title: {{en: "{title_en}", zh: "{title_zh}"}}
made_up: true
crs: {crs}
base_year: {base}
first_year: {first}
years: {years}
price_year: 2020
discount_rate: 0.04
profile: CN
inputs:
  towns: {{file: county.gpkg, layer: towns}}
  zones: {{file: county.gpkg, layer: zones}}
  schools: {{file: county.gpkg, layer: schools}}
  candidates: {{file: county.gpkg, layer: candidates}}
  roads: {{file: county.gpkg, layer: roads}}
  enrolment: {{file: schools.xlsx, sheet: enrolment}}
  classes: {{file: schools.xlsx, sheet: classes}}
  teachers: {{file: schools.xlsx, sheet: teachers}}
  children: {{file: children.csv}}
  births: {{file: births.csv}}
  housing: {{file: housing.csv}}
  options: {{file: options.csv}}
travel: {{max_sites: 20, straight_line_factor: null}}
standards: {{}}
prices: {{}}
budget: {budget}  # yuan a year, the same for both policies
projections:
  slow:   {{method: urbanisation, births: low,    urban_share_end: {slow:.2f}}}
  middle: {{method: urbanisation, births: medium, urban_share_end: {middle:.2f}}}
  fast:   {{method: urbanisation, births: high,   urban_share_end: {fast:.2f}}}
policies:
  keep:
    actions: [open, extend, retrofit]
  reshape:
    actions: [open, extend, retrofit, convert, relocate, merge, close]
    closings_per_year: 2
    close_below: 200
    notice_years: 1
    unsafe_deadline: 2024
    allowed_places:
      lower_secondary: [county_town, central_town, town_seat]
scenarios: all
"""

_NOTES = """\
# {title_en} · {title_zh}

Everything here is made up: no such school, pupil, teacher or road exists. Only the single figures
named under *Facts* are real. Made by `python -m geodata.datasets.county{flag} --out {folder}`;
made again, every file is the same byte for byte.

| file | what it holds |
|---|---|
| `county.gpkg` | towns, zones (villages and urban communities), schools and teaching points, candidate sites, roads; CGCS2000 (EPSG:4490) |
| `schools.xlsx` | pupils of {base} by school, grade and zone; classes; teachers by level, subject, rank, home town, school and years there |
| `children.csv` | children of ages 0 to 5 at 1 November {base}, by zone |
| `births.csv` | births of later years over those of {base}: China's, medium variant; low and high move away evenly to -10 % and +10 % in {last_births} |
| `housing.csv` | new dwellings by zone and year, pupils per dwelling |
| `options.csv` | what may be built, with size, floor area, land, cost and lead time |
| `study.yaml` | the study: {years} years from {first}, three projections, two policies |

{facts_en}
Choices: grade sizes run smoothly and fit the census ages; zones go whole by grade, mostly to the
nearest school with a place, and about one zone in twenty-five attends the second nearest in some
older grades. Urban classes beyond the general rooms sit in function rooms. New buildings cost
4,500 yuan/m², extensions 3,800, retrofits 1,200, land 600 (town) and 250; floor areas follow
城市普通中小学校校舍建设标准. The budget is the makers' choice.

## 中文说明

本目录全部内容均为虚构：学校、学生、教师和道路都不存在，只有“事实依据”中列出的单项数字是真实的。
由 `python -m geodata.datasets.county{flag} --out {folder}` 生成；重新生成时各文件逐字节相同。

| 文件 | 内容 |
|---|---|
| `county.gpkg` | 镇街、小区（村和社区）、学校与教学点、备选校址、道路；CGCS2000（EPSG:4490） |
| `schools.xlsx` | {base}年按学校、年级、小区的在校生；班级数；按学段、学科、骨干与否、家庭所在镇街、学校和在校年数统计的教师 |
| `children.csv` | {base}年11月1日0至5岁儿童，按小区 |
| `births.csv` | 以后各年出生数与{base}年之比：全国中方案；低、高方案到{last_births}年均匀偏离至-10%和+10% |
| `housing.csv` | 各小区各年新增住房及每套学生数 |
| `options.csv` | 可选建设项目：规模、建筑面积、用地、造价、工期 |
| `study.yaml` | 研究文件：自{first}年起{years}年，三种预测、两种政策 |

{facts_zh}
设定：各年级人数平滑并与普查年龄一致；同一小区同一年级整体入学，大多到最近且有学位的学校，约二十五分之一的
小区部分高年级在次近学校。城区班级超出普通教室的部分占用功能室。新建每平方米4500元，扩建3800元，改造1200元，
用地城区600元、其他250元；建筑面积依据城市普通中小学校校舍建设标准。预算为编制者设定。
"""

_FACTS_EN = """\
Facts: names, centres and areas of the 12 towns, measured on © OpenStreetMap contributors (their
outlines here are made and only fit those centres and areas); census of 2020 (National Bureau of
Statistics): 987,820 people, 62.16 % urban, children by age; a local report: 95 schools (74
primary, 21 lower secondary with nine-year schools among them; 31 urban, 64 rural), 61,179 and
31,979 pupils, about 31,000 of them rural, 6,551 teachers; births: UN World Population Prospects
2024, CC BY 3.0 IGO; lesson table of the Qingdao education bureau.
"""

_FACTS_ZH = """\
事实依据：12个镇街的名称、中心和面积，量自 © OpenStreetMap贡献者（此处界线为虚构，仅与中心和面积吻合）；
2020年人口普查（国家统计局）：987820人，城镇化率62.16%，分年龄儿童数；当地报告：95所学校（小学74所，
初中21所含九年一贯制；城区31所，农村64所），小学生61179人、初中生31979人，其中农村约3.1万人，教师6551人；
出生数：联合国《世界人口展望2024》，CC BY 3.0 IGO；青岛市教育局课程表。
"""


def study_text(spec: Spec) -> str:
    """Text of `study.yaml`."""
    return _STUDY.format(
        name=spec.name,
        title_en=spec.title_en,
        title_zh=spec.title_zh,
        crs=CRS,
        base=BASE_YEAR,
        first=BASE_YEAR + 1,
        years=spec.years,
        budget=spec.budget,
        slow=spec.urban_share + 0.04,
        middle=spec.urban_share + 0.08,
        fast=spec.urban_share + 0.13,
    )


def notes_text(spec: Spec) -> str:
    """Text of `notes.md`."""
    real = any(town.target for town in spec.towns)
    folder = f"scenarios/examples/{spec.name}"
    none_en = "Facts: only the births (UN World Population Prospects 2024, CC BY 3.0 IGO).\n"
    none_zh = "事实依据：仅出生数（联合国《世界人口展望2024》，CC BY 3.0 IGO）。\n"
    return _NOTES.format(
        title_en=spec.title_en,
        title_zh=spec.title_zh,
        folder=folder,
        flag="" if real else " --small",
        base=BASE_YEAR,
        first=BASE_YEAR + 1,
        last_births=BASE_YEAR + 10,
        years=spec.years,
        facts_en=_FACTS_EN if real else none_en,
        facts_zh=_FACTS_ZH if real else none_zh,
    )
