"""Checks across the rows of one article: they add flags and never change a value.

Station `resolve`, after all rows of an article are made. Rule data: `rules/life_spans.csv` (legal windows of titles and
breaks of series), `rules/institutions.csv` (when a named body existed), `rules/caps.csv` (orders of magnitude). A line
with `drives` = `no` documents a fact that is too uncertain to set a flag. Arithmetic stands in `arithmetic`.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import importlib.resources
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from qualityextract.errors import RuleError
from qualityextract.model import Article
from qualityextract.resolve.arithmetic import inside_cumulative, mismatches
from qualityextract.resolve.facts import COUNT_KINDS, Fact, add_flag, facts_of
from qualityextract.resolve.rows import Row

_TRACKS = frozenset({"gi.protected_product", "gi.trademark", "gi.agri_product"})
_CONVERTED = re.compile(
    r"(?:地理标志|地标|农产品|保护产品|商标)[^,，。;；]{0,14}(?:转换|转为|转成|换证|换发)"
    r"|(?:转换|转为|转成|换发)[^,，。;；]{0,8}(?:地理标志|地标|保护产品)"
)
_PAST_BODY = re.compile(r"(?:原|前|时任|当时的)[^,，。;；]{0,10}$")
_BODY_AS_SOURCE = re.compile(r"^(?:令|公告|第\d|[〔(（])")
_MODERN = re.compile(r"市场监督管理|市场监管")


@dataclass(frozen=True, slots=True)
class LifeSpan:
    """The days within which rows of `code` (of `kinds`, all where empty) are what they say; `flag` outside."""

    code: str
    kinds: frozenset[str]
    first: dt.date | None
    last: dt.date | None
    flag: str


@dataclass(frozen=True, slots=True)
class Institution:
    """A body by the pattern of its names, and the days within which an article can speak of it as existing."""

    pattern: re.Pattern[str]
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Cap:
    """Plausible values of matching rows, ends included; empty conditions hold always."""

    code: str
    kinds: frozenset[str]
    scopes: frozenset[str]
    region_level: str
    unit: str
    low: float
    high: float


def check_rows(rows: list[Row], article: Article) -> None:
    """Add the flags of all checks to the rows of one article.

    Args:
        rows: the complete rows of the article, in reading order; only `flags` is written.
        article: the article, for its date and for the words around a number.
    """
    everything = facts_of(rows)
    facts = [fact for fact in everything if fact.code != "unmapped"]
    for fact in facts:
        for flag in _about_one(fact, article.published):
            add_flag(fact.row, flag)
    for fact in _converted(facts):
        add_flag(fact.row, "series_break")
    for fact in mismatches(everything, article):
        add_flag(fact.row, "arith_mismatch")
    for fact in inside_cumulative(facts):
        add_flag(fact.row, "double_count_risk")
    for fact in _tracks_unknown(facts):
        add_flag(fact.row, "dual_counted_unknown")
    _check_bodies(rows, article)


def _about_one(fact: Fact, published: dt.date | None) -> Iterator[str]:
    """Flags that a row earns by itself."""
    yield from _outlived(fact, published)
    if fact.kind not in ("target", "policy_rule") and any(_exceeds(fact, cap) for cap in _caps_of(fact.code)):
        yield "implausible"
    future = fact.start is not None and published is not None and fact.start > published
    if future and fact.kind not in ("target", "policy_rule") and fact.text("status") == "achieved":
        yield "page_date_suspect"


def _converted(facts: list[Fact]) -> Iterator[Fact]:
    """Geographical indications that change from one track to another: a transfer, no growth."""
    seen: dict[tuple[int, int], bool] = {}
    for fact in facts:
        if fact.code.startswith("gi."):
            if fact.quote not in seen:
                seen[fact.quote] = _CONVERTED.search(fact.text("quote")) is not None
            if seen[fact.quote]:
                yield fact


def _outlived(fact: Fact, published: dt.date | None) -> Iterator[str]:
    """Titles used after their end, and values from the other side of a break, at the day that the row holds for."""
    planned = fact.kind in ("target", "policy_rule")
    day = published if planned else fact.end or published
    if day is None:
        return
    for span in life_spans():
        outside = (span.last is not None and day > span.last) or (span.first is not None and day < span.first)
        if outside and span.code == fact.code and (not span.kinds or fact.kind in span.kinds):
            yield span.flag


@functools.lru_cache(maxsize=1024)
def _caps_of(code: str) -> tuple[Cap, ...]:
    """The caps that an indicator falls under."""
    return tuple(cap for cap in caps() if fnmatchcase(code, cap.code))


def _exceeds(fact: Fact, cap: Cap) -> bool:
    if cap.kinds and fact.kind not in cap.kinds:
        return False
    if (cap.scopes and fact.scope not in cap.scopes) or (cap.unit and fact.unit != cap.unit):
        return False
    if (cap.region_level and fact.text("region_level") != cap.region_level) or "'tier': 'mixed'" in fact.text(
        "attributes"
    ):
        return False
    return not cap.low <= fact.value <= cap.high


def _tracks_unknown(facts: list[Fact]) -> Iterator[Fact]:
    """Totals of geographical indications whose tracks the article does not give in full."""
    parts: defaultdict[str | None, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.code in _TRACKS and fact.kind in COUNT_KINDS:
            parts[fact.part_of].append(fact)
    for fact in facts:
        if fact.code == "gi.total_mixed" and fact.kind in COUNT_KINDS:
            known = parts[fact.id]
            if len({part.code for part in known}) < 2 or sum(part.value for part in known) < fact.value:
                yield fact


def _check_bodies(rows: list[Row], article: Article) -> None:
    """Bodies that did not exist yet, or any more, at the day that the page says it was published.

    Such a page bears a wrong date when it names a body of the future, or knows none of the bodies of its own day.
    """
    published = article.published
    if published is None:
        return
    early = [body for body in institutions() if body.first is not None and published < body.first]
    late = [body for body in institutions() if body.last is not None and published > body.last]
    suspect = any(_speaks_of(body, article.text) for body in early)
    named: dict[object, list[Institution]] = {}
    for row in rows:
        if row["quote_start"] not in named:
            named[row["quote_start"]] = [body for body in (*early, *late) if _speaks_of(body, str(row["quote"]))]
        end = row["period_end"]
        day = end if isinstance(end, dt.date) else published
        if any(body in early or (body.last is not None and day > body.last) for body in named[row["quote_start"]]):
            add_flag(row, "institution_date_conflict")
            suspect = suspect or not _MODERN.search(article.text)
    if suspect:
        for row in rows:
            add_flag(row, "page_date_suspect")


def _speaks_of(body: Institution, text: str) -> bool:
    """Is the body named as existing: not 原质监局, not as the issuer of an order (质检总局令第133号)?"""
    for found in body.pattern.finditer(text):
        past = _PAST_BODY.search(text[max(0, found.start() - 12) : found.start()])
        if not past and not _BODY_AS_SOURCE.match(text[found.end() : found.end() + 3]):
            return True
    return False


@functools.cache
def _lines(name: str) -> tuple[dict[str, str], ...]:
    text = importlib.resources.files("qualityextract").joinpath(f"rules/{name}").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _driving(name: str) -> list[dict[str, str]]:
    return [line for line in _lines(name) if line["drives"] == "yes"]


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.split("|") if word)


@functools.cache
def life_spans() -> tuple[LifeSpan, ...]:
    """The legal windows that drive flags.

    Raises:
        RuleError: a line of `rules/life_spans.csv` is malformed.
    """
    try:
        return tuple(
            LifeSpan(line["code"], _words(line["kinds"]), _day(line["from"]), _day(line["until"]), line["flag"])
            for line in _driving("life_spans.csv")
        )
    except (KeyError, ValueError) as error:
        raise RuleError(f"rules/life_spans.csv: {error}") from error


@functools.cache
def institutions() -> tuple[Institution, ...]:
    """The bodies whose naming is checked against the article's date.

    Raises:
        RuleError: a line of `rules/institutions.csv` is malformed.
    """
    try:
        return tuple(
            Institution(re.compile(line["pattern"]), _day(line["from"]), _day(line["until"]))
            for line in _driving("institutions.csv")
        )
    except (KeyError, ValueError, re.error) as error:
        raise RuleError(f"rules/institutions.csv: {error}") from error


@functools.cache
def caps() -> tuple[Cap, ...]:
    """The plausible values.

    Raises:
        RuleError: a line of `rules/caps.csv` is malformed.
    """
    try:
        return tuple(
            Cap(line["code"], _words(line["kinds"]), _words(line["scopes"]), line["region_level"], line["unit"],
                float(line["min"]), float(line["max"]))
            for line in _lines("caps.csv")
        )  # fmt: skip
    except (KeyError, ValueError) as error:
        raise RuleError(f"rules/caps.csv: {error}") from error
