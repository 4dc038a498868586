"""What the second judge answers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.verify.words import fault_text


@dataclass(frozen=True)
class Fault:
    """Why a folder cannot be judged, or may not be trusted: the file, the place, the value.

    `code` names the kind of fault, `file` is relative to the run folder, `column` and `value` are
    empty where they say nothing.
    """

    code: str
    file: str
    column: str = ""
    value: str = ""

    def text(self, lang: str = "en") -> str:
        """One sentence in English (`en`) or Chinese (`zh`)."""
        return fault_text(self.code, lang).format(
            file=self.file, column=self.column, value=self.value
        )


@dataclass(frozen=True)
class Violation:
    """A broken rule: which, where, when (0: no year), by how much, in which unit."""

    rule: str
    where: str
    year: int
    amount: float
    unit: str


@dataclass(frozen=True)
class TermCheck:
    """A term of the objective as recomputed, beside the value that the manifest states."""

    name: str
    kind: str
    amount: float
    value: float
    stated: float | None


@dataclass(frozen=True)
class Figure:
    """A key figure that differs from the one derived again; `stated` None: the row is missing."""

    name: str
    level: str
    group: str
    year: int
    stated: float | None
    recomputed: float


@dataclass(frozen=True)
class Verdict:
    """The judgement on a run folder.

    Attributes
    ----------
    ok
        No fault, and no violation but those that a run of today's network declares.
    objective, recomputed
        Yuan, present value: as the manifest states it, and as derived again; None without a plan.
    terms
        Each term of the objective.
    violations
        Broken rules, tables and manifest entries that disagree with what the decisions imply.
    kpi
        Key figures that disagree.
    faults
        Why the folder could not be read or trusted.
    unchecked
        Names of key figures that the run states and this judge does not derive; `bound` where a
        solver proved more than the certificate does.
    bound
        The bound recomputed from its certificate; None where it was not asked for.
    """

    ok: bool
    objective: float | None = None
    recomputed: float | None = None
    terms: tuple[TermCheck, ...] = ()
    violations: tuple[Violation, ...] = ()
    kpi: tuple[Figure, ...] = ()
    faults: tuple[Fault, ...] = ()
    unchecked: tuple[str, ...] = ()
    bound: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: infinities and NaN become None, faults carry their sentence."""
        content = asdict(self)
        content["faults"] = [{**asdict(fault), "why": fault.text()} for fault in self.faults]
        plain: dict[str, Any] = _finite(content)
        return plain


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
