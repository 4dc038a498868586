"""Does the second judge catch tampering? Edits copies of a run and counts.

``python -m benchmarks.tamper RUN_DIR [--only TEXT] [--json]`` copies a finished run, edits it in
two ways for every rule of docs/semantics.md, every table and every number of the manifest, and in
some twenty ways that change no meaning. The manifest is sealed again after each edit, so that
digests tell nothing and only meaning can. Each copy is judged by ``run_scenario.py verify``, a
process of its own; nothing of the product is imported.

Every tampered copy should be caught, no harmless one refused. An edit for which a run offers no
place is named as not possible and counted apart.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.tampering import EDITS, HARMLESS, Edit, NotPossibleError, Run

ROOT = Path(__file__).resolve().parents[1]


def judge(folder: Path) -> dict[str, Any]:
    """Let the product judge a folder, in a process of its own."""
    command = [sys.executable, str(ROOT / "run_scenario.py"), "verify", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    try:
        verdict: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        verdict = {"ok": None, "violations": [], "faults": [], "error": done.stderr[-500:]}
    return verdict


def attempt(source: Path, name: str, edit: Callable[[Run], None]) -> dict[str, Any]:
    """Judge a copy with one edit; `ok` is None where the judge itself failed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(source, Path(scratch) / "run"))
        run = Run(folder)
        try:
            edit(run)
        except NotPossibleError as why:
            return {"name": name, "possible": False, "why": str(why)}
        run.seal()
        verdict = judge(folder)
    rules = sorted({violation["rule"] for violation in verdict["violations"]})
    found = rules + sorted({fault["code"] for fault in verdict["faults"]})
    return {"name": name, "possible": True, "ok": verdict["ok"], "named": name in rules} | {
        "found": found,
        "error": verdict.get("error", ""),
    }


def bind(edit: Edit, number: int) -> Callable[[Run], None]:
    """Fix the number of an edit."""
    return lambda run: edit(run, number)


def main() -> int:
    """Try every edit on copies of a run; 0 where all are caught and no harmless one is refused."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--only", default="", help="names that contain this text")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not judge(options.run)["ok"]:
        sys.stderr.write(f"{options.run} is refused as it stands; take a sound run\n")
        return 1
    bad, good = [], []
    for name, edits in EDITS.items():
        for edit, number in product(edits if options.only in name else [], (0, 1)):
            bad.append(attempt(options.run, name, bind(edit, number)))
            report(bad[-1], (edit.__doc__ or "").strip(), options.json)
    for name, neutral in HARMLESS.items():
        if options.only in name:
            good.append(attempt(options.run, name, neutral))
            report(good[-1], "harmless", options.json)
    return summary(bad, good, options.json)


def report(row: dict[str, Any], what: str, as_json: bool) -> None:
    """Print a line about an attempt."""
    state = (
        "not possible"
        if not row["possible"]
        else {True: "passed", False: "refused"}.get(row["ok"], "judge failed")
    )
    detail = row.get("why") or row.get("error") or ", ".join(row["found"])[:90]
    if not as_json:
        sys.stdout.write(f"{row['name']:30} {state:13} {what} [{detail}]\n")
        sys.stdout.flush()


def summary(bad: list[dict[str, Any]], good: list[dict[str, Any]], as_json: bool) -> int:
    """Print the counts; 0 where all is as it should be."""
    tried = [row for row in bad if row["possible"]]
    caught = [row for row in tried if row["ok"] is False]
    refused = [row["name"] for row in good if row["possible"] and row["ok"] is not True]
    counts = {
        "tampered": len(tried),
        "caught": len(caught),
        "caught_by_name": sum(row["named"] for row in caught),
        "missed": sorted({row["name"] for row in tried if row["ok"] is not False}),
        "not_possible": sorted({row["name"] for row in bad if not row["possible"]}),
        "harmless": len(good),
        "refused": refused,
    }
    if as_json:
        sys.stdout.write(json.dumps(counts | {"attempts": bad + good}) + "\n")
    else:
        sys.stdout.writelines(f"{key:15} {value}\n" for key, value in counts.items())
    return 0 if len(caught) == len(tried) and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
