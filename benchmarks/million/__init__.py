"""A million customers, 200 sites, 3 periods: capacitated location over time, certified.

`python -m benchmarks.million [--customers 1000000] [--sites 200] [--periods 3] [--open P]
[--seed K] [--seconds S] [--gap G]`, from the repository's root. Prints one JSON line in the style
of `benchmarks.county`, and progress on standard error. Exit codes: 0 a plan, 1 the arguments are
faulty, 2 proven to have none, 3 none found.

The shape is that of Castro, Nasini and Saldanha-da-Gama (Mathematical Programming 163, 2017): sites
are phased in, at most some are open in each period, demand is split. The data are drawn
(`network.draw_network`), not theirs. With

- ``x[i,j,t] >= 0`` the demand of customer i that site j serves in period t,
- ``y[j,t]`` 1 where site j is open in period t, else 0,

the least of ``sum f[j,t] y[j,t] + sum c[i,j] x[i,j,t]``, where ``c[i,j]`` is the straight distance
in kilometres (cost of moving a unit of demand), subject to

- every demand is served: ``sum_j x[i,j,t] = d[i,t]``,
- only by open sites: ``x[i,j,t] <= d[i,t] y[j,t]``,
- within capacity: ``sum_i x[i,j,t] <= q[j] y[j,t]``,
- what opens stays open: ``y[j,t] <= y[j,t+1]``,
- at most P are open in each period: ``sum_j y[j,t] <= P``.

Nothing of the size customers x sites is stored: costs are computed from coordinates where they are
needed. The bound relaxes ``every demand is served`` (`relaxation`, certified by `certificate`),
plans come from capacity prices and a small linear program on the border between sites
(`transport`), open sets from the relaxation and exchanges on clusters of customers (`search`), and
`judge` prices and checks each plan from the network alone.
"""
