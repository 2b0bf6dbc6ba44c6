"""Counts that the catalogue does not hold: kept as `unmapped` rows with the noun phrase that they count."""

from __future__ import annotations

import re

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.figures import Figure
from qualityextract.language.segment import words
from qualityextract.language.sentences import Sentence
from qualityextract.model import Chunk

_NOUN_STOP = re.compile(r"[,。;:、!?()\[\]\n]|[的是在将被把已正]")
_NARRATIVE_ONE = frozenset("一两")


def is_countable(figure: Figure, chunks: list[Chunk]) -> bool:
    """Does an unbound quantity count something at all? One person or thing of a narrative does not."""
    numeral = numeral_of(figure.chunk)
    if numeral is None or figure.chunk.letter == "K" or numeral.kind in ("none", "place", "score", "bare"):
        return False
    digits = figure.chunk.text
    return not (numeral.value == 1 and digits[0] in _NARRATIVE_ONE)


def noun_of(figure: Figure, chunks: list[Chunk], text: str, sentence: Sentence) -> str:
    """The counted noun phrase: the words behind a count, or those before a ratio or a sum of money."""
    end = figure.chunk.end
    if figure.chunk.letter == "Q":
        stop = _NOUN_STOP.search(text, end, sentence.end)
        phrase = text[end : min(stop.start() if stop else sentence.end, end + 16)]
        if len(phrase) >= 2:
            return _whole_words(phrase, 12)
    start = max(sentence.start, figure.chunk.start - 14)
    before = re.split(r"[,。;:、!?()\[\]\n]", text[start : figure.chunk.start])[-1]
    return before or figure.chunk.text


def _whole_words(phrase: str, limit: int) -> str:
    """Cut a phrase after whole words."""
    if len(phrase) <= limit:
        return phrase
    kept = ""
    for word in words(phrase):
        if len(kept) + len(word) > limit:
            break
        kept += word
    return kept or phrase[:limit]
