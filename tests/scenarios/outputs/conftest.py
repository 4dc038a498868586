"""One made run with all its outputs, drawn once for every test of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scenarios.outputs import write_outputs
from scenarios.outputs.atlas import Atlas, make_atlas
from scenarios.outputs.folder import Run, read_run
from tests.scenarios.outputs.made_run import write_made_run

EVIL = "<script>alert('{x}')</script>=1+1"


@pytest.fixture(scope="session")
def bare_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a run without outputs; the first site has a name that tries everything."""
    folder = tmp_path_factory.mktemp("results") / "made" / "middle-reshape"
    return write_made_run(folder, zones=40, sites=12, years=3, evil=EVIL)


@pytest.fixture(scope="session")
def run_dir(bare_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "run"
    shutil.copytree(bare_dir, folder)
    write_outputs(folder)
    return folder


@pytest.fixture(scope="session")
def run(bare_dir: Path) -> Run:
    return read_run(bare_dir)


@pytest.fixture(scope="session")
def atlas(run: Run) -> Atlas:
    return make_atlas(run)
