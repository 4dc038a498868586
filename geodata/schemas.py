"""Which columns each layer and table has, as data; `docs/inputs.md` says the same in prose."""

from __future__ import annotations

from geodata.columns import Column, Kind, Schema
from geodata.schema_words import SYNONYMS, grades

KINDS = ("urban", "rural")
PLACES = ("county_town", "central_town", "town_seat", "village")
SCHOOL_TYPES = ("primary", "lower_secondary", "nine_year", "teaching_point")
LEVELS = ("primary", "lower_secondary")
LEVELS_OF = {
    "primary": ("primary",),
    "lower_secondary": ("lower_secondary",),
    "nine_year": LEVELS,
    "teaching_point": ("primary",),
    "": (),
}
"""School type to the levels it runs (C18)."""
ROAD_CLASSES = ("motorway", "primary", "secondary", "tertiary", "street", "track")
RANKS = ("key", "ordinary")
FUNCTION_ROOMS = ("music", "art", "computer", "science", "laboratory")
AGE_COLUMNS = tuple(f"age_{age}" for age in range(6))
"""Of a layer of tracts: children of each age, who are not yet at school in the base year."""
BUILDING_ACTIONS = ("open", "extend", "convert", "retrofit", "relocate")
MOST_PUPILS = 1e5
MOST_YUAN = 1e11


def _id(name: str, blank: str | None = None) -> Column:
    return Column(name, Kind.ID, required=blank is None, blank=blank)


def _text(name: str) -> Column:
    return Column(name, Kind.TEXT)


def _word(name: str, choices: tuple[str, ...], blank: str | None = None) -> Column:
    synonyms = tuple(SYNONYMS.get(name, {}).items())
    return Column(name, Kind.ID, choices=choices, blank=blank, synonyms=synonyms)


def _count(name: str, high: float = MOST_PUPILS, blank: float | None = None) -> Column:
    return Column(name, Kind.INT, blank=blank, low=0, high=high, required=blank is None)


def _year(name: str, blank: float | None = None) -> Column:
    low = 0 if blank is not None else 1900
    return Column(name, Kind.INT, blank=blank, low=low, high=2200, required=blank is None)


def _amount(
    name: str, high: float = MOST_YUAN, blank: float | None = None, *, alike: bool = False
) -> Column:
    return Column(
        name, Kind.NUMBER, blank=blank, low=0, high=high, required=blank is None, alike=alike
    )


def _flag(name: str) -> Column:
    return Column(name, Kind.BOOL, blank=0, required=False)


_GRADE = Column(
    "grade",
    Kind.INT,
    low=1,
    high=9,
    low_code="T18",
    high_code="T18",
    synonyms=tuple(grades().items()),
)
_FUNCTION_ROOMS = Column(
    "function_",
    Kind.INT,
    required=False,
    blank=0,
    low=0,
    high=1000,
    many=True,
    members=tuple(f"function_{kind}" for kind in FUNCTION_ROOMS),
)
_PLACE = (
    _id("site_id"),
    _text("name"),
    _id("town"),
    _word("kind", KINDS),
    _word("place", PLACES),
)

TOWNS = Schema("towns", (_id("town"),), key=("town",), geometry="polygon")

POPULATION = Schema(
    "population",
    (Column("people", Kind.NUMBER, low=0, high=1e6),),
    geometry="point",
    or_else=("polygon",),
)

ZONES = Schema(
    "zones",
    (_id("zone_id"), _text("name"), _id("town"), _word("kind", KINDS)),
    key=("zone_id",),
    geometry="polygon",
    or_else=("point",),
)

SCHOOLS = Schema(
    "schools",
    (
        *_PLACE,
        _word("school_type", SCHOOL_TYPES),
        _count("rooms", 1000),
        _FUNCTION_ROOMS,
        _amount("annual_cost", alike=True),
        _count("point_grades", 9, blank=0),
        _id("parent_id", blank=""),
        _flag("unsafe"),
        _flag("protected"),
        Column("objection", Kind.NUMBER, required=False, blank=0.0, low=0, high=1),
        _amount("teaching_area_m2", 1e6, alike=True),
        _amount("sports_area_m2", 1e6),
        _amount("land_m2", 1e7),
        _amount("seats", MOST_PUPILS, blank=float("nan")),
    ),
    key=("site_id",),
    geometry="point",
)

CANDIDATES = Schema(
    "candidates",
    (
        *_PLACE,
        _amount("land_m2", 1e7),
        _amount("seats", MOST_PUPILS, blank=float("nan")),
        _amount("annual_cost", blank=float("nan"), alike=True),
    ),
    key=("site_id",),
    geometry="point",
    may_be_empty=True,
)

