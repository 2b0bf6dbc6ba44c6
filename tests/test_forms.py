"""The surface forms of the catalogue are well formed, bounded, and each can fire.

`rules/forms.csv` is the widest part of the rules: whoever corrects a line there learns here what a line may not be.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict

import pytest
import regex

from qualityextract.find.terms import find_indicators
from qualityextract.ruleset import Form, load_ruleset

RULES = load_ruleset()
LITERALS = [form for form in RULES.forms if form.kind == "literal"]
REGEXES = [form for form in RULES.forms if form.kind == "regex"]
MOST_ROWS = 2500
"""A reader finds a rule by looking; more rows than this are products of words, which a pattern or the grammar reads."""
MOST_REGEXES = 59
"""Every pattern costs one pass over every text; literal forms share one automaton."""
UNBOUNDED = re.compile(r"(?<!\\)[*+](?![?+]?\))|\{\d+,\}|(?<!\\)(?:[*+]|\{\d+,\})[?+]?$")
HOSTILE = ("解决", "检查", "1", "、", "(", "标准", "专利拥有", "每千人食品", "万户有效注册商标", "绿色、有机", "出台一")


def _patterns() -> list[tuple[str, str]]:
    topics = {form.topic: form.id for form in RULES.forms if form.topic}
    return [(form.id, form.form) for form in REGEXES] + [
        (f"{form_id} topic", topic) for topic, form_id in topics.items()
    ]


def test_every_indicator_has_a_form_that_can_fire() -> None:
    codes = {form.code for form in RULES.forms if form.weak != "never"}
    reached = codes | set(RULES.level_codes.values())
    assert set(RULES.indicators) - reached == set()


@pytest.mark.parametrize("code", sorted(RULES.indicators))
def test_a_literal_form_is_found_as_its_indicator(code: str) -> None:
    """Most forms of an indicator, standing alone, are read as that indicator: none is hidden behind another one."""
    forms = [form for form in LITERALS if form.code == code and form.weak != "never"]
    hidden = []
    for form in forms:
        found = find_indicators(form.form)
        codes = {reading.code for mention in found for reading in (mention, *mention.others)}
        if code not in codes:
            hidden.append(form.id)
    assert hidden == []


def test_ids_are_unique_and_belong_to_their_indicator() -> None:
    ids = [form.id for form in RULES.forms]
    assert len(ids) == len(set(ids))
    assert [form.id for form in RULES.forms if form.id.partition("#")[0] != form.code] == []


def test_a_literal_form_is_written_as_texts_are_projected() -> None:
    """No space, no quotation or title marks, half width: the projection has none of them."""
    odd = re.compile(r"[\s\"'“”‘’《》〈〉「」『』]|[\uff01-\uff5e]")
    assert [form.id for form in LITERALS if odd.search(form.form)] == []


def test_a_form_says_one_thing_under_one_condition() -> None:
    seen = Counter((form.form, form.kind, form.code, form.weak, form.topic) for form in RULES.forms)
    assert [key for key, times in seen.items() if times > 1] == []


def test_readings_of_one_form_differ_in_their_condition() -> None:
    """Two indicators for the same words need something that decides between them: the second would never be read."""
    by_form: defaultdict[str, list[Form]] = defaultdict(list)
    for form in LITERALS:
        by_form[form.form].append(form)
    undecided = []
    for text, forms in by_form.items():
        plain = [form.code for form in forms if form.weak == "" and not form.topic]
        if len(plain) > 1:
            undecided.append((text, plain))
    assert undecided == []


def test_a_form_names_what_the_catalogue_allows() -> None:
    """Attributes of a form are among those of its indicator."""
    for form in RULES.forms:
        allowed = {part.partition("=")[0] for part in RULES.indicators[form.code].attributes.split(";")}
        assert set(form.attributes) <= allowed, form.id


def test_a_topic_stands_where_a_form_asks_for_one() -> None:
    assert [form.id for form in RULES.forms if form.weak == "topic" and not form.topic] == []


def test_the_list_stays_short() -> None:
    assert len(RULES.forms) <= MOST_ROWS
    assert len(REGEXES) <= MOST_REGEXES


@pytest.mark.parametrize(("name", "pattern"), _patterns(), ids=[name for name, _ in _patterns()])
def test_a_pattern_compiles_and_is_bounded(name: str, pattern: str) -> None:
    regex.compile(pattern)
    assert not UNBOUNDED.search(pattern), f"{name} repeats without a bound: {pattern}"


def _seconds(pattern: regex.Pattern[str], text: str) -> float:
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _match in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("form", REGEXES, ids=lambda form: form.id)
def test_a_pattern_takes_linear_time(form: Form) -> None:
    """Four times the text takes about four times the time, whatever stands in it; a quadratic pattern takes sixteen."""
    pattern = regex.compile(form.form)
    for piece in HOSTILE:
        size = 4000 // len(piece)
        once, four = _seconds(pattern, piece * size), _seconds(pattern, piece * size * 4)
        assert four < 0.02 or four < 10 * once, f"{form.id} on {piece!r}: {once:.4f} s, then {four:.4f} s"
