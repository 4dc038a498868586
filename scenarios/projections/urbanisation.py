"""Urbanisation: families move from rural to urban zones; the county loses and gains nobody.

The urban share U of all pupils follows the logistic path of the United Nations' method (a constant
difference of urban and rural growth) from its base-year value to `share_end` in the last year:

    U(t) = 1 / (1 + exp(-(a + (b - a) · t / T))),   a = logit U(0), b = logit share_end

All rural cohorts thin out alike: of those that the zone would have without moves a fraction
stay(t) is still there, which never rises. Whoever left lives in the urban zones, in proportion to
the pupils of the same cohort there, so that every cohort keeps its county total in every year. A
cohort without a single urban pupil has nowhere to go and stays.
"""

from __future__ import annotations

import numpy as np


class NothingUrbanError(ValueError):
    """The base year has no urban or no rural pupil: there is no path to follow."""


class UrbanShareFallsError(ValueError):
    """The urban share at the end lies below that of the base year; nobody moves back."""

    def __init__(self, share: float) -> None:
        self.share = share
        super().__init__(f"the base year's urban share is {share:.4f}")


def move_to_towns(pupils: np.ndarray, urban: np.ndarray, share_end: float) -> np.ndarray:
    """Move pupils from rural to urban zones.

    Parameters
    ----------
    pupils
        (Z, C, T + 1) by zone, cohort and year, base year first.
    urban
        (Z,) bool.
    share_end
        Share of all pupils who live in urban zones in the last year, between 0 and 1.

    Returns
    -------
    np.ndarray
        Of the same shape; each cohort's sum over zones is unchanged in every year.

    Raises
    ------
    NothingUrbanError, UrbanShareFallsError
    """
    town, country = pupils[urban].sum(axis=0), pupils[~urban].sum(axis=0)
    if not town[:, 0].sum() > 0 or not country[:, 0].sum() > 0:
        raise NothingUrbanError
    path = urban_path(town[:, 0].sum() / pupils[:, :, 0].sum(), share_end, pupils.shape[2] - 1)
    stay = _staying(town, country, path)
    gone = country * (1.0 - stay)
    can_move = town > 0
    gain = np.divide(gone, town, out=np.zeros_like(gone), where=can_move)
    moved = np.where(urban[:, None, None], pupils * (1.0 + gain), pupils * stay)
    return np.where(can_move, moved, pupils)


def urban_path(share: float, share_end: float, years: int) -> np.ndarray:
    """(T + 1,) urban share from the base year on.

    Raises
    ------
    UrbanShareFallsError
        If the share would fall.
    """
    if share_end < share - 1e-9:
        raise UrbanShareFallsError(share)
    begin, end = (np.log(value / (1.0 - value)) for value in (share, max(share, share_end)))
    path: np.ndarray = 1.0 / (1.0 + np.exp(-(begin + (end - begin) * np.arange(years + 1) / years)))
    return path


def _staying(town: np.ndarray, country: np.ndarray, path: np.ndarray) -> np.ndarray:
    """(T + 1,) fraction of rural pupils not yet moved: 1 in the base year, never rising."""
    movable = np.where(town > 0, country, 0.0).sum(axis=0)
    stuck = country.sum(axis=0) - movable
    wanted = (1.0 - path) * (town + country).sum(axis=0) - stuck
    stay = np.divide(wanted, movable, out=np.ones_like(wanted), where=movable > 0)
    falling: np.ndarray = np.minimum.accumulate(np.clip(stay, 0.0, 1.0))
    return falling
