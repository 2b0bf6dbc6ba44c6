"""Lines that only say who, where from and when: recognising them and reading them.

Stands between `metadata`, which reads the single words, and `headlines` and `assemble`, which sort a page's lines.
A line may hold publisher, date, page number, names and controls in any order and with any separators.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.documents.boilerplate import byline_rule, drop_parts, is_breadcrumb, is_furniture
from qualityextract.documents.metadata import (
    Credit,
    find_date,
    has_cue,
    is_person,
    looks_like_outlet,
    parse_credits,
    stands_alone,
)

_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:：]\d{2}(?!\d)")
_BETWEEN = re.compile(r"[\s|｜丨/／·•,，、:：\[\]【】（）()《》-]+")
_SENTENCE = re.compile(r"[。；！？!?“”]")
_UNLISTED = re.compile(r"[\u4e00-\u9fff]{2,10}\Z")
_MAX_LINE = 160


def is_credit(line: str, *, titled: bool = False) -> bool:
    """Whether a line only says who, where from and when.

    `titled` says that the headline stands above it: then a short name beside the date is a publisher even if it does
    not sound like one.
    """
    if byline_rule(line):
        return True
    dated = find_date(line)
    if len(line) > _MAX_LINE or "。" in line:
        return False
    if _mixed(line, titled=titled) is not None:
        return True
    if not (has_cue(line) or dated or line.startswith(("http://", "https://"))):
        return False
    credit, rest = parse_credits(line)
    if not (credit.authors or credit.editor or credit.publisher or credit.published or credit.url):
        return not rest
    if credit.published and not has_cue(line) and len(rest) > 24:
        return False
    if credit.published and len(rest) <= 40 and (credit.publisher or _CLOCK.search(line)):
        return True
    return not rest or looks_like_outlet(rest) or is_breadcrumb(rest) or is_furniture(rest) or len(rest) <= 6


def read_credit_line(line: str, *, titled: bool = False) -> tuple[Credit, str | None]:
    """What a line of credits says, and the site that its breadcrumb begins with."""
    if said := byline_rule(line):
        return said[1], None
    if mixed := _mixed(line, titled=titled):
        return mixed, None
    credit, rest = parse_credits(line)
    first, *more = re.split(r"\s*[>＞»]+\s*", rest)
    if more:
        return credit, first if looks_like_outlet(first) else None
    if credit.publisher is None and looks_like_outlet(rest):
        return replace(credit, publisher=rest), None
    return credit, None


def _mixed(line: str, *, titled: bool) -> Credit | None:
    """`某报 2017年3月14日 02版 记者 某某`: every piece that is no date and has no cue names an outlet or a person."""
    if _SENTENCE.search(line):
        return None
    plain, numbered = drop_parts(line)
    credit, rest = parse_credits(plain)
    if not (numbered or (credit.published and stands_alone(line))):
        return None
    # An outlet that stands apart before 记者 is read as part of that cue.
    apart = (piece for piece in _BETWEEN.split(plain) if looks_like_outlet(piece))
    publisher, authors = credit.publisher or next(apart, None), list(credit.authors)
    for piece in filter(None, _BETWEEN.split(rest)):
        if publisher is None and looks_like_outlet(piece):
            publisher = piece
        elif is_person(piece):
            authors.append(piece)
        elif publisher is None and titled and credit.published and _UNLISTED.match(piece):
            publisher = piece
        elif not looks_like_outlet(piece):
            return None
    if not (publisher or authors or credit.published):
        return None
    return replace(credit, publisher=publisher, authors=tuple(dict.fromkeys(authors)))


def is_name_line(line: str) -> bool:
    """A line of nothing but one to four personal names."""
    parts = re.split(r"[\s、]+", line)
    return len(parts) <= 4 and is_person(parts[0]) and all(2 <= len(part) <= 4 for part in parts)


def fill(first: Credit, second: Credit) -> Credit:
    """Add a later line: first said, first kept; authors in reading order."""
    return Credit(
        tuple(dict.fromkeys([*first.authors, *second.authors])),
        first.editor or second.editor,
        first.publisher or second.publisher,
        first.published or second.published,
        first.url or second.url,
    )
