"""Numerals that are no statistics: codes, ordinals, idioms, schemes, durations.

Two steps of the way use the masks. `find_masks` covers a whole text before anything is bound. `rest_mask` is asked
later, about a numeral that no construction has bound; its patterns may be broad, since they can take nothing from the
grammar.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.language.patterns import Alternatives
from qualityextract.model import Span
from qualityextract.ruleset import Mask, load_ruleset

REST = "mask.rest_"
FIRST = (
    r"[\ufffd\dA-Za-z(\[［【〔零一二三四五六七八九十百千两万亿亩双"
    "第其公通令文最世中全民制服专品隐企财胡上下晚凌早当图表热电拨短直平索网邮微传编证注许代批多清傍特]"
)
"""What a mask of the whole text may begin with; looking for that first makes the search several times faster."""
_FIRST = re.compile(FIRST)
_SCHEME = re.compile(
    r"[\dA-Z一二三四五六七八九十百千万+×x]*[\d一二三四五六七八九十百千万][\dA-Z一二三四五六七八九十百千万+×x]*"
)
_COUNTED = re.compile(r"[万亿余多]|个?百分点|[%个项家件户次人名起批种款条张份台套]")

Covered = tuple[int, int, str, str]
"""Start, end, fate and id of the rule."""


@dataclass(frozen=True, slots=True)
class _Masks:
    """Masks in their order, and their patterns under the same numbers."""

    masks: tuple[Mask, ...]
    patterns: Alternatives


def _together(masks: Iterable[Mask]) -> _Masks:
    kept = tuple(masks)
    return _Masks(kept, Alternatives([mask.pattern for mask in kept]))


@functools.cache
def _whole() -> tuple[_Masks, AhoCorasick]:
    rules = load_ruleset()
    masks = _together(mask for mask in rules.masks if not mask.id.startswith(REST))
    return masks, AhoCorasick(list(rules.idioms), matchkind=MatchKind.LeftmostLongest)


@functools.cache
def _rest() -> _Masks:
    return _together(mask for mask in load_ruleset().masks if mask.id.startswith(REST))


def find_masks(text: str, quoted: Sequence[Span] = ()) -> list[Covered]:
    """Masked stretches of a projected text, in order and without overlap.

    Patterns come before idioms, and both before schemes: a number that is all that stands in quotation marks
    (“51020”) names a plan and counts nothing.

    Args:
        text: a projected text.
        quoted: what stood in quotation marks.
    """
    whole, idioms = _whole()
    named = ((start, end, "idiom", "mask.idiom") for _, start, end in idioms.find_matches_as_indexes(text))
    found = _between(list(_matches(text, whole)), named)
    schemes = [(span.start, span.end, "scheme", "mask.quoted") for span in quoted if _is_scheme(text, span)]
    return _between(found, sorted(schemes))


def _matches(text: str, masks: _Masks) -> Iterator[Covered]:
    """The patterns from left to right without overlap; where several match, the first in the order of the rules."""
    patterns = masks.patterns.within(text)
    at = 0
    while (first := _FIRST.search(text, at)) is not None:
        start = first.start()
        at = start + 1
        for number, pattern in patterns[text[start]]:
            if (match := pattern.match(text, start)) is not None:
                mask = masks.masks[number]
                at = max(at, match.end())
                yield start, match.end(), mask.fate, mask.id
                break


def _is_scheme(text: str, span: Span) -> bool:
    """Digits in quotation marks, longer than one, with no measure word behind them."""
    if not 1 < span.end - span.start <= 12 or not _SCHEME.fullmatch(text, span.start, span.end):
        return False
    return _COUNTED.match(text, span.end) is None


def _between(found: list[Covered], more: Iterable[Covered]) -> list[Covered]:
    """`found` with those of `more` that fit into its gaps; both in order."""
    merged: list[Covered] = []
    index = 0
    for cover in more:
        while index < len(found) and found[index][1] <= cover[0]:
            merged.append(found[index])
            index += 1
        if (index == len(found) or cover[1] <= found[index][0]) and (not merged or merged[-1][1] <= cover[0]):
            merged.append(cover)
    merged.extend(found[index:])
    return merged


def rest_mask(before: str, surface: str, after: str) -> tuple[str, str] | None:
    """Fate and rule of a numeral that nothing bound, from the words around it; None where no pattern knows it.

    Args:
        before: what stands in front of the digits, a few words; it begins with a line feed at the start of a sentence.
        surface: the digits with their measure word.
        after: what follows, a few words.
    """
    at, text = len(before), before + surface + after
    rest = _rest()
    patterns = rest.patterns.everywhere
    for start in range(at + 1):
        # What ends before the numeral must not hide what begins inside it and reaches the numeral.
        for number, pattern in patterns[text[start : start + 1]]:
            if (match := pattern.match(text, start)) is not None:
                if at < match.end():
                    return rest.masks[number].fate, rest.masks[number].id
                break
    return None
