"""Lines of a page to an `Article`: the last step of the documents station, the same for text and HTML.

The text is made of verbatim stretches of the source in source order (white space apart): lines before the body are
sorted into headline, credits and navigation; what follows the article is cut; nothing is rewritten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from functools import lru_cache

from qualityextract.documents.boilerplate import (
    byline_rule,
    cut_tail,
    drop_inline,
    is_furniture,
    is_related,
    is_stop,
)
from qualityextract.documents.creditline import fill, is_credit, read_credit_line
from qualityextract.documents.headlines import MAX_TITLE, ORIGINAL_TITLE, Head, border, read_head
from qualityextract.documents.metadata import (
    Credit,
    Dateline,
    date_of_url,
    find_date,
    find_dateline,
    has_cue,
    known_outlets,
    opening_byline,
)
from qualityextract.documents.page import Page
from qualityextract.documents.repair import Repairs, repair_line, repair_lines
from qualityextract.documents.ruledata import alternation, credit_words
from qualityextract.errors import DocumentError
from qualityextract.model import Article

_WIDE_GAP = re.compile(r"[ \u3000\xa0]{3,}")


def assemble(page: Page) -> Article:
    """Build the article of one page.

    Raises:
        DocumentError: nothing is left once navigation and notices are off.
    """
    lines = [line for line in (line.strip() for line in page.lines) if line]
    at = border(lines, page)
    head = read_head(lines[:at], page)
    body, tail = _clean_body([*head.leading, *lines[at:]])
    headlines, body, head = _split_glued(head, body)
    if not body and not headlines:
        raise DocumentError(page.path, "nothing is left after navigation and notices are removed", "is it an article?")
    headlines, body, head, repairs = _repaired(headlines, body, head)
    body_text = "\n".join(body)
    line = find_dateline(body_text)
    text = "\n".join([*headlines, *body])
    credit, (published, basis) = _credit(page, head, tail, line, body_text)
    return Article(
        path=page.path,
        text=text,
        article_id=hashlib.sha256(text.encode("utf-8")).hexdigest()[:16],
        title=head.title,
        kicker=head.kicker,
        subtitle=head.subtitle,
        published=published,
        published_basis=basis,
        publisher=credit.publisher,
        authors=credit.authors,
        editor=credit.editor,
        dateline=line.place if line else None,
        url=credit.url,
        encoding=page.encoding,
        media_type=page.media_type,
        body_start=len(text) - len(body_text),
        # What was lost beside the article is of no concern to its reader.
        flags=("broken_bytes",) if "\ufffd" in text else (),
        repairs=repairs,
    )


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


# --- body ----------------------------------------------------------------------------------------------------------


def _clean_body(lines: list[str]) -> tuple[list[str], Credit]:
    """The body's own lines, and what its tail says."""
    kept: list[str] = []
    credit = Credit()
    for at, line in enumerate(lines):
        if kept and is_stop(line):
            break
        if said := byline_rule(line):
            credit = fill(credit, said)
            continue
        if kept and is_related(line):
            if _goes_on(kept, lines[at + 1 :]):
                continue
            break
        if not is_furniture(line):
            kept.append(line)
    while len(kept) > 1 and len(kept[-1]) <= 90 and has_cue(kept[-1]) and is_credit(kept[-1]):
        credit = fill(read_credit_line(kept.pop())[0], credit)
    text = drop_inline("\n".join(kept))
    tail = cut_tail(text)
    credit = fill(tail.credit, credit)
    body = [line for line in (line.strip() for line in text[: tail.end].split("\n")) if line]
    while len(body) > 1 and is_credit(body[0]):
        credit = fill(credit, read_credit_line(body.pop(0))[0])
    return body, credit


def _goes_on(before: list[str], after: list[str]) -> bool:
    """Whether paragraphs as long as half of what stands before follow a list of related links."""
    follows = 0
    for line in after:
        if is_stop(line):
            break
        if len(line) >= 60 and "。" in line:
            follows += len(line)
    return follows * 2 >= sum(map(len, before))


def _split_glued(head: Head, body: list[str]) -> tuple[list[str], list[str], Head]:
    """Separate a headline that lost its line break from the first paragraph, where the border is plain."""
    headlines = list(head.headlines)
    if not body:
        return headlines, body, head
    first = body[0]
    marked = ORIGINAL_TITLE.match(first)
    if head.title is None or marked:
        cut = _glued_title(first[marked.end() :] if marked else first, marked=bool(marked))
        if cut is not None:
            parts, rest = cut
            head = replace(head, headlines=tuple(parts), title=parts[-1])
            return [*headlines, *parts], [rest, *body[1:]], head
    return headlines, body, head


