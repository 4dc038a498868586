"""Compiled loops over the classes of one cohort at one block, given how many pupils there are.

Types of the arguments are `data.Blocks` and `kernels.Costs`.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit


@njit
def year_classes(pupils, least, price, over, cap, hard):  # type: ignore[no-untyped-def]
    """Return the cheapest number of classes of a year, at least `least`, and its cost.

    The cost is convex in the number of classes, with its kink where all pupils fit at the cap.
    """
    n = max(least, int(np.ceil(pupils / hard - 1e-9)))
    if price < over * cap:
        full = int(pupils / cap)
        n = max(n, full)
        if n * cap < pupils and price < over * (pupils - cap * n):
            n += 1
    return n, price * n + over * max(0.0, pupils - cap * n)


@njit
def life_cost(n, pupils, block, cohort, life, b, costs, path):  # type: ignore[no-untyped-def]
    """Cost of `n` classes at entry and the cheapest numbers after, which `path` receives.

    Classes do not fall below `n` later, unless pupils may join and classes be chosen afresh.
    Between later years the rule is relaxed, so this is a lower bound, exact for cohorts that only
    grow or only shrink.
    """
    cap, hard = b.cap[block], b.hard[block]
    total = costs.classes[block, cohort] * n
    total += costs.over[cohort] * max(0.0, pupils - cap * n)
    path[0] = n
    least = 1 if b.regroups[block] else n
    for g in range(1, life):
        path[g], cost = year_classes(
            pupils * b.scale[block, cohort, g],
            least,
            costs.classes[block, cohort + g],
            costs.over[cohort + g],
            cap,
            hard,
        )
        total += cost
    return total


@njit
def class_cost(pupils, block, cohort, life, b, costs, path):  # type: ignore[no-untyped-def]
    """Return F(pupils) and the number of classes at entry that attains it.

    The cost is convex in the number of classes at entry: search downwards from all at the cap.
    """
    low = max(1, int(np.ceil(pupils / b.hard[block] - 1e-9)))
    if low > b.most[block]:
        return np.inf, low
    n = min(b.most[block], max(low, int(np.ceil(pupils / b.cap[block] - 1e-9))))
    best = life_cost(n, pupils, block, cohort, life, b, costs, path)
    while n > low:
        total = life_cost(n - 1, pupils, block, cohort, life, b, costs, path)
        if total >= best:
            break
        best = total
        n -= 1
    return best, n


@njit
def least_slope(block, cohort, life, b, costs):  # type: ignore[no-untyped-def]
    """Yuan per reference pupil that F never undercuts: F(N) >= slope * N."""
    cap, hard = b.cap[block], b.hard[block]
    slope = 0.0
    for g in range(life):
        price, over = costs.classes[block, cohort + g], costs.over[cohort + g]
        full = min(price / cap, price / hard + over * (1.0 - cap / hard))
        slope += b.scale[block, cohort, g] * full
    return slope
