"""Web pages from bytes to rows: what stands beside an article stays out, tables arrive, given data outrank the page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qualityextract import cli
from qualityextract.documents import Examined, examine, read_article
from qualityextract.documents.doubts import flags_of
from qualityextract.documents.page import REASONS
from qualityextract.documents.spans import Grid, Span
from qualityextract.documents.titles import same_title, title_parts
from qualityextract.model import Article, Given, RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.schema import ObservationRecord

TITLE = "诸暨市质量提升行动见成效"
PARAGRAPHS = [
    "近日，诸暨市召开质量提升推进会，全市质量工作取得新的进展，会议要求继续加强品牌建设。",
    "截至2022年底，诸暨市拥有有效注册商标21000件，企业参与的积极性明显提高。",
    "下一步，诸暨市将继续推广标杆企业的经验，带动更多企业提升产品质量和服务水平。",
]
BODY = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
SIDEBAR = (
    "<div class='sidebar'><h3>图片新闻</h3><p>嵊州市拥有有效注册商标9876件，居绍兴市前列，品牌建设成效明显。</p>"
    "<ul><li><a href='1'>某市新增驰名商标44件</a></li></ul></div>"
)


def document(body: str, *, head: str = "", given: Given | None = None) -> RawDocument:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return RawDocument("a.html", page.encode(), given)


def article(body: str, *, head: str = "", given: Given | None = None) -> Article:
    return read_article(document(body, head=head, given=given))


def rows(body: str) -> dict[str, ObservationRecord]:
    """The rows of a page by their numeral as written; every numeral of the pages below stands once."""
    head = '<meta name="pubdate" content="2023-01-20">'
    tables = extract_batch([document(body, head=head)])
    found = {row.value_text: row for row in tables.observations}
    assert len(found) == len(tables.observations)
    return found


# What stands beside the article


def test_no_figure_comes_from_a_sidebar_and_the_body_is_exact() -> None:
    body = f"<div class='main'><h1>{TITLE}</h1><div class='text'>{BODY}</div></div>{SIDEBAR}"
    seen = article(body, head=f"<title>{TITLE}</title>")
    assert seen.text[seen.body_start :].split("\n") == PARAGRAPHS
    assert {name: (row.indicator, row.region_code) for name, row in rows(body).items()} == {
        "21000": ("tm.valid_registered", "330681")
    }


def test_a_sidebar_inside_the_body_goes_too() -> None:
    seen = examine(document(f"<div class='content'>{BODY}{SIDEBAR}{BODY}</div>"))
    assert seen.article.text.split("\n")[-6:] == [*PARAGRAPHS, *PARAGRAPHS]
    assert {(one.reason, one.rule) for one in seen.removed} == {("aside", "div sidebar"), ("links", "")}


def test_a_page_of_several_posts_gives_the_first() -> None:
    second = "<p>另一天的文章说，嵊州市拥有有效注册商标9876件，比上年有所增加，各方反映良好。</p>"
    foot = "<div class='post-footer'>由石小安张贴 @ {} (37) 共 3 篇评论 <a href='1'>发表评论</a></div>"
    body = f"<div>{BODY}{foot.format('2023-01-20 08:00')}{second}{foot.format('2022-12-01 09:00')}</div>"
    seen = article(body)
    assert seen.text.split("\n") == PARAGRAPHS
    assert (seen.authors, seen.published, seen.published_basis) == (("石小安",), dt.date(2023, 1, 20), "tail")


def test_the_owner_of_a_blog_is_the_author_where_nobody_else_is_named() -> None:
    head = f"<title>{TITLE}_石小安的博客_某某网</title>"
    assert article(f"<div class='content'>{BODY}</div>", head=head).authors == ("石小安",)
    named = article(f"<h1>{TITLE}</h1><div>作者：何小溪</div><div class='content'>{BODY}</div>", head=head)
    assert named.authors == ("何小溪",)


def test_a_name_before_the_colon_of_a_headline_that_stands_alone_is_the_author() -> None:
    title = "小溪：质量提升的一年"
    text = f"<h1>{title}</h1><div class='content'><p>质量提升的一年</p><p>小溪</p>{BODY}</div>"
    seen = article(text, head=f"<title>{title}</title>")
    assert seen.authors == ("小溪",)
    assert seen.text.split("\n") == [title, *PARAGRAPHS]
    without = article(f"<h1>{title}</h1><div class='content'>{BODY}</div>", head=f"<title>{title}</title>")
    assert without.authors == ()


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Saturday, September 10th, 2005 10:56 am", dt.date(2005, 9, 10)),
        ("Jan 3, 2021 08:00", dt.date(2021, 1, 3)),
        ("7/5/2005 9:23:57 PM", dt.date(2005, 7, 5)),
    ],
)
def test_dates_in_english(line: str, day: dt.date) -> None:
    seen = article(
        f"<div>{line}</div><h1>{TITLE}</h1><div class='content'>{BODY}</div>", head=f"<title>{TITLE}</title>"
    )
    assert (seen.published, seen.published_basis) == (day, "visible")
    assert line not in seen.text


# Tables


REGIONS = """
<table><caption>绍兴市各县市商标情况（单位：件）</caption>
<thead><tr><th rowspan="2">地区</th><th colspan="2">商标</th></tr>
<tr><th>有效注册商标</th><th>驰名商标</th></tr></thead>
<tbody><tr><td>诸暨市</td><td>21001</td><td>21</td></tr>
<tr><td>嵊州市</td><td>9876</td><td>—</td></tr>
<tr><td>合计</td><td>30877</td><td>24</td></tr></tbody></table>
"""


def test_a_table_of_regions_arrives_with_caption_header_and_total() -> None:
    found = rows(
        f"<h1>绍兴市商标统计公布</h1><div class='content'><p>{PARAGRAPHS[0]}</p>{REGIONS}<p>{PARAGRAPHS[2]}</p></div>"
    )
    assert {name: (row.indicator, row.region_code, row.unit) for name, row in found.items()} == {
        "21001": ("tm.valid_registered", "330681", "件"),
        "9876": ("tm.valid_registered", "330683", "件"),
        "30877": ("tm.valid_registered", "330600", "件"),
        "21": ("tm.well_known", "330681", "件"),
        "24": ("tm.well_known", "330600", "件"),
    }
    assert all("table_cell" in row.flags for row in found.values())


def test_the_lines_of_a_table_with_spans() -> None:
    text = article(f"<div class='content'><p>{PARAGRAPHS[0]}</p>{REGIONS}<p>{PARAGRAPHS[2]}</p></div>").text
    assert text.split("\n")[1:-1] == [
        "绍兴市各县市商标情况（单位：件）",
        "地区 | 商标 | 商标",
        "地区 | 有效注册商标 | 驰名商标",
        "诸暨市 | 21001 | 21",
        "嵊州市 | 9876 | —",
        "合计 | 30877 | 24",
    ]


def test_a_stub_over_two_columns_and_a_city_over_two_lines() -> None:
    table = """<table><tr><td colspan="3">各地驰名商标（单位：件）</td></tr>
    <tr><td>地市</td><td>县市</td><td>驰名商标</td></tr>
    <tr><td rowspan="2">绍兴市</td><td>诸暨市</td><td>21</td></tr><tr><td>嵊州市</td><td>3</td></tr>
    <tr><td colspan="2">合计</td><td>24</td></tr></table>"""
    text = article(f"<div class='content'><p>{PARAGRAPHS[0]}</p>{table}<p>{PARAGRAPHS[2]}</p></div>").text
    assert text.split("\n")[1:-1] == [
        "各地驰名商标（单位：件）",
        "地市 | 县市 | 驰名商标",
        "绍兴市 | 诸暨市 | 21",
        "绍兴市 | 嵊州市 | 3",
        "合计 | 合计 | 24",
    ]


def test_a_figure_that_spans_is_written_once_and_a_year_in_every_column() -> None:
    grid = Grid()
    assert grid.line(["2022年", "数量"], [Span(columns=2), Span()]) == ["2022年", "2022年", "数量"]
    assert grid.line(["甲县", "12"], [Span(), Span(columns=2, rows=2)]) == ["甲县", "12", ""]
    assert grid.line(["乙县"], [Span()]) == ["乙县", "", ""]
    assert grid.line(["丙县", "3", "4"], [Span()] * 3) == ["丙县", "3", "4"]


def test_a_cell_with_a_paragraph_does_not_break_a_table() -> None:
    long = "该市建立质量提升专班，统筹推进各项工作，" * 5
    table = f"<table><tr><td>地区</td><td>驰名商标</td></tr><tr><td>诸暨市</td><td>21件</td></tr><tr><td>事迹</td><td>{long}</td></tr><tr><td>嵊州市</td><td>3件</td></tr></table>"
    found = rows(f"<div class='content'><p>{PARAGRAPHS[0]}</p>{table}<p>{PARAGRAPHS[2]}</p></div>")
    assert {name: row.region_code for name, row in found.items()} == {"21": "330681", "3": "330683"}


@pytest.mark.parametrize("header", ["名称", "分类", "标题"])
def test_the_header_of_a_table_is_no_record_of_the_page(header: str) -> None:
    table = f"<table><tr><td>{header}</td><td>2022年</td></tr><tr><td>驰名商标</td><td>21件</td></tr></table>"
    text = article(f"<div class='content'><p>{PARAGRAPHS[0]}</p>{table}<p>{PARAGRAPHS[2]}</p></div>").text
    assert f"{header} | 2022年" in text


def test_the_record_of_an_official_document_is_metadata() -> None:
    record = """<table><tr><td>索 引 号：</td><td>000014349/2023-00012</td></tr><tr><td>发文机关：</td><td>诸暨市人民政府</td></tr>
    <tr><td>标　　题：</td><td>诸暨市质量提升行动见成效</td></tr><tr><td>发布日期：</td><td>2023年01月20日</td></tr></table>"""
    seen = article(f"<h1>{TITLE}</h1><div class='content'>{record}{BODY}</div>", head=f"<title>{TITLE}</title>")
    assert seen.text.split("\n") == [TITLE, *PARAGRAPHS]
    assert (seen.publisher, seen.published) == ("诸暨市人民政府", dt.date(2023, 1, 20))


# What a table or archive gives


GIVEN = Given(
    title=TITLE, published=dt.date(2023, 2, 1), publisher="某某日报", authors=("石小安",), url="http://a.example/1"
)


def test_what_is_given_outranks_the_page() -> None:
    body = f"<h1>{TITLE}</h1><div>2023-01-20 10:00 来源：青河网 作者：何小溪</div><div class='content'>{BODY}</div>"
    seen = examine(document(body, given=GIVEN))
    told = seen.article
    assert (told.published, told.published_basis) == (dt.date(2023, 2, 1), "given")
    assert (told.publisher, told.authors, told.url) == ("某某日报", ("石小安",), "http://a.example/1")
    assert {seen.basis[name] for name in ("title", "published", "publisher", "authors", "url")} == {"given"}
    assert told.text.split("\n") == [TITLE, *PARAGRAPHS]


@pytest.mark.parametrize("first", [f"{TITLE}\n", f"{TITLE}。\n", f"“{TITLE}”\n", f"{TITLE}　　", ""])
def test_a_given_title_stands_in_the_text_once(first: str) -> None:
    text = first + "\n".join(PARAGRAPHS)
    told = read_article(RawDocument("t.txt", text.encode(), Given(title=TITLE)))
    assert told.text.count(TITLE) == 1
    assert told.title is not None
    assert same_title(told.title, TITLE)
    assert told.text[told.body_start :].split("\n") == PARAGRAPHS


def test_a_given_title_loses_the_site_and_keeps_the_headline_of_the_text() -> None:
    text = f"诸暨市拥有驰名商标21件\n{PARAGRAPHS[0]}\n{PARAGRAPHS[2]}"
    told = read_article(RawDocument("t.txt", text.encode(), Given(title=f"{TITLE}_青河新闻网")))
    assert told.title == TITLE
    assert told.text.split("\n") == [TITLE, *text.split("\n")]
    assert told.text[: told.body_start] == f"{TITLE}\n诸暨市拥有驰名商标21件\n"


def test_a_sentence_that_begins_like_the_given_title_is_not_cut() -> None:
    text = f"{TITLE}，全市上下备受鼓舞。\n{PARAGRAPHS[0]}"
    told = read_article(RawDocument("t.txt", text.encode(), Given(title=TITLE)))
    assert told.text.split("\n") == [TITLE, *text.split("\n")]


def test_a_figure_in_a_given_title_has_offsets_in_the_text() -> None:
    given = Given(title="诸暨市新增驰名商标7件", published=dt.date(2023, 2, 1))
    tables = extract_batch([RawDocument("t.txt", "\n".join(PARAGRAPHS).encode(), given)])
    (row,) = [row for row in tables.observations if row.value == 7]
    assert tables.articles[0].text[row.value_start : row.value_end] == "7"
    assert row.published == dt.date(2023, 2, 1)


def test_parts_of_titles() -> None:
    assert title_parts("质量提升见成效_青河新闻网") == ["质量提升见成效_青河新闻网", "质量提升见成效"]
    assert title_parts("质量提升见成效") == ["质量提升见成效", "质量提升见成效"]


@pytest.mark.parametrize("title", ["青河网>要闻", "news.example.com", "质量 | www.example.cn"])
def test_a_title_that_only_names_the_site_is_none(title: str) -> None:
    seen = article(f"<p>{TITLE}</p><div class='content'>{BODY}</div>", head=f"<title>{title}</title>")
    assert (seen.title, seen.text.split("\n")) == (TITLE, [TITLE, *PARAGRAPHS])


# Doubts


@pytest.mark.parametrize(
    ("meta", "visible", "suspect"),
    [
        ("2023-01-20", "2023-01-21", False),
        ("2031-01-20", "2023-01-21", True),
        ("2023-01-20", "2021-01-20", True),
        ("2021-05-20", "2021-05-20", True),
    ],
)
def test_a_date_that_the_page_or_the_text_contradicts_is_suspect(meta: str, visible: str, suspect: bool) -> None:
    head = f'<title>{TITLE}</title><meta name="pubdate" content="{meta}">'
    body = f"<h1>{TITLE}</h1><div>{visible} 10:00</div><div class='content'>{BODY}</div>"
    tables = extract_batch([document(body, head=head)])
    assert ("page_date_suspect" in tables.articles[0].flags) is suspect
    assert tables.observations
    assert all(("page_date_suspect" in row.flags) is suspect for row in tables.observations)


def test_a_plan_for_a_later_year_and_an_old_signature_are_no_contradiction() -> None:
    day = dt.date(2023, 1, 20)
    text = "到2035年，建成质量强市。截至2022年底，拥有商标21件。"
    assert flags_of(text, day, {"meta": day, "signature": dt.date(2022, 10, 1)}, ()) == ()
    assert flags_of(text, day, {"meta": day, "signature": dt.date(2023, 10, 1)}, ()) == ("page_date_suspect",)


@pytest.mark.parametrize(
    ("mark", "more"),
    [
        ("<p>（下转第三版）</p>", True),
        ("<p>（上接第1版）</p>", True),
        ("<div class='pager'><a href='2'>2</a> <a href='3'>下一页</a></div>", True),
        ("<p>第1页 共5页</p>", True),
        ("<p>第1页/共1页 上一页 下一页</p>", False),
        ("<p>上一篇：某县召开会议</p>", False),
        ("", False),
    ],
)
def test_marks_of_further_pages(mark: str, more: bool) -> None:
    seen = article(f"<div class='content'>{BODY}{mark}</div>")
    assert ("multi_page" in seen.flags) is more
    assert seen.text.split("\n") == PARAGRAPHS


def test_a_mark_behind_the_last_sentence_goes_and_is_known() -> None:
    text = "\n".join(PARAGRAPHS) + "（下转第三版）"
    seen = examine(RawDocument("t.txt", text.encode()))
    assert seen.article.text.split("\n") == PARAGRAPHS
    assert seen.article.flags == ("multi_page",)
    assert ("inline", "doc.inline.continued") in {(one.reason, one.rule) for one in seen.removed}


# What was left out, and the command that shows it


def seen_page() -> tuple[bytes, Examined]:
    body = (
        f"<nav>首页 要闻</nav><div>您当前位置：首页 > 要闻 > 正文</div><h1>{TITLE}</h1><div>2023-01-20 10:00 来源：青河网</div>"
        f"<div class='content'>{BODY}<p>【打印】【关闭】</p><p>（记者 石小安）</p><p>相关新闻</p><p>某县新增标准33项。</p></div>{SIDEBAR}"
    )
    raw = document(body, head=f"<title>{TITLE}</title>")
    return raw.data, examine(raw)


def test_every_line_of_a_page_is_in_the_text_or_left_out_with_a_reason() -> None:
    _, seen = seen_page()
    reasons = {one.text: (one.reason, one.rule) for one in seen.removed}
    assert reasons["首页 要闻"] == ("element", "nav")
    assert reasons["2023-01-20 10:00 来源：青河网"] == ("credit", "")
    assert reasons["【打印】【关闭】"] == ("furniture", "doc.furniture.controls")
    assert reasons["（记者 石小安）"] == ("credit", "")
    assert reasons["相关新闻"] == ("related", "doc.related.list")
    assert reasons["某县新增标准33项。"] == ("behind", "doc.related.list")
    assert reasons["图片新闻"][0] == "outside"
    assert {reason for reason, _ in reasons.values()} <= set(REASONS)
    assert seen.basis["authors"] == "tail"


def test_show_prints_fields_text_and_what_was_left_out(tmp_path: Path) -> None:
    data, _ = seen_page()
    file = tmp_path / "页.html"
    file.write_bytes(data)
    done = CliRunner().invoke(cli.group_app, ["show", str(file)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    for words in ("text/html, utf-8", "青河网", "石小安", PARAGRAPHS[1], "doc.furniture.controls", "readers see"):
        assert words in done.stdout
    assert "--all shows them" not in done.stdout


def test_show_shortens_long_lists_unless_all_is_asked_for(tmp_path: Path) -> None:
    links = "".join(f"<li>第{number}条别的新闻</li>" for number in range(9))
    file = tmp_path / "a.html"
    file.write_bytes(document(f"<div class='content'>{BODY}</div><ul>{links}</ul>").data)
    short = CliRunner().invoke(cli.group_app, ["show", str(file)]).stdout
    assert "and 4 more; --all shows them" in short
    assert "第8条别的新闻" not in short
    assert "第8条别的新闻" in CliRunner().invoke(cli.group_app, ["show", str(file), "--all"]).stdout


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7"])
def test_show_refuses_what_it_cannot_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.html"
    if content is not None:
        file.write_bytes(content)
    done = CliRunner().invoke(cli.group_app, ["show", str(file)])
    assert done.exit_code == cli.WRONG_USE
    assert "error: " in done.stderr
    assert "a.html" in done.stderr
