"""Prices of a class at which a site's classes fit its rooms; compiled."""

from __future__ import annotations

from optimizer.compiled import njit
from optimizer.methods.by_site.site_costs import (
    ATTEMPTS,
    classes_at,
    has_rooms,
    quick_cost,
    raise_crowded,
    refresh_rows,
)


@njit
def squeeze_all(price, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Let the plain classes of every site fit its rooms, from prices (S, T) of a class up."""
    for site in range(len(price)):
        squeeze(site, price[site], ground, network, state, classes)


@njit
def squeeze(site, first_price, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Let a site's plain classes fit its rooms: price crowded years from `first_price` (T,) up.

    Prices that went too far come down again where classes still fit and cost no more.
    """
    price = first_price.copy()
    if ground.class_size:
        for attempt in range(ATTEMPTS):
            money = classes_at(site, price, ground, network, state, classes)
            if not raise_crowded(site, attempt, price, ground, network, classes):
                settle_prices(site, first_price, price, money, ground, network, state, classes)
                break
        state.class_price[site] = price
        for level in range(ground.grades.shape[0]):
            refresh_rows(site, level, 0, state.pupils.shape[1], ground, state)
    state.cost[site] = quick_cost(site, ground, network, state, classes)


@njit
def settle_prices(site, lowest, price, money, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Lower raised prices (T,), one year at a time, while classes fit and cost at most `money`."""
    for part in (1.0, 0.5, 0.25, 0.12):
        for t in range(len(price)):
            raised = price[t]
            if raised <= lowest[t]:
                continue
            price[t] = raised - part * (raised - lowest[t])
            cost = classes_at(site, price, ground, network, state, classes)
            if cost <= money and has_rooms(site, network, classes):
                money = cost
            else:
                price[t] = raised
