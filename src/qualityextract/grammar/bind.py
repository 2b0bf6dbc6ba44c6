"""Bind the quantities of a sentence to what they count.

Order: what 分别 hands out; the direct constructions; elided and carried heads and the parts of a list; changes, shares
and ranks, which speak about another figure; counts without a numeral. What nothing binds keeps no indicator.
"""

from __future__ import annotations

import re

from qualityextract.find.chunks import letters_of
from qualityextract.grammar.carried import (
    carried_heads,
    cases_of_a_verb,
    classifier_chain,
    elided_heads,
    mark_parts,
    parts_of_a_list,
    respective_parts,
    two_objects,
)
from qualityextract.grammar.direct import construct
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.grammar.implied import implied, zeros
from qualityextract.grammar.others import about_others, shared_by_several
from qualityextract.grammar.respectively import distribute
from qualityextract.grammar.view import SentenceView
from qualityextract.model import Chunk

_HOLDS_FIGURES = re.compile("[QPMK]|I.*[VJ]|[VJn].*I")
"""A sentence with a quantity, or an indicator beside a verb of winning, a count without a numeral or a word of none."""


def bind_sentence(chunks: list[Chunk], sentence: int, topic: Topic) -> list[Figure]:
    """Figures of one sentence in reading order; a quantity that nothing binds has no indicator."""
    if _HOLDS_FIGURES.search(letters_of(chunks)) is None:
        return []
    view = SentenceView(chunks, sentence, topic)
    distribute(view)
    construct(view)
    cases_of_a_verb(view)
    elided_heads(view)
    carried_heads(view)
    parts_of_a_list(view)
    respective_parts(view)
    two_objects(view)
    classifier_chain(view)
    mark_parts(view)
    shared_by_several(view)
    about_others(view)
    zeros(view)
    implied(view)
    for i, letter in enumerate(view.letters):
        if letter in "QPMK" and i not in view.figures:
            view.add(i, None, "none", "bind.none")
    return sorted(view.figures.values(), key=lambda f: (f.chunk.start, f.at))
