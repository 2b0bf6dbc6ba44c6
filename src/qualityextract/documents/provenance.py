"""Who, where and when, ranked by the place that says it, and which place that was.

Stands between `headlines`, `body` and `assemble`. What a table or archive gives outranks the page; a page's own marks
outrank its lines; an address outranks nothing but silence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from qualityextract.documents.boilerplate import footer_rule, is_related, is_stop
from qualityextract.documents.creditline import fill, is_credit, read_credit_line
from qualityextract.documents.headlines import Head
from qualityextract.documents.metadata import Credit, Dateline, date_of_url, find_date, opening_byline
from qualityextract.documents.page import Page
from qualityextract.model import Given

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """What each place of a document says."""

    given: Given
    meta: Credit
    head: Credit
    dateline: Credit
    tail: Credit
    behind: Credit
    """Lines behind the body, outside the text."""
    site: str | None
    owner: str | None
    """Whose blog or column the page is."""
    signed: dt.date | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The credit that won, the place of every field that has a value, and every date that a place names."""

    credit: Credit
    basis: Mapping[str, str]
    dates: Mapping[str, dt.date]


def places_of(page: Page, head: Head, tail: Credit, line: Dateline | None, body: str) -> Places:
    """Collect what the places of a page say."""
    glued = opening_byline(body)[1]
    agency = Credit(
        authors=tuple(dict.fromkeys([*glued, *(line.authors if line else ())])),
        publisher=line.agency if line else None,
        published=line.published if line else None,
    )
    return Places(
        given=page.given,
        meta=page.meta,
        head=head.credit,
        dateline=agency,
        tail=tail,
        behind=_behind(page.after),
        site=head.site,
        owner=page.owner,
        signed=_signed(body),
    )


def rank(said: Places) -> Ranked:
    """Choose every field from the first place that names it; authors from all places inside the article together."""
    basis: dict[str, str] = {}
    given = said.given
    inside = {"visible": said.head, "dateline": said.dateline, "tail": said.tail}
    authors = given.authors
    if authors:
        basis["authors"] = "given"
    else:
        named = {place: credit.authors for place, credit in inside.items() if credit.authors}
        authors = tuple(dict.fromkeys(name for names in named.values() for name in names))
        if authors:
            basis["authors"] = " and ".join(named)
        else:
            owner = (said.owner,) if said.owner else ()
            ranked = [("behind", said.behind.authors), ("meta", said.meta.authors), ("owner", owner)]
            authors = _first("authors", ranked, basis) or ()
    publishers = [("given", given.publisher), ("visible", said.head.publisher), ("meta", said.meta.publisher)]
    publishers += [(place, credit.publisher) for place, credit in (*inside.items(), ("behind", said.behind))]
    editors = [("visible", said.head.editor), ("tail", said.tail.editor), ("behind", said.behind.editor)]
    urls = [("given", given.url), ("meta", said.meta.url), ("visible", said.head.url)]
    url = _first("url", urls, basis)
    dates = _dates(said, url)
    credit = Credit(
        authors=authors,
        editor=_first("editor", editors, basis),
        publisher=_first("publisher", [*publishers, ("site", said.site)], basis),
        published=_first("published", dates, basis),
        url=url,
    )
    return Ranked(credit, basis, {place: date for place, date in dates if date})


def _dates(said: Places, url: str | None) -> list[tuple[str, dt.date | None]]:
    """The dates of all places, most trusted first; the values of `vocabulary.PublishedBasis`."""
    return [
        ("given", said.given.published),
        ("meta", said.meta.published),
        ("visible", said.head.published),
        ("dateline", said.dateline.published),
        ("tail", said.tail.published or said.behind.published),
        ("url", date_of_url(url) if url else None),
        ("signature", said.signed),
    ]


def _first(field: str, ranked: Iterable[tuple[str, T | None]], basis: dict[str, str]) -> T | None:
    for place, value in ranked:
        if value:
            basis[field] = place
            return value
    return None


def _behind(lines: tuple[str, ...]) -> Credit:
    """What the lines right behind the body say, up to the first that begins something else."""
    behind = Credit()
    for line in lines:
        if found := footer_rule(line):
            return fill(behind, found[1])
        if is_stop(line) or is_related(line):
            break
        if is_credit(line):
            behind = fill(behind, read_credit_line(line)[0])
    return behind


def _signed(body: str) -> dt.date | None:
    """The date line under an official document's signature."""
    last = body[body.rfind("\n") + 1 :].strip()
    return find_date(last) if len(last) <= 14 and re.match(r"\d{4}年", last) else None
