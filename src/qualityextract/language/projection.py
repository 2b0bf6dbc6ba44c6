"""A text made easy to match, with the way back to the original.

Rules should not care whether an article writes “小巨人” with quotes, ３件 in full width or `3 件` with a space.
The projection folds width and traditional script one to one, removes quotation marks, title marks and spaces that carry no meaning,
reads words of Taiwan and Hong Kong usage as the mainland's, and remembers where each change stood. All stations work on
the projection; only the writer of rows goes back to the source, so evidence stays verbatim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from qualityextract.language.script import is_traditional, simplify, usages
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

    Offsets into `text` go back to `source` by `start` and `end`; `text` is the longer one only by words of other usage.
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


def project(source: str, *, traditional: bool | None = None) -> Projection:
    """Fold and thin out `source`; see the module docstring.

    Args:
        source: any text.
        traditional: whether it is in traditional script, where the text that it is a part of has told; by default
            its own characters tell.
    """
    folded = _folded(source)
    converted = is_traditional(folded) if traditional is None else traditional
    if converted:
        folded = simplify(folded)
    trail = _Trail()
    quoted: list[Span] = []
    titled: list[Span] = []
    open_marks: list[tuple[str, int]] = []
    at = 0
    for start, end, words in _edits(folded, converted=converted):
        trail.keep(folded[at:start])
        trail.replace(end - start, words)
        at = end
        mark = source[start]
        if words:
            continue
        if mark in _OPEN:
            open_marks.append((_OPEN[mark], trail.length))
        elif open_marks and mark == open_marks[-1][0]:
            closing, opened = open_marks.pop()
            if trail.length > opened:
                (titled if closing in "》〉" else quoted).append(Span(opened, trail.length))
    trail.keep(folded[at:])
    text, cuts, shifts = "".join(trail.pieces), tuple(trail.cuts), tuple(trail.shifts)
    return Projection(source, text, tuple(quoted), tuple(titled), cuts, shifts, converted)


def _edits(folded: str, *, converted: bool) -> Iterator[tuple[int, int, str]]:
    """What is taken out (words are empty) or read as other words, in order."""
    removed = ((found.start(), found.end(), "") for found in _REMOVED.finditer(folded))
    if not converted:
        return removed
    return iter(sorted([*removed, *usages(folded)]))


@dataclass(slots=True)
class _Trail:
    """The text so far, and from which offsets on by how much the source is ahead of it."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    ahead: int = 0
    cuts: list[int] = field(default_factory=list)
    shifts: list[int] = field(default_factory=list)

    def keep(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def replace(self, count: int, words: str) -> None:
        """Put `words` in the place of the next `count` characters: the first stand for the first, the last for the last."""
        self.pieces.append(words)
        if not words:
            self._cut(self.length, count)
        elif len(words) < count:
            self._cut(self.length + len(words) - 1, count - len(words))
        for at in range(count, len(words)):
            self._cut(self.length + at, -1)
        self.length += len(words)

    def _cut(self, at: int, by: int) -> None:
        self.ahead += by
        if self.cuts and self.cuts[-1] == at:
            self.shifts[-1] = self.ahead
        else:
            self.cuts.append(at)
            self.shifts.append(self.ahead)
