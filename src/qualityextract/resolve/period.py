"""When a figure holds: the time words of its clause, of its sentence, of the text so far, else the document's period."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from qualityextract.grammar.figures import Figure
from qualityextract.language.dates import Period, TimeMention, resolve_time
from qualityextract.model import Chunk, quick_value
from qualityextract.resolve.document import DocumentPeriod
from qualityextract.resolve.kind import Kind

_REPORT_DAY = re.compile(
    r"^(?:电|讯|报道|,?记者|,?从|,?据|在[^,。]{0,12}(?:会上|发布会)|介绍|[^,。;]{0,14}(?:召开|举行|举办|获悉|了解到|介绍|表示))"
)
_ANNOUNCED = re.compile(r"公布|发布|公示|揭晓|颁发|颁奖|授奖|授予|表彰|评选结果|评审结果")
_LEVELS = frozenset({"stock", "cumulative", "index", "rank"})


@dataclass(slots=True)
class TimeState:
    """Time words that carry on: the last expression that covers days, and the year last named."""

    published: dt.date | None
    document: DocumentPeriod | None
    plan: bool = False
    year: int | None = None
    day: dt.date | None = None
    """The day last named: what 当天 means."""
    carried: Period | None = None
    carried_text: str = ""
    headline: Period | None = None
    """The stretch of time that the headline names (2023年上半年…): what flows are about when nothing else is said."""
    age: int = 0
    """Sentences since the carried expression stood."""
    paragraph: int = -1


@quick_value
class When:
    """Both ends of a figure's period, the words they came from, and what to know about them."""

    start: dt.date | None
    end: dt.date | None
    text: str | None
    default: bool = False
    fuzzy: bool = False


def times_of(chunks: list[Chunk], state: TimeState) -> dict[int, Period]:
    """The time chunks of a sentence that can cover figures, resolved; report days are left out."""
    found: dict[int, Period] = {}
    for i, chunk in enumerate(chunks):
        mention = chunk.value
        if chunk.letter != "T" or not isinstance(mention, TimeMention):
            continue
        if mention.kind in ("base", "duration"):
            continue
        following = "".join([c.text for c in chunks[i + 1 : i + 6]])
        if mention.parts.get("rel") in ("当天", "当日") and state.day is not None:
            found[i] = Period("day", state.day, state.day, "deictic")
            continue
        if mention.kind == "day" and "d" in mention.parts:
            state.day = resolve_time(mention, state.published, state.year).start or state.day
        if mention.kind == "day" and _REPORT_DAY.match(following):
            continue
        if _is_base(chunks, i):
            resolved = resolve_time(mention, state.published, state.year)
            found[i] = Period("from", resolved.start, resolved.end)
            continue
        if "y" in mention.parts and mention.kind != "deadline":
            state.year = int(mention.parts["y"])
        if (
            mention.text == "全年"
            and state.year is not None
            and state.published is not None
            and state.year < state.published.year
        ):
            found[i] = resolve_time(mention, dt.date(state.year, 12, 31))
            continue
        if mention.parts.get("rel") in ("上年", "上年度", "上一年度") and found:
            named = [p.start.year for p in found.values() if p.start is not None]
            if named and state.published is not None:
                found[i] = resolve_time(mention, dt.date(named[-1], 12, 31))
                continue
        found[i] = _reviewed(mention, state) or resolve_time(mention, state.published, state.year)
    return found


def _reviewed(mention: TimeMention, state: TimeState) -> Period | None:
    """五年来 and 这五年 in a report, or in any text of January to March, are the full calendar years before."""
    if mention.kind != "window" or (mention.parts.get("n") or mention.parts.get("n2")) not in ("五", "5"):
        return None
    if state.document is not None and state.document.years == 5:
        return Period("interval", state.document.start, state.document.end)
    if state.published is not None and state.published.month <= 3:
        year = state.published.year
        return Period("interval", dt.date(year - 5, 1, 1), dt.date(year - 1, 12, 31))
    return None


def _is_base(chunks: list[Chunk], i: int) -> bool:
    """较2020年, 比去年: the time of what is compared with, not of the figure."""
    before = chunks[i - 1].text if i else ""
    if before.endswith(("是", "为", "到")) and any("倍" in c.text for c in chunks[i + 1 : i + 4]):
        return True
    return before.endswith(("较", "比", "与", "相比", "由", "于")) and chunks[i].note in ("interval", "asof", "day")


