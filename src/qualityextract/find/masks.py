"""Numerals that are no statistics: codes, ordinals, idioms, schemes, durations.

Two steps of the way use the masks. `find_masks` covers a whole text before anything is bound. `rest_mask` is asked
later, about a numeral that no construction has bound; its patterns may be broad, since they can take nothing from the
grammar.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.model import Span
from qualityextract.ruleset import Mask, load_ruleset

REST = "mask.rest_"
FIRST = (
    r"[\ufffd\dA-Za-z(\[［【〔零一二三四五六七八九十百千两万亿亩双"
    "第其公通令文最世中全民制服专品隐企财胡上下晚凌早当图表热电拨短直平索网邮微传编证注许代批多清傍特]"
)
"""What a mask of the whole text may begin with; looking for that first makes the search several times faster."""
_SCHEME = re.compile(
    r"[\dA-Z一二三四五六七八九十百千万+×x]*[\d一二三四五六七八九十百千万][\dA-Z一二三四五六七八九十百千万+×x]*"
)
_COUNTED = re.compile(r"[万亿余多]|个?百分点|[%个项家件户次人名起批种款条张份台套]")

Covered = tuple[int, int, str, str]
"""Start, end, fate and id of the rule."""


@dataclass(frozen=True, slots=True)
class _Masks:
    """Masks as one pattern; the number of the group that matched is the place of the mask in `masks`."""

    pattern: re.Pattern[str]
    masks: tuple[Mask, ...]

    def of(self, match: re.Match[str]) -> Mask:
        """The mask that matched."""
        return self.masks[int((match.lastgroup or "m0")[1:])]


def _together(masks: Iterable[Mask], first: str = "") -> _Masks:
    kept = tuple(masks)
    either = "|".join(f"(?P<m{i}>{mask.pattern})" for i, mask in enumerate(kept))
    return _Masks(re.compile(f"(?={first})(?:{either})" if first else either), kept)


@functools.cache
def _whole() -> tuple[_Masks, AhoCorasick]:
    rules = load_ruleset()
    patterns = _together((mask for mask in rules.masks if not mask.id.startswith(REST)), FIRST)
    return patterns, AhoCorasick(list(rules.idioms), matchkind=MatchKind.LeftmostLongest)


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
    patterns, idioms = _whole()
    matches = [(match, patterns.of(match)) for match in patterns.pattern.finditer(text)]
    found = [(match.start(), match.end(), mask.fate, mask.id) for match, mask in matches]
    found = _between(found, ((a, b, "idiom", "mask.idiom") for _, a, b in idioms.find_matches_as_indexes(text)))
    schemes = [(span.start, span.end, "scheme", "mask.quoted") for span in quoted if _is_scheme(text, span)]
    return _between(found, sorted(schemes))


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
    start = 0
    while (match := rest.pattern.search(text, start)) is not None and match.start() <= at:
        if at < match.end():
            mask = rest.of(match)
            return mask.fate, mask.id
        # What ends before the numeral must not hide what begins inside it and reaches the numeral.
        start = match.start() + 1
    return None
