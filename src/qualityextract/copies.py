"""Which articles repeat others: the same text, or nearly the same with the same figures.

A step over many articles after extraction, for one run, several runs loaded together, or a cluster's tables. The earliest
published is the original, whatever the order; of those with no date or the same, the first. Two texts are near copies when
most of their wording agrees (`documents.signature`) and so do their figures: a monthly notice from one template has new
figures and is no copy of the last.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qualityextract.documents.signature import NUMBERS, from_hex
from qualityextract.schema import ArticleRecord, FigureRecord
from qualityextract.vocabulary import COUNTED_FATES

ALIKE = 45
"""Numbers of the signature, of 64, that near copies have in common: seven tenths of the wording."""
SAME_FIGURES = 0.8
"""Share of the figures of the one with fewer that the other has too."""
_BAND = 4
"""Numbers of a signature that have to agree for two texts to be compared at all."""
_NO_DAY = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of an article's text: its id, the day it counts as published (None where doubtful), its signature."""

    article_id: str | None
    day: int | None
    """`date.toordinal()`."""
    signature: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """What an article repeats: the position of the original, and whether a text stands before it that is exactly the same."""

    original: int
    exact: bool


def print_of(article: ArticleRecord) -> Print:
    """The print of a row of `articles`; a doubtful day is none."""
    doubtful = article.published is None or "page_date_suspect" in article.flags
    day = None if doubtful or article.published is None else article.published.toordinal()
    return Print(article.article_id, day, article.signature)


def figure_codes(figures: Iterable[FigureRecord]) -> frozenset[int]:
    """Codes of the distinct counted figures of an article: value and unit, not their place."""
    return frozenset(figure_code(row.value, row.unit) for row in figures if row.fate in COUNTED_FATES)


def figure_code(value: float | None, unit: str | None) -> int:
    """The code of one figure, 32 bits."""
    return zlib.crc32(f"{value!r}{unit}".encode())


def find_copies(
    prints: Iterable[Print], count: int, figures: Callable[[int], frozenset[int]], *, scratch: Path | None = None
) -> dict[int, Copy]:
    """The articles that repeat others.

    Args:
        prints: one for each article, in the order of the tables.
        count: how many there are.
        figures: the codes of the figures of the article at a position; asked for candidates only.
        scratch: a folder for a file of 128 bytes an article, removed at the end; without it they are held in memory.

    Returns:
        What each copy repeats, by its position; an original is no copy itself.
    """
    texts = _Texts(count, scratch)
    try:
        for at, item in enumerate(prints):
            texts.put(at, item)
        exact = dict(texts.exact())
        firsts = np.setdiff1d(np.arange(count), np.fromiter(exact, np.int64, len(exact)), assume_unique=True)
        copies = exact | _near(texts, firsts, figures)
    finally:
        texts.close()
    return {at: Copy(_root(copies, at), at in exact) for at in sorted(copies)}


def _root(copies: Mapping[int, int], at: int) -> int:
    while at in copies:
        at = copies[at]
    return at


class _Texts:
    """The prints of all articles as arrays, shape `(count,)` and `(count, 64)`."""

    def __init__(self, count: int, scratch: Path | None) -> None:
        self._file = scratch / "signatures.bin" if scratch is not None and count else None
        self.ids = np.zeros(count, np.uint64)
        self.days = np.full(count, _NO_DAY, np.int32)
        self.signed = np.zeros(count, bool)
        shape = (count, NUMBERS)
        self.numbers: Any = (
            np.memmap(self._file, np.uint16, "w+", shape=shape) if self._file else np.zeros(shape, np.uint16)
        )

    def put(self, at: int, item: Print) -> None:
        # A copy of an earlier run bears its original's id and a suffix.
        text = (item.article_id or "").partition("-")[0].encode()
        self.ids[at] = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
        if item.day is not None:
            self.days[at] = item.day
        if item.signature is not None:
            self.numbers[at] = from_hex(item.signature)
            self.signed[at] = True

    def close(self) -> None:
        if self._file:
            del self.numbers
            self._file.unlink(missing_ok=True)

    def exact(self) -> Iterator[tuple[int, int]]:
        """Each later one of the same text, and the first."""
        order = np.lexsort((np.arange(len(self.ids)), self.days, self.ids))
        first = -1
        for at in order.tolist():
            if first >= 0 and self.ids[at] == self.ids[first]:
                yield at, first
            else:
                first = at


def _near(texts: _Texts, firsts: Any, figures: Callable[[int], frozenset[int]]) -> dict[int, int]:
    """Each near copy and an earlier article that it is like, itself perhaps a copy."""
    signed = firsts[texts.signed[firsts]]
    # Earliest first: whatever stands before an article in a group can be its original.
    ranked = signed[np.lexsort((signed, texts.days[signed]))]
    rank = {int(at): number for number, at in enumerate(ranked)}
    found: dict[int, int] = {}
    for band in range(0, NUMBERS, _BAND):
        for group in _groups(texts, ranked, band):
            for copy, original in _Group(texts, figures).pairs(group):
                if copy not in found or rank[original] < rank[found[copy]]:
                    found[copy] = original
    return found


def _groups(texts: _Texts, ranked: Any, band: int) -> Iterator[list[int]]:
    """Articles whose numbers of one band agree, in the order of `ranked`."""
    keys = np.ascontiguousarray(texts.numbers[ranked, band : band + _BAND]).view(np.uint64).ravel()
    order = np.argsort(keys, kind="stable")
    borders = np.flatnonzero(np.diff(keys[order])) + 1
    for piece in np.split(order, borders):
        if len(piece) > 1:
            yield ranked[piece].tolist()


class _Group:
    """Articles that share a band, each compared with those before it that are like none before them."""

    def __init__(self, texts: _Texts, figures: Callable[[int], frozenset[int]]) -> None:
        self._texts, self._figures = texts, figures
        self._heads: list[int] = []
        self._sizes: dict[int, int] = {}
        self._having: dict[int, list[int]] = defaultdict(list)
        self._without: list[int] = []

    def pairs(self, group: list[int]) -> Iterator[tuple[int, int]]:
        for at in group:
            codes = self._figures(at)
            original = self._original(at, codes)
            if original is not None:
                yield at, original
                continue
            self._sizes[at] = len(codes)
            for code in codes:
                self._having[code].append(at)
            if not codes:
                self._without.append(at)

    def _original(self, at: int, codes: frozenset[int]) -> int | None:
        """The first head with the same figures and wording."""
        if not codes:
            candidates = self._without
        else:
            shared = Counter(head for code in codes for head in self._having[code])
            candidates = [
                head for head, common in shared.items() if common >= SAME_FIGURES * min(len(codes), self._sizes[head])
            ]
        if not candidates:
            return None
        same = np.count_nonzero(self._texts.numbers[candidates] == self._texts.numbers[at], axis=1)
        alike = [head for head, agreeing in zip(candidates, same.tolist(), strict=True) if agreeing >= ALIKE]
        return min(alike, key=lambda head: (self._texts.days[head], head), default=None)