def when(
    figure: Figure, kind: Kind, chunks: list[Chunk], times: dict[int, Period], state: TimeState, base: When | None
) -> When:
    """The period of a figure of the given kind; `base` is that of the figure which it is about."""
    if kind.stat_kind == "policy_rule":
        return When(None, None, None)
    if base is not None and kind.stat_kind in ("change_pct", "change_pp", "share", "rank") and figure.base is not None:
        between = [i for i in times if figure.base.at < i < figure.at and times[i].kind not in ("from", "deadline")]
        if not between and figure.base.sentence == figure.sentence:
            return When(base.end, base.end, base.text, base.default, base.fuzzy) if kind.stat_kind == "rank" else base
    period, text = _expression(figure, chunks, times, state, kind)
    if kind.stat_kind == "target":
        return _target(kind, figure, chunks, times, state)
    if period is None:
        return _default(kind, state, figure)
    return _apply(period, text, kind, figure, times, state)


def _expression(
    figure: Figure, chunks: list[Chunk], times: dict[int, Period], state: TimeState, kind: Kind
) -> tuple[Period | None, str]:
    if figure.year is not None:
        return Period("interval", dt.date(figure.year, 1, 1), dt.date(figure.year, 12, 31)), f"{figure.year}年"
    if figure.time >= 0 and figure.time in times:
        return times[figure.time], chunks[figure.time].text
    limit = max(figure.at, figure.head)
    near = max((i for i in times if i < figure.at), default=-1)
    if near >= 0 and times[near].kind == "from" and all(c.letter == "w" for c in chunks[near + 1 : figure.at]):
        return Period("interval", times[near].start, times[near].end), chunks[near].text
    before = [i for i in times if i < limit and times[i].kind not in ("deadline", "from")]
    if kind.stat_kind == "flow" and before:
        since = "".join([c.text for c in chunks[before[-1] + 1 : limit]])
        if re.search(r"此次|本次|本届|这次", since) and times[before[-1]].kind in ("now", "asof"):
            return Period("recent", None, None, "unknown"), ""
    if state.document is not None:
        opens = max((i for i in range(limit) if chunks[i].letter == ";"), default=-1)
        before = [i for i in before if i > opens]
        clause = figure.at
        while clause > 0 and chunks[clause - 1].letter not in ",;":
            clause -= 1
        if state.document.years == 5 and "年均" in "".join([c.text for c in chunks[clause : figure.at]]):
            return Period("interval", state.document.start, state.document.end), ""
    for i in reversed(before):
        if times[i].kind == "recent" and kind.stat_kind in _LEVELS:
            continue
        crossed = any(c.letter == ";" for c in chunks[i:limit])
        if crossed and times[i].kind in ("now", "asof") and kind.stat_kind == "flow":
            continue
        return times[i], chunks[i].text
    if state.carried is not None and not before and state.document is None:
        carried = state.carried
        if carried.kind in ("asof", "now") and state.age > 1:
            return None, ""
        level = kind.stat_kind in _LEVELS or kind.stat_kind == "rate"
        if kind.stat_kind == "rate" and carried.kind == "interval":
            return carried, state.carried_text
        if level == (carried.kind in ("now", "asof")) or (carried.kind == "interval" and not level):
            return carried, state.carried_text
        won = figure.indicator is not None and figure.indicator.code.startswith(("award.", "ent.", "brand.", "pilot."))
        if not level and carried.kind == "day" and won:
            return carried, state.carried_text
        if not level and carried.kind in ("since", "window", "plan", "recent"):
            return carried, state.carried_text
    return None, ""


def _apply(
    period: Period,
    text: str,
    kind: Kind,
    figure: Figure,
    times: dict[int, Period],
    state: TimeState,
) -> When:
    start, end = period.start, period.end
    fuzzy = period.basis == "fuzzy"
    level = kind.stat_kind in _LEVELS or (
        kind.stat_kind in ("change_pct", "change_pp", "change_abs", "share") and _about_level(figure)
    )
    if period.kind == "recent" or (start is None and end is None):
        if kind.stat_kind in _LEVELS and period.kind == "recent":
            return _default(kind, state, figure)
        return When(None, None, text)
    if kind.stat_kind == "change_abs" and period.kind in ("interval", "since", "window"):
        return When(start, end, text, fuzzy=fuzzy)
    if level:
        return When(end, end, text, fuzzy=fuzzy)
    if kind.stat_kind == "rate" and (period.kind in ("now", "asof") or _per_head(figure)):
        return When(end, end, text)
    if period.kind == "now":
        return When(None, end, text)
    if period.kind == "asof":
        since = [p for i, p in times.items() if i < figure.at and p.kind == "since" and p.start]
        if since:
            return When(since[-1].start, end, text)
        if end is not None and not _year_end(end):
            return When(dt.date(end.year, 1, 1), end, text)
        return When(dt.date(end.year, 1, 1) if end else None, end, text)
    return When(start, end, text, fuzzy=fuzzy)


