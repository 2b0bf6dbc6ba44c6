"""Numerals that are no statistics: codes, ordinals, idioms, schemes, durations."""

from __future__ import annotations

import functools
import re

from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.ruleset import Mask, load_ruleset

_HAS_NUMERAL = re.compile(r"[\d零一二两三四五六七八九十百千万亿N双]")


@functools.cache
def _compiled() -> tuple[re.Pattern[str], tuple[Mask, ...], AhoCorasick]:
    rules = load_ruleset()
    pattern = re.compile("|".join(f"(?P<m{i}>{mask.pattern})" for i, mask in enumerate(rules.masks)))
    return pattern, rules.masks, AhoCorasick(list(rules.idioms), matchkind=MatchKind.LeftmostLongest)


def find_masks(text: str) -> list[tuple[int, int, str, str]]:
    """Masked stretches of a projected text as (start, end, fate, rule id), without overlap; patterns before idioms."""
    pattern, masks, idioms = _compiled()
    found = []
    for match in pattern.finditer(text):
        mask = masks[int((match.lastgroup or "m0")[1:])]
        found.append((match.start(), match.end(), mask.fate, mask.id))
    taken = iter([*found, (len(text) + 1, len(text) + 1, "", "")])
    current = next(taken)
    merged = []
    for _, start, end in idioms.find_matches_as_indexes(text):
        while current[1] <= start:
            merged.append(current)
            current = next(taken)
        if end <= current[0]:
            merged.append((start, end, "idiom", "mask.idiom"))
    merged.append(current)
    merged.extend(taken)
    return [m for m in merged if m[0] <= len(text)]
