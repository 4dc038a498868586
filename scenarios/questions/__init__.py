"""Questions on the terminal whose answers are a file."""

from scenarios.questions.dialogue import ask_columns
from scenarios.questions.write import columns_text, read_by

__all__ = ["ask_columns", "columns_text", "read_by"]
