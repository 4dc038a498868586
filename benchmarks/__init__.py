"""Measurements by phase and published instances, through the product's own code."""
