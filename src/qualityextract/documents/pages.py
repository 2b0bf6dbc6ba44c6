"""Printed lines of pages to paragraphs: page marks and running heads off, broken lines rejoined, tables as rows.

Called by `pdf`. A printed line says where it stands; a paragraph goes on as long as its lines reach the right edge of
the text and the next one is neither indented nor set in another size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_PAGE_MARK = re.compile(
    r"[-—–－·•\s]{0,6}(?:第\s{0,2})?(?:\d{1,4}|[ivxlc]{1,6})(?:\s{0,2}[/／]\s{0,2}\d{1,4})?(?:\s{0,2}页)?"
    r"(?:[,，\s]{0,3}共\s{0,2}\d{1,4}\s{0,2}页)?[-—–－·•\s]{0,6}",
    re.IGNORECASE,
)
_EDGE_LINES = 2
_ENDED = tuple("。！？；：…!?;:")
_MAX_HEAD = 60
_CELL_CHARS = 80


@dataclass(frozen=True, slots=True)
class Printed:
    """One line of a page: its cells (one, where nothing stands apart), and its edges in points from below and left."""

    cells: tuple[str, ...]
    left: float
    right: float
    bottom: float
    top: float

    @property
    def text(self) -> str:
        """The cells with a space between them."""
        return " ".join(self.cells)

    @property
    def size(self) -> float:
        """Height of the line."""
        return self.top - self.bottom


def paragraphs(pages: Sequence[Sequence[Printed]]) -> list[str]:
    """The paragraphs and rows of tables of all pages, in order."""
    kept = _without_furniture(pages)
    lines = [line for page in kept for line in page]
    if not lines:
        return []
    rows = _rows(lines)
    prose = [line for line, row in zip(lines, rows, strict=True) if not row and len(line.text) >= 12] or lines
    text = _edges(prose)
    out: list[str] = []
    for at, line in enumerate(lines):
        if rows[at]:
            out.append(" | ".join(line.cells))
        elif at and not rows[at - 1] and _goes_on(lines[at - 1], line, text):
            out[-1] = _joined(out[-1], line.text)
        else:
            out.append(line.text)
    return out


# --- page marks and running heads ----------------------------------------------------------------------------------


def _without_furniture(pages: Sequence[Sequence[Printed]]) -> list[list[Printed]]:
    """Pages without their numbers, and without what most of them say at the same place near an edge."""
    sorted_pages = [_by_height(page) for page in pages]
    counted: Counter[tuple[str, int]] = Counter()
    for page in sorted_pages:
        counted.update({_place(line) for line in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])})
    filled = sum(bool(page) for page in pages)
    often = {place for place, count in counted.items() if count >= 2 and count > 0.5 * filled}
    kept: list[list[Printed]] = []
    for printed, by_height in zip(pages, sorted_pages, strict=True):
        edges = {id(line) for line in (*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:])}
        outer = {id(line) for line in (*by_height[:1], *by_height[-1:])}
        kept.append(
            [
                line
                for line in printed
                if not (id(line) in edges and _is_short(line) and _place(line) in often)
                and not (id(line) in outer and len(printed) > 1 and _PAGE_MARK.fullmatch(line.text))
            ]
        )
    return kept


def _is_short(line: Printed) -> bool:
    return len(line.text) <= _MAX_HEAD and not line.text.endswith(_ENDED)


def _by_height(page: Sequence[Printed]) -> list[Printed]:
    return sorted(page, key=lambda line: -line.top)


def _place(line: Printed) -> tuple[str, int]:
    """What a line says but for its numbers, and how high it stands, in steps of four points."""
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.bottom / 4)


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows(lines: Sequence[Printed]) -> list[bool]:
    """Which lines are rows of tables: at least two neighbours of as many short cells, or one cell less or more."""
    several = [len(line.cells) > 1 and max(map(len, line.cells)) <= _CELL_CHARS for line in lines]
    out = [False] * len(lines)
    for at in range(1, len(lines)):
        near = abs(len(lines[at].cells) - len(lines[at - 1].cells)) <= 1
        if several[at] and several[at - 1] and near:
            out[at] = out[at - 1] = True
    return out


# --- paragraphs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """Where the lines of prose begin and end, and whether their paragraphs are indented."""

    left: float
    right: float
    indented: bool


def _edges(prose: Sequence[Printed]) -> _Text:
    """The most frequent left edge, and the right one that a tenth of the lines reaches."""
    counted = Counter(round(line.left) for line in prose)
    left = float(max(counted, key=lambda value: (counted[value], -value)))
    ends = sorted((line.right for line in prose), reverse=True)
    indents = sum(1.5 <= (line.left - left) / max(1.0, line.size) <= 2.5 for line in prose)
    return _Text(left, ends[len(ends) // 10], indents >= 2)


def _goes_on(before: Printed, line: Printed, text: _Text) -> bool:
    """Whether a line belongs to the paragraph of the one before it."""
    size = median((before.size, line.size))
    if abs(before.size - line.size) > 0.15 * size or line.left > text.left + 0.8 * size:
        return False
    gap = before.bottom - line.top
    if gap >= 1.5 * size:
        return False
    # Full: what comes first in the next line did not fit. Punctuation may hang or be held back by one character.
    if before.right >= text.right - 2.2 * size:
        return True
    # Where paragraphs are indented, a ragged edge says little.
    wide = before.right - text.left >= 0.7 * (text.right - text.left)
    return text.indented and wide and not before.text.endswith(_ENDED)


def _joined(text: str, more: str) -> str:
    """Two lines of a paragraph; Latin words keep their space."""
    latin = text[-1].isascii() and more[0].isascii() and text[-1].isalpha() and more[0].isalnum()
    return f"{text} {more}" if latin else text + more
