"""Bytes into text: strictly, in the encoding said or the one that fits, never by a fallback."""

from __future__ import annotations

import re

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5")
"""What the study file may name."""
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_RARE_SHARE = 0.15
_FEWEST_PAIRS = 4


def decode(content: bytes, source: Source, asked: str = "") -> tuple[str | None, list[Finding]]:
    """Return the text of a file, None where no encoding fits.

    Parameters
    ----------
    content
        The whole file.
    source
        For the findings: T31 where the text is not UTF-8, T32 where no encoding fits, T61 where it
        may be GB18030 or Big5 (every Big5 text can be read as GB18030, and says something else).
    asked
        One of `ENCODINGS`, if the study file names one: then it is that or refused.
    """
    marked = _MARKS.get(content[:2], "")
    at = 0
    for encoding in [asked or marked] if asked or marked else ["utf-8", "gb18030"]:
        try:
            text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError as error:
            at = error.start
            continue
        if encoding == "gb18030" and not asked and _may_be_big5(content):
            return None, [found("T61", source, more=_both(content))]
        silent = asked or encoding == "utf-8"
        return text, [] if silent else [found("T31", source, more=encoding.upper())]
    row = content.count(b"\n", 0, at) + 1
    wanted = asked.upper() or "UTF-8, GB18030"
    more = Text(f"byte {at}; tried: {wanted}", f"第{at}字节；已试：{wanted}")
    return None, [found("T32", source, row=row, more=more)]


def _may_be_big5(content: bytes) -> bool:
    """Whether a GB18030 text has many characters that only rare ones of GB18030 would have.

    The common characters of GB18030 end in a byte from A1; those of Big5 end as often below 7F.
    """
    pairs = _PAIR.findall(content)
    rare = sum(pair[1] < 0x7F for pair in pairs)
    if len(pairs) < _FEWEST_PAIRS or rare <= _RARE_SHARE * len(pairs):
        return False
    try:
        content.decode("big5")
    except UnicodeDecodeError:
        return False
    return True


def _both(content: bytes) -> str:
    """Show a line as either encoding reads it."""
    line = next(line for line in content.splitlines() if _PAIR.search(line))[:60]
    return " / ".join(f"{name}: {line.decode(name, 'replace')}" for name in ("GB18030", "Big5"))
