"""A run on disk: a folder that appears whole, its manifest written last."""

from scenarios.store.folder import (
    MANIFEST,
    is_valid_run,
    new_folder,
    sha256_of,
    whole_run,
    write_json,
)
from scenarios.store.run_files import StudyFacts, write_run

__all__ = [
    "MANIFEST",
    "StudyFacts",
    "is_valid_run",
    "new_folder",
    "sha256_of",
    "whole_run",
    "write_json",
    "write_run",
]
