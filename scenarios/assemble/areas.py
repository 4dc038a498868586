"""Service areas of a study: drawn once for all its sites, whatever a plan does with them."""

from __future__ import annotations

import geopandas as gpd

from geodata.service_areas import Reach, service_areas
from scenarios.assemble.layers import Layers
from scenarios.assemble.measure import modes_of
from scenarios.config import LoadedStudy


def areas_of(loaded: LoadedStudy, layers: Layers) -> gpd.GeoDataFrame | None:
    """Draw the service areas that the study asks for, of schools and candidates; None: it does not.

    Returns
    -------
    GeoDataFrame
        As `service_areas`, by mode, then metres before minutes, then by reach.
    """
    wanted = loaded.study.service_areas
    if wanted is None:
        return None
    modes = modes_of(loaded)
    asked = {"walk": wanted.walk, "cycle": wanted.cycle, "bus": wanted.bus}
    reaches = [
        Reach(modes[name], unit, reach)
        for name, of in asked.items()
        for unit, listed in (("metres", of.metres), ("minutes", of.minutes))
        for reach in sorted(set(listed))
    ]
    if not reaches:
        return None
    return service_areas(layers.sites(), layers.layer("roads"), reaches, layers.heights)
