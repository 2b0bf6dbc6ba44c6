"""How odd a reading of bytes looks, and the least odd reading of bytes that were damaged.

Called by `encoding`. In encodings of two bytes a character, one lost byte shifts everything behind it to the next line
end: each pair is then made of halves of two characters, and decoding with replacement gives a run of wrong characters.
Here the reading is chosen that costs least, where a rare character costs something and a byte that is given up much.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from qualityextract.documents.ruledata import common_characters

Codec = Literal["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]

MARK = "\ufffd"
"""Stands in the text for bytes that give no character."""
_LONGEST = 400_000
"""Bytes of one line that are searched for the least odd reading; longer ones are no prose."""
_GIVEN_UP = 3.0
_ODD = 2.0
_PLAIN_MARKS = frozenset("　，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』—－–…·％～￥〇①②③④⑤⑥⑦⑧⑨⑩\xa0")
_SUSPECT = 2.5


@lru_cache(maxsize=40_000)
def oddness(character: str) -> float:
    """Cost of one character: 0 for a usual one of Chinese prose, 0.5 to 1.2 for a rarer one, 2 for one of no prose."""
    code = ord(character)
    if character in "\t\n\r" or 0x20 <= code < 0x7F or character in _PLAIN_MARKS or character in common_characters():
        return 0.0
    if 0xFF01 <= code <= 0xFF5E:
        return 0.2
    if 0x4E00 <= code <= 0x9FFF:
        return 0.5 if _is_frequent(character) else 1.2
    category = unicodedata.category(character)
    # Private, unassigned, control and surrogate code points; Latin letters with accents, symbols and kana are between.
    return _ODD if category in ("Co", "Cn", "Cc", "Cs") or character == MARK else 1.0


def _is_frequent(character: str) -> bool:
    """Whether the first level of GB 2312 or of Big5, both chosen by frequency, holds a character."""
    for codec, last in (("gb2312", b"\xd7\xf9"), ("big5", b"\xc6\x7e")):
        try:
            if character.encode(codec) <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


def mean_oddness(text: str) -> float:
    """Mean cost of the characters beyond ASCII; 0 for a text without any."""
    beyond = [character for character in text if character > "\x7f"]
    return sum(map(oddness, beyond)) / len(beyond) if beyond else 0.0


def mend(data: bytes, codec: Codec) -> str:
    """Decode damaged bytes; every stretch that gives no character is one U+FFFD.

    Lines of double-byte encodings that can't be decoded, or read oddly, are read in the way that costs least.
    """
    if codec in ("gb18030", "big5hkscs"):
        text = "\n".join(_mended_line(line, codec) for line in data.split(b"\n"))
    elif codec != "utf-8" and len(data) <= _LONGEST:
        text = _least_odd(data, codec)
    else:
        text = data.decode(codec, errors="replace")
    return _once(text)


def _once(text: str) -> str:
    """One mark for adjacent ones: a damaged character of three bytes is one loss."""
    while MARK * 2 in text:
        text = text.replace(MARK * 2, MARK)
    return text


def _mended_line(line: bytes, codec: Codec) -> str:
    try:
        text = line.decode(codec)
    except UnicodeDecodeError:
        return _least_odd(line, codec) if len(line) <= _LONGEST else line.decode(codec, errors="replace")
    return _least_odd(line, codec) if len(line) <= _LONGEST and _is_suspect(text) else text


def _is_suspect(text: str) -> bool:
    """Whether a line holds eight characters in a row, half of them odd, as a shifted line does."""
    costs = [oddness(character) for character in text if character > "\x7f"]
    if sum(costs) < _SUSPECT:
        return False
    return any(sum(costs[at : at + 8]) >= _SUSPECT for at in range(0, max(1, len(costs) - 4), 4))


def _least_odd(data: bytes, codec: Codec) -> str:
    """The reading whose characters and given-up bytes cost least, found from the end to the start."""
    size = len(data)
    best = [0.0] * (size + 1)
    taken: list[tuple[int, str]] = [(1, MARK)] * (size + 1)
    pieces = _wide_pieces if codec.startswith("utf") else _double_pieces
    for at in range(size - 1, -1, -1):
        cost, choice = best[at + 1] + _GIVEN_UP, (1, MARK)
        for width, character, price in pieces(data, at, codec):
            if best[at + width] + price < cost:
                cost, choice = best[at + width] + price, (width, character)
        best[at], taken[at] = cost, choice
    read, at = [], 0
    while at < size:
        width, character = taken[at]
        read.append(character)
        at += width
    return "".join(read)


def _double_pieces(data: bytes, at: int, codec: Codec) -> Iterator[tuple[int, str, float]]:
    """What may begin at a byte of GB 18030 or Big5: width in bytes, character, cost."""
    first = data[at]
    if first < 0x80:
        yield 1, chr(first), 0.0 if first >= 0x20 or first in b"\t\r\n" else _ODD
        return
    if character := _character(data[at : at + 2], codec):
        # A trail byte that looks like a letter is rare in GB, and what a damaged lead leaves behind.
        yield 2, character, oddness(character) + (0.5 if codec == "gb18030" and data[at + 1] < 0x80 else 0.0)
    if codec == "gb18030" and 0x30 <= data[at + 1 : at + 2].ljust(1)[0] <= 0x39:
        character = _character(data[at : at + 4], codec)
        if character:
            yield 4, character, oddness(character) + 0.5


def _wide_pieces(data: bytes, at: int, codec: Codec) -> Iterator[tuple[int, str, float]]:
    """The same for UTF-16 and UTF-32."""
    for width in (2, 4) if codec.startswith("utf-16") else (4,):
        if len(data) >= at + width and (character := _character(data[at : at + width], codec)):
            yield width, character, oddness(character)


@lru_cache(maxsize=80_000)
def _character(data: bytes, codec: Codec) -> str | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 else None
