"""Pages that need no network: one file, everything inlined, nothing a name could inject runs."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from geodata.findings import Text
from scenarios.outputs.fonts import font_face
from scenarios.outputs.text import both, known, say, spans

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, words: Mapping[str, Any], scripts: tuple[str, ...] = ()) -> str:
    """Fill a template; the page's policy allows its own styles and scripts by hash, and no more.

    Parameters
    ----------
    scripts
        Sources of the scripts that the template inlines, each once, in order.
    """
    styles = [read_template("page.css"), *words.get("styles", ())]
    safe = [_no_end_tag(script) for script in scripts]

    def filled(styles: list[str], scripts: list[str]) -> str:
        return environment().get_template(template).render(
            {
                **words,
                "styles": [Markup(style) for style in styles],
                "scripts": [Markup(script) for script in scripts],
                "policy": content_policy(styles, scripts),
            }
        )  # fmt: skip

    face = font_face(filled([], []))
    return filled([*styles, face] if face else styles, safe)


def content_policy(styles: list[str], scripts: list[str]) -> str:
    """Content security policy: nothing from anywhere, but these styles, these scripts, pictures."""
    allowed = {
        "default-src": "'none'",
        "img-src": "data: blob:",
        "font-src": "data:",
        "style-src": " ".join(map(_hash, styles)) or "'none'",
        "script-src": " ".join(map(_hash, scripts)) or "'none'",
        "worker-src": "blob:" if scripts else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def as_json(data: object) -> Markup:
    """JSON that stays inside its element whatever the names in it are."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def picture(path: Path) -> str:
    """Turn a PNG into a data address."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def read_template(name: str) -> str:
    """Text of a file beside the templates."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def environment() -> jinja2.Environment:
    """Templates with everything escaped and unknown names refused."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(say=lambda key, **words: spans(say(key, **words)), known=known)
    made.filters.update(
        spans=lambda text: spans(text) if isinstance(text, Text) else text,
        both=both,
        number=number,
        money=lambda value: spans(money(value)),
        percent=percent,
    )
    return made


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with thousands apart, an en dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    return text.replace("-", "\u2212") if float(text.replace(",", "")) != 0 else text.strip("-")


def percent(value: float | None, digits: int = 2) -> str:
    """Share as percent."""
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:,.{digits}f} %"


def money(value: float | None) -> Text:
    """Yuan in millions, in Chinese in 万元."""
    if value is None or not math.isfinite(value):
        return Text("–", "–")
    return Text(f"{number(value / 1e6, 2)} million yuan", f"{number(value / 1e4)} 万元")


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _no_end_tag(script: str) -> str:
    """Escape the tag that would end a script; in its strings the escape means the same."""
    return script.replace("</script", "<\\/script")
