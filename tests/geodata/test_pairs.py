import numpy as np
import pandas as pd
import pytest

from geodata.travel import select_pairs

LIMITS = {
    "primary": {
        **{grade: {"walk": 20, "bus": 30} for grade in (1, 2, 3)},
        **{grade: {"walk": 25, "bus": 40} for grade in (4, 5, 6)},
    },
    "lower_secondary": {grade: {"walk": 30, "bus": 40} for grade in (7, 8, 9)},
}
NOBODY = pd.DataFrame({"zone_id": [], "site_id": [], "level": []}, dtype=object)


def table(*rows):
    """Travel rows: zone, site, mode, minutes; a metre for every second."""
    frame = pd.DataFrame(rows, columns=["zone_id", "site_id", "mode", "minutes"])
    return frame.assign(metres=frame["minutes"] * 60.0)


def primary(rows, today=NOBODY, may_run=("a", "b", "c", "d", "e"), max_sites=20, **options):
    """Pairs of the primary level by site, for one zone."""
    limits = {"primary": LIMITS["primary"]}
    pairs = select_pairs(rows, limits, today, {"primary": may_run}, max_sites, **options)
    return pairs.set_index("site_id")


def today(*sites, zone="z"):
    return pd.DataFrame({"zone_id": zone, "site_id": list(sites), "level": "primary"})


def test_the_first_mode_within_its_limit_is_taken():
    pairs = primary(table(("z", "a", "walk", 19), ("z", "a", "bus", 11)))
    assert pairs.loc["a", ["mode", "minutes", "usable_from", "intake"]].tolist() == [
        "walk", 19, 1, True,
    ]  # fmt: skip


def test_the_bus_is_taken_where_it_is_too_far_to_walk():
    pairs = primary(table(("z", "a", "walk", 50), ("z", "a", "bus", 15)))
    assert pairs.loc["a", "mode"] == "bus"


def test_a_mode_that_serves_every_grade_goes_before_one_that_serves_the_older():
    pairs = primary(table(("z", "a", "walk", 22), ("z", "a", "bus", 15)))
    assert pairs.loc["a", ["mode", "usable_from"]].tolist() == ["bus", 1]


def test_a_site_within_reach_of_the_older_grades_only_takes_no_entrants():
    pairs = primary(table(("z", "a", "walk", 10), ("z", "b", "bus", 35)))
    assert pairs.loc["b", ["usable_from", "intake", "beyond"]].tolist() == [4, False, 0]


def test_a_drive_is_no_way_to_school():
    pairs = primary(table(("z", "a", "walk", 10), ("z", "b", "drive", 5)))
    assert pairs.index.tolist() == ["a"]


def test_only_sites_that_may_run_the_level_take_entrants():
    rows = table(("z", "a", "walk", 10), ("z", "b", "walk", 5))
    assert primary(rows, may_run=["a"]).index.tolist() == ["a"]
    kept = primary(rows, today("b"), may_run=["a"])
    assert kept["intake"].to_dict() == {"a": True, "b": False}


def test_the_nearest_sites_are_kept_and_todays():
    rows = table(
        *[("z", site, "walk", minutes) for site, minutes in zip("abcd", (4, 3, 2, 5), strict=True)]
    )
    assert primary(rows, max_sites=2).index.tolist() == ["b", "c"]
    kept = primary(rows, today("d"), max_sites=2)
    assert kept["intake"].to_dict() == {"b": True, "c": True, "d": True}


def test_nearness_is_in_metres_not_in_minutes_of_a_faster_mode():
    rows = pd.DataFrame(
        {
            "zone_id": "z",
            "site_id": ["a", "b"],
            "mode": ["walk", "bus"],
            "metres": [1200.0, 4000.0],
            "minutes": [18.0, 16.0],
        }
    )
    assert primary(rows, max_sites=1).index.tolist() == ["a"]


def test_a_zone_out_of_reach_gets_its_nearest_three_beyond_the_limit():
    rows = table(*[("z", site, "bus", 50 + 5 * i) for i, site in enumerate("abcde")])
    pairs = primary(rows)
    assert pairs.index.tolist() == ["a", "b", "c"]
    assert pairs["intake"].all()
    assert pairs["usable_from"].tolist() == [1, 1, 1]
    assert pairs["beyond"].tolist() == [20, 25, 30]


def test_out_of_reach_means_of_sites_that_may_run_the_level():
    rows = table(("z", "a", "walk", 10), ("z", "b", "bus", 50))
    pairs = primary(rows, may_run=["b"])
    assert pairs.index.tolist() == ["b"]
    assert pairs.loc["b", ["beyond", "intake"]].tolist() == [20, True]


