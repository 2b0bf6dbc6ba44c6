"""The masks: every one matches its own example and leaves its counter-example alone; none is lost to the filter."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import pairwise
from re import _parser as parser  # type: ignore[attr-defined]  # the only way to ask a pattern how it may begin
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.find.masks import FIRST, REST, find_masks, rest_mask
from qualityextract.language.projection import project
from qualityextract.ruleset import Mask, load_ruleset
from qualityextract.vocabulary import Fate

MASKS = load_ruleset().masks
IDS = [mask.id for mask in MASKS]
MARKED = re.compile(r"(.*)<(.+)>(.*)", re.DOTALL)


def example(mask: Mask) -> tuple[str, int, int]:
    """The text of `match`, and what of it must be covered."""
    marked = MARKED.fullmatch(mask.match)
    if marked is None:
        return mask.match, 0, len(mask.match)
    before, inside, after = marked.groups()
    return before + inside + after, len(before), len(before) + len(inside)


@pytest.mark.parametrize("mask", MASKS, ids=IDS)
def test_a_mask_covers_its_example_and_nothing_of_its_counter_example(mask: Mask) -> None:
    text, start, end = example(mask)
    pattern = re.compile(mask.pattern)
    assert (start, end) in [match.span() for match in pattern.finditer(text)]
    assert pattern.search(mask.no_match) is None


@pytest.mark.parametrize("mask", MASKS, ids=IDS)
def test_an_example_has_the_fate_of_its_mask_when_all_masks_are_tried(mask: Mask) -> None:
    text, start, end = example(mask)
    digit = next(re.finditer(r"[\dN零一二两三四五六七八九十百千万双]", text[start:end])).start() + start
    if mask.id.startswith(REST):
        found = rest_mask(text[:digit], text[digit:end], text[end:])
        assert found is not None
        assert found[0] == mask.fate
    else:
        assert mask.fate in [fate for a, b, fate, _ in find_masks(text) if a <= digit < b]


def test_ids_are_unique_and_fates_are_those_of_the_ledger() -> None:
    from typing import get_args

    assert len(set(IDS)) == len(IDS)
    # What damaged bytes stand beside is not understood, and nothing else is masked as such.
    assert [mask.id for mask in MASKS if mask.fate == "unexplained"] == ["mask.broken_bytes"]
    assert {mask.fate for mask in MASKS} <= set(get_args(Fate)) - {"observation"}
    assert {mask.id for mask in MASKS if mask.fate == "unmapped"} == {
        mask.id for mask in MASKS if mask.fate == "unmapped" and mask.id.startswith(REST)
    }


def first_characters(pattern: Any) -> tuple[set[str], bool]:
    """Characters that a parsed pattern may begin with, and whether it may match nothing."""
    found: set[str] = set()
    for code, value in pattern:
        name = str(code)
        if name in ("ASSERT", "ASSERT_NOT", "AT"):
            continue
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            more, empty = first_characters(value[2])
            empty = empty or value[0] == 0
        elif name == "SUBPATTERN":
            more, empty = first_characters(value[3])
        elif name == "BRANCH":
            branches = [first_characters(branch) for branch in value[1]]
            more, empty = set().union(*(branch[0] for branch in branches)), any(branch[1] for branch in branches)
        else:
            more, empty = set(_one(name, value)), False
        found |= more
        if not empty:
            return found, False
    return found, True


def _one(name: str, value: Any) -> Iterator[str]:
    if name == "LITERAL":
        yield chr(value)
        return
    assert name == "IN", f"a mask may not begin with {name}"
    for code, item in value:
        if str(code) == "LITERAL":
            yield chr(item)
        elif str(code) == "RANGE":
            yield from map(chr, range(item[0], item[1] + 1))
        else:
            assert str(item) == "CATEGORY_DIGIT", f"a mask may not begin with {item}"
            yield from "0123456789"


@pytest.mark.parametrize("mask", [m for m in MASKS if not m.id.startswith(REST)], ids=lambda mask: mask.id)
def test_the_filter_lets_every_mask_begin(mask: Mask) -> None:
    characters, empty = first_characters(parser.parse(mask.pattern))
    assert not empty
    assert [char for char in sorted(characters) if not re.match(FIRST, char)] == []


# What the masks decide


@pytest.mark.parametrize(
    ("text", "words", "fate"),
    [
        ("国家标准《袜子》(GB/T 20210-2021)发布", "20210-2021", "code"),
        ("四川省“51020”现代产业集群加速成形", "51020", "scheme"),
        ("拨打“12315”热线", "12315", "identifier"),
        ("当天晚上六点出发", "六", "date"),
        ("依据绍政发〔2021〕9号文件", "9", "code"),
    ],
)
def test_a_numeral_is_masked(text: str, words: str, fate: str) -> None:
    projection = project(text)
    at = projection.text.index(words)
    found = [f for a, b, f, _ in find_masks(projection.text, projection.quoted) if a <= at and at + len(words) <= b]
    assert found == [fate]


@pytest.mark.parametrize("text", ["建成“1459”个网点", "获得“3”件商标", "增长“20”%", "“一”字"])
def test_quoted_numbers_that_count_are_no_schemes(text: str) -> None:
    projection = project(text)
    assert "scheme" not in [fate for _, _, fate, _ in find_masks(projection.text, projection.quoted)]


@pytest.mark.parametrize(
    ("before", "surface", "after", "fate"),
    [
        ("人民币兑美元中间价报", "7.1686", "。", "physical"),
        ("显卡RTX ", "4060", " 搭配", "name"),
        ("\n", "2", "、不要点击陌生链接", "layout"),
        ("大运队以", "29", "比27获胜", "scheme"),
        ("醉驾致", "2", "死2伤", "unmapped"),
        ("主要上市公司:中国软件(", "600536", ")", "code"),
        ("近两日呈", "10", "连阴", "idiom"),
        ("气温", "35", "到38度", "physical"),
        ("在月球轨道停留", "5", "到7天", "age_or_duration"),
        ("新公司有", "30", "名员工", None),
    ],
)
def test_what_is_left_over_is_known_by_the_words_around_it(
    before: str, surface: str, after: str, fate: str | None
) -> None:
    found = rest_mask(before, surface, after)
    assert (found[0] if found else None) == fate


def test_what_ends_before_a_numeral_does_not_hide_it() -> None:
    assert rest_mask("搭载骁龙8 Gen ", "3", " 芯片") is not None


PIECES = (
    "第三届",
    "2021年",
    "GB/T 1-2020",
    "“51020”",
    "一站式",
    "最后一公里",
    "(3)",
    "1+5+N",
    "、",
    "3家",
    "12315",
    "好",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_masks_are_in_order_and_do_not_overlap(pieces: list[str]) -> None:
    projection = project("".join(pieces))
    masks = find_masks(projection.text, projection.quoted)
    assert all(0 <= start < end <= len(projection.text) for start, end, _, _ in masks)
    assert all(one[1] <= other[0] for one, other in pairwise(masks))


@pytest.mark.parametrize(
    "unit", ["1", "一", "、", "(", "[(", "1+", "A1", "1.", "1-", "a", "好", "各", "第", "〔2021〕"]
)
def test_hostile_strings_cost_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            find_masks(text)
            best = min(best, time.process_time() - start)
        return best

    seconds(1000)
    # Twice the length costs twice the time; quadratic cost would be four times.
    assert seconds(100_000) < 3 * seconds(50_000) + 0.05
