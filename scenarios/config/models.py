"""The shape of a study file: every key, its type and its bounds (`docs/inputs.md`).

What needs more than one key to be judged is in `scenarios.config.rules`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

MOST_YEARS = 30
LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")
NAME = r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9_.\u4e00-\u9fff-]*"

Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$", max_length=60)]
Year = Annotated[int, Field(ge=1950, le=2150)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e13)]
Count = Annotated[int, Field(ge=0, le=100_000)]
ActionName = Literal["open", "extend", "merge", "convert", "retrofit", "relocate", "close"]
Place = Literal["county_town", "central_town", "town_seat", "village"]
LevelName = Literal["primary", "lower_secondary"]
Encoding = Literal["utf-8", "utf-16", "gb18030", "big5"]
FamilyName = Literal["class_size", "function_rooms", "closing", "catchments", "budget", "staffing"]


def _metric_crs(text: str) -> str:
    if not re.fullmatch(r"EPSG:[0-9]{4,6}", text):
        raise PydanticCustomError("C43", "a code such as EPSG:4549")
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        raise PydanticCustomError("C43", "no such code") from None
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise PydanticCustomError("C43", "not a projection in metres")
    return text


def _inside(text: str) -> str:
    """Refuse a path that leaves the study's folder or is none (C34)."""
    parts = re.split(r"[/\\]", text)
    if (
        not text
        or text.startswith(("/", "\\", "~"))
        or ":" in text
        or ".." in parts
        or re.search(r"\$\{|\x00|\|", text)
    ):
        raise PydanticCustomError("C34", "a path inside the study's folder")
    return text


def _run_folder(text: str) -> str:
    """Refuse what is no path of a folder on this computer (C34).

    A run is only read, as tables and JSON by their own names and never through GDAL, so it may lie
    anywhere; an address or a share (``//server``) would be fetched over a network.
    """
    drive = re.match(r"[A-Za-z]:[/\\]", text)
    rest = text[2:] if drive else text
    if not text or re.match(r"~|[/\\]{2}", rest) or re.search(r"[:|\x00]|\$\{", rest):
        raise PydanticCustomError("run_folder", "a path on this computer")
    return text


Crs = Annotated[str, AfterValidator(_metric_crs)]
FilePath = Annotated[str, StringConstraints(max_length=400), AfterValidator(_inside)]
RunPath = Annotated[str, StringConstraints(max_length=400), AfterValidator(_run_folder)]


class Strict(BaseModel):
    """No unknown keys, no conversions, no changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Title(Strict):
    """A title in both languages."""

    en: str = Field(default="", max_length=200)
    zh: str = Field(default="", max_length=200)


class InputFile(Strict):
    """A file in the study's folder; `layer` of a GeoPackage or `sheet` of a workbook.

    `encoding` is of a CSV file, GeoJSON or Shapefile that does not say it itself; `columns` names a
    file that says which of its columns are ours (`scenarios.config.columns_file`); `datum` is of a
    layer whose coordinates are those of a Chinese web map; `year` that of roads or a travel table.
    """

    file: FilePath
    layer: str | None = None
    sheet: str | None = None
    encoding: Encoding | None = None
    columns: FilePath | None = None
    datum: Literal["GCJ-02", "BD-09"] | None = None
    year: Year | None = None


class ZonesFile(InputFile):
    """Zones, or where people live and how many zones are made of them.

    Attributes
    ----------
    number
        Of zones wanted; the file is then one of `population`.
    urban_from
        People per km² from which such a zone is urban.
    join_to
        To how many zones those of the file are joined.
    """

    number: Annotated[int, Field(ge=1, le=20_000)] | None = None
    urban_from: Annotated[float, Field(gt=0, le=100_000)] | None = None
    join_to: Annotated[int, Field(ge=1, le=20_000)] | None = None


class ChildrenFile(InputFile):
    """Children by zone or town, a table; or by tracts, a layer of polygons."""

    @property
    def of_tracts(self) -> bool:
        """Whether the study names a layer: it says which one, or the file is called as layers are.

        What a file holds is only known once it is opened, and by then it is one or the other.
        """
        suffix = PurePosixPath(self.file).suffix.lower()
        return self.layer is not None or suffix in LAYER_SUFFIXES


class Inputs(Strict):
    """The files of a study."""

    towns: InputFile
    zones: ZonesFile
    children: ChildrenFile
    schools: InputFile | None = None
    enrolment: InputFile | None = None
    classes: InputFile | None = None
    candidates: InputFile | None = None
    catchments: InputFile | None = None
    roads: InputFile | None = None
    travel: InputFile | None = None
    births: InputFile | None = None
    housing: InputFile | None = None
    options: InputFile | None = None
    teachers: InputFile | None = None
    links: InputFile | None = None
    population: InputFile | None = None
    elevation: InputFile | None = None
    barriers: InputFile | None = None
    control_points: InputFile | None = None

    def given(self) -> dict[str, InputFile]:
        """Return the inputs that the study names, by name."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if value is not None}

    def table(self, name: str) -> str:
        """Return which of `geodata.schemas` an input is read by: its own, or that of tracts."""
        return "tracts" if name == "children" and self.children.of_tracts else name