def test_a_zone_that_only_the_older_grades_can_leave_counts_as_out_of_reach():
    pairs = primary(table(("z", "a", "bus", 35)))
    assert pairs.loc["a", ["beyond", "intake", "usable_from"]].tolist() == [5, True, 1]


def test_no_pair_is_beyond_the_limit_where_one_is_usable():
    pairs = primary(table(("z", "a", "bus", 50), ("z", "b", "walk", 12)))
    assert pairs.index.tolist() == ["b"]


def test_todays_pupils_far_away_keep_their_pair_without_intake():
    pairs = primary(table(("z", "a", "bus", 50), ("z", "b", "walk", 12)), today("a"))
    assert pairs.loc["a", ["beyond", "intake", "usable_from"]].tolist() == [20, False, 99]


def test_a_teaching_point_is_judged_by_its_own_grades():
    walks, rides = {"walk": 30}, {"walk": 10, "bus": 60}
    limits = {"primary": {1: walks, 2: walks, 3: rides, 4: rides}}
    rows = table(("z", "a", "walk", 20), ("z", "b", "bus", 35))
    pairs = select_pairs(rows, limits, NOBODY, {"primary": ["a", "b"]}, points={"a": (2, "b")})
    assert pairs["site_id"].tolist() == ["a", "b"]
    assert pairs["usable_from"].tolist() == [1, 3]
    assert pairs["intake"].tolist() == [True, False]


def test_a_teaching_point_takes_in_only_where_the_parent_can_be_reached_afterwards():
    far_parent = table(("z", "a", "walk", 5), ("z", "b", "bus", 45), ("z", "c", "bus", 25))
    assert primary(far_parent, points={"a": (3, "b")}).index.tolist() == ["c"]
    near_parent = table(("z", "a", "walk", 5), ("z", "b", "bus", 35), ("z", "c", "bus", 25))
    pairs = primary(near_parent, points={"a": (3, "b")})
    assert pairs["intake"].to_dict() == {"a": True, "b": False, "c": True}
    too_early = primary(near_parent, points={"a": (2, "b")})
    assert not too_early["intake"].get("a", False)


def test_the_parent_is_kept_even_among_nearer_sites():
    rows = table(
        ("z", "a", "walk", 2), ("z", "c", "walk", 3), ("z", "d", "walk", 4), ("z", "b", "walk", 15)
    )
    pairs = primary(rows, max_sites=2, points={"a": (3, "b")})
    assert pairs["intake"].to_dict() == {"a": True, "b": False, "c": True}


def test_a_grade_that_names_no_mode_is_closed_to_it():
    limits = {"primary": {1: {"bus": 30}, 2: {"walk": 30, "bus": 30}}}
    pairs = select_pairs(
        table(("z", "a", "walk", 5), ("z", "a", "bus", 12)), limits, NOBODY, {"primary": ["a"]}
    )
    assert pairs.loc[0, ["mode", "usable_from"]].tolist() == ["bus", 1]


def test_pairs_are_sorted_by_level_zone_and_site_each_once():
    rng = np.random.default_rng(0)
    rows = table(
        *[
            (f"z{zone}", f"s{site}", mode, rng.uniform(1, 60))
            for zone in range(9)
            for site in range(7)
            for mode in ("bus", "walk")
        ]
    ).sample(frac=1, random_state=1)
    ids = [f"s{site}" for site in range(7)]
    pairs = select_pairs(rows, LIMITS, NOBODY, {"primary": ids[:5], "lower_secondary": ids[3:]})
    order = {"primary": 0, "lower_secondary": 1}
    keys = list(zip(pairs["level"].map(order), pairs["zone_id"], pairs["site_id"], strict=True))
    assert keys == sorted(set(keys))
    assert (pairs.loc[pairs["intake"], "usable_from"] < 99).all()


@pytest.mark.parametrize("more", [5, 25])
def test_more_reach_never_takes_a_usable_pair_away(more):
    rng = np.random.default_rng(3)
    rows = table(*[("z", site, "bus", rng.uniform(10, 60)) for site in "abcde"])
    wider = {
        "primary": {
            grade: {mode: limit + more for mode, limit in modes.items()}
            for grade, modes in LIMITS["primary"].items()
        }
    }
    before = primary(rows)
    after = select_pairs(rows, wider, NOBODY, {"primary": list("abcde")}).set_index("site_id")
    usable = before.index[before["intake"] & (before["beyond"] == 0)]
    assert len(usable) and after.loc[usable, "intake"].all()
