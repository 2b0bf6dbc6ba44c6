"""Heads and ends of pages saved as text: newspapers, portals, government sites. All pages are invented."""

from __future__ import annotations

import datetime as dt
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from qualityextract.documents import read_article
from qualityextract.documents.creditline import is_credit
from qualityextract.documents.plaintext import rejoin
from qualityextract.model import Article, RawDocument

CASES = Path(__file__).parent / "cases"
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", Path(__file__).resolve().parents[1] / ".." / "shared"))
STORY = (
    "近日，青河县市场监管局公布结果，全县新增注册商标26件，参与制定国家标准4项，九家企业通过省级验收。\n"
    "“标准提高了，订单也多了。”一家企业负责人说。县里将继续推进质量提升行动。"
)
DAY = dt.date(2017, 3, 14)


def read(text: str) -> Article:
    return read_article(RawDocument("a.txt", text.encode("utf-8")))


@dataclass(frozen=True)
class Head:
    """A head and what is to be read from it; the title is always the same."""

    text: str
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    kicker: str | None = None
    subtitle: str | None = None
    editor: str | None = None
    published: dt.date | None = DAY


TITLE = "青河县三个产业集群完成对标提升"
HEADS = {
    "newspaper: name, date, page, reporter": Head(
        f"{TITLE}\n\n青河质量报 2017年3月14日 02版 记者 何小溪\n", "青河质量报", ("何小溪",)
    ),
    "newspaper: reporter first": Head(
        f"{TITLE}\n记者 何小溪　《青河日报》　2017-03-14　第A03版：要闻\n", "青河日报", ("何小溪",)
    ),
    "newspaper: bars": Head(
        f"{TITLE}\n青河日报 | 2017/3/14 | 第三版 | 本报记者 何小溪 通讯员 石安\n", "青河日报", ("何小溪", "石安")
    ),
    "newspaper: electronic edition": Head(
        f"青河日报数字报\n2017年03月14日 星期二\n第02版：要闻\n上一版 下一版\n放大 缩小 默认\n九家企业通过省级验收\n{TITLE}\n"
        "——新增商标26件\n□ 本报记者 何小溪\n",
        "青河日报",
        ("何小溪",),
        "九家企业通过省级验收",
        "——新增商标26件",
    ),
    "newspaper: kicker of two parts, byline above the date": Head(
        f"一手抓标准 一手抓品牌\n{TITLE}\n□ 何小溪 石安\n\n青河质量导报 2017-03-14 第三版\n",
        "青河质量导报",
        ("何小溪", "石安"),
        "一手抓标准 一手抓品牌",
    ),
    "newspaper: bare name and page": Head(
        f"{TITLE}\n《青河晚报》2017年3月14日第5版  何小溪\n", "青河晚报", ("何小溪",)
    ),
    "newspaper: issue": Head(f"{TITLE}\n青河周刊 2017.03.14 总第208期 文/何小溪\n", "青河周刊", ("何小溪",)),
    "magazine: name that sounds like none": Head(
        f"质量强县建设样本\n{TITLE}\n江北制造观察  2017-03-14  何小溪\n",
        "江北制造观察",
        ("何小溪",),
        "质量强县建设样本",
    ),
    "portal: date, source, author": Head(
        f"{TITLE}\n2017-03-14 09:15  来源：江北观察  作者：何小溪\n", "江北观察", ("何小溪",)
    ),
    "portal: menu, breadcrumb, counters": Head(
        f"青河在线\n首页 | 要闻 | 标准 | 品牌 | 登录 | 注册\n您当前位置：首页 >> 县市连线 >> 正文\n\n{TITLE}\n"
        "2017-03-14 10:22:05  来源：青河在线  作者：何小溪  浏览：3412次  字号：大 中 小\n",
        "青河在线",
        ("何小溪",),
    ),
    "portal: menu of words with spaces": Head(
        f"首页 要闻 时政 民生 专题 视频\n当前位置：首页 > 要闻 > 正文\n{TITLE}\n时间：2017-03-14 08:30 来源：青河网 编辑：石安\n",
        "青河网",
        editor="石安",
    ),
    "portal: credits on lines of their own": Head(
        f"{TITLE}\n发布时间：2017-03-14 08:30\n来源：青河新闻网\n作者：何小溪\n编辑：石安\n浏览次数：120\n分享到：\n",
        "青河新闻网",
        ("何小溪",),
        editor="石安",
    ),
    "portal: point date, source without a colon": Head(
        f"{TITLE}\n2017.03.14 08:30 来源 青河新闻网 责编 石安\n", "青河新闻网", editor="石安"
    ),
    "portal: controls": Head(f"{TITLE}\n2017-03-14 青河新闻网 我要评论 分享\n", "青河新闻网"),
    "government: time, source, font": Head(
        f"网站首页　政务公开　办事服务\n当前位置：首页 > 工作动态\n{TITLE}\n"
        "发布时间：2017-03-14 来源：青河县市场监督管理局 字体：[大 中 小] 浏览次数：87次\n",
        "青河县市场监督管理局",
    ),
    "government: record": Head(
        "索 引 号：000014349/2017-00012\n主题分类：质量\n发文机关：青河县人民政府\n成文日期：2017年3月14日\n"
        f"标　　题：{TITLE}\n发文字号：青政发〔2017〕8号\n有效性：有效\n",
        "青河县人民政府",
    ),
    "government: 信息来源 and print": Head(
        f"{TITLE}\n信息来源：青河县人民政府办公室　发布日期：2017-03-14　【打印】【关闭】\n", "青河县人民政府办公室"
    ),
    "subtitle under a dash": Head(
        f"{TITLE}\n——新增商标26件\n2017年3月14日 来源：青河网\n", "青河网", subtitle="——新增商标26件"
    ),
    "subtitle under the credits": Head(
        f"{TITLE}\n青河网 2017-03-14\n——新增商标26件\n", "青河网", subtitle="——新增商标26件"
    ),
    "subtitle that counts": Head(
        f"{TITLE}\n全县新增注册商标26件，参与制定国家标准4项，九家企业通过验收\n2017/3/14 青河网\n",
        "青河网",
        subtitle="全县新增注册商标26件，参与制定国家标准4项，九家企业通过验收",
    ),
    "kicker, title, subtitle": Head(
        f"抓标准　强品牌\n{TITLE}\n九家企业通过省级验收\n青河日报 2017-03-14 记者 何小溪\n",
        "青河日报",
        ("何小溪",),
        "抓标准　强品牌",
        "九家企业通过省级验收",
    ),
    "date alone": Head(f"{TITLE}\n2017年3月14日\n"),
    "no date": Head(f"{TITLE}\n记者 何小溪\n", authors=("何小溪",), published=None),
    "page without date": Head(f"{TITLE}\n青河日报 第02版 何小溪\n", "青河日报", ("何小溪",), published=None),
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_heads(head: Head) -> None:
    article = read(f"{head.text}\n{STORY}\n")
    assert article.text[article.body_start :] == STORY
    assert article.title == TITLE
    assert (article.publisher, article.authors, article.published) == (head.publisher, head.authors, head.published)
    assert (article.kicker, article.subtitle, article.editor) == (head.kicker, head.subtitle, head.editor)
    above = [line for line in (head.kicker, TITLE, head.subtitle) if line]
    assert article.text[: article.body_start].split() == "\n".join(above).split()


@pytest.mark.parametrize(
    "title", ["青河：山水间长出“金标”", "青河凭什么出了26件商标？", "再添4项国家标准！", "青河县这样做…", "新增26件"]
)
def test_titles_that_end_like_sentences(title: str) -> None:
    article = read(f"{title}\n\n2017-03-14 09:15  来源：青河观察  作者：何小溪\n\n{STORY}")
    assert (article.title, article.published, article.publisher) == (title, DAY, "青河观察")
    assert article.text == f"{title}\n{STORY}"


@pytest.mark.parametrize(
    "lines",
    [
        ["企业怎么说？", "“订单多了！”"],
        ["家底", "全县新增注册商标26件"],
        ["县区 | 商标（件）", "东湖区 | 12", "南岭县 | 9"],
        ["主要数据：", "新增商标26件"],
        ["东湖区", "12件", "南岭县", "12件"],
        ["青河机械有限公司", "青河食品有限公司", "青河陶瓷有限公司", "青河轴承有限公司", "青河水泥有限公司"],
    ],
)
def test_short_lines_behind_the_credits_begin_the_body(lines: list[str]) -> None:
    article = read("\n".join([TITLE, "青河日报 2017-03-14 第02版", *lines, STORY]))
    assert article.title == TITLE
    assert article.text == "\n".join([TITLE, *lines, STORY])
    assert article.text[article.body_start :].startswith(lines[0])


def test_lines_above_the_first_paragraph_stay_when_nothing_says_what_they_are() -> None:
    names = [f"青河第{number}机械有限公司" for number in "一二三四五六七"]
    article = read("\n".join([TITLE, *names, STORY]))
    assert article.text == "\n".join([TITLE, *names, STORY])
    table = ["各县区商标数量（单位：件）", "县区 | 商标", "东湖区 | 12", "南岭县 | 9"]
    assert read("\n".join([*table, STORY])).text == "\n".join([*table, STORY])


def test_lines_with_figures_above_a_date_stay() -> None:
    lines = [TITLE, *(f"第{number}家企业新增商标{number}件" for number in range(1, 7)), "2017-03-14"]
    article = read("\n".join([*lines, STORY]))
    assert (article.title, article.published) == (TITLE, DAY)
    assert article.text == "\n".join([*lines[:-1], STORY])


@pytest.mark.parametrize(
    "line",
    [
        "2014年9月25日荆山质量大会召开",
        "青河县2017年3月14日新增商标26件",
        "第2版地方标准发布",
        "2017-03-14 新增商标26件、标准4项",
        "青河名牌这样炼成",
        "记者节里的质量课，新增商标26件",
    ],
)
def test_lines_that_tell_something_are_no_credits(line: str) -> None:
    assert not is_credit(line)
    assert not is_credit(line, titled=True)


def test_any_order_and_any_separator_of_credits() -> None:
    parts = ["青河质量报", "2017年3月14日", "第02版", "记者 何小溪"]
    shuffler = random.Random(7)
    for separator in (" ", "  ", "　", " | ", "｜", " / ", " · "):
        for _ in range(6):
            shuffler.shuffle(parts)
            article = read(f"{TITLE}\n{separator.join(parts)}\n{STORY}")
            said = (article.title, article.publisher, article.authors, article.published)
            assert said == (TITLE, "青河质量报", ("何小溪",), DAY), separator.join(parts)
            assert article.text == f"{TITLE}\n{STORY}"


# --- ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [
        "（责任编辑：石安）\n【打印】【关闭】\n\n相关链接\n· 东湖区新增3家标杆企业\n· 南岭县获12项团体标准",
        "责任编辑：石安\n上一篇：东湖区新增3家企业\n下一篇：南岭县获12项标准",
        "编辑：石安\n图片新闻\n　邻县抽检45批次\n网友评论\n用户1：东湖区才9件吧",
        "【责任编辑：石安】\n延伸阅读\n东湖区商标达88件",
        "责编：石安\n相关阅读：\n东湖区商标达88件\n关于我们 | 广告服务 | 电话：0310-12345678",
        "[责任编辑 石安]\n分享到：\n微信 微博\n推荐阅读\n东湖区商标达88件，居全省第2位",
        "（编辑 石安）\n网友评论（2）\n用户8：支持\n青ICP备00000000号",
        "责任编辑:石安\n主办单位：青河县人民政府办公室\n技术支持：12345",
    ],
)
def test_what_follows_the_article_goes(end: str) -> None:
    article = read(f"{TITLE}\n2017-03-14 青河网\n{STORY}\n{end}\n")
    assert article.text == f"{TITLE}\n{STORY}"
    assert article.editor == "石安"


