"""A text made easy to match, with the way back to the original.

Rules should not care whether an article writes “小巨人” with quotes, ３件 in full width or `3 件` with a space.
The projection folds width and traditional script one to one, removes quotation marks, title marks and spaces that carry no meaning,
and remembers where each removed character stood. All stations work on the projection; only the writer of rows
goes back to the source, so evidence stays verbatim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qualityextract.language.script import is_traditional, simplify
from qualityextract.model import Span

_FOLD: dict[str, str] = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
_FOLD |= dict.fromkeys("—–―‐‑−～〜~", "-")
_FOLD |= {"\u3000": " ", "\xa0": " ", "\t": " ", "〇": "零", "﹪": "%", "﹒": "."}
"""Character for character; none is turned into one that would be turned again."""
_OPEN = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉"}
_REMOVED = re.compile(r"[“”‘’「」『』《》〈〉\"'\u200b\ufeff]|(?<![0-9A-Za-z.,%)]) {1,2}(?! )| {1,2}(?![0-9A-Za-z( ])")


@dataclass(frozen=True, slots=True)
class Projection:
    """A matched form of `source`.

    `text` is shorter than or as long as `source`; offsets into it go back by `start` and `end`.
    `quoted` and `titled` are the stretches of `text` that stood in quotation marks and in 《》.
    """

    source: str
    text: str
    quoted: tuple[Span, ...]
    titled: tuple[Span, ...]
    _cuts: tuple[int, ...]
    _shifts: tuple[int, ...]
    converted: bool = False
    """The source is in traditional script."""

    def start(self, offset: int) -> int:
        """Source offset of the character at `offset` of the projection."""
        i = bisect_right(self._cuts, offset)
        return offset + (self._shifts[i - 1] if i else 0)

    def end(self, offset: int) -> int:
        """Source offset just behind the character before `offset` of the projection."""
        return self.start(offset - 1) + 1 if offset else 0


def _folded(text: str) -> str:
    """The few characters of a text that fold, each replaced at once: a table of all would be asked at every character."""
    for character in _FOLD.keys() & set(text):
        text = text.replace(character, _FOLD[character])
    return text


def project(source: str) -> Projection:
    """Fold and thin out `source`; see the module docstring."""
    folded = _folded(source)
    converted = is_traditional(folded)
    if converted:
        folded = simplify(folded)
    pieces: list[str] = []
    cuts: list[int] = []
    shifts: list[int] = []
    quoted: list[Span] = []
    titled: list[Span] = []
    open_marks: list[tuple[str, int]] = []
    at = length = removed = 0
    for found in _REMOVED.finditer(folded):
        start, end = found.span()
        pieces.append(folded[at:start])
        length += start - at
        removed += end - start
        at = end
        if cuts and cuts[-1] == length:
            shifts[-1] = removed
        else:
            cuts.append(length)
            shifts.append(removed)
        mark = source[start]
        if mark in _OPEN:
            open_marks.append((_OPEN[mark], length))
        elif open_marks and mark == open_marks[-1][0]:
            closing, opened = open_marks.pop()
            if length > opened:
                (titled if closing in "》〉" else quoted).append(Span(opened, length))
    pieces.append(folded[at:])
    return Projection(source, "".join(pieces), tuple(quoted), tuple(titled), tuple(cuts), tuple(shifts), converted)
