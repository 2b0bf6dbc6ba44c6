"""The checks across rows: every one with rows that earn its flag and rows that don't; flags are all that they write."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.resources
import re
from fnmatch import fnmatchcase
from typing import Any, get_args

import pytest

from qualityextract import vocabulary
from qualityextract.model import Article
from qualityextract.pipeline import article_of, read
from qualityextract.resolve.checks import caps, check_rows, institutions, life_spans
from qualityextract.resolve.facts import step_of
from qualityextract.resolve.rows import Row

DAY = dt.date(2021, 3, 1)
ARTICLE = Article(path="text", text="0" * 400, article_id="a", published=DAY)


def row(indicator: str, value: float, kind: str = "stock", **changes: Any) -> Row:
    """A row as the engine makes it, reduced to what the checks read; `at` places it in the text."""
    at = changes.pop("at", 10)
    made: Row = {
        "observation_id": f"{indicator}-{kind}-{value}-{at}-{changes.get('region_code')}",
        "indicator": indicator, "stat_kind": kind, "status": "achieved", "value": value, "value_max": None,
        "bound": "exact", "unit": "个", "level": (), "role": None, "attributes": {}, "scope": "whole",
        "subject": "某地", "region_code": "330600", "region_level": "prefecture", "period_start": DAY,
        "period_end": DAY, "part_of": None, "quote": "", "quote_start": 0, "quote_end": 100,
        "value_text": f"{value:g}", "value_start": at, "flags": (),
    }  # fmt: skip
    assert set(changes) <= set(made)
    return {**made, **changes}


def flags(rows: list[Row], article: Article = ARTICLE) -> list[set[str]]:
    check_rows(rows, article)
    return [set(row["flags"]) for row in rows]  # type: ignore[call-overload]


def said(text: str, published: dt.date = DAY) -> dict[str, set[str]]:
    """Flags of the rows of a text, by the number as written."""
    article = article_of(text, published=published)
    rows = read(article).rows
    check_rows(rows, article)
    return {str(row["value_text"]): set(row["flags"]) for row in rows}  # type: ignore[call-overload]


# Legal life, breaks, bodies


@pytest.mark.parametrize(
    ("indicator", "kind", "last_good", "first_bad", "flag"),
    [
        ("tm.famous_provincial", "cumulative", "2018-12-31", "2019-01-01", "legacy_title"),
        ("tm.known_municipal", "stock", "2018-12-31", "2020-05-01", "legacy_title"),
        ("brand.china_top", "cumulative", "2012-09-30", "2012-10-01", "legacy_title"),
        ("brand.provincial_top", "stock", "2019-12-31", "2020-01-01", "legacy_title"),
        ("brand.exempt", "stock", "2008-09-30", "2009-01-01", "legacy_title"),
        ("cert.pollution_free", "stock", "2019-12-31", "2020-01-01", "legacy_title"),
        ("gi.agri_product", "flow", "2022-12-31", "2023-06-30", "legacy_title"),
        ("gi.protected_product", "stock", "2024-07-31", "2024-08-01", "series_break"),
        ("gi.agri_product", "stock", "2024-07-31", "2024-12-31", "series_break"),
        ("insp.agencies", "stock", "2013-01-01", "2012-12-31", "series_break"),
    ],
)
def test_values_outside_the_legal_window(indicator: str, kind: str, last_good: str, first_bad: str, flag: str) -> None:
    rows = [row(indicator, 5, kind, period_end=dt.date.fromisoformat(day)) for day in (last_good, first_bad)]
    rows[1]["period_start"] = rows[0]["period_start"] = None
    inside, outside = flags(rows)
    assert flag not in inside
    assert flag in outside


def test_a_stock_of_the_frozen_register_is_no_legacy() -> None:
    assert "legacy_title" not in flags([row("gi.agri_product", 5, period_end=dt.date(2023, 6, 30))])[0]


def test_a_target_for_a_coming_year_is_judged_by_the_day_of_the_article() -> None:
    article = Article(path="t", text="0" * 400, article_id="a", published=dt.date(2016, 3, 1))
    target = row("tm.famous_provincial", 50, "target", period_end=dt.date(2020, 12, 31), period_start=None)
    assert flags([target], article) == [set()]


def test_wording_of_a_conversion_breaks_the_series() -> None:
    assert "series_break" in said("赤峰市8个农产品地理标志已转为地理标志产品。", dt.date(2024, 3, 1))["8"]
    assert "series_break" not in said("赤峰市推动动能转换,拥有农产品地理标志8个。", dt.date(2021, 3, 1))["8"]


def test_bodies_that_are_gone_or_not_yet_there() -> None:
    gone = said("湖州市质监局称,今年全市名牌产品达44个。", dt.date(2020, 11, 20))["44"]
    assert {"institution_date_conflict", "page_date_suspect"} <= gone
    early = said("据市场监管总局公布,2016年绍兴市新增驰名商标3件。", dt.date(2017, 3, 1))["3"]
    assert {"institution_date_conflict", "page_date_suspect"} <= early


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("湖州市质监局称,今年全市名牌产品达44个。", "2016-11-20"),
        ("湖州市原质监局移交,全市驰名商标达44件。", "2020-11-20"),
        ("按质检总局令第133号,湖州市驰名商标达44件。", "2020-11-20"),
        ("湖州市市场监管局称,今年全市驰名商标达44件。", "2017-11-20"),
        ("湖州市质监局2015年统计,2015年全市新增驰名商标44件。", "2020-11-20"),
    ],
)
def test_bodies_named_rightly(text: str, published: str) -> None:
    assert not {"institution_date_conflict", "page_date_suspect"} & said(text, dt.date.fromisoformat(published))["44"]


def test_an_old_body_beside_the_new_one_leaves_the_page_date_alone() -> None:
    text = "湖州市质监局称,今年全市驰名商标达44件。市市场监管局现已成立。"
    found = said(text, dt.date(2020, 11, 20))["44"]
    assert "institution_date_conflict" in found
    assert "page_date_suspect" not in found


def test_facts_of_the_future_make_the_page_date_suspect() -> None:
    future = row("tm.well_known", 3, "flow", period_start=dt.date(2022, 1, 1), period_end=dt.date(2022, 12, 31))
    planned = {**future, "stat_kind": "target"}
    running = row("tm.well_known", 3, "flow", period_start=dt.date(2021, 1, 1), period_end=dt.date(2021, 12, 31))
    assert flags([future])[0] == {"page_date_suspect"}
    assert flags([planned, running]) == [set(), set()]


# Arithmetic


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2020年,诸暨市抽检食品2100批次,检出不合格82批次,不合格率为2.0%。", True),
        ("2020年,诸暨市抽检食品2100批次,检出不合格42批次,不合格率为2.0%。", False),
        ("2020年,诸暨市抽检食品2100批次,不合格42批次,合格率为98.0%。", False),
        ("2020年,诸暨市抽检食品2100批次,不合格42批次,合格率为99.0%。", True),
        ("2020年,诸暨市抽检食品1000批次,合格980批次,合格率为98%。", False),
        ("2020年,诸暨市抽检食品1000批次,合格980批次,合格率为95.0%。", True),
        ("潍坊市现有标准化试点42个(国家级12个、省级30个)。", False),
        ("潍坊市现有标准化试点42个(国家级12个、省级29个)。", True),
        ("2020年,绍兴市新增驰名商标6件,其中诸暨市2件。", False),
        ("2020年,绍兴市新增驰名商标6件,其中诸暨市9件。", True),
        ("绍兴市有效注册商标由2018年的1.1万件增至2020年的2.4万件,增长118.2%。", False),
        ("绍兴市有效注册商标由2018年的1.1万件增至2020年的2.4万件,增长18.2%。", True),
        ("2020年,诸暨市专利授权量达到120件,比上年增加20件,增长20%。", False),
        ("2020年,诸暨市专利授权量达到120件,比上年增加20件,增长2%。", True),
        ("诸暨市新增中国驰名商标18件,累计16件。", True),
        ("诸暨市新增中国驰名商标8件,累计16件。", False),
        ("绍兴市省级专精特新中小企业40家。诸暨市省级专精特新中小企业12家,占全市的30%。", False),
        ("绍兴市省级专精特新中小企业40家。诸暨市省级专精特新中小企业12家,占全市的50%。", True),
        ("绍兴市高新技术企业40家,诸暨市高新技术企业52家。", True),
        ("绍兴市高新技术企业52家,诸暨市高新技术企业40家。", False),
    ],
)
def test_arithmetic_of_sentences(text: str, wrong: bool) -> None:
    found = said(text)
    assert found
    assert any("arith_mismatch" in held for held in found.values()) is wrong


def test_only_exact_numbers_are_compared() -> None:
    whole = row("tm.well_known", 6, "flow", at=10)
    part = row("tm.well_known", 9, "flow", at=20, region_code="330681", part_of=whole["observation_id"], bound="about")
    assert flags([whole, part]) == [set(), set()]


def test_numbers_are_not_compared_closer_than_they_are_stated() -> None:
    whole = row("tm.valid_registered", 11000, at=10, value_text="1.1万")
    parts = [
        row("tm.valid_registered", value, at=at, region_code=code, part_of=whole["observation_id"])
        for value, at, code in ((6200, 20, "330681"), (5100, 30, "330604"))
    ]
    assert all("arith_mismatch" not in held for held in flags([whole, *parts]))
    parts[1]["value"] = 9100
    assert all("arith_mismatch" in held for held in flags([whole, *parts]))


def test_overlapping_sets_of_firms_may_be_more_than_their_whole() -> None:
    whole = row("ip.valid_inventions", 290, at=10)
    parts = [
        row("ip.valid_inventions", value, at=at, scope="subset", subject=name, part_of=whole["observation_id"])
        for value, at, name in ((200, 20, "高新技术企业"), (115, 30, "专精特新企业"))
    ]
    assert all("arith_mismatch" not in held for held in flags([whole, *parts]))


def test_values_of_different_days_are_not_ranked_by_region() -> None:
    city = row("ent.high_tech", 40, at=10, period_end=dt.date(2019, 12, 31))
    county = row("ent.high_tech", 52, at=20, region_code="330681", region_level="county")
    assert flags([city, county]) == [set(), set()]


@pytest.mark.parametrize(
    ("words", "step"),
    [("120", 1), ("12.34", 0.01), ("1.1万", 1000), ("3亿", 1e8), ("150余", 1), ("首个", 1), ("1,204", 1)],
)
def test_worth_of_the_last_digit(words: str, step: float) -> None:
    assert step_of(words) == pytest.approx(step)


# Order of magnitude, double counting


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (row("rate.supervision_pass_provincial", 9.5, "rate", unit="%"), True),
        (row("rate.supervision_pass_provincial", 95, "rate", unit="%"), False),
        (row("rate.supervision_pass_provincial", 45, "rate", unit="%", scope="product"), False),
        (row("rate.coverage", 960, "rate", unit="%"), True),
        (row("tm.well_known", 120, "share", unit="%"), True),
        (row("award.china_quality", 12, "cumulative"), True),
        (row("award.china_quality", 12, "cumulative", attributes={"tier": "mixed"}), False),
        (row("award.china_quality", 2, "cumulative"), False),
        (row("award.provincial_government_quality", 800, "cumulative"), True),
        (row("award.provincial_government_quality", 800, "policy_rule"), False),
        (row("tm.valid_registered", 35, region_code="330000", region_level="province"), True),
        (row("tm.valid_registered", 350000, region_code="330000", region_level="province"), False),
        (row("award.china_quality", 12, "cumulative", scope="organization"), False),
    ],
)
def test_orders_of_magnitude(made: Row, wrong: bool) -> None:
    assert ("implausible" in flags([made])[0]) is wrong


def test_a_flow_beside_its_total_may_be_inside_it() -> None:
    found = said("诸暨市新增中国驰名商标8件,累计16件。")
    assert "double_count_risk" in found["8"]
    assert "double_count_risk" not in found["16"]


def test_totals_of_geographical_indications_without_their_tracks() -> None:
    assert "dual_counted_unknown" in said("绍兴市拥有地理标志32件。")["32"]
    assert (
        "dual_counted_unknown" not in said("绍兴市拥有地理标志32件,其中地理标志商标24件、地理标志保护产品8件。")["32"]
    )
    assert "dual_counted_unknown" in said("绍兴市拥有地理标志32件,其中地理标志商标20件、地理标志保护产品8件。")["32"]


# What holds for all checks


def test_checks_write_flags_only_and_say_nothing_twice() -> None:
    article = article_of("湖州市质监局称,累计获中国质量奖12项,其中吴兴区15项。", published=dt.date(2020, 11, 20))
    rows = read(article).rows
    before = [{**row, "flags": None} for row in rows]
    check_rows(rows, article)
    once = [row["flags"] for row in rows]
    check_rows(rows, article)
    assert [{**row, "flags": None} for row in rows] == before
    assert [row["flags"] for row in rows] == once
    assert any("implausible" in str(held) for held in once)
    assert all("institution_date_conflict" in str(held) for held in once)


def test_an_article_without_a_date_or_rows_passes() -> None:
    undated = Article(path="t", text="0" * 400, article_id="a")
    check_rows([], undated)
    assert flags([row("tm.famous_provincial", 3, period_end=None, period_start=None)], undated) == [set()]


def test_many_rows_of_one_sentence_take_no_longer_than_their_number() -> None:
    rows = [row("tm.well_known", n, "flow" if n % 2 else "cumulative", at=n) for n in range(4000)]
    check_rows(rows, ARTICLE)
    assert "double_count_risk" in str(rows[1]["flags"])


# The rule data


def _lines(name: str) -> list[dict[str, str]]:
    path = importlib.resources.files("qualityextract") / "rules" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


CODES = [line["code"] for line in _lines("indicators.csv")]


def test_life_spans_name_known_codes_kinds_flags_and_days() -> None:
    for line in _lines("life_spans.csv"):
        assert line["code"] in CODES
        assert set(filter(None, line["kinds"].split("|"))) <= set(get_args(vocabulary.StatKind))
        assert line["flag"] in ("legacy_title", "series_break")
        assert line["from"] or line["until"]
        assert line["basis"] in ("published", "stated", "soft", "known")
        assert line["drives"] == "no" or line["basis"] != "known"
        assert line["note"]
    assert len(life_spans()) == sum(line["drives"] == "yes" for line in _lines("life_spans.csv"))


def test_institutions_match_their_own_names() -> None:
    for line in _lines("institutions.csv"):
        assert re.fullmatch(line["pattern"], line["body"])
        assert line["drives"] == "no" or line["basis"] == "stated"
    assert len(institutions()) == sum(line["drives"] == "yes" for line in _lines("institutions.csv"))


def test_caps_fit_known_codes() -> None:
    for cap in caps():
        assert any(fnmatchcase(code, cap.code) for code in CODES)
        assert cap.low < cap.high
        assert cap.kinds <= set(get_args(vocabulary.StatKind))
        assert cap.scopes <= set(get_args(vocabulary.Scope))
