"""What a Shapefile hides: its encoding, names cut to ten bytes, texts cut at 254."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from geodata.catalogue import found
from geodata.columns import Schema
from geodata.findings import Finding, Source, Text
from geodata.readers.files import check_file, head

MAGIC = b"\x00\x00\x27\x0a"
PARTS = (".shx", ".dbf", ".prj", ".cpg")
NAME_BYTES = 10
TEXT_BYTES = 254
_SHOWN = 5
_CODE_PAGES = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030", "950": "big5"}
_CHINESE = ("gbk", "gb2312", "gb18030")
# What programs write into a .cpg when nobody told them: any byte is a letter in these.
_WESTERN = ("iso8859-1", "iso8859-15", "cp1252")
_PAIR = re.compile(rb"[\xa1-\xfe]{2}")


class Encoding(NamedTuple):
    """Codec of the texts (empty where none fits), and what a planner should know of them."""

    codec: str
    findings: list[Finding]


def parts_of(path: Path) -> list[Path]:
    """Return the files beside a .shp or an ASCII grid that are read with it; none beside others."""
    of_grid = (".prj",) if path.suffix.lower() == ".asc" else ()
    beside = (path.with_suffix(part) for part in (PARTS if head(path, 4) == MAGIC else of_grid))
    return [part for part in beside if part.is_file()]


def parts_missing(path: Path, source: Source) -> list[Finding]:
    """Find parts without which a Shapefile has no attributes or no index (G38), or too large."""
    needed = (path.with_suffix(".shx"), path.with_suffix(".dbf"))
    missing = [found("G38", source, more=other.name) for other in needed if not other.is_file()]
    return missing or [one for other in needed for one in check_file(other, source)]


def encoding_of(path: Path, source: Source, asked: str = "") -> Encoding:
    """Say how the texts beside a .shp are encoded.

    Parameters
    ----------
    path
        The .shp; its .dbf is there.
    source
        For the findings.
    asked
        What the study file says, which no file overrules; empty if nothing.

    Returns
    -------
    Encoding
        G40 where nothing names an encoding: UTF-8 if the texts are, else GB18030. G53 where the
        .cpg or the study names one and the texts are in another (under a western .cpg: if most of
        their letters beyond ASCII stand in pairs): it is for the user to say. G42
        where texts fill the longest field there is: they were probably cut.
    """
    texts, cut = [], 0
    for text in _texts(path.with_suffix(".dbf")):
        cut += len(text) >= TEXT_BYTES
        if not text.isascii():
            texts.append(text)
    codec, findings = _encoding_of(texts, asked, _cpg(path), source)
    return Encoding(codec, findings + ([found("G42", source, more=cut)] if cut else []))


def _encoding_of(texts: list[bytes], asked: str, cpg: str, source: Source) -> Encoding:
    """Say how texts beyond ASCII are encoded; `asked` by the study, else by the .cpg."""
    said = asked or cpg
    named = _codec(said)
    fitting = [codec for codec in ("utf-8", "gb18030") if _fits(texts, codec)]
    if not texts:
        return Encoding(named or "utf-8", [])
    if not named:
        best = fitting[0] if fitting else ""
        code, more = ("G40", best.upper()) if best else ("G53", _reading(texts, fitting))
        return Encoding(best, [found(code, source, value=said, more=more)])
    is_utf8 = named in (*_CHINESE, *_WESTERN) and "utf-8" in fitting
    is_chinese = named in _WESTERN and "gb18030" in fitting and _in_pairs(texts)
    if (not asked and (is_utf8 or is_chinese)) or not _fits(texts, named):
        return Encoding("", [found("G53", source, value=said, more=_reading(texts, fitting))])
    return Encoding(named, [])


def full_names(
    headers: Iterable[str], schema: Schema, source: Source
) -> tuple[dict[str, str], list[Finding]]:
    """Return the columns meant by headers that were cut to ten bytes, with a G41 for each."""
    headers = list(headers)
    names = [name for column in schema for name in (column.members or (column.name,))]
    meant: dict[str, str] = {}
    for header in headers:
        full = [name for name in names if name[:NAME_BYTES] == header and name != header]
        if len(header) == NAME_BYTES and len(full) == 1 and full[0] not in headers:
            meant[header] = full[0]
    return meant, [
        found("G41", source, row=0, column=header, value=header, more=name)
        for header, name in meant.items()
    ]


def _cpg(path: Path) -> str:
    beside = path.with_suffix(".cpg")
    return beside.read_bytes()[:40].decode("ascii", "replace").strip() if beside.exists() else ""


def _codec(name: str) -> str:
    """Return Python's name of an encoding; empty if it is none."""
    word = name.strip().lower().removeprefix("ansi ").removeprefix("cp")
    try:
        found_name = codecs.lookup(_CODE_PAGES.get(word, word)).name
        b"a".decode(found_name)  # Python also knows codecs that are no encodings of text
    except (LookupError, ValueError):
        return ""
    return found_name


def _fits(texts: list[bytes], codec: str) -> bool:
    return all(_decoded(text, codec) is not None for text in texts)


def _in_pairs(texts: list[bytes]) -> bool:
    """Whether most bytes beyond ASCII stand in pairs: Chinese does, western letters seldom."""
    beyond = sum(byte > 0x7F for text in texts for byte in text)
    return sum(len(_PAIR.findall(text)) for text in texts) * 4 > beyond


def _decoded(text: bytes, codec: str) -> str | None:
    """Decode a text; its last character may be cut by the width of the field."""
    for cut in range(4):
        try:
            return text[: len(text) - cut].decode(codec)
        except UnicodeDecodeError as error:
            if error.start < len(text) - 4:
                return None
    return None


def _reading(texts: list[bytes], fitting: list[str]) -> Text:
    """Show the first names as each encoding reads them."""
    lines = [
        f"{codec.upper()}: {', '.join(str(_decoded(text, codec)) for text in texts[:_SHOWN])}"
        for codec in fitting
    ]
    return Text("; ".join(lines) or "neither UTF-8 nor GB18030", "；".join(lines) or "均不符合")


def _texts(table: Path) -> Iterator[bytes]:
    """Give the texts of a .dbf."""
    content = table.read_bytes()
    first, width = (int.from_bytes(content[a:b], "little") for a, b in ((8, 10), (10, 12)))
    fields, at = [], 1
    for start in range(32, first - 31, 32):
        if content[start] == 0x0D:
            break
        length = content[start + 16]
        if content[start + 11 : start + 12] == b"C":
            fields.append((at, at + length))
        at += length
    for begin in range(first, len(content) - width + 1, width or 1):
        for a, b in fields:
            yield content[begin + a : begin + b].rstrip(b" \x00")
