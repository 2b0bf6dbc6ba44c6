"""What is known about a pattern before it is tried must never hide a match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import regex

from qualityextract.find.masks import REST
from qualityextract.grammar.fields import field_rules
from qualityextract.language.dates import time_rules
from qualityextract.language.patterns import Alternatives, Prefilter, first_characters, needed_words
from qualityextract.language.projection import project
from qualityextract.ruleset import load_ruleset

SAMPLE = sorted((Path(__file__).resolve().parent.parent / "data" / "raw").glob("*.txt"))
MASKS = [mask.pattern for mask in load_ruleset().masks if not mask.id.startswith(REST)]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [
        line for file in SAMPLE for line in project(file.read_bytes().decode("utf-8", errors="ignore")).text.split("\n")
    ]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("工商|消保委", {"工商", "消保委"}),
        ("(?:市|县)质监局?", {"质监"}),
        (r"\d{1,3}年(?:底|末)?", {"年"}),
        ("(?<=拨打)[0-9]{3}", {"拨打"}),
        ("(?:省级)?名牌(?!战略)", {"名牌"}),
        ("[金银]奖", {"奖"}),
        ("[金银铜]", {"金", "银", "铜"}),
        (r"\d+", None),
        ("质监|", None),
        ("(?!质监)", None),
    ],
)
def test_the_words_that_every_match_needs(pattern: str, words: set[str] | None) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize(
    ("pattern", "begins", "does_not"),
    [
        ("工商|消保委", "工消", "商保"),
        (r"(?:第)?\d+条", "第7", "条"),
        ("(?<!第)[1-3]月", "123", "4月第"),
        ("(?:公告)?号", "公号", "告"),
    ],
)
def test_the_characters_that_a_match_begins_with(pattern: str, begins: str, does_not: str) -> None:
    first = first_characters(pattern)
    assert first is not None
    assert "".join(filter(first.match, begins + does_not)) == begins


def test_a_match_may_begin_with_anything() -> None:
    assert first_characters("[^,]局") is None
    assert first_characters(".{2}局") is None
    assert first_characters("(?:市)?") is None


def test_a_pattern_that_ignores_case_is_refused() -> None:
    with pytest.raises(ValueError, match="ignores case"):
        needed_words("(?i)gdp")


def test_the_prefilter_keeps_every_pattern_that_is_found(texts: list[str]) -> None:
    forms = [form.form for form in load_ruleset().forms if form.kind == "regex"]
    patterns = [*forms, *(rule.pattern.pattern for rule in field_rules() if rule.pattern.pattern)]
    prefilter = Prefilter(patterns)
    compiled = [regex.compile(pattern) for pattern in patterns]
    found = 0
    for text in texts:
        there = [number for number, pattern in enumerate(compiled) if pattern.search(text)]
        assert set(there) <= set(prefilter.possible(text))
        found += len(there)
    assert found > 30


@pytest.mark.parametrize("patterns", [MASKS, [rule.pattern for rule in time_rules()]], ids=["masks", "times"])
def test_alternatives_find_what_one_large_pattern_finds(patterns: list[str], texts: list[str]) -> None:
    """At every place the first pattern that matches, as `|` between them would choose."""
    compiled = [re.compile(pattern) for pattern in patterns]
    alternatives = Alternatives(patterns)
    found = 0
    for text in texts:
        tables = alternatives.within(text), alternatives.everywhere
        for at, character in enumerate(text):
            wanted = next((n for n, pattern in enumerate(compiled) if pattern.match(text, at)), None)
            got = [next((n for n, pattern in table[character] if pattern.match(text, at)), None) for table in tables]
            assert got == [wanted, wanted]
            found += wanted is not None
    assert found > 20
