"""Small tools that several parts share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def generator(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part: changing one part never changes another."""
    return np.random.default_rng(np.random.SeedSequence([seed, *part.encode()]))


def largest_remainder(weights: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to `weights` (N,) that add up to `total`."""
    exact = weights * (total / weights.sum())
    whole = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole)


def records(table: pd.DataFrame) -> list[Any]:
    """Rows of a table as named tuples."""
    return list(table.itertuples())
