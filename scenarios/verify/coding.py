"""From the ids and years of a file to positions on the axes of `Facts`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.verify.folder import Frames
from scenarios.verify.norms import Norms
from scenarios.verify.verdict import Fault


class Coder:
    """Turns ids into positions and notes each column with unknown ones as a fault."""

    def __init__(self, norms: Norms) -> None:
        self.norms = norms
        self.known: dict[str, pd.Index[str]] = {
            "level": pd.Index([stage.name for stage in norms.stages])
        }
        self.faults: list[Fault] = []

    def ids(self, frames: Frames, file: str, column: str, what: str) -> np.ndarray:
        """Positions of a column's ids among the known ones of `what`; the empty text is -1."""
        values = frames[file][column]
        codes = self.known[what].get_indexer(pd.Index(values))
        unknown = ((codes < 0) & (values != "").to_numpy()).nonzero()[0]
        if len(unknown):
            self.faults.append(Fault("id.unknown", file, column, values.iloc[unknown[0]]))
        return codes

    def years(self, frames: Frames, file: str, column: str, memory: int = 0) -> np.ndarray:
        """Years of a column as positions on an axis that begins `memory` years before the horizon.

        Years off the axis are a fault and -1.
        """
        years = frames[file][column].to_numpy() - self.norms.first_year + memory
        outside = (years < 0) | (years >= self.norms.years + memory)
        if outside.any():
            value = frames[file][column].to_numpy()[outside][0]
            self.faults.append(Fault("year.outside", file, column, str(value)))
        return np.where(outside, -1, years)
