"""Sentences and paragraphs of a projected text, as half-open offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualityextract.model import quick_value

_DECIMAL_STOP = r"(?<=\d)。(?=\d{1,2}(?:[万亿%‰]|个?百分点))"
_WRAPPED_DIGITS = "|".join(
    rf"(?<=[\u4e00-\u9fff]{digits})(?<![年月第]{digits})\n(?=\d{{3}}[\u4e00-\u9fff%])"
    for digits in (r"\d", r"\d\d", r"\d\d\d")
)
_SENTENCE = re.compile(rf"(?:[^。!?\n]++|{_DECIMAL_STOP}|{_WRAPPED_DIGITS})+(?:[。!?]+|\n+|$)")
"""A full stop that stands for the decimal point (2256。76万) and a line end inside a number end no sentence."""


_LONGEST = 600
"""Code points; no sentence that a person wrote is longer, and the grammar looks from every figure at its whole sentence."""


@quick_value
class Sentence:
    """One sentence: `text[start:end]` of the projection, in paragraph number `paragraph` (from 0)."""

    start: int
    end: int
    paragraph: int


def split_sentences(text: str) -> list[Sentence]:
    """Split at 。！？ and line ends; a line is a paragraph. Stretches without a letter or digit are left out."""
    sentences: list[Sentence] = []
    paragraph = at = 0
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        paragraph += text.count("\n", at, start)
        at = start
        core_end = start + len(found.group().rstrip("\n "))
        core_start = end - len(found.group().lstrip(" "))
        if core_end - core_start > 1 or text[core_start:core_end].isalnum():
            sentences += [Sentence(a, b, paragraph) for a, b in _pieces(text, core_start, core_end)]
    return sentences


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in pieces that the grammar can take in, cut behind the last mark that fits; nearly always one."""
    while end - start > _LONGEST:
        cut = max(text.rfind(mark, start + _LONGEST // 2, start + _LONGEST) for mark in ";,、 ") + 1
        cut = cut or start + _LONGEST
        yield start, cut
        start = cut
    yield start, end