class RestrictedRoads(Strict):
    """Whether roads are used that are not open to everybody at all times."""

    seasonal: Literal["open", "closed"] = "open"
    private: Literal["open", "closed"] = "closed"
    steps: Literal["open", "closed"] = "open"

    def closed(self) -> frozenset[str]:
        """Return the kinds that are closed, as `geodata.restricted_roads` names them."""
        return frozenset(kind for kind, value in self.model_dump().items() if value == "closed")


class TravelSettings(Strict):
    """How travel is measured; norms such as speeds and limits are standards."""

    max_sites: Annotated[int, Field(ge=1, le=1000)] = 20
    straight_line_factor: Annotated[float, Field(ge=1, le=5)] | None = None
    roads: RestrictedRoads = RestrictedRoads()


class Reaches(Strict):
    """How far the service areas of a mode go."""

    metres: list[Annotated[float, Field(ge=50, le=50_000)]] = Field(default_factory=list)
    minutes: list[Annotated[float, Field(ge=1, le=180)]] = Field(default_factory=list)


NORM_REACHES = (500.0, 1000.0)
"""Metres on foot to an urban primary and lower secondary school: GBJ 99-86; Jiaozuo 2019, 7."""


class ServiceAreas(Strict):
    """Which service areas are drawn, measured on the roads."""

    walk: Reaches = Reaches(metres=list(NORM_REACHES))
    cycle: Reaches = Reaches()
    bus: Reaches = Reaches()


class ProgressionConfig(Strict):
    """Births become entrants; nobody moves."""

    method: Literal["progression"]
    births: Name | None = None


class UrbanisationConfig(Strict):
    """Families move from rural to urban zones until a share of pupils lives in the latter."""

    method: Literal["urbanisation"]
    births: Name | None = None
    urban_share_end: Annotated[float, Field(gt=0, lt=1)]


class HousingConfig(Strict):
    """New dwellings bring pupils from outside; with `urban_share_end` also moves inside."""

    method: Literal["housing"]
    births: Name | None = None
    urban_share_end: Annotated[float, Field(gt=0, lt=1)] | None = None


ProjectionConfig = Annotated[
    ProgressionConfig | UrbanisationConfig | HousingConfig, Field(discriminator="method")
]


class PolicyConfig(Strict):
    """Levers of a policy; their meaning is in `optimizer.domain.Policy`."""

    actions: list[ActionName]
    enrolment: Literal["cohorts", "yearly"] = "cohorts"
    whole_zones: bool = True
    notice_years: Annotated[int, Field(ge=0, le=10)] = 1
    closings_per_year: Count | None = None
    close_below: Amount | None = None
    keep_last_lower_secondary: bool = True
    unsafe_deadline: Year | None = None
    allowed_places: dict[LevelName, list[Place]] = Field(default_factory=dict)
    carry_over: bool = True
    schools_open: Annotated[int, Field(ge=1, le=100_000)] | None = None
    contiguous: bool = False
    stability: Annotated[float, Field(ge=0, le=1)] | None = None
    families_off: list[FamilyName] = Field(default_factory=list)


class StartFrom(Strict):
    """A finished run whose decisions up to a year stand.

    Its path is absolute or from the working folder, as that of `--out`.
    """

    run: RunPath
    year: Year


class Study(Strict):
    """A whole study file."""

    study: Name
    title: Title = Title()
    made_up: bool = False
    crs: Crs
    base_year: Year
    first_year: Year
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)]
    price_year: Year
    discount_rate: Annotated[float, Field(ge=0, le=0.5)] = 0.04
    profile: Name = "CN"
    inputs: Inputs
    travel: TravelSettings = TravelSettings()
    service_areas: ServiceAreas | None = None
    standards: dict[str, Any] = Field(default_factory=dict)
    prices: dict[str, Any] = Field(default_factory=dict)
    budget: Amount | dict[int, Amount] | None = None
    projections: Annotated[dict[Name, ProjectionConfig], Field(min_length=1)]
    policies: Annotated[dict[Name, PolicyConfig], Field(min_length=1)]
    scenarios: Literal["all"] | list[str] = "all"
    start_from: StartFrom | None = None

    @property
    def end(self) -> int:
        """First year after the horizon."""
        return self.first_year + self.years

    def budget_of(self, year: int) -> float:
        """Return the yuan that may be spent on building in a year; infinity without a budget."""
        if isinstance(self.budget, dict):
            return self.budget[year]
        return float("inf") if self.budget is None else self.budget
