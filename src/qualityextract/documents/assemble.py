"""Lines of a page to an `Article`: the last step of the documents station, the same for text and HTML.

The text is made of verbatim stretches of the source in source order (white space apart): lines before the body are
sorted into headline, credits and navigation; what follows the article is cut; nothing is rewritten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from qualityextract.documents.boilerplate import (
    byline_rule,
    cut_tail,
    drop_inline,
    is_breadcrumb,
    is_furniture,
    is_prose,
    is_related,
    is_stop,
)
from qualityextract.documents.metadata import (
    Credit,
    Dateline,
    date_of_url,
    find_date,
    find_dateline,
    has_cue,
    is_person,
    known_outlets,
    looks_like_outlet,
    opening_byline,
    parse_credits,
)
from qualityextract.documents.ruledata import alternation, credit_words
from qualityextract.errors import DocumentError
from qualityextract.model import Article

_ORIGINAL_TITLE = re.compile(r"(?:原标题|原题)\s?[:：]\s?")
_HEADING = re.compile(
    r"(?:[{0}]{{1,3}}、|[（(][{0}]{{1,3}}[）)]|第[{0}]{{1,3}}[章节条部])".format("一二三四五六七八九十")
)
_WIDE_GAP = re.compile(r"[ \u3000\xa0]{3,}")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:：]\d{2}(?!\d)")
_MAX_TITLE = 90
_MAX_HEADLINES = 4
_SUBTITLE = re.compile(r"\s?[—–-]{1,3}\s?\S")


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader of one format has found: lines in source order, and what the format itself marks.

    `lines` are paragraphs without line breaks; `body_at`, where the format knows it, is the index of the body's
    first line. `published` is a date that outranks what the lines say (a meta element).
    """

    path: str
    lines: tuple[str, ...]
    encoding: str
    media_type: str
    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    body_at: int | None = None
    meta: Credit = field(default_factory=Credit)
    site: str | None = None
    after: tuple[str, ...] = ()
    """Lines behind the body that may hold credits; they never enter the text."""


@dataclass(frozen=True, slots=True)
class _Head:
    headlines: tuple[str, ...]
    title: str | None
    kicker: str | None
    subtitle: str | None
    credit: Credit
    site: str | None


def assemble(page: Page) -> Article:
    """Build the article of one page.

    Raises:
        DocumentError: nothing is left once navigation and notices are off.
    """
    lines = [line for line in (line.strip() for line in page.lines) if line]
    at = _border(lines, page)
    head = _read_head(lines[:at], page)
    body, tail = _clean_body(lines[at:])
    headlines, body, head = _split_glued(head, body)
    if not body and not headlines:
        raise DocumentError(page.path, "nothing is left after navigation and notices are removed", "is it an article?")
    body_text = "\n".join(body)
    line = find_dateline(body_text)
    text = "\n".join([*headlines, *body])
    credit = _credit(page, head, tail, line, body_text)
    return Article(
        path=page.path,
        text=text,
        article_id=hashlib.sha256(text.encode("utf-8")).hexdigest()[:16],
        title=head.title,
        kicker=head.kicker,
        subtitle=head.subtitle,
        published=credit.published,
        publisher=credit.publisher,
        authors=credit.authors,
        editor=credit.editor,
        dateline=line.place if line else None,
        url=credit.url,
        encoding=page.encoding,
        media_type=page.media_type,
        body_start=len(text) - len(body_text),
    )


# --- head ----------------------------------------------------------------------------------------------------------


def _border(lines: list[str], page: Page) -> int:
    """Index of the body's first line: where the format says, or where paragraphs begin."""
    if page.body_at is None:
        return _body_start(lines)
    if page.title is None:
        return max(min(page.body_at, len(lines)), _body_start(lines))
    return _past_headline(lines, min(page.body_at, len(lines)), page)


def _body_start(lines: list[str]) -> int:
    """Index of the first line that reads like a paragraph or opens a section."""
    for at, line in enumerate(lines):
        if (is_stop(line) and at == 0) or is_breadcrumb(line) or is_furniture(line) or is_credit(line):
            continue
        if is_prose(line) or _HEADING.match(line):
            return at
    return min(1, len(lines)) if len(lines) > 1 and len(lines[0]) <= _MAX_TITLE else 0


