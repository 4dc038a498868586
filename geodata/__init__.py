"""Space: layers in, tables on the same ids out. Knows no optimisation."""
