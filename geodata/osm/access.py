"""Who may use a way, and in which direction: OpenStreetMap's access tags, mode by mode.

A mode's tags form a hierarchy from ``access`` down to its own; the most specific one with a known
value decides. Where none does, the class of the way decides. ``destination`` and ``customers`` are
open: the trips here end where people live and learn. Conditional tags (times, weights) are not
read, nor are turn restrictions.
"""

from __future__ import annotations

from collections.abc import Mapping

from geodata.road_network import AGAINST, ALONG

Tags = Mapping[str, str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODES = ("walk", "cycle", "bus", "drive")
BOTH = ALONG | AGAINST
_KEYS = {
    "walk": ("access", "foot"),
    "cycle": ("access", "vehicle", "bicycle"),
    "bus": ("access", "vehicle", "motor_vehicle", "motorcar", "psv", "bus"),
    "drive": ("access", "vehicle", "motor_vehicle", "motorcar"),
}
"""Tags of a mode, from the general to its own. A school bus is no public one: where no tag is about
buses, it goes where cars go."""
_YES = _words(
    "yes designated official permissive destination customers public dismount discouraged"
)
_NO = _words(
    "no private agricultural forestry agricultural;forestry delivery emergency military permit "
    "residents use_sidepath restricted"
)
_PRIVATE = _words("private residents permit")
"""Values of `_NO` that mean: for those whom the owner lets in."""
_NEVER_SEASONAL = _words("no none")
_ALL = frozenset(MODES)
_FEET = frozenset({"walk"})
_CYCLES = frozenset({"walk", "cycle"})
_MOTORS = frozenset({"bus", "drive"})
_OPEN_TO = {
    **dict.fromkeys(("motorway", "motorway_link"), _MOTORS),
    **dict.fromkeys(("trunk", "primary", "secondary", "tertiary"), _ALL),
    **dict.fromkeys(("trunk_link", "primary_link", "secondary_link", "tertiary_link"), _ALL),
    **dict.fromkeys(("unclassified", "residential", "living_street", "service", "road"), _ALL),
    **dict.fromkeys(("busway", "bus_guideway"), frozenset({"bus"})),
    **dict.fromkeys(("track", "path", "cycleway"), _CYCLES),
    **dict.fromkeys(("footway", "pedestrian", "steps", "bridleway", "corridor"), _FEET),
}
"""Who may use a class of way where no tag says it; classes not named here are no ways."""
_FIRM = frozenset({"asphalt", "concrete", "paved"})
_CLIMBS = _words(
    "demanding_mountain_hiking alpine_hiking demanding_alpine_hiking difficult_alpine_hiking"
)
_ONEWAY = {"yes": ALONG, "true": ALONG, "1": ALONG, "-1": AGAINST, "reverse": AGAINST}
_ONEWAY |= {"no": BOTH, "false": BOTH, "0": BOTH, "alternating": BOTH, "reversible": 0}
_OWN_ONEWAY = {
    "walk": ("oneway:foot",),
    "cycle": ("oneway:bicycle", "oneway"),
    "bus": ("oneway:bus", "oneway:psv", "oneway:motor_vehicle", "oneway"),
    "drive": ("oneway:motorcar", "oneway:motor_vehicle", "oneway"),
}
"""Tags of direction, the mode's own first. On foot a one-way street is open both ways."""
_COUNTER_LANES = {
    "cycle": ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"),
    "bus": ("busway", "busway:left", "busway:right"),
}
_STOPS_MOTORS = _words(
    "bollard block cycle_barrier motorcycle_barrier jersey_barrier chain log debris planter yes"
)
_STOPS_WHEELS = _words("stile turnstile kissing_gate full-height_turnstile horse_stile")
_STOPS_ALL = _words("wall fence hedge ditch retaining_wall city_wall guard_rail")
_STOPS_CARS = _words("bus_trap sump_buster")


def directions(tags: Tags) -> dict[str, int]:
    """Return by mode in which directions a way may be used: bits `ALONG` and `AGAINST`.

    Parameters
    ----------
    tags
        Of a way with ``highway`` or ``route=ferry``.
    """
    return {mode: _direction(tags, mode) for mode in MODES}


def if_opened(tags: Tags) -> Tags:
    """Return tags without those that keep a way or gate for whom its owner lets in."""
    return {key: value for key, value in tags.items() if value not in _PRIVATE}


def is_seasonal(tags: Tags) -> bool:
    """Whether a way is not there all year: dry or frozen, or not flooded."""
    if tags.get("seasonal", "no") not in _NEVER_SEASONAL:
        return True
    return any(tags.get(key) == "yes" for key in ("flood_prone", "winter_road", "ice_road"))


def barrier_passes(tags: Tags) -> frozenset[str]:
    """Return the modes that get past a node with ``barrier``.

    Bollards and the like stop motors, stiles all wheels, walls everyone; gates and what is not
    known stop nobody, unless locked (motors). Access tags of the node come first.
    """
    kind = tags.get("barrier", "no")
    passes = _ALL
    if kind in _STOPS_MOTORS or tags.get("locked") == "yes":
        passes = _CYCLES
    elif kind in _STOPS_WHEELS:
        passes = _FEET
    elif kind in _STOPS_ALL:
        passes = frozenset()
    elif kind in _STOPS_CARS:
        passes = _ALL - {"drive"}
    return frozenset(mode for mode in MODES if _allowed(tags, mode, default=mode in passes))


def is_way(tags: Tags) -> bool:
    """Whether tags are those of a way that some mode might use."""
    return tags.get("highway") in _OPEN_TO or tags.get("route") == "ferry"


def _direction(tags: Tags, mode: str) -> int:
    way = BOTH if _allowed(tags, mode, default=mode in _default(tags)) else 0
    way &= _one_way(tags, mode)
    for key in _KEYS[mode]:
        for side, bit in (("forward", ALONG), ("backward", AGAINST)):
            value = tags.get(f"{key}:{side}")
            if value in _YES:
                way |= bit
            elif value in _NO:
                way &= ~bit
    return way


def _allowed(tags: Tags, mode: str, *, default: bool) -> bool:
    for key in reversed(_KEYS[mode]):
        value = tags.get(key)
        if value in _YES:
            return True
        if value in _NO:
            return False
    return default


def _default(tags: Tags) -> frozenset[str]:
    """Return who may use a way by its class."""
    kind = tags.get("highway", "")
    if kind not in _OPEN_TO:
        return _CYCLES if tags.get("route") == "ferry" else frozenset()
    open_to = _OPEN_TO[kind]
    if tags.get("motorroad") == "yes":
        return open_to & _MOTORS
    if tags.get("sac_scale") in _CLIMBS:
        return frozenset()
    if kind == "track" and (tags.get("tracktype") == "grade1" or tags.get("surface") in _FIRM):
        return _ALL
    if kind == "service" and tags.get("service") == "emergency_access":
        return _CYCLES
    return open_to


def _one_way(tags: Tags, mode: str) -> int:
    lanes = [tags.get(key, "") for key in _COUNTER_LANES.get(mode, ())]
    if any(lane.startswith("opposite") for lane in lanes):
        return BOTH
    if mode == "cycle" and any(
        tags.get(f"cycleway:{side}:oneway") in ("no", "-1") for side in ("left", "right", "both")
    ):
        return BOTH
    for key in _OWN_ONEWAY[mode]:
        if tags.get(key) in _ONEWAY:
            return _ONEWAY[tags[key]]
    round_about = tags.get("junction") in ("roundabout", "circular")
    implied = tags.get("highway") == "motorway" or round_about
    return ALONG if implied and mode != "walk" else BOTH
