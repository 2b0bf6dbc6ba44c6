"""What copying has done to a text: numbers that are lost, words that a program has put in the place of others.

Filters of websites strip digits (有效注册商标总量件, 同比增长%); what is left of such a sentence may be halves of other
numbers. Copying sites replace words by synonyms (地舆标识 for 地理标志) and alter figures with them. Both are only told
here; `resolve.condition` marks the rows. `rules/gaps.yaml` and `rules/spun.csv` hold what is looked for.
"""

from __future__ import annotations

import functools
import re

from qualityextract.ruleset import load_ruleset

_FEWEST_GAPS = 2
_FEWEST_WORDS = 3
_PER_WORD = 500
"""A text is spun with at least three such words, and one in every so many characters: one article in a collection of
announcements may be."""


@functools.cache
def _gaps() -> tuple[tuple[re.Pattern[str], bool], ...]:
    return tuple((re.compile(gap.pattern), gap.strength == "sure") for gap in load_ruleset().gaps)


def find_gaps(text: str) -> list[int]:
    """Offsets in a projected text behind places where a numeral is missing, in order.

    None where all there is is one place that is only likely.
    """
    found: set[int] = set()
    sure = False
    for pattern, strong in _gaps():
        places = [match.end() - 1 for match in pattern.finditer(text)]
        sure = sure or (strong and bool(places))
        found.update(places)
    return sorted(found) if sure or len(found) >= _FEWEST_GAPS else []


def is_spun(text: str) -> bool:
    """Are so many words of a projected text such as no author of this field writes that a program must have put them there?"""
    counts = [text.count(entry.word) for entry in load_ruleset().spun]
    return sum(map(bool, counts)) >= _FEWEST_WORDS and sum(counts) * _PER_WORD >= len(text)
