"""HTML pages to articles: invented pages, and real ones where the material is there."""

from __future__ import annotations

import datetime as dt
import json
import os
import runpy
from pathlib import Path

import pytest

from qualityextract.documents import read_article
from qualityextract.model import Article, RawDocument

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures" / "documents"
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT / ".." / "shared"))
needs_shared = pytest.mark.skipif(
    not (SHARED / "articles").is_dir(), reason="set QUALITYEXTRACT_SHARED to the folder of the reference material"
)
PARAGRAPHS = "".join(
    f"<p>第{number}段说，青河县有{number}0家企业参与质量提升行动，效果良好，县里将继续推进。</p>"
    for number in range(2, 7)
)


def page(body: str, head: str = "", name: str = "a.html") -> Article:
    return read_article(RawDocument(name, f"<html><head>{head}</head><body>{body}</body></html>".encode()))


def test_a_government_page() -> None:
    article = read_article(RawDocument("g.html", (FIXTURES / "government.html").read_bytes()))
    assert article.text.split("\n") == [
        "临川市新增四家省级质量标杆",
        "——全市累计达到十一家",
        "近日，省市场监管局公布新一批质量标杆名单，临川市有四家企业上榜，全市累计达到十一家。",
        "各县区入选数量如下表所示，其中东湖区最多，入选两家。",
        "县区 | 新增（家） | 累计（家）",
        "东湖区 | 2 | 5",
        "南岭县 | 1 |",
        "下一步，临川市将继续推广标杆企业的经验，带动更多企业提升质量。",
    ]
    assert article.title == "临川市新增四家省级质量标杆"
    assert article.subtitle == "——全市累计达到十一家"
    assert article.text[article.body_start :].startswith("近日")
    assert article.published == dt.date(2024, 5, 16)
    assert article.publisher == "临川日报"
    assert article.authors == ("石小安",)
    assert article.editor == "何小溪"
    assert article.media_type == "text/html"


def test_a_page_without_a_known_container() -> None:
    article = read_article(RawDocument("d.html", (FIXTURES / "density.html").read_bytes()))
    lines = article.text.split("\n")
    assert lines[0] == "青河县食品产业集群再添两项团体标准"
    assert lines[1].startswith("9月上旬")
    assert lines[-1].endswith("提升产品质量。")
    assert len(lines) == 4
    assert article.authors == ("石小安", "何小溪")
    assert article.published == dt.date(2023, 9, 8)
    assert article.url == "http://news.example.org/2023/0908/c12-345.html"


def test_content_decides_and_not_the_name() -> None:
    data = (FIXTURES / "government.html").read_bytes()
    as_text = read_article(RawDocument("g.txt", data))
    assert as_text.media_type == "text/html"
    assert as_text.text == read_article(RawDocument("g.html", data)).text
    plain = read_article(RawDocument("p.html", "青河县新增商标26件，比去年多5件。".encode()))
    assert plain.media_type == "text/plain"


def test_meta_date_outranks_the_visible_one_and_the_address() -> None:
    head = (
        '<title>青河县质量提升行动</title><meta property="article:published_time" content="2023-05-01T08:00:00+08:00">'
    )
    body = f'<h1>青河县质量提升行动</h1><div>2023-05-02 10:00</div><div class="content">{PARAGRAPHS}</div>'
    assert page(body, head).published == dt.date(2023, 5, 1)
    assert page(body, "<title>青河县质量提升行动</title>").published == dt.date(2023, 5, 2)
    bare = f'<h1>青河县质量提升行动</h1><div class="content">{PARAGRAPHS}</div>'
    assert page(bare).published is None


def test_title_loses_the_site_name() -> None:
    article = page(f'<div class="content">{PARAGRAPHS}</div>', "<title>青河县质量提升行动见成效_青河新闻网</title>")
    assert article.title == "青河县质量提升行动见成效"
    assert article.text.startswith("青河县质量提升行动见成效\n")


def test_kicker_of_the_page_is_kept() -> None:
    body = f'<div class="pretitle">九家企业通过验收</div><h1>青河县质量提升见成效</h1><div id="zoom">{PARAGRAPHS}</div>'
    article = page(body, "<title>青河县质量提升见成效</title>")
    assert (article.kicker, article.title) == ("九家企业通过验收", "青河县质量提升见成效")
    assert article.text.startswith("九家企业通过验收\n青河县质量提升见成效\n第2段")


def test_a_long_discussion_is_not_the_article() -> None:
    comments = "".join(
        f"<p>网友{n}：我觉得这个行动很好，但是我们这里还没有看到变化，希望快一点，再快一点。</p>" for n in range(60)
    )
    article = page(f'<div class="post">{PARAGRAPHS}</div><div class="comments">{comments}</div>')
    assert "网友" not in article.text
    assert article.text.count("\n") == 4


def test_links_to_other_news_inside_the_body_go() -> None:
    links = '<p><a href="1">相关：某市新增标准33项</a></p><p><a href="2">某县获奖44项</a></p>'
    article = page(f'<div class="content">{PARAGRAPHS}{links}{PARAGRAPHS}</div>')
    assert "33项" not in article.text
    assert "44项" not in article.text
    assert article.text.count("第6段") == 2


def test_layout_tables_are_no_rows() -> None:
    article = page(f"<table><tr><td>左</td><td><div>{PARAGRAPHS}</div></td></tr></table>")
    assert " | " not in article.text


def test_deep_pages_within_reason_are_read() -> None:
    article = page("<div>" * 600 + PARAGRAPHS + "</div>" * 600)
    assert article.text.count("\n") == 4


@needs_shared
def test_reference_page_is_exact() -> None:
    path = SHARED / "articles" / "tangshan-2021.txt"
    source = path.read_text("utf-8")
    article = read_article(RawDocument("tangshan-2021.txt", path.read_bytes()))
    body = source[source.index("近日揭晓的") : source.index("《中国质量报》")]
    paragraphs = [line for line in body.split("\n") if line.strip()]
    assert article.text.split("\n") == ["15个产业集群初具规模", "河北唐山重点区域质量提升效果显现", *paragraphs]
    assert article.text[article.body_start :] == "\n".join(paragraphs)
    assert (article.title, article.kicker) == ("河北唐山重点区域质量提升效果显现", "15个产业集群初具规模")
    assert article.published == dt.date(2021, 10, 25)
    assert (article.publisher, article.editor) == ("中国质量报", "水川")
    assert article.authors == ("郝慧娇", "崔学民", "徐东周")


@needs_shared
def test_no_annotated_figure_is_lost_by_cleaning() -> None:
    texts: dict[str, str] = {}
    for file in sorted((SHARED / "gold").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            gold = json.loads(line)
            name = gold["article"]
            if "value_text" not in gold:
                continue
            if name not in texts:
                data = (SHARED / "articles" / f"{name}.txt").read_bytes()
                texts[name] = "".join(read_article(RawDocument(f"{name}.txt", data)).text.split())
            quote = "".join(gold["quote"].split()).removeprefix("原标题：")
            assert quote in texts[name], f"{name}: {gold['quote']}"


@needs_shared
def test_real_pages_keep_their_floor() -> None:
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "documents.py"))
    mean = benchmark["measure"](benchmark["ours"], each=False)
    assert mean["token_f1"] >= 0.97
    assert mean["date"] >= 0.85
    assert mean["checked"] >= 0.97
    assert mean["author"] >= 0.91
