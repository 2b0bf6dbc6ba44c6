"""The ledger of numerals: every numeral of an article with exactly one fate.

The last station before the records. What the finders masked, what was bound to a row, and what is left over come
together here as one list in reading order, without overlap.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import attrgetter

from qualityextract.find.chunks import numeral_of
from qualityextract.language.projection import Projection
from qualityextract.model import Article, Numeral, Span, quick_value
from qualityextract.resolve.article import Reading
from qualityextract.resolve.rows import Row
from qualityextract.resolve.unmapped import fate_of_rest

_NUMBER = frozenset("0123456789")
_SHORT = 16


@quick_value
class _Entry:
    """One numeral with what is known of it before the rows are looked at; offsets in the source."""

    start: int
    end: int
    numeral: Numeral
    fate: str
    rule: str


def ledger_rows(article: Article, reading: Reading, kept: set[str]) -> list[Row]:
    """Rows of `figures`, in reading order and without overlap.

    Args:
        article: the article.
        reading: what was read from it.
        kept: ids of the observations that passed the schema.
    """
    observed = _observed(reading.rows, kept)
    entries = _without_overlap(_entries(reading, {start for start, _, _ in observed}), article.text)
    starts = [reading.projection.start(sentence.start) for sentence in reading.sentences]
    rows: list[Row] = []
    first = 0
    for entry in entries:
        while first < len(observed) and observed[first][1] <= entry.start:
            first += 1
        owners = []
        for start, end, row in observed[first:]:
            if start >= entry.end:
                break
            if entry.start < end:
                owners.append(row)
        rows.append(_row(article, entry, owners, _sentence(reading, starts, entry)))
    return rows


def _entries(reading: Reading, observed: set[int]) -> list[_Entry]:
    """Masked numerals, and those among the chunks, in the order of the source.

    Where a row begins (`observed`), the fate is that of the row, and what else the numeral might be is not asked.
    """
    projection = reading.projection
    entries = [_entry(projection, *masked) for masked in reading.fates]
    names = _Names.of(projection)
    for chunks in reading.chunks:
        for at, chunk in enumerate(chunks):
            if chunk.letter not in "QPMK" or (numeral := numeral_of(chunk)) is None:
                continue
            if projection.start(numeral.start) in observed:
                entries.append(_entry(projection, numeral, "observation", ""))
                continue
            fate, rule = reading.rest.get(chunk.start) or fate_of_rest(chunks, at)
            if fate == "unexplained":
                fate, rule = names.fate(numeral) or (fate, rule)
            entries.append(_entry(projection, numeral, fate, rule))
    return sorted(entries, key=lambda entry: (entry.start, -entry.end))


def _entry(projection: Projection, numeral: Numeral, fate: str, rule: str) -> _Entry:
    # A rank among the masked ones is said as the finder calls it; the ledger knows it as an ordinal.
    known = "ordinal" if fate == "rank" else fate
    return _Entry(projection.start(numeral.start), projection.end(numeral.end), numeral, known, rule)


@dataclass(frozen=True, slots=True)
class _Names:
    """Short stretches in quotation marks, and those in 《》, in order: digits in them belong to a name."""

    quoted: tuple[Span, ...]
    titled: tuple[Span, ...]

    @staticmethod
    def of(projection: Projection) -> _Names:
        short = [span for span in projection.quoted if span.end - span.start <= _SHORT]
        by_start = attrgetter("start")
        return _Names(tuple(sorted(short, key=by_start)), tuple(sorted(projection.titled, key=by_start)))

    def fate(self, numeral: Numeral) -> tuple[str, str] | None:
        for spans, rule in ((self.quoted, "rest.quoted"), (self.titled, "rest.title")):
            at = bisect_right(spans, numeral.digits, key=attrgetter("start")) - 1
            if at >= 0 and numeral.end <= spans[at].end:
                alone = (spans[at].start, spans[at].end) == (numeral.digits, numeral.end)
                return ("scheme" if alone else "name"), rule
        return None


def _without_overlap(entries: list[_Entry], text: str) -> list[_Entry]:
    """One entry a numeral: what lies inside another is part of it, and no entry begins or ends between two digits."""
    kept: list[_Entry] = []
    for entry in entries:
        last = kept[-1].end if kept else 0
        if entry.start < last or (last and entry.start == last and _inside_digits(text, last)):
            kept[-1] = replace(kept[-1], end=max(last, entry.end))
            continue
        start = entry.start
        while start > last and _inside_digits(text, start):
            start -= 1
        kept.append(replace(entry, start=start))
    return kept


def _inside_digits(text: str, at: int) -> bool:
    return text[at] in _NUMBER and text[at - 1] in _NUMBER


def _row(article: Article, entry: _Entry, owners: list[Row], sentence: Span) -> Row:
    fate, rule = entry.fate, entry.rule
    if owners:
        mapped = any(row["indicator"] != "unmapped" for row in owners)
        fate, rule = ("observation" if mapped else "unmapped"), str(owners[0]["rule"])
    elif fate == "unmapped":
        # It counts something, but no row came of it: that is not understood.
        fate = "unexplained"
    return {
        "figure_id": _identity(article.article_id, entry.start, entry.end),
        "article_id": article.article_id,
        "value_text": article.text[entry.start : entry.end],
        "value_start": entry.start,
        "value_end": entry.end,
        "value": entry.numeral.value,
        "unit": entry.numeral.unit or None,
        "fate": fate,
        "observation_ids": tuple(str(row["observation_id"]) for row in owners),
        "rule": rule,
        "sentence": article.text[sentence.start : sentence.end],
    }


def _sentence(reading: Reading, starts: list[int], entry: _Entry) -> Span:
    """The sentence that holds the numeral, widened to hold all of it."""
    if not starts:
        return Span(entry.start, entry.end)
    at = max(0, bisect_right(starts, entry.start) - 1)
    end = reading.projection.end(reading.sentences[at].end)
    return Span(min(starts[at], entry.start), max(end, entry.end))


def _observed(rows: list[Row], kept: set[str]) -> list[tuple[int, int, Row]]:
    spans = [
        (int(str(row["value_start"])), int(str(row["value_end"])), row)
        for row in rows
        if str(row["observation_id"]) in kept
    ]
    return sorted(spans, key=lambda span: span[:2])


def _identity(article_id: str, start: int, end: int) -> str:
    return hashlib.sha256(f"{article_id}|figure|{start}|{end}".encode()).hexdigest()[:16]
