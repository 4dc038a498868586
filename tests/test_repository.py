"""The repository itself keeps its promises."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_no_lock_file_names_an_index_address() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_python_3_11_is_the_floor() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"


def test_what_the_readme_links_to_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [one for one in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in one]
    assert links
    assert [one for one in links if not (ROOT / one).exists()] == []


def test_ci_runs_the_tests_as_the_readme_does() -> None:
    command = ".venv/bin/python -m pytest -n 2"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