def _past_headline(lines: list[str], at: int, page: Page) -> int:
    """Move the border that the format gives behind credits and a repeated title that stand inside the body."""
    while at < len(lines) - 1 and len(lines[at]) <= 120:
        line = lines[at]
        named = page.body_at is not None and at <= page.body_at + 2
        if not (
            is_credit(line)
            or is_furniture(line)
            or (page.title and _same(line, page.title))
            or (_is_name_line(line) and named)
            or (at > 0 and _SUBTITLE.match(line) and not is_prose(line))
        ):
            break
        at += 1
    return at


def _is_name_line(line: str) -> bool:
    """A line of nothing but one to four personal names."""
    parts = re.split(r"[\s、]+", line)
    return len(parts) <= 4 and is_person(parts[0]) and all(2 <= len(part) <= 4 for part in parts)


def is_credit(line: str) -> bool:
    """Whether a line only says who, where from and when."""
    if byline_rule(line):
        return True
    if (
        len(line) > 160
        or "。" in line
        or not (has_cue(line) or find_date(line) or line.startswith(("http://", "https://")))
    ):
        return False
    credit, rest = parse_credits(line)
    if not (credit.authors or credit.editor or credit.publisher or credit.published or credit.url):
        return not rest
    if credit.published and not has_cue(line) and len(rest) > 24:
        return False
    if credit.published and len(rest) <= 40 and (credit.publisher or _CLOCK.search(line)):
        return True
    return not rest or looks_like_outlet(rest) or is_breadcrumb(rest) or is_furniture(rest) or len(rest) <= 6


def _read_head(lines: list[str], page: Page) -> _Head:
    """Sort the lines before the body into headlines, credits and navigation."""
    credit, site = Credit(), page.site
    candidates: list[str] = []
    for line in lines:
        if is_breadcrumb(line) or is_furniture(line) or is_stop(line) or is_related(line):
            continue
        if is_credit(line):
            said, on_site = _credit_of_line(line)
            credit, site = _fill(credit, said), site or on_site
        elif looks_like_outlet(line) and len(line) <= 14 and not candidates:
            site = site or line
        elif candidates and _is_name_line(line):
            credit = _fill(credit, Credit(authors=tuple(re.split(r"[\s、]+", line))))
        elif len(line) <= _MAX_TITLE * 2:
            marked = _ORIGINAL_TITLE.match(line)
            candidates.append(line[marked.end() :] if marked else line)
    kicker, title, subtitle, kept = _choose(candidates, page)
    return _Head(kept, title, kicker, subtitle, credit, site)


def _credit_of_line(line: str) -> tuple[Credit, str | None]:
    """What a line of credits says, and the site that its breadcrumb begins with."""
    if said := byline_rule(line):
        return said, None
    credit, rest = parse_credits(line)
    first, *more = re.split(r"\s*[>＞»]+\s*", rest)
    if more:
        return credit, first if looks_like_outlet(first) else None
    if credit.publisher is None and looks_like_outlet(rest):
        return replace(credit, publisher=rest), None
    return credit, None


def _fill(first: Credit, second: Credit) -> Credit:
    """Add a later line of the head: first said, first kept; authors in reading order."""
    return Credit(
        tuple(dict.fromkeys([*first.authors, *second.authors])),
        first.editor or second.editor,
        first.publisher or second.publisher,
        first.published or second.published,
        first.url or second.url,
    )


def _choose(candidates: list[str], page: Page) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    """Kicker, title, subtitle, and the lines of them that enter the text, in source order."""
    if page.title:
        return _choose_marked(candidates, page)
    if not candidates:
        return None, None, None, ()
    repeated = [at for at, line in enumerate(candidates) if line in candidates[:at]]
    if repeated:
        last = repeated[-1]
        first = candidates.index(candidates[last])
        kickers = candidates[first + 1 : last] if last - first <= 2 else []
        return _headline(kickers[-1:], candidates[last], candidates[last + 1 :])
    near = candidates[-_MAX_HEADLINES:]
    title = max(range(len(near)), key=lambda at: (not _SUBTITLE.match(near[at]), len(near[at]) if len(near) < 3 else 0))
    if len(near) == 2 and _SUBTITLE.match(near[1]):
        title = 0
    return _headline(near[:title][-1:], near[title], near[title + 1 :])


def _choose_marked(candidates: list[str], page: Page) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    """As `_choose`, where the format names the title; the line of the page is taken as printed."""
    title = page.title or ""
    printed = [at for at, line in enumerate(candidates) if _same(line, title)]
    if not printed:
        return page.kicker, title, page.subtitle, tuple(part for part in (page.kicker, title, page.subtitle) if part)
    at = printed[-1]
    before = [line for line in candidates[:at] if page.kicker and _same(line, page.kicker)]
    after = [
        line
        for line in candidates[at + 1 :]
        if _SUBTITLE.match(line) or (page.subtitle is not None and _same(line, page.subtitle))
    ]
    return _headline(before[-1:], candidates[at], after)


