"""How fast a way is: by class, not above its speed limit, and slower on a bad surface."""

from __future__ import annotations

import re
from math import inf

from geodata.osm.access import MODES, Tags
from geodata.road_network import FERRY

_CLASS = {
    "motorway": ("motorway", 100.0),
    "motorway_link": ("motorway", 50.0),
    "trunk": ("primary", 80.0),
    "trunk_link": ("primary", 45.0),
    "primary": ("primary", 60.0),
    "primary_link": ("primary", 40.0),
    "secondary": ("secondary", 50.0),
    "secondary_link": ("secondary", 35.0),
    "tertiary": ("tertiary", 40.0),
    "tertiary_link": ("tertiary", 30.0),
    "unclassified": ("street", 30.0),
    "residential": ("street", 25.0),
    "road": ("street", 25.0),
    "busway": ("street", 30.0),
    "bus_guideway": ("street", 30.0),
    "service": ("street", 15.0),
    "living_street": ("street", 10.0),
    "pedestrian": ("street", 10.0),
}
"""Class of way to class of `geodata.schemas.ROAD_CLASSES` and km/h of a motor vehicle."""
_OTHER = ("track", 15.0)
FERRY_KMH = 8.0
STEPS_KMH = 2.0
PUSHED_KMH = 4.0
CYCLE_KMH = 15.0
_WORST = 5.0
_SURFACE = {
    **dict.fromkeys(("paving_stones", "concrete:plates", "metal", "wood"), (40.0, 15.0)),
    **dict.fromkeys(("sett", "cobblestone", "unhewn_cobblestone"), (30.0, 10.0)),
    **dict.fromkeys(("compacted", "fine_gravel", "concrete:lanes"), (40.0, 12.0)),
    **dict.fromkeys(("unpaved", "gravel"), (30.0, 10.0)),
    **dict.fromkeys(("pebblestone", "dirt", "earth", "ground", "grass_paver"), (20.0, 8.0)),
    **dict.fromkeys(("grass", "sand", "mud", "rock", "stone"), (10.0, _WORST)),
}
"""Surface to the most km/h of motor vehicles and cycles."""
_TRACK = {
    "grade1": (40.0, 15.0),
    "grade2": (30.0, 12.0),
    "grade3": (20.0, 10.0),
    "grade4": (15.0, 8.0),
    "grade5": (10.0, _WORST),
}
_MILE = 1.609344
_LIMITS = {"walk": 7.0, "living_street": 10.0, "urban": 50.0, "rural": 80.0}
"""Implied limits; `urban` and `rural` follow a country code, as in `CN:urban`."""
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?$")
_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d+)$|^(\d+)$")
_ISO = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


def road_class(tags: Tags) -> str:
    """Return the class by which maps draw a way."""
    kind = tags.get("highway", "")
    return FERRY if not kind else _CLASS.get(kind, _OTHER)[0]


def class_kmh(tags: Tags) -> float:
    """Return the km/h of a motor vehicle by class alone: which of two ways is the greater."""
    return _CLASS.get(tags.get("highway", ""), _OTHER)[1]


def speeds(tags: Tags, metres: float) -> dict[str, float]:
    """Return km/h by mode.

    Parameters
    ----------
    tags
        Of the way.
    metres
        Length of a ferry, whose speed is that over its ``duration``, `FERRY_KMH` where it has none;
        of other ways not used.

    Returns
    -------
    dict
        Motor vehicles: the class's speed, or the limit, surface or track grade where that is
        lower. On foot: infinite, for the walker sets it, but `STEPS_KMH` on steps.
    """
    if "highway" not in tags:
        seconds = ferry_seconds(tags.get("duration", ""))
        kmh = 3.6 * metres / seconds if seconds and metres else FERRY_KMH
        return dict.fromkeys(MODES, max(kmh, 0.1))
    kind = tags["highway"]
    surface = _SURFACE.get(tags.get("surface", ""), (inf, inf))
    grade = _TRACK.get(tags.get("tracktype", ""), (inf, inf))
    motor = min(class_kmh(tags), limit_kmh(tags), surface[0], grade[0])
    pushed = kind == "steps" or tags.get("bicycle") == "dismount"
    cycle = min(PUSHED_KMH if pushed else CYCLE_KMH, surface[1], grade[1])
    walk = STEPS_KMH if kind == "steps" else inf
    return {"walk": walk, "cycle": cycle, "bus": motor, "drive": motor}


def limit_kmh(tags: Tags) -> float:
    """Return the speed limit of a way, of two directions the lower; infinite where none is known.

    Read are numbers (also in mph), ``walk``, and implied limits such as ``CN:urban``.
    """
    keys = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
    found = [_limit(tags[key]) for key in keys if key in tags]
    return min(found, default=inf)


def _limit(text: str) -> float:
    text = text.strip().lower()
    number = _NUMBER.match(text)
    if number:
        kmh = float(number[1]) * (_MILE if number[2] == "mph" else 1.0)
        return kmh if kmh > 0 else inf
    word = text.rsplit(":", 1)[-1]
    zone = word.removeprefix("zone")
    return float(zone) if zone.isdigit() and int(zone) else _LIMITS.get(word, inf)


def ferry_seconds(text: str) -> float:
    """Return a ``duration`` in seconds: minutes, h:mm, h:mm:ss or PT1H20M; 0 where not known."""
    clock = _CLOCK.match(text.strip())
    if clock and clock[4]:
        return 60.0 * int(clock[4])
    if clock:
        if clock[1] is None:
            return 3600.0 * int(clock[2]) + 60.0 * int(clock[3])
        return 3600.0 * int(clock[1]) + 60.0 * int(clock[2]) + int(clock[3])
    iso = _ISO.match(text.strip())
    if iso:
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return 3600.0 * hours + 60.0 * minutes + seconds
    return 0.0
