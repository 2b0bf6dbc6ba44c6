"""Time expressions: the table of handbook 2.10, each rule's own examples, and what must hold for any text."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.language.dates import TimeRule, find_times, month_end, resolve_time, time_rules, years_before
from qualityextract.language.projection import project

PUBLISHED = dt.date(2021, 10, 25)
KINDS = {
    "day", "interval", "asof", "now", "since", "window", "open", "recent", "plan", "deadline", "base", "duration",
}  # fmt: skip

# expression, kind, first day, last day, basis; counted from PUBLISHED
TABLE = """
目前 | now | 2021-10-25 | 2021-10-25 | deictic
现在 | now | 2021-10-25 | 2021-10-25 | deictic
如今 | now | 2021-10-25 | 2021-10-25 | deictic
截至目前 | now | 2021-10-25 | 2021-10-25 | deictic
迄今 | now | 2021-10-25 | 2021-10-25 | deictic
至今 | now | 2021-10-25 | 2021-10-25 | deictic
截至10月底 | asof | 2020-10-31 | 2020-10-31 | fuzzy
截至10月末 | asof | 2020-10-31 | 2020-10-31 | fuzzy
截至9月底 | asof | 2021-09-30 | 2021-09-30 | deictic
截至12月底 | asof | 2020-12-31 | 2020-12-31 | deictic
截至去年底 | asof | 2020-12-31 | 2020-12-31 | deictic
去年年末 | asof | 2020-12-31 | 2020-12-31 | deictic
截至今年6月底 | asof | 2021-06-30 | 2021-06-30 | deictic
截至2021年9月底 | asof | 2021-09-30 | 2021-09-30 | stated
截至2023年6月 | asof | 2023-06-01 | 2023-06-30 | stated
截至9月 | asof | 2021-09-01 | 2021-09-30 | deictic
截至三季度末 | asof | 2021-09-30 | 2021-09-30 | deictic
截至上月底 | asof | 2021-09-30 | 2021-09-30 | deictic
2020年底 | asof | 2020-12-31 | 2020-12-31 | stated
一季度末 | asof | 2021-03-31 | 2021-03-31 | deictic
到年底 | asof | 2021-12-31 | 2021-12-31 | fuzzy
1—9月 | interval | 2021-01-01 | 2021-09-30 | deictic
1——9月 | interval | 2021-01-01 | 2021-09-30 | deictic
一至九月 | interval | 2021-01-01 | 2021-09-30 | deictic
2023年1-6月 | interval | 2023-01-01 | 2023-06-30 | stated
前三季度 | interval | 2021-01-01 | 2021-09-30 | deictic
前9个月 | interval | 2021-01-01 | 2021-09-30 | deictic
上半年 | interval | 2021-01-01 | 2021-06-30 | deictic
今年上半年 | interval | 2021-01-01 | 2021-06-30 | deictic
去年下半年 | interval | 2020-07-01 | 2020-12-31 | deictic
一季度 | interval | 2021-01-01 | 2021-03-31 | deictic
第三季度 | interval | 2021-07-01 | 2021-09-30 | deictic
下半年 | interval | 2021-07-01 | 2021-10-25 | fuzzy
今年 | interval | 2021-01-01 | 2021-10-25 | deictic
去年 | interval | 2020-01-01 | 2020-12-31 | deictic
上年 | interval | 2020-01-01 | 2020-12-31 | deictic
上一年度 | interval | 2020-01-01 | 2020-12-31 | deictic
前年 | interval | 2019-01-01 | 2019-12-31 | deictic
明年 | interval | 2022-01-01 | 2022-12-31 | deictic
2020年 | interval | 2020-01-01 | 2020-12-31 | stated
二〇二〇年 | interval | 2020-01-01 | 2020-12-31 | stated
2020-2022年 | interval | 2020-01-01 | 2021-10-25 | stated
2018年至今年9月底 | interval | 2018-01-01 | 2021-09-30 | stated
2018年至去年 | interval | 2018-01-01 | 2020-12-31 | stated
6月 | interval | 2021-06-01 | 2021-06-30 | deictic
12月 | interval | 2020-12-01 | 2020-12-31 | deictic
6月上旬 | interval | 2021-06-01 | 2021-06-10 | deictic
6月中旬 | interval | 2021-06-11 | 2021-06-20 | deictic
6月下旬 | interval | 2021-06-21 | 2021-06-30 | deictic
5月18日至20日 | interval | 2021-05-18 | 2021-05-20 | deictic
2021年3月1日至5月2日 | interval | 2021-03-01 | 2021-05-02 | stated
本月 | interval | 2021-10-01 | 2021-10-25 | deictic
上月 | interval | 2021-09-01 | 2021-09-30 | deictic
上周 | interval | 2021-10-18 | 2021-10-24 | deictic
全年 | interval | 2021-01-01 | 2021-10-25 | deictic
今年以来 | since | 2021-01-01 | 2021-10-25 | deictic
年初以来 | since | 2021-01-01 | 2021-10-25 | deictic
去年以来 | since | 2020-01-01 | 2021-10-25 | deictic
去年5月以来 | since | 2020-05-01 | 2021-10-25 | deictic
自5月以来 | since | 2021-05-01 | 2021-10-25 | deictic
2020年以来 | since | 2020-01-01 | 2021-10-25 | stated
自2020年9月以来 | since | 2020-09-01 | 2021-10-25 | stated
十四五以来 | since | 2021-01-01 | 2021-10-25 | stated
党的十八大以来 | since | 2012-11-01 | 2021-10-25 | stated
党的十九大以来 | since | 2017-10-01 | 2021-10-25 | stated
党的二十大以来 | since | - | - | unknown
近两年 | window | 2019-10-25 | 2021-10-25 | fuzzy
近两年来 | window | 2019-10-25 | 2021-10-25 | fuzzy
两年来 | window | 2019-10-25 | 2021-10-25 | fuzzy
近五年 | window | 2016-10-25 | 2021-10-25 | fuzzy
五年来 | window | 2016-10-25 | 2021-10-25 | fuzzy
过去五年 | window | 2016-10-25 | 2021-10-25 | fuzzy
近三个月 | window | 2021-07-25 | 2021-10-25 | fuzzy
半年来 | window | 2021-04-25 | 2021-10-25 | fuzzy
过去一年 | interval | 2020-10-25 | 2021-10-25 | fuzzy
近年来 | open | - | 2021-10-25 | fuzzy
多年来 | open | - | 2021-10-25 | fuzzy
改革开放以来 | open | - | 2021-10-25 | fuzzy
建市以来 | open | - | 2021-10-25 | fuzzy
机构改革以来 | open | - | 2021-10-25 | fuzzy
创建以来 | open | - | 2021-10-25 | fuzzy
近期 | recent | - | - | unknown
近日 | recent | - | - | unknown
日前 | recent | - | - | unknown
最近 | recent | - | - | unknown
昨日 | day | 2021-10-24 | 2021-10-24 | deictic
今天 | day | 2021-10-25 | 2021-10-25 | deictic
5日 | day | 2021-10-05 | 2021-10-05 | deictic
28日 | day | 2021-09-28 | 2021-09-28 | deictic
31日 | day | - | - | unknown
2022年1月12日 | day | 2022-01-12 | 2022-01-12 | stated
二〇二三年五月十日 | day | 2023-05-10 | 2023-05-10 | stated
2021年2月30日 | day | - | - | unknown
“十一五”期间 | plan | 2006-01-01 | 2010-12-31 | stated
“十二五”期间 | plan | 2011-01-01 | 2015-12-31 | stated
“十三五”期间 | plan | 2016-01-01 | 2020-12-31 | stated
“十四五”时期 | plan | 2021-01-01 | 2025-12-31 | stated
“十五五”时期 | plan | 2026-01-01 | 2030-12-31 | stated
“十三五”末 | asof | - | 2020-12-31 | stated
“十四五”开局之年 | interval | 2021-01-01 | 2021-12-31 | stated
“十三五”收官之年 | interval | 2020-01-01 | 2020-12-31 | stated
到2025年 | deadline | 2025-01-01 | 2025-12-31 | stated
到2025年底 | deadline | 2025-12-31 | 2025-12-31 | stated
力争到2027年 | deadline | 2027-01-01 | 2027-12-31 | stated
2025年前 | deadline | 2025-01-01 | 2025-12-31 | stated
2025年底前 | deadline | 2025-12-31 | 2025-12-31 | stated
年底前 | deadline | 2021-12-31 | 2021-12-31 | deictic
三年内 | deadline | 2021-10-25 | 2024-10-25 | deictic
今后五年 | deadline | 2021-10-25 | 2026-10-25 | deictic
同期 | base | - | - | unknown
上年同期 | base | - | - | unknown
2022年度考核名单 | base | - | - | unknown
2020—2021年度质量奖 | base | - | - | unknown
连续三年 | duration | - | - | unknown
"""

# the same for other days of publication
ELSEWHEN = """
2022-01-12 | 截至10月底 | asof | 2021-10-31 | 2021-10-31 | deictic
2022-01-12 | 全年 | interval | 2021-01-01 | 2021-12-31 | deictic
2022-04-30 | 全年 | interval | 2021-01-01 | 2021-12-31 | deictic
2022-05-01 | 全年 | interval | 2022-01-01 | 2022-05-01 | deictic
2022-01-12 | 下半年 | interval | 2021-07-01 | 2021-12-31 | deictic
2022-01-12 | 四季度 | interval | 2021-10-01 | 2021-12-31 | deictic
2022-01-12 | 前三季度 | interval | 2022-01-01 | 2022-01-12 | fuzzy
2022-03-08 | 过去一年 | interval | 2021-01-01 | 2021-12-31 | deictic
2022-03-08 | 11月 | interval | 2021-11-01 | 2021-11-30 | deictic
2024-02-29 | 近一年来 | window | 2023-02-28 | 2024-02-29 | fuzzy
2023-05-06 | 党的二十大以来 | since | 2022-10-01 | 2023-05-06 | stated
2023-03-30 | 截至3月31日 | asof | 2023-03-31 | 2023-03-31 | deictic
2021-03-01 | 上个月 | interval | 2021-02-01 | 2021-02-28 | deictic
2021-12-20 | 下个月 | interval | 2022-01-01 | 2022-01-31 | deictic
"""


def day(words: str) -> dt.date | None:
    return None if words == "-" else dt.date.fromisoformat(words)


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def check(text: str, published: dt.date, expected: list[str]) -> None:
    (mention,) = find_times(project(text).text)
    period = resolve_time(mention, published)
    kind, start, end, basis = expected
    assert (period.kind, period.start, period.end, period.basis) == (kind, day(start), day(end), basis)
    assert bool(period.note) == (basis == "unknown" or kind == "open" or "had not" in period.note)


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: row[0])
def test_handbook_table(row: list[str]) -> None:
    check(row[0], PUBLISHED, row[1:])


@pytest.mark.parametrize("row", rows(ELSEWHEN), ids=lambda row: f"{row[1]}@{row[0]}")
def test_other_days_of_publication(row: list[str]) -> None:
    check(row[1], dt.date.fromisoformat(row[0]), row[2:])


def test_the_year_last_named() -> None:
    (mention,) = find_times("当年")
    assert resolve_time(mention, PUBLISHED, 2015).end == dt.date(2015, 12, 31)
    assert resolve_time(mention, PUBLISHED).start == dt.date(2021, 1, 1)


@pytest.mark.parametrize(
    "text", ["今年", "去年底", "上半年", "昨日", "5日", "近两年来", "三年内", "上周", "本月", "截至上月底", "去年以来"]
)
def test_without_a_date_of_publication(text: str) -> None:
    """What counts from a day that is not known is not known, and says so."""
    (mention,) = find_times(text)
    period = resolve_time(mention, None)
    assert (period.start, period.end, period.basis) == (None, None, "unknown")
    assert period.note


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2020年", "2020-01-01", "2020-12-31"),
        ("2020年9月以来", "2020-09-01", "-"),
        ("“十三五”期间", "2016-01-01", "2020-12-31"),
    ],
)
def test_stated_years_need_no_date_of_publication(text: str, start: str, end: str) -> None:
    (mention,) = find_times(project(text).text)
    period = resolve_time(mention, None)
    assert (period.start, period.end) == (day(start), day(end))


@pytest.mark.parametrize(
    "text",
    [
        "十五家",
        "一年级",
        "三年级学生",
        "21年",
        "整个工程耗时近3个月",
        "生活了近二十年",
        "省道2021线",
        "今年会",
        "1[2:3]"[:2],
        "日报",
        "达到2025件",
    ],
)
def test_no_time(text: str) -> None:
    assert [m.text for m in find_times(text) if m.kind not in ("base", "duration")] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自2018年12月中心成立运行以来", ["自2018年12月"]),
        ("2018年12月,中心成立以来", ["2018年12月", "成立以来"]),
        ("从2018年的3件增至今年的9件", ["2018年", "今年"]),
        ("上周四到十月", []),
        ("比赛以103:101结束", []),
        ("2022年至2020年", ["2022年至2020年"]),
        ("2021年1月至9月新增,同比增长", ["2021年1月至9月"]),
    ],
)
def test_where_expressions_end(text: str, found: list[str]) -> None:
    assert [m.text for m in find_times(text) if m.kind != "base"] == found


@pytest.mark.parametrize("rule", time_rules(), ids=lambda rule: rule.id)
def test_rule(rule: TimeRule) -> None:
    """`match` is found whole by the rule in its context; the pattern finds nothing in `no_match`."""
    assert rule.kind in KINDS
    found = [m for m in find_times(rule.near) if m.text == rule.match]
    assert [(m.rule, m.kind) for m in found] == [(rule.id, rule.kind)]
    assert re.search(rule.pattern, rule.no_match) is None


def test_rules_have_ids_of_their_own() -> None:
    ids = [rule.id for rule in time_rules()]
    assert len(ids) == len(set(ids))


def test_days() -> None:
    assert month_end(2024, 2) == dt.date(2024, 2, 29)
    assert years_before(dt.date(2024, 2, 29), 1) == dt.date(2023, 2, 28)
    assert years_before(dt.date(2021, 10, 25), -3) == dt.date(2024, 10, 25)


ALPHABET = "0123456789年月日-—至到自从截近两三十五一底末初前后上下半季度今去来以内党的大期间目前全同周个,。 "


@given(st.text(st.sampled_from(ALPHABET), max_size=50), st.none() | st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1)))
def test_any_text(text: str, published: dt.date | None) -> None:
    """Mentions stand in order without overlap, hold their words, and never end before they begin."""
    at = 0
    for mention in find_times(text):
        assert at <= mention.start < mention.end
        assert mention.text == text[mention.start : mention.end]
        at = mention.end
        period = resolve_time(mention, published)
        known = period.start is not None and period.end is not None
        assert (period.basis == "unknown") <= (not known)
        if known:
            assert str(period.start) <= str(period.end)


def seconds(text: str) -> float:
    best = 9.0
    for _ in range(2):
        begun = time.process_time()
        find_times(text)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize(
    "piece", ["1", "十", "2020年", "2020-", "1月", "自2020年", "截至", "今年", "近", "年", "12:", "1年", "十五"]
)
def test_linear_time(piece: str) -> None:
    """Twice the text takes about twice the time."""
    small, large = piece * (10_000 // len(piece)), piece * (20_000 // len(piece))
    assert seconds(large) < 3.5 * seconds(small) + 0.05


def test_a_hundred_thousand_digits() -> None:
    assert find_times("2" * 100_000) == []
    assert seconds("2" * 100_000) < 4 * seconds("2" * 50_000) + 0.05


def test_digits_of_other_scripts_begin_no_expression() -> None:
    assert find_times("༩月༢༠日") == []
