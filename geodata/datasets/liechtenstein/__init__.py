"""Liechtenstein out of its OpenStreetMap extract: a study whose land is real and pupils are made.

Real, as the map has it: municipalities and their outlines, settlements, people of each
municipality, schools, roads. Made: how the people of a municipality spread over its settlements (by
buildings), pupils (a share of the people), who goes where (to the nearest school), rooms, costs.
"""
