"""Texts that copying has damaged: lost numbers, words replaced by synonyms."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from qualityextract.find.damage import find_gaps, is_spun
from qualityextract.pipeline import extract_text
from qualityextract.ruleset import Gap, load_ruleset

RULES = load_ruleset()


@pytest.mark.parametrize("gap", RULES.gaps, ids=lambda gap: gap.id)
def test_a_gap_matches_its_example_and_not_its_counter_example(gap: Gap) -> None:
    assert re.search(gap.pattern, gap.match)
    assert not re.search(gap.pattern, gap.no_match)


LOST = "截至去年底,渭南市有效注册商标总量件。全市新增横机余台,专利授权量同比增长%。渭南市拥有驰名商标9件。"


def test_rows_of_a_sentence_that_lost_a_number_are_marked() -> None:
    text = "2020年,渭南市发明专利授权量同比增长%,驰名商标达9件。著名商标达45件。"
    tables = extract_text(text, published=dt.date(2021, 3, 1))
    assert {row.value: "number_missing" in row.flags for row in tables.observations} == {9.0: True, 45.0: False}
    assert tables.articles[0].flags == ("number_missing",)


@pytest.mark.parametrize(
    "text",
    [
        LOST,
        "其中发明专利件,占%。",
        "第届中国质量奖揭晓,该市拥有件驰名商标。",
        "目前有效注册商标总量件。",
        "质量合格率提高个百分点。",
        "质量强国建设进行中。?025年,该市获奖3项。",
    ],
)
def test_a_lost_number_is_noticed(text: str) -> None:
    assert find_gaps(text)


@pytest.mark.parametrize(
    "text",
    [
        "件件有回音,事事有着落,逐件核对,按件计酬,每件商品合格。",
        "指标名称 | 数量(件) | 同比增长(%)\n同比增长% | 12",
        "全市新增项目12个,拥有项目库,企业家、标准件、余家村、其余个别地区。",
        "占比百分之五,占3%,占比高。",
        "近年来硕果累累,年年有余,业余项目丰富,截至年底完成。",
        "共有项目三个,培育个体工商户9户,新增户籍人口12人。",
        "产值超亿元的企业9家,亿元以上项目3个。",
        "其中发明专利件数居首,专利项目多。",
    ],
)
def test_ordinary_words_are_no_gaps(text: str) -> None:
    assert find_gaps(text) == []


def test_one_likely_place_is_not_enough() -> None:
    one = "其中发明专利件,都很重要。"
    assert find_gaps(one) == []
    assert len(find_gaps(one + "另有实用新型件,也很重要。")) == 2


# Reworded by a program

SPUN = "诸暨市常识产权局发布,全市新增地舆标识商标3件,高新手艺企业达45家,邦际尺度化办事中间挂牌。"
NATIVE = "诸暨市知识产权局发布,全市新增地理标志商标3件,高新技术企业达45家,国际标准化服务中心挂牌。"


def test_no_word_of_the_list_is_hidden_in_the_words_it_stands_for() -> None:
    words = [entry.word for entry in RULES.spun]
    assert [entry.native for entry in RULES.spun if any(word in entry.native for word in words)] == []


def test_rows_of_a_spun_text_are_of_low_confidence() -> None:
    assert is_spun(SPUN)
    tables = extract_text(SPUN, published=dt.date(2021, 3, 1))
    assert tables.articles[0].flags == ("spun_text",)
    assert {(row.confidence, "spun_text" in row.flags) for row in tables.observations} == {("low", True)}


def test_a_native_text_is_not_spun() -> None:
    assert not is_spun(NATIVE)
    tables = extract_text(NATIVE, published=dt.date(2021, 3, 1))
    assert tables.articles[0].flags == ()
    assert "high" in {row.confidence for row in tables.observations}


def test_few_such_words_in_a_long_text_are_somebody_elses() -> None:
    assert not is_spun("地舆标识、常识产权、科技立异。" + NATIVE * 50)
