"""The page's own font: the characters it uses and no more, so that it reads the same anywhere."""

from __future__ import annotations

import base64
import io

from geodata.cartography import font_file

FAMILY = "Xuewei Sans"


def font_face(text: str) -> str:
    """Style that carries the characters of `text`; empty where no Chinese font is installed."""
    path = font_file()
    if path is None:
        return ""
    from fontTools import subset  # type: ignore[import-untyped]

    options = subset.Options(
        flavor="woff",
        hinting=False,
        layout_features=[],
        recalc_timestamp=False,
        notdef_outline=True,
    )
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(set(text) | set(map(chr, range(32, 127))))))
    subsetter.subset(font)
    content = io.BytesIO()
    subset.save_font(font, content, options)
    data = base64.b64encode(content.getvalue()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-display: block; '
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )
