"""A made county modelled on the facts of Jiaozhou, Shandong, in the files of `docs/inputs.md`.

``python -m geodata.datasets.county --out DIR`` writes it; `spec` holds every number that shapes
it, the other modules each make one part from the parts before it. Pupils, schools, roads and
teachers are invented; the facts behind them stand in `facts` with their sources.
"""
