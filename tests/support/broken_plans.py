"""Plans that break one rule each: what both judges are tried on."""

from __future__ import annotations

from tests.support.broken_network import (
    BROKEN_NETWORK,
    MOVED_IN,
    RELOCATION,
    closed,
    closing_on_short_notice,
    closings_too_many,
    large_school_closed,
    last_lower_secondary_of_the_town_closed,
    opened,
)
from tests.support.broken_pupils import (
    ALL_TO_FIRST,
    BROKEN_PUPILS,
    FREE,
    NO_ACTIONS,
    PRIMARY,
    SECONDARY,
    Make,
    closing,
    zone_split,
)
from tests.support.broken_rooms import (
    BROKEN_ROOMS,
    budget_overrun,
    class_over_the_hard_limit,
    classes_fall,
    half_a_class,
    pupils_without_a_class,
    rooms_overrun,
)

BROKEN = [*BROKEN_PUPILS, *BROKEN_NETWORK, *BROKEN_ROOMS]
"""Each rule by name, with a problem and a plan for it that breaks that rule alone."""

__all__ = [
    "ALL_TO_FIRST",
    "BROKEN",
    "FREE",
    "MOVED_IN",
    "NO_ACTIONS",
    "PRIMARY",
    "RELOCATION",
    "SECONDARY",
    "Make",
    "budget_overrun",
    "class_over_the_hard_limit",
    "classes_fall",
    "closed",
    "closing",
    "closing_on_short_notice",
    "closings_too_many",
    "half_a_class",
    "large_school_closed",
    "last_lower_secondary_of_the_town_closed",
    "opened",
    "pupils_without_a_class",
    "rooms_overrun",
    "zone_split",
]
