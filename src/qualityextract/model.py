"""Small frozen values that travel between the stations of the way of the data.

    RawDocument -> Article -> Sentence -> Chunk -> Figure -> schema records

Offsets are half-open and count Unicode code points. `Article.text` is what the offsets of the output
tables point into; the stations between work on a projection of it (`language.projection`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def quick_value(cls: type[_Value]) -> type[_Value]:
    """A frozen value that is made by the thousand: the type checker refuses to change it, nothing is paid at run time.

    The `frozen` of a dataclass sets every field by a call; making chunks and numerals so took a tenth of all time.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass(frozen=True, slots=True)
class Given:
    """What a table, a web archive or a crawler's line says about a document; it outranks what the text itself says."""

    title: str | None = None
    published: dt.date | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    unread_date: str | None = None
    """A stated day of publication that could not be read."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The bytes of one input and the path that names it in every table (relative to the input folder, with `/`).

    A document inside an archive or a table has the path of that file, `#`, and its name or number in there.
    """

    path: str
    data: bytes
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One readable document: who said it, when, where, and the cleaned text."""

    path: str
    text: str
    """Kicker, title and body in the order of the page, one paragraph a line; navigation and notices removed."""
    article_id: str
    """Hash of `text`: the same cleaned text has the same id on every machine."""
    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    published: dt.date | None = None
    published_basis: str | None = None
    """What the day was read from (`vocabulary.PublishedBasis`)."""
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    editor: str | None = None
    dateline: str | None = None
    """Place named by the news-agency line that opens the body (新华社北京7月27日电: 北京)."""
    url: str | None = None
    encoding: str = "utf-8"
    media_type: str = "text/plain"
    body_start: int = 0
    """Offset in `text` where the body begins; what stands before is headline matter."""
    flags: tuple[str, ...] = ()
    """What to know about the whole text before use (`vocabulary.ArticleFlag`)."""
    repairs: tuple[tuple[int, str], ...] = ()
    """What was taken out of the middle of the text: the offset in `text` where it stood, and its characters."""


@quick_value
class Span:
    """A half-open stretch of a text."""

    start: int
    end: int


@quick_value
class Numeral:
    """A numeral expression with its measure word: exact value, what bounds it, and where it stands.

    `value` is in the base unit (1.2万件 is 12000, 3亿元 is 300000000, 95.6% is 95.6, 三成 is 30).
    `kind`: `count` `money` `percent` `points` `times` `doubling` `place` `score` `bare` `time` `ordinal` `grade`
    `physical`, from the measure word; `none` where no measure word follows.
    `start` and `end` hold the numeral with the words that bound it in front and 余 behind (超过1.2万, 150余);
    `unit_end` is the end of the measure word and of a bound behind it (15家以上).
    """

    start: int
    end: int
    unit_end: int
    digits: int
    """Where the digits begin: `start` without a bound in front."""
    value: float
    value_max: float | None
    bound: str
    unit: str
    kind: str
    parts: tuple[float, ...] = ()
    vague: bool = False
    repaired: bool = False
    """The page had broken the numeral (95.1 2%, 2256。76万, a line end between its digits)."""


@quick_value
class IndicatorMention:
    """Words that name what is counted: the best-fitting form of the catalogue and what it brings along."""

    start: int
    end: int
    code: str
    form_id: str
    weak: str
    topic: str
    stat_kind: str
    levels: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    others: tuple[IndicatorMention, ...] = ()
    """Further readings of the same words, in the order in which they are tried."""


@quick_value
class SubjectMention:
    """A thing that figures can belong to.

    `scope` is that of the contract (`whole` for a region); `code` is the GB/T 2260 code of the division that holds
    it, None when the words do not say or are ambiguous. `relative` is the level that 全市 or 我省 speak of.
    """

    start: int
    end: int
    scope: str
    name: str
    code: str | None
    relative: str = ""
    candidates: tuple[str, ...] = ()
    inside: str = ""
    """The kind of longer name that a place name is part of; such a mention is no subject of its own."""
    place: object = None
    """The gazetteer's own mention, from which the code is resolved in context."""


@quick_value
class Chunk:
    """A typed piece of a sentence; `letter` is its type in the alphabet of `docs/rules.md`."""

    letter: str
    start: int
    end: int
    text: str
    note: str = ""
    value: object = None
