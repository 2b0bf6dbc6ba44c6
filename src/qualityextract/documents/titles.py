"""Titles: the article's own without the site's name, and one that a table or archive gives.

Used by `html`, which reads a page's title element, and by `assemble`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.documents.headlines import Head
from qualityextract.documents.metadata import looks_like_outlet

_SPLIT = re.compile(
    r"\s*[_|｜]+\s*|\s+[-–—]+\s*|\s*[-–—]+\s+|--+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])|\s*(?:&raquo;|»|::)\s*"
)
_ADDRESS = re.compile(r"(?:[a-z0-9-]+\.)+(?:com|cn|net|org|gov|edu|tv|cc)\b", re.IGNORECASE)
_TRAIL = re.compile(r"[^\s>＞，。：]{1,12}(?:\s?(?:>{1,2}|＞)\s?[^\s>＞，。：]{1,12}){1,6}")
_MARKS = re.compile(r"[\W_]")
_SHORTEST = 4


def title_parts(whole: str) -> list[str]:
    """A title with the site's name behind it, and its parts without those that name a site, in their order."""
    return [whole, *(part for part in split_title(whole) if not names_site(part))]


def names_site(text: str) -> bool:
    """Whether a title, or a part of one, only says on which site or in which channel the page stands."""
    return looks_like_outlet(text) or _ADDRESS.search(text) is not None or _TRAIL.fullmatch(text) is not None


def split_title(whole: str) -> list[str]:
    """The parts of a title element between bars, dashes and the like."""
    return [part for part in _SPLIT.split(whole) if part and len(part) >= _SHORTEST]


def same_title(one: str, other: str) -> bool:
    """Whether two lines are one title; white space, punctuation and the width of letters do not matter."""
    return bool(_bare(one)) and _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return _MARKS.sub("", text).casefold()


def _opens_with(line: str, title: str) -> bool:
    """Whether a title stands before the first sentence of a line, and is not its beginning (…，)."""
    rest = line[len(title) :].lstrip()
    return len(title) >= _SHORTEST and line.startswith(title) and not re.match(r"[，。、；：,;:的]|\Z", rest)


def with_given_title(
    given: str, head: Head, headlines: list[str], body: list[str]
) -> tuple[list[str], list[str], Head]:
    """Make a given title the article's: the line that prints it is its headline, else it is put in front.

    Returns:
        Lines of the headline, lines of the body, and the headline matter.
    """
    given = " ".join(given.split())
    wanted = title_parts(given)
    printed = next((line for line in headlines if any(same_title(line, title) for title in wanted)), None)
    if printed is None and body:
        first = body[0]
        glued = next((title for title in wanted if _opens_with(first, title)), None)
        if any(same_title(first, title) for title in wanted):
            headlines, body, printed = [*headlines, first], body[1:], first
        elif glued:
            headlines, body, printed = [*headlines, glued], [first[len(glued) :].strip(), *body[1:]], glued
    if printed is None:
        printed = wanted[1] if len(wanted) == 2 else given
        headlines = [printed, *headlines]
    return (
        headlines,
        body,
        replace(
            head,
            title=printed,
            kicker=head.kicker if head.kicker != printed else None,
            subtitle=head.subtitle if head.subtitle != printed else None,
        ),
    )
