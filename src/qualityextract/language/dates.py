"""Time expressions: where they stand, what days they mean.

The expressions are rule data (`rules/time.yaml`); this module finds them in a projected text and, for `resolve`, turns
one into days. Time is an argument: 去年 counts from the article's date and there is no today. What can't be known
without a date stays None, with the reason in `Period.note`.
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

from qualityextract.language.number_words import parse_number
from qualityextract.language.patterns import Alternatives
from qualityextract.model import quick_value

_PLAN_END = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030}
_CONGRESS = {"十六": (2002, 11), "十七": (2007, 10), "十八": (2012, 11), "十九": (2017, 10), "二十": (2022, 10)}
_ERA = {
    "贞观": 627, "神龙": 705, "开元": 713, "洪武": 1368, "永乐": 1403, "万历": 1573, "崇祯": 1628, "顺治": 1644, "康熙": 1662,
    "雍正": 1723, "乾隆": 1736, "嘉庆": 1796, "道光": 1821, "咸丰": 1851, "同治": 1862, "光绪": 1875, "宣统": 1909, "民国": 1912,
}  # fmt: skip
"""The first year of an era."""
_CENTURY = {"上": 1900, "本": 2000, "19": 1800, "20": 1900, "21": 2000, "十九": 1800, "二十": 1900, "二十一": 2000}
_QUARTER = {"一": (1, 3), "二": (4, 6), "三": (7, 9), "四": (10, 12)}
_YEAR_SHIFT = {
    "去年": -1, "去年度": -1, "上年": -1, "上年度": -1, "上一年度": -1, "前年": -2, "明年": 1, "后年": 2,
    "过去一年": -1, "一年来": -1,
}  # fmt: skip
_DAYS_AGO = {"昨日": 1, "昨天": 1, "前天": 2}
_NO_DATE = "no publication date"


@quick_value
class TimeMention:
    """A time expression at `start:end` of the projection.

    `parts` holds the pieces that its rule captured, by the group names of `rules/time.yaml`; years, months and days in
    Chinese characters are given in digits.
    """

    start: int
    end: int
    rule: str
    kind: str
    text: str
    parts: dict[str, str]


@quick_value
class Period:
    """The days that an expression means; `kind` as in `rules/time.yaml`, None for what is not known.

    `basis` is `stated` (year and month are in the words), `deictic` (counted from the article's date),
    `fuzzy` (a conventional window such as 近两年来, or a year chosen by convention) or `unknown`, with the reason in
    `note`.
    """

    kind: str
    start: dt.date | None
    end: dt.date | None
    basis: str = "stated"
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimeRule:
    """One entry of `rules/time.yaml`; `near` is the context in which `match` must be found."""

    id: str
    kind: str
    pattern: str
    match: str
    no_match: str
    near: str


@functools.cache
def time_rules() -> tuple[TimeRule, ...]:
    """The rules in the order in which they are tried, with the words of the file put in."""
    text = importlib.resources.files("qualityextract").joinpath("rules/time.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    rules = []
    for entry in content["rules"]:
        pattern = entry["pattern"]
        for name, word in content["words"].items():
            pattern = pattern.replace(f"{{{name}}}", f"(?:{word})")
        match, no_match = str(entry["match"]), str(entry["no_match"])
        rules.append(TimeRule(entry["id"], entry["kind"], pattern, match, no_match, str(entry.get("near", match))))
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Where an expression can begin, and the rules to try there, by first character.

    Nearly every character of a text can begin no rule; the others are tried with the few rules that begin with them.
    """

    trigger: re.Pattern[str]
    rules: tuple[TimeRule, ...]
    patterns: Alternatives


@functools.cache
def _finder() -> _Finder:
    rules = time_rules()
    characters = sorted({*"0123456789"}.union(*(rule.pattern for rule in rules)))
    patterns = Alternatives([rule.pattern for rule in rules])
    others = "".join(re.escape(c) for c in characters if patterns.everywhere[c] and not c.isdigit())
    # `\d` would also find the digits of other scripts, with which no expression begins.
    return _Finder(re.compile(rf"(?<![0-9])[0-9]|[{others}]"), rules, patterns)


def find_times(text: str, start: int = 0, end: int | None = None) -> list[TimeMention]:
    """All time expressions of a projected text from left to right, without overlap.

    Digits begin an expression only where their run begins.
    """
    finder = _finder()
    mentions: list[TimeMention] = []
    patterns = finder.patterns.within(text)
    end = len(text) if end is None else end
    at = start
    while (trigger := finder.trigger.search(text, at, end)) is not None:
        at = trigger.end()
        for number, pattern in patterns[trigger.group()]:
            if (found := pattern.match(text, trigger.start(), end)) is None:
                continue
            rule = finder.rules[number]
            at = max(at, found.end())
            mention = TimeMention(found.start(), found.end(), rule.id, rule.kind, found.group(), _parts(found))
            if not _repeats(mentions, mention, text):
                mentions.append(mention)
            break
    return mentions


def _parts(found: re.Match[str]) -> dict[str, str]:
    parts = {name: value for name, value in found.groupdict().items() if value}
    for name in ("y", "y2", "m", "m2", "d", "d2"):
        value = parts.get(name, "")
        if value and not value.isascii():
            number = int(parse_number(value) or 0)
            parts[name] = str(2000 + number if name[0] == "y" and len(value) == 2 else number)
        elif name[0] == "y" and len(value) == 2:
            parts[name] = f"20{value}"
    return parts


def _repeats(mentions: list[TimeMention], mention: TimeMention, text: str) -> bool:
    """自2018年12月…成立以来: the second half of an expression whose date is already there."""
    if mention.rule != "time.open_event" or not mentions or mentions[-1].rule != "time.since_ymd_from":
        return False
    return not re.search("[,。;]", text[mentions[-1].end : mention.start])


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years earlier; 29 February becomes 28 February."""
    return _months_before(day, 12 * years)


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier, or the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), month_end(year, month + 1))


def resolve_time(mention: TimeMention, published: dt.date | None, year: int | None = None) -> Period:
    """The days that `mention` means.

    Args:
        mention: what `find_times` found.
        published: the article's date, None when it is not known.
        year: the year last named in the text, for expressions that name none (当年, 同年).
    """
    try:
        period = _resolve(mention, published, year)
    except (ValueError, OverflowError):
        return _unknown(mention.kind, "no such day")
    if period.start is not None and period.end is not None and period.end < period.start:
        return _unknown(mention.kind, "ends before it begins")
    return period


def _unknown(kind: str, note: str) -> Period:
    return Period(kind, None, None, "unknown", note)


def _resolve(mention: TimeMention, published: dt.date | None, year: int | None) -> Period:
    kind, parts = mention.kind, mention.parts
    if kind in ("base", "duration", "recent"):
        return _unknown(kind, "names no day of its own")
    if kind == "open":
        return Period(kind, None, published, "fuzzy", "start is not said")
    if "plan" in parts:
        return _plan(kind, parts, published)
    if "congress" in parts:
        return _since(kind, dt.date(*_CONGRESS[parts["congress"]], 1), published)
    if "decade" in parts:
        return _decade(kind, parts, published)
    if "era" in parts:
        return _era(kind, parts)
    if published is None:
        return _calendar(mention, None, year)
    if kind == "now":
        return Period(kind, published, published, "deictic")
    if kind == "window" or (mention.rule == "time.review_year" and published.month > 4):
        return Period(kind, _months_before(published, _window_months(parts)), published, "fuzzy")
    if kind == "deadline" and "n" in parts:
        return Period(kind, published, years_before(published, -_count(parts["n"])), "deictic")
    return _near_publication(mention, published) or _calendar(mention, published, year)


def _since(kind: str, start: dt.date, published: dt.date | None, basis: str = "stated") -> Period:
    if published is not None and start > published:
        return _unknown(kind, "begins after the day of publication")
    return Period(kind, start, published, basis)


def _plan(kind: str, parts: dict[str, str], published: dt.date | None) -> Period:
    """A five-year plan: the whole, its first or last year, since its start, or its last day."""
    last_year = _PLAN_END[parts["plan"]]
    start, end = dt.date(last_year - 4, 1, 1), dt.date(last_year, 12, 31)
    if kind == "since":
        return _since(kind, start, published)
    if kind == "asof":
        return Period(kind, None, end)
    if "first" in parts:
        return Period(kind, start, dt.date(last_year - 4, 12, 31))
    if "last" in parts:
        return Period(kind, dt.date(last_year, 1, 1), end)
    return Period(kind, start, end)


def _decade(kind: str, parts: dict[str, str], published: dt.date | None) -> Period:
    """上世纪90年代; 九十年代 without a century is one of the last century."""
    century = parts.get("century", "")
    first = _CENTURY.get(century.removesuffix("世纪"), 1900) + _count(parts["decade"])
    if kind == "since":
        return _since(kind, dt.date(first, 1, 1), published, "fuzzy")
    return Period(kind, dt.date(first, 1, 1), dt.date(first + 9, 12, 31), "stated" if century else "fuzzy")


def _era(kind: str, parts: dict[str, str]) -> Period:
    """光绪二十年, 民国三年五月; the months of the old calendar are taken for those of the new one."""
    year = _ERA[parts["era"]] + (1 if parts["n"] == "元" else _count(parts["n"])) - 1
    return Period(
        kind, *_stretch(year, {k: v for k, v in parts.items() if k == "m"}), "fuzzy" if "m" in parts else "stated"
    )


def _count(words: str) -> int:
    return int(parse_number(words) or 0)


def _window_months(parts: dict[str, str]) -> int:
    """The length of 近两年, 近三个月, 半年来, 一年来."""
    if "months" in parts:
        return _count(parts["months"])
    if "months2" in parts:
        return 6
    return 12 * _count(parts.get("n") or parts.get("n2") or "一")


def _near_publication(mention: TimeMention, published: dt.date) -> Period | None:
    """Days, weeks and months counted from the day of publication: 昨日, 上周, 上月, 5日, 截至上月底."""
    parts, kind = mention.parts, mention.kind
    rel = parts.get("rel", "")
    month_start = published.replace(day=1)
    before = month_start - dt.timedelta(days=1)
    if mention.rule == "time.rel_day":
        day = published - dt.timedelta(days=_DAYS_AGO.get(rel, 0))
        return Period(kind, day, day, "deictic")
    if mention.rule == "time.day_of_month":
        number = int(parts["d"])
        day = month_start if number <= published.day else before.replace(day=1)
        day = day.replace(day=number)
        return Period(kind, day, day, "deictic")
    if rel in ("本月", "当月"):
        return Period(kind, month_start, published, "deictic")
    if rel in ("上月", "上个月"):
        return Period(kind, before.replace(day=1), before, "deictic")
    if rel in ("下月", "下个月"):
        start = _months_before(month_start, -1)
        return Period(kind, start, month_end(start.year, start.month), "deictic")
    if parts.get("part", "").startswith("上月"):
        return Period(kind, before, before, "deictic")
    if "week" in parts:
        return _week(kind, parts["week"], published, weekend="weekend" in parts)
    return None


def _week(kind: str, words: str, published: dt.date, *, weekend: bool) -> Period:
    """上周, 下下周 from Monday to Sunday, 上周末 its last two days; 本周 to the day of publication."""
    shift = {"上": -7, "下": 7}.get(words[0], 0) * (2 if words[1] == words[0] else 1)
    monday = published - dt.timedelta(days=published.weekday() - shift)
    if weekend:
        return Period(kind, monday + dt.timedelta(days=5), monday + dt.timedelta(days=6), "deictic")
    return Period(kind, monday, monday + dt.timedelta(days=6) if shift else published, "deictic")


def _calendar(mention: TimeMention, published: dt.date | None, year: int | None) -> Period:
    """Expressions made of a year (named, relative or understood), a month, a day or a part of the year."""
    parts, kind = mention.parts, mention.kind
    if published is None and not {"y", "rel", "part", "m"} & parts.keys():
        return _unknown(kind, _NO_DATE)
    named, basis = _named_year(parts, published, year)
    if named is None:
        return _unknown(kind, _NO_DATE if published is None else "the year is not known")
    note = ""
    if published is not None and not {"y", "rel"} & parts.keys() and kind != "deadline":
        named, basis, note = _past_year(mention, named, published)
    start, end = _stretch(named, parts)
    start, end = _until(parts, start, end, published)
    if kind == "since":
        return _since(kind, start, published, basis)
    if published is not None and kind in ("interval", "asof") and start <= published < end:
        end = published
    return Period(kind, start, end, basis, note)


def _named_year(parts: dict[str, str], published: dt.date | None, year: int | None) -> tuple[int | None, str]:
    if "y" in parts:
        return int(parts["y"]), "stated"
    rel = parts.get("rel", "")
    if rel in ("当年", "同年"):
        return (year or (published.year if published else None)), "deictic"
    if published is None:
        return (None if rel else year), "deictic"
    return published.year + _YEAR_SHIFT.get(rel, 0), "deictic"


def _past_year(mention: TimeMention, year: int, published: dt.date) -> tuple[int, str, str]:
    """The year of a month or part of the year that stands without one: the latest that has begun, 全年 that has ended.

    截至10月底 before the end of October is the October of the year before. A half-year or quarter that was still
    running is the present one as far as it went. Both are conventions (`fuzzy`).
    """
    parts, part = mention.parts, mention.parts.get("part", "")
    if part == "全年":
        return (year - 1 if published.month <= 4 else year), "deictic", ""
    start, end = _stretch(year, parts)
    ahead = mention.text.startswith("到")
    if start.replace(day=1) > published and not ahead:
        return year - 1, "deictic", ""
    note = "had not ended on the day of publication"
    if end > published and mention.kind == "asof" and part.endswith(("底", "末")) and not ahead:
        return year - 1, "fuzzy", note
    if end > published and part and "m" not in parts:
        return year, "fuzzy", note
    return year, "deictic", ""


def _stretch(year: int, parts: dict[str, str]) -> tuple[dt.date, dt.date]:
    """First and last day of a month, a day or a part of `year`, or of the whole year."""
    part = parts.get("part", "")
    if "m" in parts:
        return _stretch_of_month(year, int(parts["m"]), parts)
    if part.endswith("月") and "n" in parts:
        return dt.date(year, 1, 1), month_end(year, _count(parts["n"]))
    if part == "上半年":
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    if part == "下半年":
        return dt.date(year, 7, 1), dt.date(year, 12, 31)
    if "季度" in part:
        return _stretch_of_quarter(year, part)
    if part.endswith("初"):
        return dt.date(year, 1, 1), dt.date(year, 1, 1)
    if part.endswith(("底", "末")):
        return dt.date(year, 12, 31), dt.date(year, 12, 31)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _stretch_of_month(year: int, month: int, parts: dict[str, str]) -> tuple[dt.date, dt.date]:
    part, last = parts.get("part", ""), month_end(year, month)
    if "d" in parts:
        day = dt.date(year, month, int(parts["d"]))
        return day, day
    if part.endswith(("底", "末")):
        return last, last
    if part in ("初", "上旬"):
        return dt.date(year, month, 1), dt.date(year, month, 10)
    if part == "中旬":
        return dt.date(year, month, 11), dt.date(year, month, 20)
    if part == "下旬":
        return dt.date(year, month, 21), last
    return dt.date(year, month, 1), last


def _stretch_of_quarter(year: int, part: str) -> tuple[dt.date, dt.date]:
    """一季度, 第三季度; 前三季度 from January; 一季度末 its last day."""
    first, last = next(_QUARTER[char] for char in part if char in _QUARTER)
    end = month_end(year, last)
    if part.endswith("末"):
        return end, end
    return dt.date(year, 1 if part.startswith("前") else first, 1), end


def _until(parts: dict[str, str], start: dt.date, end: dt.date, published: dt.date | None) -> tuple[dt.date, dt.date]:
    """The end of a range: 2018年至今年9月底, 2020-2022年, 1-6月, 5月18日至20日."""
    if "rel2" in parts:
        if published is None:
            raise ValueError(_NO_DATE)
        year = published.year + _YEAR_SHIFT.get(parts["rel2"], 0)
        if "m2" in parts:
            return start, month_end(year, int(parts["m2"]))
        return start, published if year == published.year else dt.date(year, 12, 31)
    if "d2" in parts:
        year, month = int(parts.get("y2", start.year)), int(parts.get("m2", start.month))
        return start, dt.date(year, month, int(parts["d2"]))
    if "y2" in parts:
        return start, dt.date(int(parts["y2"]), 12, 31)
    if "m2" in parts:
        return start, month_end(start.year, int(parts["m2"]))
    return start, end
