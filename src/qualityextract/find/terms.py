"""Indicators and cue words by automaton; discontinuous forms by pattern."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from qualityextract.language.patterns import Prefilter
from qualityextract.model import IndicatorMention
from qualityextract.ruleset import Cue, Form, load_ruleset

_WHOLE_OF = ("全", "我", "该")
_ORDER = {"topic": 0, "unit": 1, "": 2, "never": 3}
"""One stretch may be named by forms of several indicators; conditions are tried in this order."""


@dataclass(frozen=True, slots=True)
class _Terms:
    forms: AhoCorasick
    readings: tuple[tuple[Form, ...], ...]
    regexes: tuple[tuple[regex.Pattern[str], Form], ...]
    possible: Prefilter
    """Which of `regexes` are worth trying."""
    cues: AhoCorasick
    cue_rules: tuple[Cue, ...]
    by_form: dict[str, tuple[Form, ...]]

    def rest(self, words: str) -> list[Form]:
        """The forms written exactly so."""
        return list(self.by_form.get(words, ()))


@functools.cache
def _terms() -> _Terms:
    rules = load_ruleset()
    by_form: defaultdict[str, list[Form]] = defaultdict(list)
    for form in rules.forms:
        if form.kind == "literal":
            by_form[form.form].append(form)
    regexes = [form for form in rules.forms if form.kind == "regex"]
    return _Terms(
        forms=AhoCorasick(list(by_form), matchkind=MatchKind.LeftmostLongest),
        readings=tuple(tuple(forms) for forms in by_form.values()),
        regexes=tuple((regex.compile(form.form), form) for form in regexes),
        possible=Prefilter([form.form for form in regexes]),
        cues=AhoCorasick([cue.word for cue in rules.cues], matchkind=MatchKind.LeftmostLongest),
        cue_rules=rules.cues,
        by_form={form: tuple(forms) for form, forms in by_form.items()},
    )


def _reading(form: Form, start: int, end: int, others: tuple[IndicatorMention, ...] = ()) -> IndicatorMention:
    attributes = tuple(form.attributes.items())
    return IndicatorMention(
        start, end, form.code, form.id, form.weak, form.topic, form.stat_kind, form.level, attributes, others
    )


def _mention(forms: list[Form], start: int, end: int) -> IndicatorMention:
    if len(forms) == 1:
        return _reading(forms[0], start, end)
    first, *others = sorted(forms, key=lambda form: _ORDER[form.weak])
    return _reading(first, start, end, tuple([_reading(form, start, end) for form in others]))


def find_indicators(text: str) -> list[IndicatorMention]:
    """Surface forms of the catalogue in a projected text: the longest at a place, with all its readings."""
    terms = _terms()
    spans: dict[tuple[int, int], list[Form]] = {}
    for i, start, end in terms.forms.find_matches_as_indexes(text):
        if (
            text[start] in "省市县区"
            and text[start - 1 : start] in _WHOLE_OF
            and (rest := terms.rest(text[start + 1 : end]))
        ):
            spans[start + 1, end] = rest  # 全市|重点区域, not 全|市重点区域
        else:
            spans[start, end] = list(terms.readings[i])
    for pattern, form in (terms.regexes[i] for i in terms.possible.possible(text)):
        for match in pattern.finditer(text):
            spans.setdefault(match.span(), []).append(form)
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if chosen and start < chosen[-1][1]:
            if end - start > chosen[-1][1] - chosen[-1][0]:
                chosen[-1] = (start, end)
            continue
        chosen.append((start, end))
    return [_mention(spans[span], *span) for span in chosen]


def find_cues(text: str) -> list[tuple[int, int, Cue]]:
    """Cue words in a projected text, longest first, without overlap; silenced words are left out."""
    terms = _terms()
    return [
        (start, end, rule)
        for i, start, end in terms.cues.find_matches_as_indexes(text)
        if (rule := terms.cue_rules[i]).cue != "none"
    ]
