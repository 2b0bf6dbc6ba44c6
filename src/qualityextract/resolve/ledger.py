"""The ledger of numerals: every numeral of an article with exactly one fate."""

from __future__ import annotations

import hashlib
from bisect import bisect_right

from qualityextract.find.chunks import numeral_of
from qualityextract.language.segment import words
from qualityextract.model import Article, Chunk, Numeral
from qualityextract.resolve.article import Reading
from qualityextract.resolve.rows import Row

_HAN = frozenset("零一二两俩三四五六七八九十百千万亿廿卅几数")


def ledger_rows(article: Article, reading: Reading, kept: set[str]) -> list[Row]:
    """Rows of `figures`.

    Args:
        article: the article.
        reading: what was read from it.
        kept: ids of the observations that passed the schema.
    """
    projection = reading.projection
    spans = _observed(reading.rows, kept)
    entries = [*reading.fates]
    for chunks in reading.chunks:
        for chunk in chunks:
            numeral = numeral_of(chunk)
            if numeral is not None:
                entries.append((numeral, _default_fate(numeral, chunk, projection.text), "bind.none"))
    rows: list[Row] = []
    starts = [sentence.start for sentence in reading.sentences]
    seen: set[tuple[int, int]] = set()
    for numeral, fate, rule in sorted(entries, key=lambda entry: (entry[0].start, -entry[0].end)):
        start, end = projection.start(numeral.start), projection.end(numeral.end)
        if (start, end) in seen or any(a <= start and end <= b for a, b in seen):
            continue
        seen.add((start, end))
        ids = [row_id for a, b, row_id, _ in spans if a < end and start < b]
        owners = [row for a, b, _, row in spans if a < end and start < b]
        sentence = reading.sentences[max(0, bisect_right(starts, numeral.start) - 1)]
        low, high = projection.start(sentence.start), projection.end(sentence.end)
        if ids:
            mapped = any(row["indicator"] != "unmapped" for row in owners)
            fate, rule = ("observation" if mapped else "unmapped"), str(owners[0]["rule"])
        rows.append(
            {
                "figure_id": _identity(article.article_id, start, end),
                "article_id": article.article_id,
                "value_text": article.text[start:end],
                "value_start": start,
                "value_end": end,
                "value": numeral.value,
                "unit": numeral.unit or None,
                "fate": fate,
                "observation_ids": tuple(ids),
                "rule": rule,
                "sentence": article.text[min(low, start) : max(high, end)],
            }
        )
    return rows


def _observed(rows: list[Row], kept: set[str]) -> list[tuple[int, int, str, Row]]:
    return [
        (int(str(row["value_start"])), int(str(row["value_end"])), str(row["observation_id"]), row)
        for row in rows
        if str(row["observation_id"]) in kept
    ]


def _identity(article_id: str, start: int, end: int) -> str:
    return hashlib.sha256(f"{article_id}|figure|{start}|{end}".encode()).hexdigest()[:16]


def _default_fate(numeral: Numeral, chunk: Chunk, text: str) -> str:
    """What an unbound numeral is: a word with a numeral character, a rank, or something not understood."""
    if chunk.letter == "K" or numeral.kind == "rank":
        return "ordinal"
    surface = text[numeral.digits : numeral.end]
    if numeral.parts:
        return "scheme"
    if all(char in _HAN or char in "余多" for char in surface):
        if numeral.kind in ("none", "bare", "score", "place") and _inside_word(text, numeral):
            return "idiom"
        if numeral.value in (1.0, 2.0) or numeral.kind in ("bare", "place"):
            return "idiom"
        if numeral.kind == "none":
            return "idiom" if _names_a_set(text, numeral) else "unexplained"
    if numeral.kind in ("place",):
        return "name"
    if numeral.kind == "none" and _in_latin_or_code(text, numeral):
        return "code"
    return "unexplained"


def _in_latin_or_code(text: str, numeral: Numeral) -> bool:
    before, after = text[max(0, numeral.start - 1) : numeral.start], text[numeral.end : numeral.end + 1]
    return any(c.isascii() and (c.isalpha() or c in "-/.:_@#") for c in (before or " ", after or " ") if c != " ")


def _names_a_set(text: str, numeral: Numeral) -> bool:
    return text[numeral.end : numeral.end + 1] in "大重道轮度好新老小方面者地所式化维端端类心军"


def _inside_word(text: str, numeral: Numeral) -> bool:
    """Segmentation decides whether the numeral characters are part of a longer word."""
    low, high = max(0, numeral.digits - 6), min(len(text), numeral.end + 6)
    at = low
    for word in words(text[low:high]):
        if at <= numeral.digits and numeral.end <= at + len(word) and len(word) > numeral.end - numeral.digits:
            return True
        at += len(word)
    return False
