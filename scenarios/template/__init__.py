"""An empty study for a planner to fill in: layers, workbook, tables, study file and notes.

Headers, words and bounds come from `geodata.schemas`: a template asks for nothing that is not read.
"""

from scenarios.template.write import write_template

__all__ = ["write_template"]