@pytest.mark.parametrize(
    "inside",
    ["主办单位公布了评选结果，12家企业获奖。", "图片新闻类作品12件获奖。", "关于我们的12项承诺，县里逐一兑现。"],
)
def test_sentences_that_begin_like_an_end_stay(inside: str) -> None:
    assert read(f"{TITLE}\n{STORY}\n{inside}\n{STORY}").text == f"{TITLE}\n{STORY}\n{inside}\n{STORY}"


def _case(name: str) -> dict[str, Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            if case.get("id") == name:
                return dict(case)
    raise AssertionError(name)


@pytest.mark.parametrize("name", ["C122", "T92", "T126"])
def test_cases_with_side_matter_as_files(name: str) -> None:
    text = str(_case(name)["text"])
    assert read(text).text == text.split("\n")[0]


# --- broken numbers ------------------------------------------------------------------------------------------------


def test_a_number_that_a_line_break_parts_is_whole_again() -> None:
    assert read(str(_case("T128")["text"])).text == "渭南市有效注册商标12345件,发展势头良好。"
    broken = ["截至去年底，青河县共有有效注册商标和地理标志等各类品牌1", "26件。", "县里将继续推进。"]
    assert rejoin(broken) == [broken[0] + broken[1], broken[2]]


@pytest.mark.parametrize(
    "lines",
    [
        ["青河县质量提升行动2017", "345家企业参加，成效明显。"],
        ["青河县质量指数位列第3", "126家企业参加，成效明显。"],
        ["青河县进入全省前10", "126家企业参加，成效明显。"],
        ["青河县新增标准5", "6家企业参加，成效明显。"],
        ["东湖区 | 12", "345 | 南岭县，"],
        ["东湖区 12", "345件，居第一。"],
        ["青河县新增商标12", "345"],
        ["青河县新增商标12件", "345家企业参加。"],
    ],
)
def test_other_lines_that_end_in_digits_stay_apart(lines: list[str]) -> None:
    assert rejoin(lines) == lines


# --- reference material --------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    not (SHARED / "articles").is_dir(), reason="set QUALITYEXTRACT_SHARED to the folder of the reference material"
)
def test_the_reference_articles_are_made_of_their_own_stretches() -> None:
    for path in sorted((SHARED / "articles").glob("*.txt")):
        source = "".join(path.read_text("utf-8").split())
        at = 0
        for line in read_article(RawDocument(path.name, path.read_bytes())).text.split("\n"):
            flat = "".join(line.split())
            at = source.index(flat, at) + len(flat)
