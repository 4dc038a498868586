"""Made data sets that show what the software does: seeded, small, and nobody's real children."""
