"""Write `docs/formulation.md` from the docstrings of `optimizer/formulation`.

Run `python docs/build_formulation.py`; a test keeps the page and the code together.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "optimizer" / "formulation"
PAGE = ROOT / "docs" / "formulation.md"
INTRODUCTION = """# The model

Written by `docs/build_formulation.py` from the docstrings of `optimizer/formulation`; change those.

The conventions (C1 to C27) and the meaning of a plan (P, N, R, M) are in `semantics.md`. Here `i`
is a zone, `j` and `k` are sites, `l` a level, `t` a year, `c` the year in which a cohort enters,
`o` an option, `s` the year it starts, `p` a pool of teachers, `d[t]` the discount factor of a year.
A name before a colon is the name of the rows, as `class_size.cap[s3,primary,2029,2030]` in an MPS
file. Variables exist only where policy, dates and reach allow what they mean.
"""


def page() -> str:
    """Put the page together: the legend, then each family in the order of `build.FAMILIES`.

    Teachers come last: a model of their own, in a network that is given.
    """
    chapters = [_chapter("variables"), *(_chapter(name) for name in families())]
    chapters += [_chapter(name) for name in ("objective", "index", "whereabouts", "nearer")]
    chapters += [_chapter(name) for name in ("staff_parts", "staffing", "rotation", "evenness")]
    return "\n".join([INTRODUCTION, *chapters])


def families() -> list[str]:
    """Names of the families, read from the table of contents."""
    tree = ast.parse((SOURCE / "build.py").read_text(encoding="utf-8"))
    for node in tree.body:
        target = getattr(node, "target", None)
        if isinstance(node, ast.AnnAssign) and getattr(target, "id", "") == "FAMILIES":
            elements = getattr(node.value, "elts", [])
            return [element.id for element in elements if isinstance(element, ast.Name)]
    raise LookupError("build.py has no FAMILIES")


def _chapter(name: str) -> str:
    tree = ast.parse((SOURCE / f"{name}.py").read_text(encoding="utf-8"))
    text = ast.get_docstring(tree) or ""
    title, _, body = text.partition("\n")
    ties = _ties(tree)
    note = "" if ties is None else f"\nTies sites together: {', '.join(ties) or 'nothing'}.\n"
    return f"## {name}\n\n{title}\n{body}\n{note}"


def _ties(tree: ast.Module) -> list[str] | None:
    """Row groups of `TIES_SITES`, None where a module has none."""
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if getattr(target, "id", "") == "TIES_SITES":
            return sorted(
                f"`{one.value}`" for one in ast.walk(node) if isinstance(one, ast.Constant)
            )
    return None


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
