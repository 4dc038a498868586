"""The study: where space and mathematics meet. Config, projections, runs, outputs."""
