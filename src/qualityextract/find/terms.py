"""Indicators and cue words by automaton; discontinuous forms by pattern."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.model import IndicatorMention
from qualityextract.ruleset import Cue, Form, load_ruleset


@dataclass(frozen=True, slots=True)
class _Terms:
    forms: AhoCorasick
    form_rules: tuple[Form, ...]
    regexes: tuple[tuple[regex.Pattern[str], Form], ...]
    cues: AhoCorasick
    cue_rules: tuple[Cue, ...]


@functools.cache
def _terms() -> _Terms:
    rules = load_ruleset()
    literal = tuple(form for form in rules.forms if form.kind == "literal")
    return _Terms(
        forms=AhoCorasick([form.form for form in literal], matchkind=MatchKind.LeftmostLongest),
        form_rules=literal,
        regexes=tuple((regex.compile(form.form), form) for form in rules.forms if form.kind == "regex"),
        cues=AhoCorasick([cue.word for cue in rules.cues], matchkind=MatchKind.LeftmostLongest),
        cue_rules=rules.cues,
    )


def _mention(form: Form, start: int, end: int) -> IndicatorMention:
    return IndicatorMention(
        start, end, form.code, form.id, form.weak, form.topic, form.stat_kind, form.level, tuple(form.attributes.items())
    )


def find_indicators(text: str) -> list[IndicatorMention]:
    """Surface forms of the catalogue in a projected text, longest first, without overlap."""
    terms = _terms()
    found = [_mention(terms.form_rules[i], start, end) for i, start, end in terms.forms.find_matches_as_indexes(text)]
    extra = [
        _mention(form, match.start(), match.end())
        for pattern, form in terms.regexes
        for match in pattern.finditer(text)
    ]
    if not extra:
        return found
    # A pattern is there to see more than a literal can: it wins over the literals inside it.
    merged: list[IndicatorMention] = []
    for mention in sorted(found + extra, key=lambda m: (m.start, -m.end)):
        if merged and mention.start < merged[-1].end:
            if mention.end - mention.start > merged[-1].end - merged[-1].start:
                merged[-1] = mention
            continue
        merged.append(mention)
    return merged


def find_cues(text: str) -> list[tuple[int, int, Cue]]:
    """Cue words in a projected text, longest first, without overlap; silenced words are left out."""
    terms = _terms()
    return [
        (start, end, rule)
        for i, start, end in terms.cues.find_matches_as_indexes(text)
        if (rule := terms.cue_rules[i]).cue != "none"
    ]
