"""Mutants read one after another in the process apart, and what became of each."""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd

from benchmarks.fuzzing.mutate import mutated
from benchmarks.fuzzing.seeds import READERS
from geodata.child import in_child
from geodata.findings import FindingError, Source, errors

CRS = "EPSG:4549"
"""Into which layers are brought, as those of a study are."""
BATCH = 50
"""Mutants that the process makes and reads for one question of its parent."""


class Outcome(NamedTuple):
    """What became of a mutant.

    Attributes
    ----------
    kind
        ``read``, ``refused``; or a fault of ours: ``failed`` (an exception that nobody foresaw),
        ``wrote`` (a file written or changed), ``mute`` (findings that say nothing), or the code of
        the finding of a process that died (T64), never ended (T65) or ate all memory (T66).
    words
        Codes, or what went wrong.
    """

    reader: str
    number: int
    kind: str
    words: str
    seconds: float


def fuzz(folder: Path, reader: str, numbers: range, seed: int) -> Iterator[Outcome]:
    """Yield what becomes of the mutants of a reader; `folder` holds the seeds."""
    left = list(numbers)
    note = folder / f"{reader}.now"
    note.write_text("-1\n")
    while left:
        try:
            done = in_child(read_mutants, folder, reader, left[:BATCH], seed, source=Source(reader))
        except FindingError as problem:
            (finding,) = problem.findings
            reached = max(left[0], int(note.read_text().split()[-1]))
            yield Outcome(reader, reached, finding.code, finding.why.en, 0.0)
            # Those before it in the batch were read well, but the answer went with the process.
            before = [number for number in left if number < reached]
            if before:
                yield from in_child(
                    read_mutants, folder, reader, before, seed, source=Source(reader)
                )
            left = [number for number in left if number > reached]
            continue
        yield from done
        left = left[BATCH:]


def read_mutants(folder: Path, reader: str, numbers: list[int], seed: int) -> list[Outcome]:
    """Make and read mutants; called in the process apart."""
    note = folder / f"{reader}.now"
    outcomes = []
    for number in numbers:
        with note.open("a") as lines:  # one line at once: the process may be killed between two
            lines.write(f"{number}\n")
        where = mutant(folder, reader, number, seed)
        outcomes.append(_read(reader, number, where))
    return outcomes


def mutant(folder: Path, reader: str, number: int, seed: int) -> Path:
    """Write a mutant, with what lies beside it, into a folder of its own; the last one goes."""
    chance = random.Random(f"{seed} {reader} {number}")
    where = folder / f"{reader}.mutant"
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir()
    parts = sorted((folder / reader).iterdir())
    chosen = chance.choice(parts)
    for part in parts:
        content = part.read_bytes()
        (where / part.name).write_bytes(mutated(content, chance) if part == chosen else content)
    return where


def _read(reader: str, number: int, where: Path) -> Outcome:
    before = {part.name: part.read_bytes() for part in where.iterdir()}
    began = time.perf_counter()
    try:
        frame, findings = READERS[reader].read(where)
        if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None:
            frame.to_crs(CRS)
        words = ", ".join(sorted({one.code for one in findings}))
        kind = "refused" if errors(findings) else "read"
        if not all(one.line("en") and one.line("zh") and one.file for one in findings):
            kind = "mute"
    except Exception as problem:
        # What this benchmark looks for: an exception that no reader turned into a finding.
        last = traceback.extract_tb(problem.__traceback__)[-1]
        kind = "failed"
        words = f"{type(problem).__name__} {Path(last.filename).name}:{last.lineno} {problem}"[:200]
    seconds = time.perf_counter() - began
    if {part.name: part.read_bytes() for part in where.iterdir()} != before:
        kind, words = "wrote", ", ".join(sorted(part.name for part in where.iterdir()))
    return Outcome(reader, number, kind, words, seconds)
