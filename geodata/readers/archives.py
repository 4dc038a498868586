"""Zip archives: judged before anything is unpacked, and never handed to GDAL as such."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.readers.shapefile import PARTS

MOST_UNPACKED = 400_000_000
"""Bytes."""
MOST_RATIO = 250
"""Bytes unpacked for one that is packed."""
MOST_PARTS = 5_000
_LAYERS = (".gpkg", ".geojson", ".json", ".shp")
_ENCRYPTED, _UTF8 = 0x1, 0x800
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, UnicodeDecodeError),
    *(EOFError, OSError, RuntimeError),
)
"""What a damaged, locked or odd archive raises."""
_BLOCK = 1 << 20


class Unpacked(NamedTuple):
    """The layer file of an archive, unpacked (None where there is none to read), and findings."""

    path: Path | None
    findings: list[Finding]


def bomb(path: Path, source: Source) -> list[Finding]:
    """Refuse an archive that unpacks to more than any county's file, before unpacking (T44)."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    too_much = (
        unpacked > MOST_UNPACKED
        or len(parts) > MOST_PARTS
        or (unpacked > 10_000_000 and unpacked / packed > MOST_RATIO)
    )
    more = f"{unpacked / 1e6:,.0f} MB, {len(parts)} parts"
    return [found("T44", source, more=more)] if too_much else []


def unpack_layer(path: Path, layer: str, folder: Path, source: Source) -> Unpacked:
    """Unpack the one layer file of an archive, with what belongs beside it, into a folder.

    Parameters
    ----------
    path
        A zip archive.
    layer
        Name of the file without its suffix, needed where the archive holds several.
    folder
        An empty one. Members keep no folder of their own, so that none can leave it.
    source
        For the findings: G43 where it is not clear which file is meant, G46 where there is none,
        G52 where the archive is damaged or locked, T44 where it is a `bomb`.
    """
    try:
        faults = bomb(path, source)
        return Unpacked(None, faults) if faults else _unpack(path, layer, folder, source)
    except DAMAGED as error:
        return Unpacked(None, [found("G52", source, more=str(error))])


def _unpack(path: Path, layer: str, folder: Path, source: Source) -> Unpacked:
    with zipfile.ZipFile(path) as archive:
        members = [part for part in archive.infolist() if not _is_noise(part)]
        mains = {part for part in members if _suffix(part) in _LAYERS}
        if len(mains) > 1:
            mains = {part for part in mains if _stem(part) == layer} or mains
        if not mains:
            return Unpacked(None, [found("G46", source, more=Text(" (zip)", "（压缩包）"))])
        if len(mains) > 1:
            more = ", ".join(sorted(_stem(part) for part in mains))
            return Unpacked(None, [found("G43", source, value=layer, more=more)])
        (main,) = mains
        wanted = [main]
        if _suffix(main) == ".shp":
            begin = _name(main).with_suffix("")
            beside = [part for part in members if _suffix(part) in PARTS]
            wanted += [part for part in beside if _name(part).with_suffix("") == begin]
        for part in wanted:
            _copy(archive, part, folder / f"layer{_suffix(part)}")
    return Unpacked(folder / f"layer{_suffix(main)}", [])


def _copy(archive: zipfile.ZipFile, part: zipfile.ZipInfo, target: Path) -> None:
    """Unpack a member, no further than the size that it announces."""
    if part.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile("locked by a password")
    left = part.file_size
    with archive.open(part) as stream, target.open("wb") as file:
        while block := stream.read(min(_BLOCK, left)):
            file.write(block)
            left -= len(block)


def _is_noise(part: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, has no name, or is what macOS puts beside each file."""
    name = _name(part)
    return (
        not part.filename
        or part.is_dir()
        or "__MACOSX" in name.parts[:1]
        or name.name.startswith(".")
    )


def _suffix(part: zipfile.ZipInfo) -> str:
    return _name(part).suffix.lower()


def _stem(part: zipfile.ZipInfo) -> str:
    return _name(part).stem


def _name(part: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a member; Chinese Windows writes it in GBK, and does not say so."""
    if part.flag_bits & _UTF8:
        return PurePosixPath(part.filename)
    for codec in ("utf-8", "gb18030"):
        try:
            return PurePosixPath(part.filename.encode("cp437").decode(codec))
        except UnicodeError:
            continue
    return PurePosixPath(part.filename)
