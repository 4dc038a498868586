"""Do the readers answer whatever a file holds? Mutates sound files and counts.

``python -m benchmarks.fuzz [--count 5000] [--seed 0] [--only gpkg] [--json]`` makes so many mutants
of a small sound file for each reader, reads each in the process apart, as a study does, and counts
what becomes of them. Every mutant should be read or refused with findings, in both languages; none
may raise, kill or hang the process, eat its memory, or be written to. What is at fault is listed
with its number: ``--count 1 --first NUMBER`` makes it again, and ``--keep FOLDER`` leaves it there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.fuzzing import READERS, Outcome, fuzz, write_seeds

GOOD = ("read", "refused")
LISTED = 20


def measure(folder: Path, reader: str, numbers: range, seed: int) -> dict[str, Any]:
    """Read mutants of one reader; count them, and list those at fault."""
    began = time.perf_counter()
    outcomes = list(fuzz(folder, reader, numbers, seed))
    ill = [one for one in outcomes if one.kind not in GOOD]
    return {
        "reader": reader,
        "files": len(outcomes),
        **Counter(one.kind for one in outcomes),
        "slowest": round(max(one.seconds for one in outcomes), 2),
        "seconds": round(time.perf_counter() - began, 1),
        "ill": [_line(one) for one in ill[:LISTED]],
    }


def _line(one: Outcome) -> str:
    return f"{one.reader} {one.number}: {one.kind} {one.words}"


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 if any mutant was at fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="mutants for each reader")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(READERS), action="append")
    parser.add_argument("--keep", type=Path, help="folder in which seeds and the last mutant stay")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    faults = 0
    with TemporaryDirectory(prefix="xuewei-fuzz-") as temporary:
        folder = chosen.keep or Path(temporary)
        write_seeds(folder)
        for reader in chosen.only or READERS:
            numbers = range(chosen.first, chosen.first + chosen.count)
            found = measure(folder, reader, numbers, chosen.seed)
            faults += len(found["ill"])
            text = json.dumps(found, ensure_ascii=False) if chosen.json else _text(found)
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
    return 1 if faults else 0


def _text(found: dict[str, Any]) -> str:
    ill = found.pop("ill")
    return "\n  ".join(["  ".join(f"{key} {value}" for key, value in found.items()), *ill])


if __name__ == "__main__":
    sys.exit(main())
