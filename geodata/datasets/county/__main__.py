"""Command line: ``python -m geodata.datasets.county --out DIR [--seed N] [--small]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from geodata.datasets.county.county import make_county
from geodata.datasets.county.spec import FULL, SMALL
from geodata.datasets.county.write import write_county


def main() -> None:
    """Make a county and write its files."""
    parser = argparse.ArgumentParser(prog="python -m geodata.datasets.county", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--seed", type=int, default=2020, help="default: %(default)s")
    parser.add_argument("--small", action="store_true", help="about 60 zones instead of 1,000")
    arguments = parser.parse_args()
    write_county(make_county(SMALL if arguments.small else FULL, arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
