"""Command line: ``python -m geodata.datasets.liechtenstein --folder DIR``.

DIR holds ``liechtenstein.osm.pbf``; the other files of the study are written beside it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from geodata.datasets.liechtenstein.write import EXTRACT, write_study_files
from geodata.findings import FindingError


def main() -> int:
    """Write the files of the study; 1 where the extract is not there or cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m geodata.datasets.liechtenstein", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--folder", type=Path, required=True, help=f"where {EXTRACT} lies")
    try:
        write_study_files(parser.parse_args().folder)
    except FindingError as error:
        sys.stderr.write("".join(f"{finding.line()}\n" for finding in error.findings))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
