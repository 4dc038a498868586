"""A whole made county from its spec and a seed."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata.datasets.county import demand, options, pupils, roads, rooms, schools, teachers, zones
from geodata.datasets.county.land import Land
from geodata.datasets.county.spec import Spec
from geodata.datasets.county.tools import generator


@dataclass(frozen=True, eq=False)
class County:
    """Layers in metres and tables, as `write` puts them into files."""

    spec: Spec
    zones: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    sites: pd.DataFrame
    candidates: pd.DataFrame
    enrolment: pd.DataFrame
    classes: pd.DataFrame
    teachers: pd.DataFrame
    children: pd.DataFrame
    births: pd.DataFrame
    housing: pd.DataFrame
    options: pd.DataFrame


def make_county(spec: Spec, seed: int) -> County:
    """Make every part in turn, each from random numbers of its own."""
    areas = zones.make_zones(spec, generator(seed, "zones"))
    weight = pupils.zone_weights(spec, areas, generator(seed, "weights"))
    network = roads.make_network(spec, areas, generator(seed, "roads"))
    land = Land(spec, areas, weight, network)
    sites = schools.make_sites(land, generator(seed, "schools"))
    candidates = schools.make_candidates(land, sites, generator(seed, "candidates"))
    enrolment, sites = pupils.make_enrolment(land, sites, generator(seed, "pupils"))
    classes = rooms.make_classes(sites, enrolment, generator(seed, "classes"))
    sites = rooms.equip(sites, enrolment, classes, generator(seed, "rooms"))
    return County(
        spec=spec,
        zones=areas,
        roads=roads.road_layer(network),
        sites=sites,
        candidates=candidates,
        enrolment=enrolment,
        classes=classes,
        teachers=teachers.make_teachers(
            spec, sites, enrolment, classes, generator(seed, "teachers")
        ),
        children=demand.make_children(land, generator(seed, "children")),
        births=demand.make_births(),
        housing=demand.make_housing(land, generator(seed, "housing")),
        options=options.make_options(spec, sites, candidates, generator(seed, "options")),
    )
