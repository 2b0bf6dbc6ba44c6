"""Which column of a table of articles is the title, the text, the date …: the user's words first, then the usual names.

The usual names are data, `rules/documents/columns.csv`.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import StringIO

from qualityextract.documents.metadata import find_compact_date
from qualityextract.errors import ConfigurationError
from qualityextract.model import Given, RawDocument

FIELDS = ("text", "html", "title", "published", "publisher", "authors", "url")
"""What a column can be."""
_CHINA = dt.timezone(dt.timedelta(hours=8))
_SEPARATOR = re.compile(r"[、,，;；|/]+|\s{2,}")
_MILLISECONDS = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns that the user gave, by field; what is not given is looked up among the usual names."""

    named: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return ",".join(f"{field}={name}" for field, name in self.named)


class UnreadRowError(Exception):
    """A row that is no article; the message says why, in words for a user."""


def parse_columns(text: str) -> Columns:
    """Read `text=正文,title=标题`.

    Raises:
        ConfigurationError: a field that there is not, or one twice.

    >>> parse_columns("text=正文, title=标题").named
    (('text', '正文'), ('title', '标题'))
    """
    named: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, sign, name = (piece.strip() for piece in part.partition("="))
        if not sign or not name or field not in FIELDS:
            raise ConfigurationError(f"--columns: {part!r} is not FIELD=NAME with FIELD one of {', '.join(FIELDS)}")
        if field in named:
            raise ConfigurationError(f"--columns: {field} is given twice")
        named[field] = name
    return Columns(tuple(named.items()))


@lru_cache(maxsize=1)
def _usual() -> tuple[tuple[str, str], ...]:
    text = (files("qualityextract") / "rules" / "documents" / "columns.csv").read_text(encoding="utf-8")
    return tuple((row["name"], row["field"]) for row in csv.DictReader(StringIO(text)))


def mapping(columns: Columns, present: Collection[str]) -> dict[str, str]:
    """Field to name of column, for the columns that are present.

    Raises:
        UnreadRowError: there is neither text nor html, or a column that the user named is not there.
    """
    named = dict(columns.named)
    missing = [name for name in named.values() if name not in present]
    shown = ", ".join(sorted(present)[:12]) or "none"
    if missing:
        raise UnreadRowError(f"no column {missing[0]!r}; there are: {shown}")
    folded = {name.strip().lower(): name for name in reversed(list(present))}
    for name, field in _usual():
        if name in folded:
            named.setdefault(field, folded[name])
    if "text" not in named and "html" not in named:
        raise UnreadRowError(f"no column holds the text of articles; there are: {shown}")
    return named


def document_of(path: str, row: Mapping[str, object], named: Mapping[str, str], *, max_bytes: int) -> RawDocument:
    """The document of one row.

    Raises:
        UnreadRowError: the row has no text, or more than `max_bytes`.
    """

    def said(field: str) -> object:
        return row.get(named[field]) if field in named else None

    body = next((str(value) for value in (said("text"), said("html")) if value and str(value).strip()), None)
    if body is None:
        raise UnreadRowError("the row has no text")
    data = body.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
    if len(data) > max_bytes:
        raise UnreadRowError(f"{len(data):,} bytes of text are more than the limit of {max_bytes:,}")
    published = said("published")
    given = Given(
        title=_line(said("title")),
        published=_day(published),
        publisher=_line(said("publisher")),
        authors=_names(said("authors")),
        url=_line(said("url")),
        unread_date=_line(published) if _day(published) is None else None,
    )
    return RawDocument(path, data, given)


def _line(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text.encode("utf-8", "replace").decode() or None


def _names(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else _SEPARATOR.split(str(value)) if value else []
    return tuple(name for name in (_line(part) for part in parts) if name)


def _day(value: object) -> dt.date | None:
    """A date, a time (in China where the zone is not said), seconds or milliseconds since 1970, or words with a full date."""
    if isinstance(value, dt.datetime):
        return value.astimezone(_CHINA).date() if value.tzinfo else value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 99_999_999:
        seconds = value / 1000 if value > _MILLISECONDS else value
        try:
            return dt.datetime.fromtimestamp(seconds, _CHINA).date()
        except (OverflowError, ValueError, OSError):
            return None
    return find_compact_date(str(value)) if value is not None else None
