"""Time expressions: where they stand, what days they mean.

The expressions are rule data (`rules/time.yaml`). Time is an argument: 去年 counts from the article's date and there is
no today. What can't be known without a date stays None.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import importlib.resources
import re
from dataclasses import dataclass
from typing import Any

import yaml

from qualityextract.language.numerals import parse_number

_PLAN_END = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030}
_CONGRESS = {"十七": (2007, 10), "十八": (2012, 11), "十九": (2017, 10), "二十": (2022, 10)}
_QUARTER = {"一": (1, 3), "二": (4, 6), "三": (7, 9), "四": (10, 12)}


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression at `start:end` of the projection; `parts` holds the pieces that its rule captured."""

    start: int
    end: int
    rule: str
    kind: str
    text: str
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """The days that an expression means; `kind` as in `rules/time.yaml`, None for what is not known.

    `basis` is `stated` (year and month are in the words), `deictic` (counted from the article's date),
    `fuzzy` (a conventional window such as 近两年来) or `unknown`, with the reason in `note`.
    """

    kind: str
    start: dt.date | None
    end: dt.date | None
    basis: str = "stated"
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimeRule:
    """One entry of `rules/time.yaml`."""

    id: str
    kind: str
    pattern: str
    match: str
    no_match: str
    near: str


