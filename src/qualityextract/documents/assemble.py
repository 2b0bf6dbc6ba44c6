"""Lines of a page to an `Article`: the last step of the documents station, the same for text and HTML.

The text is made of verbatim stretches of the source in source order (white space apart): lines before the body are
sorted into headline, credits and navigation; what follows the article is cut; nothing is rewritten. Only a title that
a table or archive gives, and that the source does not print, is put in front.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qualityextract.documents.body import Body, clean_body
from qualityextract.documents.doubts import flags_of
from qualityextract.documents.glued import split_glued
from qualityextract.documents.headlines import Head, border, read_head
from qualityextract.documents.metadata import Dateline, find_dateline
from qualityextract.documents.page import Page, Removed
from qualityextract.documents.provenance import Ranked, places_of, rank
from qualityextract.documents.repair import Repairs, repair_line, repair_lines
from qualityextract.documents.titles import with_given_title
from qualityextract.errors import DocumentError
from qualityextract.model import Article


@dataclass(frozen=True, slots=True)
class Examined:
    """An article, the place that every field of it was read from, and all that was left out of its text."""

    article: Article
    basis: Mapping[str, str]
    """By the name of the field; fields without a value are not there."""
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Headline matter and body as they stand in the text."""

    head: Head
    body: tuple[str, ...]
    body_text: str
    text: str
    title_basis: str
    repairs: Repairs


def assemble(page: Page) -> Article:
    """Build the article of one page.

    Raises:
        DocumentError: nothing is left once navigation and notices are off.
    """
    return examine_page(page).article


def examine_page(page: Page) -> Examined:
    """As `assemble`, with the way there.

    Raises:
        DocumentError: nothing is left once navigation and notices are off.
    """
    lines = [line for line in (line.strip() for line in page.lines) if line]
    at = border(lines, page)
    head = read_head(lines[:at], page)
    body = clean_body([*head.leading, *lines[at:]])
    parts = _parts(page, head, body)
    line = find_dateline(parts.body_text)
    ranked = rank(places_of(page, parts.head, body.credit, line, parts.body_text))
    own = (*head.removed, *body.removed)
    beside = [*page.beside, *page.after, *(one.text for one in own if one.reason != "behind")]
    flags = flags_of(parts.text, ranked.credit.published, ranked.dates, beside)
    if page.given.unread_date and "page_date_suspect" not in flags:
        flags = (*flags, "page_date_suspect")
    article = _article(page, parts, ranked, line, flags)
    basis = _basis(article, ranked, parts.title_basis)
    return Examined(article, basis, (*page.removed, *own))


def _parts(page: Page, head: Head, body: Body) -> _Parts:
    headlines, lines, head = split_glued(head, list(body.lines))
    basis = "page" if page.title else "text"
    if page.given.title and (headlines or lines):
        headlines, lines, head = with_given_title(page.given.title, head, headlines, lines)
        basis = "given"
    if not lines and not headlines:
        raise DocumentError(page.path, "nothing is left after navigation and notices are removed", "is it an article?")
    headlines, lines, head, repairs = _repaired(headlines, lines, head)
    return _Parts(head, tuple(lines), "\n".join(lines), "\n".join([*headlines, *lines]), basis, repairs)


def _repaired(headlines: list[str], body: list[str], head: Head) -> tuple[list[str], list[str], Head, Repairs]:
    """Headlines and body without what copying has put between their words, and what that was."""
    lines = [*headlines, *body]
    mended = repair_lines(lines)
    if not mended.repairs:
        return headlines, body, head, ()
    at = mended.before(len(headlines))
    now = {lines[source]: line for source, line in zip(mended.sources, mended.lines, strict=True)}
    head = replace(
        head,
        title=head.title and now.get(head.title, repair_line(head.title)),
        kicker=head.kicker and now.get(head.kicker, repair_line(head.kicker)),
        subtitle=head.subtitle and now.get(head.subtitle, repair_line(head.subtitle)),
    )
    return mended.lines[:at], mended.lines[at:], head, mended.repairs


def _article(page: Page, parts: _Parts, ranked: Ranked, line: Dateline | None, flags: tuple[str, ...]) -> Article:
    credit = ranked.credit
    return Article(
        path=page.path,
        text=parts.text,
        article_id=hashlib.sha256(parts.text.encode("utf-8")).hexdigest()[:16],
        title=parts.head.title,
        kicker=parts.head.kicker,
        subtitle=parts.head.subtitle,
        published=credit.published,
        published_basis=ranked.basis.get("published"),
        publisher=credit.publisher,
        authors=credit.authors,
        editor=credit.editor,
        dateline=line.place if line else None,
        url=credit.url,
        encoding=page.encoding,
        media_type=page.media_type,
        body_start=len(parts.text) - len(parts.body_text),
        flags=flags,
        repairs=parts.repairs,
    )


def _basis(article: Article, ranked: Ranked, title: str) -> dict[str, str]:
    basis = dict(ranked.basis)
    basis |= {name: "visible" for name in ("kicker", "subtitle") if getattr(article, name)}
    if article.title:
        basis["title"] = title
    if article.dateline:
        basis["dateline"] = "dateline"
    return basis
