"""The whole problem as a MILP in Pyomo: one file per constraint family, read `build` first."""