@functools.cache
def time_rules() -> tuple[TimeRule, ...]:
    """The rules in the order in which they are tried."""
    text = importlib.resources.files("qualityextract").joinpath("rules/time.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: list[dict[str, Any]] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, chosen for speed
    return tuple(
        TimeRule(e["id"], e["kind"], e["pattern"], str(e["match"]), str(e["no_match"]), str(e.get("near", e["match"])))
        for e in entries
    )


@functools.cache
def _pattern() -> re.Pattern[str]:
    alternatives = []
    for i, rule in enumerate(time_rules()):
        renamed = re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{i}>", rule.pattern)
        alternatives.append(f"(?P<rule_{i}>{renamed})")
    return re.compile("|".join(alternatives))


def find_times(text: str, start: int = 0, end: int | None = None) -> list[TimeMention]:
    """All time expressions of a projected text from left to right, without overlap."""
    mentions = []
    rules = time_rules()
    for found in _pattern().finditer(text, start, len(text) if end is None else end):
        index = int((found.lastgroup or "rule_0").rpartition("_")[2])
        rule = rules[index]
        parts = {
            name.rpartition("_")[0]: value
            for name, value in found.groupdict().items()
            if value and not name.startswith("rule_")
        }
        mentions.append(TimeMention(found.start(), found.end(), rule.id, rule.kind, found.group(), parts))
    return mentions


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def resolve_time(mention: TimeMention, published: dt.date | None, year: int | None = None) -> Period:
    """The days that `mention` means.

    Args:
        mention: what `find_times` found.
        published: the article's date, None when it is not known.
        year: the year last named in the text, for expressions that name none (上半年, 当年).
    """
    try:
        return _resolve(mention, published, year)
    except ValueError:
        return Period(mention.kind, None, None, "unknown", "no such day")


def _resolve(mention: TimeMention, published: dt.date | None, year: int | None) -> Period:
    kind, parts = mention.kind, mention.parts
    if kind in ("base", "duration", "recent"):
        return Period(kind, None, None, "unknown", "names no day of its own")
    if kind == "now":
        return Period(kind, published, published, "deictic")
    if kind == "open":
        return Period(kind, None, published, "fuzzy", "start is not said")
    if kind == "window":
        count = parse_number(parts.get("n") or parts.get("n2", ""))
        if published is None or count is None:
            return Period(kind, None, None, "unknown", "no publication date")
        return Period(kind, years_before(published, int(count)), published, "fuzzy")
    if "plan" in parts:
        return _plan(kind, parts, published)
    if "congress" in parts:
        start_year, start_month = _CONGRESS[parts["congress"]]
        return Period(kind, dt.date(start_year, start_month, 1), published)
    if mention.rule == "time.deadline_horizon":
        count = parse_number(parts["n"])
        end = years_before(published, -int(count)) if published and count is not None else None
        return Period(kind, published, end, "deictic")
    return _calendar(mention, published, year)


def _plan(kind: str, parts: dict[str, str], published: dt.date | None) -> Period:
    end_year = _PLAN_END[parts["plan"]]
    first, last = dt.date(end_year - 4, 1, 1), dt.date(end_year, 12, 31)
    if kind == "since":
        return Period(kind, first, published)
    if kind == "asof":
        return Period(kind, None, last)
    if "first" in parts:
        return Period("interval", first, dt.date(end_year - 4, 12, 31))
    return Period(kind, first, last)


def _named_year(parts: dict[str, str], published: dt.date | None, year: int | None) -> tuple[int | None, str]:
    if "y" in parts:
        return int(parts["y"]), "stated"
    rel = parts.get("rel", "")
    if rel[:2] in ("当年", "同年"):
        return (year or (published.year if published else None)), "deictic"
    if published is None:
        return (year if not rel else None), "unknown"
    shift = {"去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2, "过去一年": -1, "一年来": -1}.get(rel, 0)
    return published.year + shift, "deictic"


def _month_number(parts: dict[str, str]) -> int | None:
    if "m" in parts:
        return int(parts["m"])
    if "mh" in parts:
        value = parse_number(parts["mh"])
        return int(value) if value is not None else None
    return None


def _calendar(mention: TimeMention, published: dt.date | None, year: int | None) -> Period:
    """Expressions made of a year (named, relative or understood), a month, a day or a part of the year."""
    parts, kind = mention.parts, mention.kind
    named, basis = _named_year(parts, published, year)
    if mention.rule == "time.rel_day":
        back = {"昨日": 1, "昨天": 1, "前天": 2}.get(parts["rel"], 0)
        day = published - dt.timedelta(days=back) if published else None
        return Period("day", day, day, "deictic")
    if mention.rule == "time.rel_month":
        return _relative_month(parts["rel"], published)
    if named is None:
        return Period(kind, None, None, "unknown", "the year is not known")
    month = _month_number(parts)
    if "y" not in parts and "rel" not in parts and published is not None:
        named = _past_year(named, month, parts, published)
    start, end = _stretch(named, month, parts)
    if mention.rule == "time.day_of_month" and published is not None:
        start = end = _day_of_month(int(parts["d"]), published)
    start, end = _second_half(parts, start, end, published)
    if kind == "since":
        return Period(kind, start, published, basis)
    if published is not None and kind in ("interval", "asof") and start <= published < end:
        end = published
    return Period(kind, start, end, basis)


def _relative_month(rel: str, published: dt.date | None) -> Period:
    if published is None:
        return Period("interval", None, None, "unknown", "no publication date")
    if rel in ("本月", "当月"):
        return Period("interval", published.replace(day=1), published, "deictic")
    last = published.replace(day=1) - dt.timedelta(days=1)
    return Period("interval", last.replace(day=1), last, "deictic")


def _past_year(year: int, month: int | None, parts: dict[str, str], published: dt.date) -> int:
    """A month or part of the year without a year is the latest one that has begun (全年: that has ended)."""
    if "plan" in parts:
        return year
    part = parts.get("part", "")
    begin = month or {"下半年": 7}.get(part) or _quarter(part)[0]
    if part == "全年" and year == published.year:
        return year - 1 if published.month <= 4 else year
    if year == published.year and dt.date(year, begin, 1) > published:
        return year - 1
    if part in ("底", "末") and month and year == published.year and month_end(year, month) > published:
        return year - 1 if month > published.month else year
    return year


def _quarter(part: str) -> tuple[int, int]:
    found = re.search(r"(前|第)?([一二三四])个?季度", part)
    if not found:
        return 1, 12
    first, last = _QUARTER[found[2]]
    return (1 if found[1] == "前" else first), last


def _stretch(year: int, month: int | None, parts: dict[str, str]) -> tuple[dt.date, dt.date]:
    part = parts.get("part", "")
    if month is not None:
        if "d" in parts:
            day = dt.date(year, month, int(parts["d"]))
            return day, day
        if part in ("底", "末"):
            return month_end(year, month), month_end(year, month)
        if part in ("初", "上旬", "中旬", "下旬"):
            first, last = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}[part]
            return dt.date(year, month, first), min(dt.date(year, month, min(last, 28)), month_end(year, month)) if last != 31 else month_end(year, month)
        return dt.date(year, month, 1), month_end(year, month)
    if "n" in parts and "月" in part:
        count = parse_number(parts["n"])
        return dt.date(year, 1, 1), month_end(year, int(count) if count else 12)
    if "上半年" in part:
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    if "下半年" in part:
        return dt.date(year, 7, 1), dt.date(year, 12, 31)
    if "季度" in part:
        first, last = _quarter(part)
        end = month_end(year, last)
        return (end, end) if part.endswith("末") else (dt.date(year, first, 1), end)
    if part in ("年初", "初"):
        return dt.date(year, 1, 1), dt.date(year, 1, 1)
    if part in ("底", "末", "年底", "年末"):
        return dt.date(year, 12, 31), dt.date(year, 12, 31)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _day_of_month(day: int, published: dt.date) -> dt.date:
    if day <= published.day:
        return published.replace(day=day)
    last = published.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(day, last.day))


def _second_half(
    parts: dict[str, str], start: dt.date, end: dt.date, published: dt.date | None
) -> tuple[dt.date, dt.date]:
    """The end of a range: 2018年至今年9月底, 2020-2022年, 1-6月, 5月18日至20日."""
    if "rel2" in parts:
        last = published or end
        if parts["rel2"] == "去年":
            last = dt.date(last.year - 1, 12, 31)
        if "m2" in parts:
            last = month_end(last.year, int(parts["m2"]))
        return start, last
    if "d2" in parts:
        year, month = int(parts.get("y2", start.year)), int(parts.get("m2", start.month))
        return start, dt.date(year, month, int(parts["d2"]))
    if "y2" in parts:
        return start, dt.date(int(parts["y2"]), 12, 31)
    if "m2" in parts:
        return start, month_end(start.year, int(parts["m2"]))
    return start, end