def _headline(
    kicker: list[str], title: str, after: list[str]
) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    subtitle = after[0] if after else None
    return kicker[0] if kicker else None, title, subtitle, (*kicker, title, *after)


def _same(line: str, title: str) -> bool:
    return "".join(line.split()) == "".join(title.split())


# --- body ----------------------------------------------------------------------------------------------------------


def _clean_body(lines: list[str]) -> tuple[list[str], Credit]:
    """The body's own lines, and what its tail says."""
    kept: list[str] = []
    credit = Credit()
    for at, line in enumerate(lines):
        if kept and is_stop(line):
            break
        if said := byline_rule(line):
            credit = _fill(credit, said)
            continue
        if kept and is_related(line):
            if _goes_on(kept, lines[at + 1 :]):
                continue
            break
        if not is_furniture(line):
            kept.append(line)
    while len(kept) > 1 and len(kept[-1]) <= 90 and has_cue(kept[-1]) and is_credit(kept[-1]):
        credit = _fill(_credit_of_line(kept.pop())[0], credit)
    text = drop_inline("\n".join(kept))
    tail = cut_tail(text)
    credit = _fill(tail.credit, credit)
    body = [line for line in (line.strip() for line in text[: tail.end].split("\n")) if line]
    while len(body) > 1 and is_credit(body[0]):
        credit = _fill(credit, _credit_of_line(body.pop(0))[0])
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


def _split_glued(head: _Head, body: list[str]) -> tuple[list[str], list[str], _Head]:
    """Separate a headline that lost its line break from the first paragraph, where the border is plain."""
    headlines = list(head.headlines)
    if not body:
        return headlines, body, head
    first = body[0]
    marked = _ORIGINAL_TITLE.match(first)
    if head.title is None or marked:
        cut = _glued_title(first[marked.end() :] if marked else first, marked=bool(marked))
        if cut is not None:
            parts, rest = cut
            head = _Head(tuple(parts), parts[-1], head.kicker, head.subtitle, head.credit, head.site)
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
    limit = text[: _MAX_TITLE + 60]
    repeated = re.match(r"(.{6,60}?)\s{0,4}\1\s{0,4}", limit)
    if marked and repeated:
        return [repeated.group(1), repeated.group(1)], text[repeated.end() :]
    line = find_dateline(text, within=_MAX_TITLE + 20)
    if line and line.start >= 6:
        title = _stamp().sub("", text[: line.start]).strip()
        if 6 <= len(title) <= _MAX_TITLE and not re.search("[。；]", title):
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
    if opening is None or opening.start() > _MAX_TITLE:
        return None
    title = limit[: opening.start()].strip()
    # 某某新媒体讯近日, 即日起至8月1日: the title does not end here.
    if re.search("[。；]|[讯，,至自在于到从]\\Z", title) or not _balanced(title):
        return None
    return [title], text[opening.start() :]


def _balanced(text: str) -> bool:
    return all(text.count(opened) == text.count(closed) for opened, closed in ("【】", "（）", "“”", "《》"))


# --- metadata ------------------------------------------------------------------------------------------------------


def _credit(page: Page, head: _Head, tail: Credit, line: Dateline | None, body: str) -> Credit:
    """Rank what each place says: the format's own marks, the head, the dateline, the tail, the address."""
    behind = Credit()
    for extra in page.after:
        if is_stop(extra) or is_related(extra):
            break
        if is_credit(extra):
            behind = _fill(behind, _credit_of_line(extra)[0])
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
    return Credit(
        authors=authors,
        editor=head.credit.editor or tail.editor or behind.editor,
        publisher=head.credit.publisher
        or page.meta.publisher
        or agency.publisher
        or tail.publisher
        or behind.publisher
        or head.site,
        published=page.meta.published
        or head.credit.published
        or agency.published
        or tail.published
        or behind.published
        or (date_of_url(url) if url else None)
        or _signed(body),
        url=url,
    )


def _signed(body: str) -> dt.date | None:
    """The date line under an official document's signature."""
    last = body[body.rfind("\n") + 1 :].strip()
    return find_date(last) if len(last) <= 14 and re.match(r"\d{4}年", last) else None
