"""Tables in texts: how they are found, and what their cells say by header, stub and caption."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qualityextract.documents import read_article
from qualityextract.find.tables import Table, find_tables, is_missing, is_value, layout_fates, tables_by_sentence
from qualityextract.language.projection import project
from qualityextract.language.sentences import split_sentences
from qualityextract.model import Article, RawDocument
from qualityextract.pipeline import article_of
from qualityextract.resolve.document import document_period
from qualityextract.resolve.period import TimeState
from qualityextract.resolve.place import Places
from qualityextract.resolve.rows import Row
from qualityextract.resolve.tables import table_rows
from qualityextract.schema import validate_rows

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
DAY = dt.date(2021, 3, 25)


def rows_of(article: Article, code: str | None = None) -> list[Row]:
    """The rows of all tables of an article that is about the division `code`."""
    projection = project(article.text)
    places = Places(article.published, title_code=code)
    times = TimeState(article.published, document_period(article, projection.text))
    return [
        row for table in find_tables(projection.text) for row in table_rows(table, article, projection, places, times)
    ]


def read(text: str, code: str | None = None, title: str | None = None) -> dict[str, Row]:
    """The rows of a text by their number as written."""
    rows = rows_of(article_of(text, title=title, published=DAY), code)
    found = {str(row["value_text"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def brief(row: Row, *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


# Layout


def only_table(text: str) -> Table:
    (table,) = find_tables(project(text).text)
    return table


def test_a_table_has_caption_header_and_body() -> None:
    table = only_table("前文。\n各县市驰名商标(单位:件)\n地区 | 驰名商标\n诸暨市 | 21\n嵊州市 | —\n后文。")
    assert table.caption.text == "各县市驰名商标(单位:件)"
    assert [[cell.text for cell in line] for line in (*table.header, *table.body)] == [
        ["地区", "驰名商标"], ["诸暨市", "21"], ["嵊州市", "-"],
    ]  # fmt: skip


def test_a_line_with_the_unit_belongs_to_the_caption_and_prose_does_not() -> None:
    assert only_table("驰名商标统计\n单位:件\n地区 | 数量\n诸暨市 | 21").caption.text == "驰名商标统计\n单位:件"
    assert only_table("情况见下表。\n地区 | 驰名商标\n诸暨市 | 21").caption.text == ""


def test_frames_of_bars_are_no_cells() -> None:
    table = only_table("| 地区 | 驰名商标 |\n|---|---|\n| 诸暨市 | 21 |")
    assert [[cell.text for cell in line] for line in (*table.header, *table.body)] == [
        ["地区", "驰名商标"],
        ["诸暨市", "21"],
    ]


def test_offsets_of_cells_point_into_the_text() -> None:
    text = project("地区 | 驰名商标\n诸暨市 | 2,100件").text
    for line in (*only_table(text).header, *only_table(text).body):
        for cell in line:
            assert text[cell.start : cell.end] == cell.text


@pytest.mark.parametrize(
    "text",
    [
        "首页 | 新闻 | 图片",
        "来源:本报 | 编辑:某人\n正文。",
        "一 | 二\n三 | 四",
        "5 | 3\n7 | 2",
        "没有表格。",
        "|" * 1000,
        "诸城市\n5\n3",
    ],
)
def test_other_lines_with_bars_are_no_tables(text: str) -> None:
    assert find_tables(project(text).text) == []


@pytest.mark.parametrize("text", ["9862件", "31.4%", "-3.2%", "1,204", "2.83万台", "↓5.0", "2018", "1.2个百分点", "0"])
def test_cells_that_are_one_figure(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["诸暨市", "第3届", "3件以及5件", "2019年", "三", "A级", "3岁"])
def test_cells_that_are_none(text: str) -> None:
    assert not is_value(text)


@pytest.mark.parametrize("text", ["", "-", "--", "/", "…", "无", "暂无", "..."])
def test_dashes_and_blanks_are_missing(text: str) -> None:
    assert is_missing(text)


def test_zero_is_not_missing() -> None:
    assert not is_missing("0")


def test_sentences_of_a_table_are_known_and_running_text_in_cells_is_left() -> None:
    long = "全市围绕质量强市建设,累计获得驰名商标21件、地理标志商标13件,培育了一批叫得响的品牌,得到各方好评"
    text = project(f"前文。\n项目 | 数量\n驰名商标 | 21\n事迹 | {long}。\n名牌产品 | 5\n后文。").text
    sentences = split_sentences(text)
    found = tables_by_sentence(text, sentences)
    inside = [text[sentences[i].start : sentences[i].end] for i in sorted(found)]
    assert inside == ["项目|数量", "驰名商标|21", "名牌产品|5"]
    assert [found[i] is not None for i in sorted(found)] == [True, False, False]


def test_two_tables_are_told_apart() -> None:
    text = project("地区 | 驰名商标\n诸暨市 | 21\n说明文字。\n地区 | 名牌产品\n诸暨市 | 4").text
    found = tables_by_sentence(text, split_sentences(text))
    assert [table is not None for table in found.values()] == [True, False, True, False]


def test_numbers_of_lines_and_years_have_fates_of_their_own() -> None:
    text = project("序号 | 地区 | 2019 | 位次\n1 | 诸暨市 | 21 | 3").text
    fates = {text[n.start : n.end]: fate for n, fate, _ in layout_fates(text, only_table(text))}
    assert fates == {"1": "layout", "2019": "date", "3": "ordinal"}


# Cells


def test_regions_in_lines_and_indicators_in_the_header() -> None:
    found = read(
        "潍坊市各县市商标统计表(单位:件)\n地区 | 地理标志商标 | 驰名商标\n诸城市 | 5 | 3\n寿光市 | 12 | —\n青州市 | | 0\n合计 | 17 | 10"
    )
    names = ("indicator", "value", "unit", "scope", "region_code")
    assert {words: brief(row, *names) for words, row in found.items()} == {
        "5": ("gi.trademark", 5, "件", "whole", "370782"),
        "3": ("tm.well_known", 3, "件", "whole", "370782"),
        "12": ("gi.trademark", 12, "件", "whole", "370783"),
        "0": ("tm.well_known", 0, "件", "whole", "370781"),
        "17": ("gi.trademark", 17, "件", "whole", "370700"),
        "10": ("tm.well_known", 10, "件", "whole", "370700"),
    }
    assert all("table_cell" in str(row["flags"]) for row in found.values())
    assert "negated_zero" in str(found["0"]["flags"])


def test_indicators_in_lines_and_regions_in_the_header() -> None:
    found = read("指标 | 诸暨市 | 嵊州市\n驰名商标(件) | 21 | 3\n专精特新小巨人企业(家) | 33 | 5")
    names = ("indicator", "unit", "region_code")
    assert brief(found["21"], *names) == ("tm.well_known", "件", "330681")
    assert brief(found["5"], *names) == ("ent.little_giant", "家", "330683")


def test_units_in_a_column_years_in_the_header_and_changes_beside_them() -> None:
    found = read(
        "潍坊市2020年主要指标\n指标 | 单位 | 2019年 | 2020年 | 同比增长(%)\n"
        "有效发明专利 | 件 | 3,204 | 3,861 | 20.5\n专利授权量 | 万件 | 1.2 | 1.1 | -8.3\n"
        "产品质量监督抽查合格率 | % | 95.1 | 96.3 | 1.4个百分点"
    )
    names = ("indicator", "value", "unit", "stat_kind", "period_end")
    last, this = dt.date(2019, 12, 31), dt.date(2020, 12, 31)
    assert brief(found["3,204"], *names) == ("ip.valid_inventions", 3204, "件", "stock", last)
    assert brief(found["3,861"], *names) == ("ip.valid_inventions", 3861, "件", "stock", this)
    assert brief(found["20.5"], *names) == ("ip.valid_inventions", 20.5, "%", "change_pct", this)
    assert brief(found["1.1"], *names) == ("ip.patent_grants", 11000, "件", "flow", this)
    assert brief(found["8.3"], *names) == ("ip.patent_grants", -8.3, "%", "change_pct", this)
    assert found["1.1"]["period_start"] == dt.date(2020, 1, 1)
    assert brief(found["96.3"], "stat_kind", "unit") == ("rate", "%")
    assert brief(found["1.4"], "stat_kind", "unit") == ("change_pp", "百分点")


def test_points_in_a_column_of_changes() -> None:
    found = read("指标 | 2020年 | 同比增减\n产品质量监督抽查合格率 | 96.3% | 1.4个百分点", "370700")
    assert brief(found["1.4"], "stat_kind", "unit", "value") == ("change_pp", "百分点", 1.4)


def test_the_caption_can_name_what_is_counted() -> None:
    found = read(
        "2020年山东省各市新认定高新技术企业数(家)\n序号 | 地市 | 数量 | 占比\n1 | 济南 | 203 | 12.1%\n2 | 潍坊市 | 129 | 8%\n合计 | | 341 | 100%"
    )
    names = ("indicator", "stat_kind", "unit", "region_code")
    assert brief(found["203"], *names) == ("ent.high_tech", "flow", "家", "370100")
    assert brief(found["12.1"], *names) == ("ent.high_tech", "share", "%", "370100")
    assert brief(found["341"], *names) == ("ent.high_tech", "flow", "家", "370000")
    assert set(found) == {"203", "12.1", "129", "8", "341"}


def test_years_in_lines() -> None:
    found = read(
        "年份 | 注册商标(件) | 专利授权(件)\n2018 | 1200 | 300\n2019年 | 1400 | 350", "330681", "诸暨市品牌建设情况"
    )
    assert brief(found["1200"], "indicator", "period_end") == ("tm.valid_registered", dt.date(2018, 12, 31))
    assert brief(found["350"], "indicator", "period_start") == ("ip.patent_grants", dt.date(2019, 1, 1))


def test_a_day_in_the_header_makes_counts_stocks() -> None:
    found = read("指标 | 2020年末 | 数量\n驰名商标 | 21件 | 22件", "330681")
    assert found["21"]["stat_kind"] == "stock"
    assert found["22"]["stat_kind"] == "cumulative"


def test_parts_point_to_the_line_before() -> None:
    found = read("指标 | 2020年\n地理标志 | 32件\n其中:地理标志商标 | 24件", "330600")
    assert found["24"]["part_of"] == found["32"]["observation_id"]


def test_the_city_proper_is_a_part_that_other_lines_may_count_too() -> None:
    found = read("湖州市各地驰名商标(单位:件)\n地区 | 数量\n市本级 | 9\n德清县 | 7")
    assert brief(found["9"], "scope", "region_code") == ("subset", "330500")
    assert "double_count_risk" in str(found["9"]["flags"])
    assert brief(found["7"], "scope", "region_code") == ("whole", "330521")


def test_what_the_catalogue_lacks_is_unmapped_with_its_label() -> None:
    found = read("项目 | 数量\n驰名商标 | 21件\n社区食堂 | 130家\n平均海拔 | 52米\n其他 | 7", "330681")
    assert brief(found["130"], "indicator", "indicator_text", "unit") == ("unmapped", "社区食堂", "家")
    assert set(found) == {"21", "130"}


def test_lines_that_do_not_fit_the_header_are_left_out() -> None:
    assert set(read("地区 | 驰名商标 | 名牌产品\n诸暨市 | 21 | 4\n嵊州市 | 13", "330600")) == {"21", "4"}


def test_the_table_of_the_sample_communique() -> None:
    path = RAW / "zunyi-communique-2014.html"
    article = read_article(RawDocument(path.name, path.read_bytes()))
    rows = rows_of(article, "520300")
    assert [brief(row, "value_text", "indicator", "stat_kind") for row in rows] == [
        ("9862", "tm.valid_registered", "stock"), ("31.4", "tm.valid_registered", "change_pct"),
        ("176", "tm.famous_provincial", "stock"), ("12.8", "tm.famous_provincial", "change_pct"),
        ("23", "tm.well_known", "stock"), ("27.8", "tm.well_known", "change_pct"),
        ("11", "gi.protected_product", "stock"), ("22.2", "gi.protected_product", "change_pct"),
    ]  # fmt: skip
    assert {brief(row, "region_code", "period_start", "period_end") for row in rows} == {
        ("520300", dt.date(2013, 12, 31), dt.date(2013, 12, 31))
    }


def test_rows_are_complete_and_point_to_their_words() -> None:
    article = article_of(
        "前文。\n驰名商标(单位:件)\n地区 | 数量 | 占比\n诸暨市 | 21 | 5%\n嵊州市 | “13” | 3%", published=DAY
    )
    rows = rows_of(article, "330600")
    assert len(rows) == 4
    for row in rows:
        assert article.text[int(str(row["value_start"])) : int(str(row["value_end"]))] == row["value_text"]
        assert article.text[int(str(row["quote_start"])) : int(str(row["quote_end"]))] == row["quote"]
    kept, bad = validate_rows("observations", rows, "text")
    assert len(kept) == 4
    assert bad == []