@lru_cache(maxsize=1)
def _openings() -> re.Pattern[str]:
    words = alternation(credit_words().opening)
    return re.compile(rf"记者从|(?:{words})(?=[，,（(])|(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日(?:上午|下午|晚)?[，,]")


@lru_cache(maxsize=1)
def _stamp() -> re.Pattern[str]:
    return re.compile(rf"(?:{known_outlets()})?\s?\d{{4}}-\d{{2}}-\d{{2}}\s?\Z")


@lru_cache(maxsize=1)
def _glued_byline() -> re.Pattern[str]:
    return re.compile(rf"(?:{known_outlets()}|本报|本网|本台)(?:首席|全媒体|融媒体)?记者[ \u3000\xa0]")


def _glued_title(text: str, *, marked: bool) -> tuple[list[str], str] | None:
    """Split `TITLEbody` into the title (twice where it is printed twice) and the rest; None when no border shows."""
    limit = text[: MAX_TITLE + 60]
    repeated = re.match(r"(.{6,60}?)\s{0,4}\1\s{0,4}", limit)
    if marked and repeated:
        return [repeated.group(1), repeated.group(1)], text[repeated.end() :]
    line = find_dateline(text, within=MAX_TITLE + 20)
    if line and line.start >= 6:
        title = _stamp().sub("", text[: line.start]).strip()
        if 6 <= len(title) <= MAX_TITLE and not re.search("[。；]", title):
            return [title], text[line.start :]
    gap = _WIDE_GAP.search(limit)
    if (
        gap
        and line is None
        and 8 <= gap.start() <= 60
        and not re.search("[。；]|，[ \u3000\xa0]{3}|供图|图片|摄", limit[: gap.end() + 16])
        and _balanced(limit[: gap.start()])
    ):
        return [text[: gap.start()]], text[gap.end() :]
    opening = (_glued_byline().search(limit, 8) or _openings().search(limit, 8)) if marked else None
    if opening is None or opening.start() > MAX_TITLE:
        return None
    title = limit[: opening.start()].strip()
    # 某某新媒体讯近日, 即日起至8月1日: the title does not end here.
    if re.search("[。；]|[讯，,至自在于到从]\\Z", title) or not _balanced(title):
        return None
    return [title], text[opening.start() :]


def _balanced(text: str) -> bool:
    return all(text.count(opened) == text.count(closed) for opened, closed in ("【】", "（）", "“”", "《》"))


# --- metadata ------------------------------------------------------------------------------------------------------


def _credit(
    page: Page, head: Head, tail: Credit, line: Dateline | None, body: str
) -> tuple[Credit, tuple[dt.date | None, str | None]]:
    """Rank what each place says: the format's own marks, the head, the dateline, the tail, the address.

    Returns:
        The credit but for its date, and the date with what it was read from.
    """
    behind = Credit()
    for extra in page.after:
        if is_stop(extra) or is_related(extra):
            break
        if is_credit(extra):
            behind = fill(behind, read_credit_line(extra)[0])
    glued = opening_byline(body)[1]
    agency = Credit(
        authors=line.authors if line else (),
        publisher=line.agency if line else None,
        published=line.published if line else None,
    )
    url = page.meta.url or head.credit.url
    authors = tuple(dict.fromkeys([*head.credit.authors, *glued, *agency.authors, *tail.authors]))
    if not authors:
        authors = behind.authors or page.meta.authors
    dates = {
        "meta": page.meta.published,
        "visible": head.credit.published,
        "dateline": agency.published,
        "tail": tail.published or behind.published,
        "url": date_of_url(url) if url else None,
        "signature": _signed(body),
    }
    dated = next(((date, basis) for basis, date in dates.items() if date), (None, None))
    credit = Credit(
        authors=authors,
        editor=head.credit.editor or tail.editor or behind.editor,
        publisher=head.credit.publisher
        or page.meta.publisher
        or agency.publisher
        or tail.publisher
        or behind.publisher
        or head.site,
        url=url,
    )
    return credit, dated


def _signed(body: str) -> dt.date | None:
    """The date line under an official document's signature."""
    last = body[body.rfind("\n") + 1 :].strip()
    return find_date(last) if len(last) <= 14 and re.match(r"\d{4}年", last) else None
