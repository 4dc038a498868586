"""Recomputing a bound from its certificate: one function for each kind of relaxation.

`bound/certificate.json` holds {kind, relaxed, dropped, value}; the multipliers and the value of
each part stand beside it as Parquet. A kind is a function in `KINDS`; a certificate of any other
kind is refused in words.

The kinds know the network alone. Where teachers are planned too, the entry `staffing` of a
certificate says how much of its value is for their moves, and `staff_bound` derives it again; one
that names `staffing` among what it dropped counts nothing. The other terms of teachers are amounts
of at least 0 at prices of at least 0 (a negative price is refused when read): both add up to a
bound of the sum.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.verify.facts import Facts
from scenarios.verify.folder import read_json
from scenarios.verify.lagrange import recompute
from scenarios.verify.lagrange_prices import CERTIFICATE
from scenarios.verify.staff_bound import least_for_moves, stated_part
from scenarios.verify.statement import yuan_tolerance
from scenarios.verify.tree import recompute_tree
from scenarios.verify.verdict import Fault

OWN_WORD = frozenset({"branched", "monolithic"})
"""Methods that may state more than their certificate proves: what a solver proved besides."""

Recompute = Callable[[Path, dict[str, Any], Facts], tuple[float | None, list[Fault]]]
"""Takes the run folder, its certificate and the problem; gives a lower bound, or faults."""

KINDS: dict[str, Recompute] = {"branched": recompute_tree, "by_site": recompute}


def recompute_bound(
    run: Path, manifest: dict[str, Any], facts: Facts
) -> tuple[float | None, list[Fault]]:
    """Derive the bound again and hold it against the one that the manifest states.

    Parameters
    ----------
    run
        The run folder.
    manifest
        Its manifest, already checked.
    facts
        The problem.

    Returns
    -------
    tuple
        The recomputed bound (None where it cannot be recomputed) and the faults found.
    """
    if CERTIFICATE not in manifest["files"]:
        states_none = manifest["bound"] is None
        return None, [] if states_none else [Fault("file.missing", CERTIFICATE)]
    certificate, faults = read_json(run, CERTIFICATE)
    if faults:
        return None, faults
    kind = certificate.get("kind")
    if kind not in KINDS:
        return None, [Fault("bound.kind", CERTIFICATE, "kind", str(kind))]
    part, least = stated_part(certificate), least_for_moves(facts)
    if part is None and facts.staff is not None:
        entry = str(certificate.get("staffing"))[:80]
        return None, [Fault("bound.staffing", CERTIFICATE, "staffing", entry)]
    part = part or 0.0
    value, faults = KINDS[str(kind)](run, _of_the_network(certificate, part), facts)
    if not part <= least + yuan_tolerance(least):
        faults.append(Fault("bound.part", CERTIFICATE, "staffing", f"{least}, {part}"))
    value = None if value is None else value + least
    stated = certified_bound(manifest)
    claimed = certificate.get("value")
    if stated is not None and (not isinstance(claimed, int | float) or stated > claimed):
        faults.append(Fault("bound.sum", CERTIFICATE, "value", f"{claimed}, {stated}"))
    if value is not None and stated is not None and stated > value + yuan_tolerance(value):
        faults.append(Fault("bound.value", CERTIFICATE, "value", f"{value}, {stated}"))
    return value, faults


def certified_bound(manifest: dict[str, Any]) -> float | None:
    """Return the bound that a run's certificate is for: the one it states.

    Where a solver proved more, `certified_bound`, which is what can be recomputed.
    """
    stated, certified = manifest["bound"], manifest.get("certified_bound")
    if stated is None or certified is None or manifest.get("method") not in OWN_WORD:
        return None if stated is None else float(stated)
    return float(min(stated, certified))


def _of_the_network(certificate: dict[str, Any], part: float) -> dict[str, Any]:
    """Take what is for teachers off the value: the rest is the kind's."""
    value = certificate.get("value")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return certificate
    return {**certificate, "value": value - part}
