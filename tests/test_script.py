"""Traditional script: told from simplified, converted without moving an offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.language.projection import project
from qualityextract.language.script import is_traditional, simplify
from qualityextract.pipeline import extract_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("諸暨市擁有浙江省政府質量獎3項。", True),
        ("哪吒汽车宣布进军印尼市场,王濛、李昇出席。", False),
        ("浙江省政府质量奖", False),
        ("", False),
    ],
)
def test_traditional_script_is_told_by_its_share(text: str, expected: bool) -> None:
    assert is_traditional(text) is expected


def test_words_are_converted_in_context() -> None:
    assert simplify("乾隆年間,後臺擁有著名商標") == "乾隆年间,后台拥有著名商标"


@given(st.text(alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=60))
def test_no_offset_moves(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_rows_quote_the_original() -> None:
    text = "諸暨市擁有“馳名商標”9件,較上年增長12.5%。"
    rows = extract_text(text).observations
    assert [(row.indicator, row.value, row.region_code) for row in rows] == [
        ("tm.well_known", 9, "330681"),
        ("tm.well_known", 12.5, "330681"),
    ]
    assert all(row.quote == text and "script_converted" in row.flags for row in rows)
    assert text[rows[0].value_start : rows[0].value_end] == "9"


def test_simplified_text_is_left_alone() -> None:
    assert not project("唐山市拥有驰名商标9件。").converted
