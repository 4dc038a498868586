"""How the scenarios of a study ended, and the exit code that says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.findings import Text
from scenarios.store.folder import MANIFEST, read_json

DONE, FAULTS, INFEASIBLE, NO_PLAN, MIXED, WRONG, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
FAILED = "failed"
TODAY = "today"
STATUS_ZH = {
    "optimal": "最优",
    "feasible": "可行",
    "infeasible": "无可行方案",
    "unknown": "未定",
    FAILED: "失败",
}


@dataclass(frozen=True)
class Outcome:
    """How one scenario ended; numbers are None where there are none."""

    scenario: str
    status: str
    method: str = ""
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    gap_above_floor: float | None = None
    path: str = ""
    label: str = ""
    why: str = ""
    shortages: tuple[dict[str, Any], ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of `run --json`."""
        names = ("scenario", "status", "objective", "bound", "gap", "gap_above_floor", "path")
        data = {name: getattr(self, name) for name in names}
        more = {"label": self.label, "why": self.why, "shortages": list(self.shortages)}
        return data | {name: value for name, value in more.items() if value}

    def line(self) -> Text:
        """Return one line for a person."""
        zh = STATUS_ZH.get(self.status, self.status)
        if self.objective is None:
            return Text(f"{self.status}: {self.why or self.label}", f"{zh}：{self.why}")
        gap = "" if self.gap is None or self.method == TODAY else f" (gap {self.gap:.2%})"
        return Text(
            f"{self.status}: {self.objective:,.0f} yuan{gap}; {self.label}",
            f"{zh}：{self.objective:,.0f} 元{gap.replace('gap', '差距')}",
        )

    @property
    def exit_code(self) -> int:
        """Exit code of this scenario alone."""
        if self.status == FAILED:
            return MIXED
        if self.objective is not None:
            return DONE
        return INFEASIBLE if self.status == "infeasible" else NO_PLAN


@dataclass(frozen=True)
class StudyOutcome:
    """How a study ended."""

    study: str
    scenarios: tuple[Outcome, ...]

    @property
    def exit_code(self) -> int:
        """One code where all planned scenarios agree, `MIXED` otherwise; today's never decide."""
        planned = [one for one in self.scenarios if one.method != TODAY] or list(self.scenarios)
        codes = {one.exit_code for one in planned}
        if any(one.status == FAILED for one in self.scenarios):
            return MIXED
        return codes.pop() if len(codes) == 1 else MIXED

    def as_dict(self) -> dict[str, Any]:
        """Return the summary of `run --json`."""
        return {
            "study": self.study,
            "exit": self.exit_code,
            "scenarios": [one.as_dict() for one in self.scenarios],
        }


def from_manifest(folder: Path) -> Outcome:
    """Read the outcome of a finished run."""
    manifest = read_json(folder / MANIFEST)
    names = ("status", "method", "objective", "bound", "gap", "gap_above_floor", "label")
    return Outcome(
        scenario=manifest["scenario"],
        path=str(folder),
        shortages=tuple(manifest.get("shortages", ())),
        **{name: manifest[name] for name in names},
    )
