"""The projection that `docs/howto-projection.md` shows works as it stands there."""

from __future__ import annotations

import numpy as np

from tests.support.pages import module_of


def test_rural_pupils_leave_and_urban_ones_stay() -> None:
    leave = module_of("howto-projection.md")["leave"]
    left = leave(np.full((2, 1, 3), 100.0), np.array([True, False]), 0.1)
    np.testing.assert_allclose(left[:, 0], [[100, 100, 100], [100, 90, 81]])
