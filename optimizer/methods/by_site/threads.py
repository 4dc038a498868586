"""Compiled loops side by side, in as many threads as a run may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np

from optimizer.methods.by_site.arrays import Ints

Job = TypeVar("Job")
Answer = TypeVar("Answer")

CUTS = 8
"""Parts for each thread: one that comes to dear work does not keep the others waiting long."""
MANY = 2000
"""Rows from which on it pays to cut them."""


def in_threads(work: Callable[[Job], Answer], jobs: Sequence[Job], threads: int) -> list[Answer]:
    """Do the jobs, up to `threads` at once; what each gives does not hang on how many that are."""
    if threads == 1 or len(jobs) < 2:
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, jobs))


def cut_evenly(start: Ints, threads: int) -> list[tuple[int, int]]:
    """Cut blocks or situations, whose rows begin at `start` (B + 1,), into parts of like size.

    Each is its first one and the one behind its last. One thread has one part, and few rows are
    one: to start threads takes longer then.
    """
    blocks = len(start) - 1
    if threads == 1 or start[-1] < MANY:
        return [(0, blocks)]
    wanted = np.linspace(0, start[-1], CUTS * threads + 1)
    cuts = np.unique([0, *np.searchsorted(start, wanted[1:-1]).tolist(), blocks]).tolist()
    return list(pairwise(cuts))
