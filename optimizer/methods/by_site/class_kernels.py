"""Compiled loops over the classes of one cohort at one block, given how many pupils there are.

`b` is a `data.Blocks`; `growth`, `price` and `over` hold the reference growth, and yuan of a class
and of a pupil over the cap, of each year of the cohort's life.
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
def pupil_price(price, over, cap, hard):  # type: ignore[no-untyped-def]
    """Yuan of a pupil in full classes or crowded ones: no number of pupils costs less a head."""
    return min(price / cap, price / hard + over * (1.0 - cap / hard))


@njit
def life_cost(n, pupils, block, life, b, growth, price, over, path):  # type: ignore[no-untyped-def]
    """Cost of `n` classes at entry and the cheapest numbers after, which `path` receives.

    Classes do not fall below `n` later, unless pupils may join and classes be chosen afresh.
    Between later years the rule is relaxed, so this is a lower bound, exact for cohorts that only
    grow or only shrink.
    """
    cap, hard = b.cap[block], b.hard[block]
    total = price[0] * n + over[0] * max(0.0, pupils - cap * n)
    path[0] = n
    least = 1 if b.regroups[block] else n
    for g in range(1, life):
        path[g], cost = year_classes(
            pupils * growth[g],
            least,
            price[g],
            over[g],
            cap,
            hard,
        )
        total += cost
    return total


@njit
def class_cost(pupils, block, life, b, growth, price, over, path):  # type: ignore[no-untyped-def]
    """Return F(pupils) and the number of classes at entry that attains it.

    The cost is convex in the number of classes at entry: search downwards from all at the cap.
    """
    low = max(1, int(np.ceil(pupils / b.hard[block] - 1e-9)))
    if low > b.most[block]:
        return np.inf, low
    n = min(b.most[block], max(low, int(np.ceil(pupils / b.cap[block] - 1e-9))))
    best = life_cost(n, pupils, block, life, b, growth, price, over, path)
    while n > low:
        total = life_cost(n - 1, pupils, block, life, b, growth, price, over, path)
        if total >= best:
            break
        best = total
        n -= 1
    return best, n


@njit
def least_slope(block, life, b, growth, price, over):  # type: ignore[no-untyped-def]
    """Yuan per reference pupil that F never undercuts: F(N) >= slope * N."""
    cap, hard = b.cap[block], b.hard[block]
    slope = 0.0
    for g in range(life):
        slope += growth[g] * pupil_price(price[g], over[g], cap, hard)
    return slope
