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
from scenarios.store.unfinished import (
    close_unfinished,
    forget_unfinished,
    unfinished,
    write_unfinished,
)

__all__ = [
    "MANIFEST",
    "StudyFacts",
    "close_unfinished",
    "forget_unfinished",
    "is_valid_run",
    "new_folder",
    "sha256_of",
    "unfinished",
    "whole_run",
    "write_json",
    "write_run",
    "write_unfinished",
]
