"""Mini layers in EPSG:4549, drawn by hand: metres from a corner inside the zone's area of use."""

import geopandas as gpd
import shapely

CRS = "EPSG:4549"
EAST, NORTH = 500_000.0, 4_000_000.0


def roads(*lines, kmh=36.0, oneway=0, road_class="street"):
    """Lines given by their vertices; `kmh`, `oneway`, `road_class` are one value or one a line."""
    count = len(lines)
    spread = lambda value: list(value) if isinstance(value, list | tuple) else [value] * count  # noqa: E731
    return gpd.GeoDataFrame(
        {
            "road_id": [f"r{i}" for i in range(count)],
            "class": spread(road_class),
            "speed_kmh": spread(kmh),
            "oneway": spread(oneway),
        },
        geometry=[shapely.LineString([at(*xy) for xy in line]) for line in lines],
        crs=CRS,
    )


def points(column, **places):
    """Points by id."""
    return gpd.GeoDataFrame(
        {column: list(places)}, geometry=[shapely.Point(at(*xy)) for xy in places.values()], crs=CRS
    )


def squares(size=1000.0, **corners):
    """Square zones by id, from their south-west corner in units of `size`."""
    boxes = [
        shapely.box(*at(x * size, y * size), *at((x + 1) * size, (y + 1) * size))
        for x, y in corners.values()
    ]
    return gpd.GeoDataFrame({"zone_id": list(corners)}, geometry=boxes, crs=CRS)


def at(x, y):
    """Metres from the corner as coordinates."""
    return EAST + x, NORTH + y
