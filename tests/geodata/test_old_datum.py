"""Layers of Beijing 54 and Xi'an 80: told where they say so, or where control points do."""

import pytest

from geodata.datum import control_findings, old_datum
from geodata.findings import Source
from tests.support.layers import at, points

SOURCE = Source("control.shp", "points")


SAID = {
    "EPSG:4214": "Beijing 1954",
    "EPSG:4610": "Xian 1980",
    "EPSG:2437": "Beijing 1954 / 3-degree",
    "EPSG:2385": "Xian 1980 / 3-degree",
}


@pytest.mark.parametrize(("code", "said"), SAID.items())
def test_a_layer_in_an_old_system_is_told(code, said):
    layer = points("site_id", s=(0, 0)).to_crs(code)
    (finding,) = old_datum(layer, SOURCE)
    assert (finding.code, finding.severity, finding.value) == ("G20", "warning", code)
    assert said in finding.why.en


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4326", "EPSG:4549", "EPSG:32650"])
def test_layers_of_today_are_not(code):
    assert old_datum(points("site_id", s=(0, 0)).to_crs(code), SOURCE) == []


def control(*shifts):
    layer = points("point_id", **{f"p{i}": (1000 * i + e, n) for i, (e, n) in enumerate(shifts)})
    true = [at(1000 * i, 0) for i in range(len(shifts))]
    return layer.assign(east=[x for x, _ in true], north=[y for _, y in true])


def test_control_points_all_shifted_alike_tell_another_datum():
    (finding,) = control_findings(control((60, -80), (60.5, -80), (59.5, -80)), SOURCE)
    assert finding.code == "G20"
    assert "3 control points lie 100.0 m off" in finding.why.en
    assert "east +60.0, north -80.0" in finding.why.en
    assert "up to 0.5 m" in finding.why.en


def test_control_points_in_place_say_nothing():
    assert control_findings(control((0.3, 0), (-0.2, 0.4)), SOURCE) == []


def test_a_single_point_far_off_is_told_though_the_mean_is_small():
    assert len(control_findings(control((30, 0), (-30, 0), (0, 0)), SOURCE)) == 1
