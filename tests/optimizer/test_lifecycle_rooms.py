"""Rooms of a lifecycle: each project that it brings is counted once."""

from __future__ import annotations

import numpy as np

from optimizer.domain import FunctionRoom
from optimizer.methods.by_site.frame import make_frame
from tests.support.tiny import FIRST_YEAR, tiny_problem


def test_a_committed_retrofit_of_an_unsafe_school_takes_its_rooms_out_once() -> None:
    retrofit = {
        "site": 0,
        "action": "retrofit",
        "rooms": 2,
        "rooms_out": 3,
        "function_rooms": (1,),
        "committed": FIRST_YEAR,
    }
    problem = tiny_problem(
        options=[retrofit],
        function_rooms=[FunctionRoom("science", ("primary",), 1)],
        sites={"unsafe": [True, False, False]},
        policy={"unsafe_deadline": FIRST_YEAR + 1, "actions": frozenset()},
    )
    frame = make_frame(problem)
    (cycle,) = [cycle for cycle in frame.cycles if cycle.site == 0]
    assert cycle.starts == ((0, 0),)
    assert frame.alternatives.rooms[frame.cycles.index(cycle)].tolist() == [17.0, 22.0, 22.0]
    assert frame.alternatives.functions[frame.cycles.index(cycle)].tolist() == [0.0, 1.0, 1.0]
    assert np.all(frame.room_plans.state[frame.cycles.index(cycle), :, 0] >= 0)
