"""Bytes to characters: the first step of the documents station.

Strict UTF-8 first; then GB18030, Big5 and UTF-16, judged by how usual their characters are. What a page declares about
itself is not asked: declarations lie, the bytes do not. Where bytes are damaged, every encoding is tried on a sample
with `mending`, and the least odd reading wins; what can't be read stays in the text as U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from qualityextract.documents.mending import MARK, Codec, mean_oddness, mend
from qualityextract.documents.ruledata import common_characters
from qualityextract.errors import DocumentError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no article; collections have formats of their own."""
MAX_BROKEN = 0.02
"""Share of places with undecodable bytes up to which a text is still worth reading; a few may stand in any text."""
_FEW_BROKEN = 6
_MAX_LOST = 0.5
_MIN_COMMON = 0.3
_SAMPLE = 20_000
_WINDOW = 4_096
_MIN_DISTINCT = 10
_USUAL = 0.4
"""Mean oddness up to which a reading without any damage is taken at once: right ones have 0.05 to 0.3, wrong ones 0.6."""
_TRIED = 8_192
# The mark of UTF-32 begins with that of UTF-16.
_BOMS: tuple[tuple[bytes, Codec], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_NAMES: dict[Codec, str] = {
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
    "utf-32-le": "utf-32",
    "utf-32-be": "utf-32",
}
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
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
    if controls > max(_FEW_BROKEN, MAX_BROKEN * (len(text) + controls)):
        raise DocumentError(path, "the file is not text: too many control characters", "is it a text or HTML file?")
    text = _INVISIBLE.sub("", text)
    _refuse_monotony(text, path)
    return Decoded(text, found.encoding, found.broken)


def clean(line: str) -> str:
    """A line without control and invisible format characters, for readers of formats that hold characters."""
    return _INVISIBLE.sub("", _CONTROLS.sub("", line))


def _has_line_ends(text: str) -> bool:
    return any(mark in text for mark in "\r\x0b\x0c\x85\u2028\u2029")


def _refuse_unreadable(data: bytes, path: str) -> None:
    if not data.strip():
        raise DocumentError(path, "the file is empty", "remove it or save the article again")
    if len(data) > MAX_BYTES:
        raise DocumentError(path, f"the file is larger than {MAX_BYTES // 1024**2} MB", "split it into articles")


def _refuse_monotony(text: str, path: str) -> None:
    """Megabytes of one character are no article, and every later step would pay for them."""
    step = max(_WINDOW, (len(text) - _WINDOW) // 15)
    sample = "".join(text[at : at + _WINDOW] for at in range(0, len(text), step))
    if not _LETTER.search(sample):
        raise DocumentError(path, "the file holds no readable text", "save the article again")
    if len(text) > 200 and len(set(sample)) < _MIN_DISTINCT:
        raise DocumentError(path, "the file repeats a few characters and holds no sentence", "save the article again")


def _decode(data: bytes, path: str) -> Decoded:
    codec, text = _by_mark(data) or _strictly(data) or _at_best(data, path)
    if codec in ("gb18030", "big5hkscs"):
        # A line may be shifted and decode none the less.
        text = mend(data, codec)
    broken = text.count(MARK)
    beyond = sum(character > "\x7f" for character in text) if broken else 0
    if broken > _FEW_BROKEN and broken > _MAX_LOST * beyond:
        raise DocumentError(path, "most characters were lost when the file was saved", "save the article again")
    return Decoded(text, _NAMES.get(codec, codec), broken)


def _by_mark(data: bytes) -> tuple[Codec, str] | None:
    """The reading that a byte order mark names, where the bytes bear it out."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            text = _tried(codec, data[len(mark) :])
            # A mark in front of other bytes comes from a careless editor.
            usual = text is not None and (codec == "utf-8" or mean_oddness(_sample(text)) <= _USUAL)
            return (codec, text) if text is not None and usual else None
    return None


def _strictly(data: bytes) -> tuple[Codec, str] | None:
    """The least odd of the readings without any damage, if it is usual enough; UTF-8 needs no further proof."""
    wide = data.count(0) * 20 > len(data)
    plain = _tried("utf-8", data)
    if plain is not None and not wide:
        return "utf-8", plain
    best: tuple[float, Codec, str] | None = None
    for codec in _candidates(wide=wide):
        text = _tried(codec, data)
        if text is None:
            continue
        sample = _sample(text)
        odd = mean_oddness(sample) + (2.0 if sample.count("\0") * 20 > len(sample) else 0.0)
        if best is None or odd < best[0]:
            best = (odd, codec, text)
    if best is not None and best[0] <= _USUAL:
        return best[1:]
    return None if plain is None else ("utf-8", plain)


def _tried(codec: Codec, data: bytes) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _candidates(*, wide: bool) -> tuple[Codec, ...]:
    """Encodings in the order in which equal readings are preferred; UTF-16 and UTF-32 of ASCII are full of zeros."""
    if wide:
        return "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be", "utf-8", "gb18030"
    return "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"


def _at_best(data: bytes, path: str) -> tuple[Codec, str]:
    """Decode damaged bytes in the encoding that reads a sample of them with the least oddness and damage.

    Raises:
        DocumentError: the best reading is damaged in too many places, or is no Chinese.
    """
    mark, named = next(((mark, codec) for mark, codec in _BOMS if data.startswith(mark)), (b"", None))
    data = data[len(mark) :] if named else data
    first = _BEYOND_ASCII.search(data)
    start = max(0, first.start() - 64) // 4 * 4 if first else 0
    sample = data[start : start + _TRIED]
    wide = sample.count(0) * 20 > len(sample)
    tried: tuple[Codec, ...] = ("utf-8", *(_candidates(wide=False)), *(_candidates(wide=True)[:2] if wide else ()))
    codec = min(tried, key=lambda name: (_cost(mend(sample, name), wide=wide), name != named))
    text = mend(data, codec)
    if text.count(MARK) > max(_FEW_BROKEN, MAX_BROKEN * len(text)) or commonness(text) < _MIN_COMMON:
        raise DocumentError(path, "the bytes are no readable text", "save the article as UTF-8 or GB18030")
    return codec, text


def _cost(text: str, *, wide: bool) -> float:
    """Mean oddness with what is lost; the same bytes may be more characters in one encoding than in another."""
    beyond = sum(character > "\x7f" for character in text)
    zeros = text.count("\0") / max(1, len(text)) if wide else 0.0
    return mean_oddness(text) + 2.0 * text.count(MARK) / max(1, beyond) + 2.0 * zeros


def _sample(text: str) -> str:
    step = max(_SAMPLE, len(text) // 4)
    return "".join(text[at : at + _SAMPLE] for at in range(0, len(text), step))


def commonness(text: str) -> float:
    """Share of the Chinese characters in samples of the text that are common ones; 0 for a text without any."""
    sample = "".join(_CJK.findall(_sample(text)))
    if not sample:
        return 0.0
    known = common_characters()
    return sum(character in known for character in sample) / len(sample)
