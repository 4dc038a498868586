"""Files made wrong by chance, for the readers: seeds, their mutation, and the attempt to read."""

from benchmarks.fuzzing.attempt import Outcome, fuzz
from benchmarks.fuzzing.seeds import READERS, write_seeds

__all__ = ["READERS", "Outcome", "fuzz", "write_seeds"]
