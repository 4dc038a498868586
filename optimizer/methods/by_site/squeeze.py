"""Prices of a class at which a site's classes fit its rooms; compiled."""

from __future__ import annotations

from optimizer.compiled import njit
from optimizer.methods.by_site.site_costs import ATTEMPTS, quick_cost, raise_prices, refresh_rows


@njit
def squeeze_all(price, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Let the plain classes of every site fit its rooms, from prices (S, T) of a class up."""
    for site in range(len(price)):
        squeeze(site, price[site], ground, network, state, classes)


@njit
def squeeze(site, first_price, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Let a site's plain classes fit its rooms: price crowded years from `first_price` (T,) up.

    Prices that went too far come down again as far as classes still fit, or stay where that is
    cheaper.
    """
    price = first_price.copy()
    if ground.class_size:
        crowded = True
        for attempt in range(ATTEMPTS):
            before = price.copy()
            money, crowded = raise_prices(site, attempt, price, ground, network, state, classes)
            if not crowded:
                price = before
                break
        if not crowded:
            settle_prices(site, first_price, price, money, ground, network, state, classes)
        state.class_price[site] = price
        for level in range(ground.grades.shape[0]):
            refresh_rows(site, level, 0, state.pupils.shape[1], ground, state)
    state.cost[site] = quick_cost(site, ground, network, state, classes)


@njit
def settle_prices(site, lowest, price, money, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Lower raised prices (T,), one year at a time, while classes fit and cost no more."""
    for part in (1.0, 0.5, 0.25, 0.12):
        for t in range(len(price)):
            if price[t] <= lowest[t]:
                continue
            trial = price.copy()
            trial[t] = price[t] - part * (price[t] - lowest[t])
            kept = trial.copy()
            cost, crowded = raise_prices(site, 0, trial, ground, network, state, classes)
            if not crowded and cost <= money:
                price[:] = kept
                money = cost
