"""What copying put between the words of an article: taken out, recorded, and nothing else touched."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.documents import read_article
from qualityextract.documents.repair import RepairRule, compiled, repair_line, repair_lines, repair_rules
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.schema import Tables

HEAD = "青河县公布质量工作成绩\n"


def tables_of(text: str) -> Tables:
    return extract_batch([RawDocument("a.txt", text.encode())])


def put_back(text: str, repairs: tuple[tuple[int, str], ...]) -> str:
    for at, removed in reversed(repairs):
        text = text[:at] + removed + text[at:]
    return text


@pytest.mark.parametrize("rule", repair_rules(), ids=lambda rule: rule.id)
def test_a_rule_mends_its_example_and_leaves_its_counter_examples(rule: RepairRule) -> None:
    assert compiled(rule).sub("", rule.match) == rule.mended
    assert repair_lines([rule.match]).lines == [rule.mended]
    assert [words for words in rule.no_match if repair_lines([words]).lines != [words]] == []


@pytest.mark.parametrize(
    "text",
    [
        "全县执行GB/T 19001-2016、ISO 9001:2015和DB33/T 944-2017标准。",
        "欧盟(EU)商标(trademark)、浙江制造(品字标)、标准(ISO 9001)、女装(women)各9件。",
        "型号为K60-B、A/B-3、XJ_200#的产品合格率100%~120%,温度≤-18℃,面积12㎡。",
        "查询网址:http://www.example.gov.cn/a_b?id=3&x=$y,邮箱a_b@example.com。",
        "R&D投入占比3.2%,C++、.NET、AT&T、Q&A栏目,满意度>95%,<5%。",
        "地区 | 商标 | 专利 | 增长%\n青河县 | 12 | 9 | 3%",
        "他说:“OK!”评分为A、B、C、D四级(见表1)。",
        "2016(丙申)年,诸暨(县级)市;美团(meituan)、长安(Chang'an)汽车。",
    ],
)
def test_nothing_is_taken_for_damage_that_could_mean_something(text: str) -> None:
    assert repair_lines(text.split("\n")).lines == text.split("\n")


def test_pinyin_between_numeral_and_noun_is_taken_out_and_recorded() -> None:
    tables = tables_of(f"{HEAD}2020年,渭南市有效注册商(shāng)标(biāo)达1200件。渭南市著名商标达45件。")
    article = tables.articles[0]
    assert article.text.endswith("有效注册商标达1200件。渭南市著名商标达45件。")
    assert list(article.repairs.values()) == ["(shāng)", "(biāo)"]
    assert article.flags == ("text_repaired",)
    assert {row.value: "text_repaired" in row.flags for row in tables.observations} == {1200.0: True, 45.0: False}
    assert all(article.text[row.value_start : row.value_end] == row.value_text for row in tables.observations)


def test_pinyin_without_tones_needs_company() -> None:
    one = "渭南市商标(biao)9件。"
    assert repair_lines([one]).lines == [one]
    assert repair_lines([one, "质(zhi)量"]).lines == ["渭南市商标9件。", "质量"]


@pytest.mark.parametrize(
    "noise",
    [
        "# k, V8 u9 T& Q",
        "^$RFv5@",
        " 5 |( \\ ",
        "本文来自某某论坛http://bbs.example.com/thread-9-1.html",
        "[color=#fff]",
        "&nbsp;",
    ],
)
def test_a_string_of_a_forum_leaves_the_rows_as_they_were(noise: str) -> None:
    clean = f"{HEAD}2020年,渭南市有效注册商标达1200件。渭南市著名商标达45件。"
    tables = tables_of(clean.replace("件。渭", f"件。{noise}渭"))
    assert [(row.value, row.indicator) for row in tables.observations] == [
        (row.value, row.indicator) for row in tables_of(clean).observations
    ]
    assert tables.articles[0].text == clean
    assert list(tables.articles[0].repairs.values()) == [noise]


def test_a_line_of_nothing_else_goes_with_its_line_feed() -> None:
    lines = ["# k, V8 u9 T& Q", "第一段。", "^$RFv5@", "第二段[/color]。", "^$RFv5@"]
    mended = repair_lines(lines)
    assert mended.lines == ["第一段。", "第二段。"]
    assert mended.sources == (1, 3)
    assert put_back("\n".join(mended.lines), mended.repairs) == "\n".join(lines)


def test_the_headline_is_mended_as_in_the_text() -> None:
    article = read_article(
        RawDocument("a.txt", "渭南市商(shang)标(biao)总量居前\n\n渭南市商标达9件,发展势头良好。\n".encode())
    )
    assert article.title == "渭南市商标总量居前"
    assert article.text.startswith(f"{article.title}\n")
    assert article.body_start == len("渭南市商标总量居前\n")
    assert put_back(article.text, article.repairs).startswith("渭南市商(shang)标(biao)总量")


PIECES = [
    "质量",
    "(zhi)",
    "(liàng)",
    "# k, V8 u9 T& Q",
    "。",
    "^$RFv5@",
    "\n",
    "[color=red]",
    "12件",
    " ",
    "&nbsp;",
    "A",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_what_was_taken_out_can_be_put_back(pieces: list[str]) -> None:
    lines = "".join(pieces).split("\n")
    mended = repair_lines(lines)
    assert put_back("\n".join(mended.lines), mended.repairs) == "\n".join(lines)
    assert len({at for at, _ in mended.repairs}) == len(mended.repairs)


@pytest.mark.parametrize(
    "unit", ["(zhi", "# k ", "^$R5", "本文来自", "[color=", "&amp;", "质(zhi liang ", "!a b", "\\ ^ "]
)
def test_hostile_lines_take_linear_time(unit: str) -> None:
    start = time.process_time()
    repair_line(unit * 5000)
    assert time.process_time() - start < 2
