"""Sound bytes made wrong: bits, blocks, numbers, words, and the insides of archives."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile

_ODD_WORDS: tuple[bytes, ...] = (
    *(b"", b"\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff\xff\xff\x7f", b"\xed\xa0\x80"),
    *(b"NaN", b"Infinity", b"-1", b"1e308", b"1e999", b"9" * 40, b"0.1.2", b"null", b"true"),
    *(b'"', b"'", b",", b";", b"\t", b"\r", b"\n\n", b"{", b"}", b"[", b"]", b"<", b">", b"&"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"=cmd", b"\xe4\xb8\x80", b"\xc4\xe3", b"\xef\xbb\xbf"),
    *(b"type", b"geometry", b"Polygon", b"Point", b"crs", b"features", b"VRT", b"/vsicurl/"),
)
_NUMBERS = re.compile(rb"\d+(\.\d+)?")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return sound bytes with one to six things wrong; three in five archives on the inside."""
    if content.startswith(b"PK\x03\x04") and chance.random() < 0.6:
        return _inside(content, chance)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _bits(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _ in range(chance.choice((1, 1, 4, 16))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _lost(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _twice(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 1, 3, 50)) + content[end:]


def _swapped(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    at = chance.randrange(len(content) + 1)
    rest = content[:start] + content[end:]
    return rest[:at] + content[start:end] + rest[at:]


def _word(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    word = chance.choice(_ODD_WORDS)
    over = chance.random() < 0.5
    return content[:at] + word + content[at + (len(word) if over else 0) :]


def _number(content: bytes, chance: random.Random) -> bytes:
    """Put an odd word in the place of a number that is written out."""
    spots = [match.span() for match in _NUMBERS.finditer(content)]
    if not spots:
        return _integer(content, chance)
    start, end = chance.choice(spots)
    return content[:start] + chance.choice(_ODD_WORDS) + content[end:]


def _integer(content: bytes, chance: random.Random) -> bytes:
    """Put a number at the edge of what fits in the place of some bytes."""
    kind, size = chance.choice((("B", 1), ("<H", 2), (">H", 2), ("<I", 4), (">I", 4), ("<d", 8)))
    edges: list[float] = [0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1), 2 ** (8 * size - 1) - 1]
    if kind == "<d":
        edges = [float("nan"), float("inf"), -0.0, 1e300, 1e-300]
    packed = struct.pack(kind, chance.choice(edges))
    at = chance.randrange(max(1, len(content) - size))
    return content[:at] + packed + content[at + size :]


_WAYS = (_bits, _bits, _cut, _lost, _twice, _swapped, _word, _word, _number, _integer)


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 2, 4, 8, 32, 256, 4096)))


def _inside(content: bytes, chance: random.Random) -> bytes:
    """Change one member of an archive and pack it again, so that its checksum is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(part.filename, archive.read(part)) for part in archive.infolist()]
    number = chance.randrange(len(members))
    name, inner = members[number]
    members[number] = (name, chance.choice(_WAYS)(inner, chance))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, inner in members:
            archive.writestr(one, inner)
    return packed.getvalue()
