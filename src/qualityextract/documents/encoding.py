"""Bytes to characters: the first step of the documents station.

Strict UTF-8 first; then GB18030 and Big5, judged by how many of their characters are common ones. What a page
declares about itself is not asked: declarations lie, the bytes do not.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from qualityextract.documents.ruledata import common_characters
from qualityextract.errors import DocumentError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no article; collections have formats of their own."""
MAX_BROKEN = 0.005
"""Share of undecodable characters up to which a text is still worth reading."""
_MIN_COMMON = 0.3
_SAMPLE = 20_000
_WINDOW = 4_096
_MIN_DISTINCT = 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet table"),
    (b"{\\rtf", "an RTF file"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Soft hyphens, zero-width and direction marks, byte order marks and non-characters: pages are full of them.
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean characters, the encoding they came from, and how many could not be read."""

    text: str
    encoding: str
    broken: int = 0


def decode(data: bytes, path: str) -> Decoded:
    """Read the bytes of one document.

    Line ends become `\\n`; NUL, control and invisible format characters go.

    Raises:
        DocumentError: the file is empty, too large, no text, in an unknown encoding, or holds nothing to read.
    """
    _refuse_unreadable(data, path)
    found = _decode(data, path)
    text = _LINE_ENDS.sub("\n", found.text) if _has_line_ends(found.text) else found.text
    text, controls = _CONTROLS.subn("", text)
    if controls > 0.02 * (len(text) + controls):
        raise DocumentError(path, "the file is not text: too many control characters", "is it a text or HTML file?")
    text = _INVISIBLE.sub("", text)
    _refuse_monotony(text, path)
    return Decoded(text, found.encoding, found.broken)


def _has_line_ends(text: str) -> bool:
    return any(mark in text for mark in "\r\x0b\x0c\x85\u2028\u2029")


def _refuse_unreadable(data: bytes, path: str) -> None:
    if not data.strip():
        raise DocumentError(path, "the file is empty", "remove it or save the article again")
    if len(data) > MAX_BYTES:
        raise DocumentError(path, f"the file is larger than {MAX_BYTES // 1024**2} MB", "split it into articles")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(path, f"the file is {what}, not text", "save the article as text or HTML")


def _refuse_monotony(text: str, path: str) -> None:
    """Megabytes of one character are no article, and every later step would pay for them."""
    step = max(_WINDOW, (len(text) - _WINDOW) // 15)
    sample = "".join(text[at : at + _WINDOW] for at in range(0, len(text), step))
    if not _LETTER.search(sample):
        raise DocumentError(path, "the file holds no readable text", "save the article again")
    if len(text) > 200 and len(set(sample)) < _MIN_DISTINCT:
        raise DocumentError(path, "the file repeats a few characters and holds no sentence", "save the article again")


def _decode(data: bytes, path: str) -> Decoded:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _lenient(data, (name,), path)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    best: tuple[float, str, str] | None = None
    for name in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        score = _commonness(text)
        if best is None or score > best[0]:
            best = (score, name, text)
    if best is not None and best[0] >= _MIN_COMMON:
        return Decoded(best[2], best[1])
    return _lenient(data, ("utf-8", "gb18030", "big5hkscs"), path)


def _lenient(data: bytes, names: tuple[str, ...], path: str) -> Decoded:
    """Decode with replacement; accept the reading with the fewest marks if they are few and the rest is Chinese."""
    best: tuple[float, float, Decoded] | None = None
    for name in names:
        text = data.decode(name, errors="replace")
        decoded = Decoded(text, name.removesuffix("-sig"), text.count("\ufffd"))
        share, common = decoded.broken / max(1, len(text)), _commonness(text)
        if (not decoded.broken or common >= _MIN_COMMON) and (best is None or (share, -common) < best[:2]):
            best = (share, -common, decoded)
    if best is None or best[0] > MAX_BROKEN or (best[0] and -best[1] < _MIN_COMMON):
        raise DocumentError(path, "the bytes are no readable text", "save the article as UTF-8 or GB18030")
    return best[2]


def _commonness(text: str) -> float:
    """Share of the Chinese characters in samples of the text that are common ones; 0 for a text without any."""
    step = max(_SAMPLE, len(text) // 4)
    sample = "".join(_CJK.findall("".join(text[at : at + _SAMPLE] for at in range(0, len(text), step))))
    if not sample:
        return 0.0
    known = common_characters()
    return sum(character in known for character in sample) / len(sample)
