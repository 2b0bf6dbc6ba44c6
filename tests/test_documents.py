"""Bytes to articles: encodings, plain text, metadata, boilerplate, refusals."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityextract.documents import EXTENSIONS, read_article
from qualityextract.documents.boilerplate import is_breadcrumb, is_furniture
from qualityextract.documents.metadata import (
    date_of_url,
    find_compact_date,
    find_date,
    find_dateline,
    names,
    parse_credits,
)
from qualityextract.documents.plaintext import rejoin, without_page_marks
from qualityextract.documents.ruledata import LineRule, line_rules
from qualityextract.errors import DocumentError, RuleError
from qualityextract.model import Article, RawDocument

FIXTURES = Path(__file__).parent / "fixtures" / "documents"
STORY = "近日，青河县市场监管局公布结果，全县新增注册商标26件，参与制定国家标准4项。县里将继续推进质量提升行动。"


def read(text: str | bytes, name: str = "a.txt") -> Article:
    return read_article(RawDocument(name, text.encode("utf-8") if isinstance(text, str) else text))


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-32", "utf-32"),
    ],
)
def test_every_encoding_gives_the_same_article(codec: str, named: str) -> None:
    mark = b"\xfe\xff" if codec == "utf-16-be" else b""
    article = read(mark + STORY.encode(codec))
    assert (article.text, article.encoding) == (STORY, named)
    assert article.article_id == read(STORY).article_id


def test_big5_is_told_from_gb18030() -> None:
    story = "國家標準委公布結果，全縣新增註冊商標二十六件，企業參與制定國家標準四項，產品質量繼續提升。"
    article = read(story.encode("big5hkscs"))
    assert (article.text, article.encoding) == (story, "big5hkscs")


def test_a_lying_charset_is_not_believed() -> None:
    page = f'<html><head><meta charset="utf-8"><title>x</title></head><body><p>{STORY}</p></body></html>'
    assert STORY in read(page.encode("gb18030"), "a.html").text
    page = page.replace("utf-8", "gb2312")
    assert STORY in read(page.encode("utf-8"), "a.html").text


def test_line_ends_and_controls() -> None:
    article = read(f"题目一行\r\n\r\n{STORY}\r第二段：\x00集群\u200b现有团体标准9项。\ufeff\r\n")
    assert article.text == f"题目一行\n{STORY}\n第二段：集群现有团体标准9项。"


def test_few_broken_bytes_are_kept_visible_and_many_refused() -> None:
    good = (STORY * 10).encode("utf-8")
    article = read(good[:30] + b"\xff" + good[30:])
    assert article.text.count("\ufffd") == 1
    with pytest.raises(DocumentError, match="no readable text"):
        read(b"".join(b"\xff\xfe\xfd" + bytes([byte]) for byte in range(256)) * 8)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\r\n\t", "empty"),
        (b"\xef\xbb\xbf", "no readable text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x00" * 5000, "control characters"),
        ("。，……——".encode(), "no readable text"),
        (b"<html><body><script>var a = 1;</script><p> </p></body></html>", "shows no text"),
    ],
)
def test_unreadable_input_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        read(data, "某 文件.txt")
    assert caught.value.path == "某 文件.txt"


# --- guards --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"a" * 50_000_000,
        "质".encode() * 5_000_000,
        b"<html><body>" + b"<div>" * 200_000 + STORY.encode(),
        b"<html><body>" + b"<ul><li>" * 100_000 + STORY.encode(),
        b"<html><body>" + b"<table><tr><td>" * 100_000 + STORY.encode(),
    ],
    ids=["one byte", "one character", "div", "list", "table"],
)
def test_bombs_are_refused_quickly(data: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(DocumentError):
        read(data, "bomb.html")
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "（" * 200_000 + STORY,
        "2023年" * 50_000 + STORY,
        "来源：" * 50_000 + STORY,
        "记者 " * 50_000 + STORY,
        " > " * 9_000,
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(DocumentError):
        read(text)
    assert time.perf_counter() - began < 10


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_and_stays_verbatim(text: str) -> None:
    try:
        article = read(text)
    except (DocumentError, UnicodeEncodeError):
        return
    assert article.text.strip()
    assert 0 <= article.body_start <= len(article.text)
    assert article.article_id == hashlib.sha256(article.text.encode()).hexdigest()[:16]
    assert read(text) == article


# --- plain text ----------------------------------------------------------------------------------------------------


def test_a_saved_page_comes_out_clean() -> None:
    source = (FIXTURES / "saved_page.txt").read_bytes()
    article = read(source, "saved_page.txt")
    lines = article.text.split("\n")
    assert lines[:2] == ["九家企业通过省级验收", "青河县三个产业集群完成对标提升"]
    assert lines[2].startswith("今年以来,青河县")
    assert lines[-1].endswith("新增注册商标26件。")
    assert len(lines) == 4
    assert article.text[article.body_start :].startswith("今年以来")
    assert article.title == "青河县三个产业集群完成对标提升"
    assert article.kicker == "九家企业通过省级验收"
    assert article.published == dt.date(2022, 11, 8)
    assert article.publisher == "青河质量报"
    assert article.authors == ("何小溪", "石小安", "田大川")
    assert article.editor == "林晓"
    assert article.encoding == "utf-8"
    assert article.media_type == "text/plain"


def test_text_is_made_of_stretches_of_the_source_in_order() -> None:
    source = squeezed((FIXTURES / "saved_page.txt").read_text("utf-8"))
    at = 0
    for line in read((FIXTURES / "saved_page.txt").read_bytes()).text.split("\n"):
        at = source.index(squeezed(line), at) + len(squeezed(line))


def test_first_line_of_metadata_is_read_and_dropped() -> None:
    article = read(f"http://www.example.org/n/1    2023年08月03日 17:51    来源：青河网\n{STORY}")
    assert article.text == STORY
    assert article.published == dt.date(2023, 8, 3)
    assert article.publisher == "青河网"
    assert article.url == "http://www.example.org/n/1"
    assert article.title is None
    assert article.body_start == 0


def test_report_with_title_and_date_lines() -> None:
    article = read(f"青河县2026年政府工作报告\n2026-02-02\n一、工作回顾\n{STORY}")
    assert article.title == "青河县2026年政府工作报告"
    assert article.published == dt.date(2026, 2, 2)
    assert article.text == f"青河县2026年政府工作报告\n一、工作回顾\n{STORY}"
    assert article.text[article.body_start :].startswith("一、")


@pytest.mark.parametrize(
    ("glued", "title", "body"),
    [
        ("原标题：青河县新增26件商标 近日，记者从县局获悉，青河县新增26件商标。", "青河县新增26件商标", "近日，"),
        (
            "原标题：青河县新增26件商标本报青河8月18日讯（记者 石安）全县新增商标26件。",
            "青河县新增26件商标",
            "本报青河",
        ),
        ("原标题：青河县新增26件商标8月4日，记者从县局获悉，新增26件。", "青河县新增26件商标", "8月4日"),
        (
            "青河县新增26件商标新华社2023-07-28新华社青河7月27日电 全县新增商标26件。",
            "青河县新增26件商标",
            "新华社青河",
        ),
        (
            "青河县新增二十六件商标        青河县市场监管局26日发布通告，新增商标26件。",
            "青河县新增二十六件商标",
            "青河县市",
        ),
    ],
)
def test_a_glued_headline_is_parted_where_the_border_is_plain(glued: str, title: str, body: str) -> None:
    article = read(f"2023-08-19 09:49\n{glued}")
    assert article.title == title
    assert article.text.startswith(title + "\n")
    assert article.text[article.body_start :].startswith(body)


def test_a_repeated_glued_headline_stays_twice() -> None:
    article = read("原标题：青河县上半年授权专利385件青河县上半年授权专利385件 8月4日，记者从县局获悉，情况良好。")
    assert article.title == "青河县上半年授权专利385件"
    assert article.text.count("授权专利385件") == 2


def test_no_title_is_invented() -> None:
    article = read("原标题：青河县专利授权量突破百件某某广电新媒体讯近日，记者获悉，授权量突破百件。")
    assert article.title is None
    assert "突破百件某某广电" in article.text


@pytest.mark.parametrize(
    ("tail", "authors", "editor", "publisher"),
    [
        ("(记者 崔安 见习记者 秦小清)返回搜狐，查看更多责任编辑：", ("崔安", "秦小清"), None, None),
        ("（尹小业）分享让更多人看到", ("尹小业",), None, None),
        (" 编辑 刘小婕校对 朱小恬", (), "刘小婕", None),
        (
            "来源 青河日报客户端 |记者 张楠编辑 王小萍流程编辑 刘小利返回搜狐，查看更多责任编辑：",
            ("张楠",),
            "王小萍",
            "青河日报客户端",
        ),
        ("（青河广电融媒体新闻中心/沈小杨 编辑/赵小琰）【投稿请发邮件】", ("沈小杨",), "赵小琰", None),
        ("（受访者供图）（来源：青河新闻）", (), None, "青河新闻"),
        ("潇湘晨报综合", (), None, "潇湘晨报"),
        ("声明：本网站所提供的信息仅供参考之用,并不代表本网赞同其观点。联系方式:a@b.cn", (), None, None),
        ("《 青河日报 》（ 2023年08月11日\n19 版）分享让更多人看到", (), None, "青河日报"),
        ("(完)", (), None, None),
    ],
)
def test_tails_are_cut_and_read(tail: str, authors: tuple[str, ...], editor: str | None, publisher: str | None) -> None:
    article = read(STORY + tail)
    assert article.text == STORY
    assert (article.authors, article.editor, article.publisher) == (authors, editor, publisher)


@pytest.mark.parametrize(
    "ending",
    [
        "全市共有通讯员120名，来源广泛。",
        "该平台的编辑部发布标准3项（国家标准1项，行业标准2项）。",
        "企业负责人说：“质量是生命。”",
        "主要成果见《青河县质量提升行动方案》",
        "新增驰名商标9件、地理标志产品1个",
    ],
)
def test_the_last_sentence_of_a_body_stays(ending: str) -> None:
    assert read(STORY + ending).text == STORY + ending


def test_advertisements_inside_a_line_become_breaks() -> None:
    article = read(f"{STORY}广告 学设计就是画图,凭什么年薪30万? ×县里还将新建5个服务站。")
    assert article.text == f"{STORY}\n县里还将新建5个服务站。"


@pytest.mark.parametrize(
    ("text", "place", "publisher", "authors"),
    [
        ("新华社北京7月27日电 ", "北京", "新华社", ()),
        ("中新网重庆8月3日电 (梁小卿)", "重庆", "中新网", ("梁小卿",)),
        ("中新网广东新闻8月2日电 (王安 王小杰)", "广东", "中新网", ("王安", "王小杰")),
        ("本报讯（实习记者 樊小亮 记者惠小禾）", None, None, ("樊小亮", "惠小禾")),
        ("（本报石浦讯）", "石浦", None, ()),
        ("中国消费者报长春讯（韩小瑶\xa0记者李小涛）", "长春", "中国消费者报", ("韩小瑶", "李小涛")),
        ("红网时刻新闻7月27日讯（记者 刘小璇 通讯员 周闯）", None, "红网时刻新闻", ("刘小璇", "周闯")),
        ("央视网消息（新闻联播）：", None, "央视网", ()),
    ],
)
def test_datelines(text: str, place: str | None, publisher: str | None, authors: tuple[str, ...]) -> None:
    article = read(text + STORY)
    assert article.text.startswith(text.strip())
    assert (article.dateline, article.publisher, article.authors) == (place, publisher, authors)


def test_a_date_without_year_is_not_completed() -> None:
    assert read(f"中新网重庆8月3日电 {STORY}").published is None
    assert read(f"青河新闻网2023年8月8日讯（记者 石安）{STORY}").published == dt.date(2023, 8, 8)


def test_place_of_the_date_decides_its_rank() -> None:
    assert read(f"2023-08-12\n{STORY}《青河日报》（2023年08月11日 19版）").published == dt.date(2023, 8, 12)
    assert read(f"{STORY}《青河日报》（2023年08月11日 19版）").published == dt.date(2023, 8, 11)
    assert read(f"http://a.example.org/2023/0810/c1.html\n{STORY}").published == dt.date(2023, 8, 10)
    assert read(f"关于开展质量提升行动的通告\n{STORY}\n青河县人民政府\n2022年1月27日").published == dt.date(2022, 1, 27)


def test_glued_byline_is_read_and_kept() -> None:
    article = read("青河新闻记者 黄小进见习记者 张小娟通讯员 汪心媛 祝安8月11日，记者从县局获悉，新增商标26件。")
    assert article.authors == ("黄小进", "张小娟", "汪心媛", "祝安")
    assert article.text.startswith("青河新闻记者 黄小进")


def test_subtitle_and_markdown() -> None:
    article = read(f"# 青河县质量提升见成效\n——新增商标26件\n\n## 背景\n\n{STORY}\n", "a.md")
    assert (article.title, article.subtitle) == ("青河县质量提升见成效", "——新增商标26件")
    assert article.text == f"青河县质量提升见成效\n——新增商标26件\n背景\n{STORY}"


def test_broken_lines_are_rejoined() -> None:
    long = STORY * 4
    broken = [long[at : at + 30] for at in range(0, len(long), 30)]
    assert squeezed("".join(rejoin(broken))) == long
    assert len(rejoin(broken)) < len(broken) / 2
    table = ["东湖区 | 2 | 5", "南岭县 | 1 | 3", "西山县 | 0 | 1", "北港区 | 4 | 9"]
    assert rejoin(table) == table


PRINTED = (
    "青河县发布质量状况。截至2020年底，全县有效注册商标总量达到12345件，比上年增长百分之九点五，其中驰名商标九件、著名商标四十五件，"
    "地理标志商标十二件；发明专利授权量126件，企业主导制定国家标准15项、行业标准8项；全县食品抽检合格率为98.5%，特种设备定检率达到99.2%，"
    "未发生区域性质量安全事件。下一步将继续开展质量提升行动，推动更多企业导入先进质量管理方法，支持检验检测机构服务中小企业。"
)


@pytest.mark.parametrize(
    "mark", ["— {} —", "-{}-", "－ {} －", "第{}页", "第 {} 页 共 9 页", "\n— {} —\n", "{}", "\n{}\n"]
)
@pytest.mark.parametrize("width", [22, 28, 36])
def test_pages_of_a_printed_document_are_joined_without_their_numbers(width: int, mark: str) -> None:
    lines = [PRINTED[at : at + width] for at in range(0, len(PRINTED), width)]
    lines[4:4] = [mark.format(3)]
    lines[2:2] = [mark.format(2)]
    article = read("青河县2020年质量状况白皮书\n\n" + "\n".join(lines) + "\n")
    assert article.text == f"青河县2020年质量状况白皮书\n{PRINTED}"


def test_numbers_of_a_list_are_no_pages() -> None:
    listed = ["名单", "1", "东湖区某某电器股份有限公司技术中心", "2", "南岭县某某器械厂", "3", "西山县"]
    assert without_page_marks(listed) == listed
    parts = ["第一段说完了，而且足够长，还有一个句号。", "", "— 2 —", "", "第二段从新的一页开始，也说完了。"]
    assert [line for line in without_page_marks(parts) if line] == [parts[0], parts[4]]


def test_an_empty_page_after_cleaning_is_refused() -> None:
    with pytest.raises(DocumentError, match="nothing is left"):
        read("分享到：\n打印本页\n")


# --- parts ---------------------------------------------------------------------------------------------------------


def test_dates() -> None:
    assert find_date("发布于2023年8月3日17:51") == dt.date(2023, 8, 3)
    assert find_date("2023/08/03") == dt.date(2023, 8, 3)
    assert find_date("2023-02-30 后 2023-03-01") == dt.date(2023, 3, 1)
    assert find_date("8月3日") is None
    assert find_date("电话 2023-123-4567") is None
    assert find_date("9/17/2004 5:54:13 AM") == dt.date(2004, 9, 17)
    assert find_compact_date("20230811") == dt.date(2023, 8, 11)
    assert date_of_url("http://a.cn/202308/t20230811_12.html") == dt.date(2023, 8, 11)
    assert date_of_url("http://a.cn/list/12345678.html") is None


def test_credits() -> None:
    credit, rest = parse_credits("来源：青河日报    编辑：苏小亮 2022-02-11 09:52")
    assert (credit.publisher, credit.editor, credit.published, rest) == (
        "青河日报",
        "苏小亮",
        dt.date(2022, 2, 11),
        "",
    )
    assert parse_credits("□ 郝小娇 崔小民 本报记者 徐东周")[0].authors == ("郝小娇", "崔小民", "徐东周")
    assert names("张 倩 欧阳小雨、王安") == ("张倩", "欧阳小雨", "王安")
    assert find_dateline("本县企业发展良好，新增26家。") is None


@pytest.mark.parametrize("rule", line_rules(), ids=lambda rule: rule.id)
def test_line_rules_do_what_their_examples_say(rule: LineRule) -> None:
    find = rule.compiled().search if rule.kind in ("tail", "inline", "pages") else rule.compiled().match
    assert rule.match
    assert rule.no_match
    assert all(find(example) for example in rule.match)
    assert not any(find(example) for example in rule.no_match)


def test_lines_of_figures_are_no_furniture() -> None:
    for line in ("推荐性国家标准12项", "大中小企业融通发展", "评论员文章12篇", "首页企业数量达120家"):
        assert not is_furniture(line)
        assert not is_breadcrumb(line)


def test_a_bad_rule_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from qualityextract.documents import ruledata

    bad = "- {id: doc.tail.bad, kind: tail, pattern: '(', match: [a], no_match: [b]}"
    monkeypatch.setattr(ruledata, "_text", lambda _: bad)
    ruledata.line_rules.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"doc\.tail\.bad: pattern"):
            ruledata.line_rules()
        monkeypatch.setattr(ruledata, "_text", lambda _: bad.replace("'('", "a, extra: 1"))
        with pytest.raises(RuleError, match=r"doc\.tail\.bad: extra"):
            ruledata.line_rules()
    finally:
        ruledata.line_rules.cache_clear()


def test_extensions() -> None:
    assert frozenset({".txt", ".md", ".html", ".htm", ".mhtml", ".mht", ".docx", ".pdf"}) == EXTENSIONS
