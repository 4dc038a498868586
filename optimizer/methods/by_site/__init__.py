"""Decomposition by site: relax the assignment rows, solve one small problem per site.

What no price changes
    `ways`, `data` (cohorts by block), `alternatives` (lifecycles), `room_plans`, `kept_rooms`, all
    in `frame`.
Bound
    `ascent` raises it, `relaxation` and `gradient` work it out: `kernels` and `class_kernels` for
    cohorts, `project_values` and `room_kernels` for rooms that have a price; `keeping`,
    `kept_kernels` and `curve_kernels` for both where sites keep rooms by themselves.
Plan
    `network` and `allowed` (designs), `site_costs`, `squeeze`, `moves`, `search`, `exchange` (zones
    on a fixed network), `searcher` (what a design costs), `improve` (one site's design at a time),
    `fit_rooms`, `plan`. The first one of a run: `first_plan`, `choose_network`. By parts of the
    whole MILP: `divide`, `restricted`. Where policy fixes the number of schools: `counted`,
    `counted_run`.

`method` takes both in turns.
"""