def _year_end(day: dt.date) -> bool:
    return (day.month, day.day) == (12, 31)


def _about_level(figure: Figure) -> bool:
    """A change or share of a stock holds for the stock's day."""
    from qualityextract.ruleset import load_ruleset

    if figure.indicator is None:
        return False
    rule = load_ruleset().indicators[figure.indicator.code]
    if figure.indicator.stat_kind in ("stock", "cumulative"):
        return True
    if figure.indicator.stat_kind == "flow":
        return False
    return rule.default_kind in ("stock", "cumulative", "index") or _per_head(figure)


def _per_head(figure: Figure) -> bool:
    """每万人口…拥有量: a ratio of a stock, which holds for a day like the stock itself."""
    return figure.indicator is not None and "per_10k" in figure.indicator.code


def _default(kind: Kind, state: TimeState, figure: Figure) -> When:
    level = kind.stat_kind in _LEVELS or (
        kind.stat_kind in ("change_pct", "change_pp", "change_abs", "share") and _about_level(figure)
    )
    document = state.document
    if document is not None:
        if level:
            return When(document.end, document.end, None)
        yearly = (
            document.years > 1
            and kind.stat_kind in ("flow", "rate", "share")
            and not kind.increment
            and _yearly(figure)
        )
        if yearly:
            return When(*document.last_year, None)
        return When(document.start, document.end, None)
    headline = state.headline
    if headline is not None and not level and kind.stat_kind != "rank":
        return When(headline.start, headline.end, None)
    if level and not (kind.stat_kind == "rank" and not _about_level(figure)):
        return When(state.published, state.published, None, default=True)
    return When(None, None, None)


def _yearly(figure: Figure) -> bool:
    """A yearly quantity stated as a level (产值达到…) belongs to the last year of a five-year passage."""
    return figure.indicator is not None and figure.indicator.code.startswith(("money.", "rate.", "insp.revenue"))


def _target(kind: Kind, figure: Figure, chunks: list[Chunk], times: dict[int, Period], state: TimeState) -> When:
    deadlines = [i for i in times if times[i].kind == "deadline"]
    if deadlines:
        i = max((d for d in deadlines if d < max(figure.at, figure.head)), default=deadlines[0])
        period = times[i]
        if kind.increment:
            open_start = period.start if chunks[i].text.endswith("内") else None
            return When(open_start, period.end, chunks[i].text)
        return When(period.end, period.end, chunks[i].text)
    for i in sorted((i for i in times if i < max(figure.at, figure.head)), reverse=True):
        period = times[i]
        mention = chunks[i].value
        if isinstance(mention, TimeMention) and (
            mention.parts.get("rel") in ("今年", "明年", "本年") or "y" in mention.parts
        ):
            year = period.start.year if period.start else None
            if year is None:
                continue
            if "y2" in mention.parts:
                last = dt.date(int(mention.parts["y2"]), 12, 31)
                return When(period.start if kind.increment else last, last, chunks[i].text)
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            return When(first if kind.increment else last, last, chunks[i].text)
    if state.plan and state.published is not None:
        first, last = dt.date(state.published.year, 1, 1), dt.date(state.published.year, 12, 31)
        return When(first if kind.increment else last, last, None)
    return When(None, None, None)


def carry(chunks: list[Chunk], times: dict[int, Period], state: TimeState, paragraph: int) -> None:
    """What the next sentence may continue: the last expression of this one that covers days."""
    if paragraph != state.paragraph:
        state.paragraph = paragraph
        state.carried = None
    state.age += 1
    for i in sorted(times):
        if any(c.letter == "O" for c in chunks[max(0, i - 2) : i]) and state.carried is not None:
            continue
        announced = times[i].kind == "day" and _ANNOUNCED.search("".join([c.text for c in chunks[i:]]))
        if announced or times[i].kind in ("interval", "since", "window", "plan", "asof", "now", "recent"):
            state.carried = times[i]
            state.carried_text = chunks[i].text
            state.age = 1