ROADS = Schema(
    "roads",
    (
        _id("road_id"),
        _word("class", ROAD_CLASSES),
        Column("speed_kmh", Kind.NUMBER, low=1, high=160, low_code="N08", high_code="N09"),
        Column("oneway", Kind.INT, required=False, blank=0, low=-1, high=1),
        Column("elevated", Kind.INT, required=False, blank=0, low=-9, high=9),
        _flag("seasonal"),
        _flag("private"),
        _flag("steps"),
    ),
    key=("road_id",),
    geometry="line",
)

BARRIERS = Schema(
    "barriers",
    (Column("name", Kind.TEXT, required=False, blank=""),),
    geometry="line",
    or_else=("polygon",),
    may_be_empty=True,
)

CONTROL_POINTS = Schema(
    "control_points",
    (
        _id("point_id"),
        Column("east", Kind.NUMBER, low=-1e8, high=1e8),
        Column("north", Kind.NUMBER, low=-1e8, high=1e8),
    ),
    key=("point_id",),
    geometry="point",
)

CATCHMENTS = Schema(
    "catchments",
    (
        _id("site_id"),
        Column(
            "level",
            Kind.ID,
            required=False,
            blank="",
            choices=LEVELS,
            synonyms=tuple(SYNONYMS["level"].items()),
        ),
    ),
    geometry="polygon",
    lenient=True,
)

ENROLMENT = Schema(
    "enrolment",
    (
        _id("site_id"),
        _word("level", LEVELS),
        _GRADE,
        _id("zone_id", blank=""),
        _count("pupils"),
    ),
    key=("site_id", "level", "grade", "zone_id"),
)

CLASSES = Schema(
    "classes",
    (_id("site_id"), _word("level", LEVELS), _GRADE, _count("classes", 200)),
    key=("site_id", "level", "grade"),
)

TEACHERS = Schema(
    "teachers",
    (
        _id("pool_id"),
        _word("level", LEVELS),
        _id("subject"),
        _word("rank", RANKS),
        _id("home_town"),
        _id("site_id"),
        _count("years", 60),
        _count("teachers", 5000),
    ),
    key=("pool_id", "site_id", "years"),
)

CHILDREN = Schema(
    "children",
    (
        _id("zone_id", blank=""),
        _id("town", blank=""),
        Column("age", Kind.INT, low=0, high=20),
        _count("children"),
    ),
    key=("zone_id", "town", "age"),
)

TRACTS = Schema(
    "tracts",
    (_id("tract_id"), *(_count(name) for name in AGE_COLUMNS)),
    key=("tract_id",),
    geometry="polygon",
)

BIRTHS = Schema(
    "births",
    (_year("year"), Column("births_index", Kind.NUMBER, low=0, high=10), _id("variant")),
    key=("year", "variant"),
)

HOUSING = Schema(
    "housing",
    (
        _id("zone_id"),
        _year("year"),
        _count("dwellings", 1e6),
        Column("pupils_per_dwelling_primary", Kind.NUMBER, low=0, high=5),
        Column("pupils_per_dwelling_lower_secondary", Kind.NUMBER, low=0, high=5),
    ),
    may_be_empty=True,
)

OPTIONS = Schema(
    "options",
    (
        _id("option"),
        _id("site_id"),
        _word("action", BUILDING_ACTIONS),
        _word("school_type_after", SCHOOL_TYPES[:3], blank=""),
        Column("rooms", Kind.INT, low=0, high=1000),
        Column("rooms_out", Kind.INT, required=False, blank=0, low=0, high=1000),
        _FUNCTION_ROOMS,
        _amount("area_m2", 1e6),
        _amount("land_m2", 1e7),
        _amount("capital_cost"),
        Column("lead", Kind.INT, low=0, high=20),
        _year("earliest"),
        _year("latest"),
        _year("committed", blank=0),
        _id("relocates_id", blank=""),
        Column("spend", Kind.TEXT, required=False, blank=""),
    ),
    key=("option",),
    may_be_empty=True,
)

TRAVEL = Schema(
    "travel",
    (
        _id("zone_id"),
        _id("site_id"),
        _word("mode", ("walk", "cycle", "bus", "drive")),
        Column("metres", Kind.NUMBER, low=0, high=9e5, low_code="N26", high_code="N26"),
        Column("minutes", Kind.NUMBER, low=0, high=1440, low_code="N26", high_code="N26"),
    ),
    key=("zone_id", "site_id", "mode"),
)

LINKS = Schema(
    "links",
    (_id("zone_a_id"), _id("zone_b_id")),
    key=("zone_a_id", "zone_b_id"),
    may_be_empty=True,
)

SCHEMAS: dict[str, Schema] = {
    schema.name: schema
    for schema in (
        TOWNS,
        POPULATION,
        ZONES,
        SCHOOLS,
        CANDIDATES,
        CATCHMENTS,
        ROADS,
        BARRIERS,
        CONTROL_POINTS,
        ENROLMENT,
        CLASSES,
        TEACHERS,
        TRACTS,
        CHILDREN,
        BIRTHS,
        HOUSING,
        OPTIONS,
        TRAVEL,
        LINKS,
    )
}
