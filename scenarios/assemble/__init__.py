"""From a study and its files to problems: read once, measure once, project, put together."""

from scenarios.assemble.prepare import Prepared, prepare
from scenarios.assemble.problem import Assembled, assemble

__all__ = ["Assembled", "Prepared", "assemble", "prepare"]
