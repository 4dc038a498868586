"""Decomposition by site: relax the assignment rows, solve one small problem per site."""
