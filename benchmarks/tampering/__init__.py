"""Edits of a finished run that the second judge must catch, and some that it must not.

Importing the package registers every edit. Nothing of the product is imported here.
"""

from benchmarks.tampering import buildings, people, rooms, statements, teachers
from benchmarks.tampering.copies import EDITS, Edit, NotPossibleError, Run
from benchmarks.tampering.harmless import HARMLESS

__all__ = [
    "EDITS",
    "HARMLESS",
    "Edit",
    "NotPossibleError",
    "Run",
    "buildings",
    "people",
    "rooms",
    "statements",
    "teachers",
]
