"""Sentences and paragraphs of a projected text, as half-open offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。!?\n]+(?:[。!?]+|\n+|$)")


@dataclass(frozen=True, slots=True)
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
        if core_end - core_start > 1:
            sentences.append(Sentence(core_start, core_end, paragraph))
    return sentences
