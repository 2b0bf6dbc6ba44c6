"""A headline that lost its line break: where it ends and the first paragraph begins.

Called by `assemble`, for pages and files whose first line is headline and body in one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from qualityextract.documents.headlines import MAX_TITLE, ORIGINAL_TITLE, Head
from qualityextract.documents.metadata import find_dateline, known_outlets
from qualityextract.documents.ruledata import alternation, credit_words

_WIDE_GAP = re.compile(r"[ \u3000\xa0]{3,}")


def split_glued(head: Head, body: list[str]) -> tuple[list[str], list[str], Head]:
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
