"""An HTML page to the lines of a `Page`: which part is the article, and what the page marks as title and date.

Stands between `blocks` and `assemble`. Containers that content systems are known to use come first; where none
holds the page's text, the element with the densest prose is the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser

from qualityextract.documents.blocks import Block, TooManyElementsError, Tree, is_aside, is_discussion, read_tree
from qualityextract.documents.boilerplate import footer_rule, is_related, is_stop, owner_rule
from qualityextract.documents.creditline import is_credit
from qualityextract.documents.encoding import Decoded
from qualityextract.documents.metadata import (
    Credit,
    find_compact_date,
    find_date,
    has_cue,
    names,
)
from qualityextract.documents.page import Page, Removed
from qualityextract.documents.ruledata import containers, credit_words
from qualityextract.documents.titles import names_site, split_title, title_parts
from qualityextract.errors import DocumentError

_TAGS = re.compile(
    r"<!doctype\s+html|</?(?:html|head|body|meta|link|title|div|p|table|tr|td|span|font|a|br|script|style|h[1-6]|img)\b",
    re.IGNORECASE,
)
_NESTING = re.compile(r"<(/?)(?:div|ul|ol|dl|table|section|article|blockquote|span|font|center|b|i|a)\b", re.IGNORECASE)
_MAX_NESTING_COST = 60_000_000
_PUNCTUATION = re.compile("[，。！？；：、“”,;!?]")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}")
_HEAD_LINES = 30
_AFTER_LINES = 8
_RECORD_CELLS = 4
"""Bars in a row of a page's record; a menu has more."""
_MIN_BODY = 60


def looks_like_html(text: str) -> bool:
    """Whether the content is HTML, whatever the file is called."""
    head = text[:8000].lstrip("\ufeff \t\r\n")
    found = _TAGS.findall(head)
    return len(found) >= 6 or (head.startswith("<") and len(found) >= 2)


def read_html(decoded: Decoded, path: str) -> Page:
    """Find article, headline matter and metadata of a page.

    Raises:
        DocumentError: the page is nested or filled as no article is, or shows no text.
    """
    _refuse_bomb(decoded.text, path)
    parser = LexborHTMLParser(decoded.text)
    try:
        tree = read_tree(parser)
    except TooManyElementsError as error:
        raise DocumentError(path, "the page has too many elements for an article", "save the article alone") from error
    if not tree.blocks:
        raise DocumentError(path, "the page shows no text", "was it saved before its scripts had run?")
    marks = _Marks(parser)
    start, end = _body_range(tree, parser)
    title = _title(marks, tree.blocks, start, end)
    kicker = marks.first("kicker")
    lines = _lines(tree, (start, end), title, kicker)
    after = tuple(block.text for block in tree.blocks[end : end + _AFTER_LINES] if len(block.text) <= 80)
    return Page(
        path,
        (*lines.head, *lines.body),
        decoded.encoding,
        "text/html",
        title=title,
        kicker=kicker,
        subtitle=marks.first("subtitle"),
        body_at=len(lines.head),
        meta=marks.credit,
        site=marks.site,
        after=after,
        beside=lines.beside,
        owner=_owner(marks, tree, start, end),
        removed=(*tree.removed, *lines.removed),
    )


def _refuse_bomb(text: str, path: str) -> None:
    """The parser's time grows with the square of the depth of a page that never closes its elements."""
    steps = (-1 if mark else 1 for mark in _NESTING.findall(text))
    depths = accumulate(steps, lambda depth, step: max(0, depth + step))
    if sum(depths) > _MAX_NESTING_COST:
        raise DocumentError(path, "the page is nested too deeply", "save the article alone")


# --- what the page marks -------------------------------------------------------------------------------------------


class _Marks:
    """Title, meta elements and marked lines of a page."""

    def __init__(self, parser: LexborHTMLParser) -> None:
        self.parser = parser
        self.meta: dict[str, str] = {}
        for node in parser.css("meta"):
            attributes = node.attributes
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            value = (attributes.get("content") or "").strip()
            if key and value:
                self.meta.setdefault(key.lower(), value)
        titled = parser.css_first("title")
        self.title = " ".join((titled.text() if titled else "").split())
        words = credit_words()
        canonical = parser.css_first("link[rel=canonical]")
        url = self._of(words.meta_url) or (canonical.attributes.get("href") if canonical else None)
        self.url = url if url and url.startswith("http") else None
        self.site = self._of(words.meta_site)
        self.named = self._of(words.meta_title)
        self.credit = self._credit()

    def _of(self, keys: list[str]) -> str | None:
        return next((self.meta[key] for key in keys if key in self.meta), None)

    def _credit(self) -> Credit:
        words = credit_words()
        dates = (find_compact_date(self.meta[key]) for key in words.meta_date if key in self.meta)
        source = self._of(words.meta_source)
        return Credit(
            authors=names(self._of(words.meta_author) or "", longest=4),
            publisher=source if source and len(source) <= 24 and not source.startswith("http") else None,
            published=next((date for date in dates if date), None),
            url=self.url,
        )

    def first(self, kind: str) -> str | None:
        """The text of the first element that the containers of a kind select."""
        for container in containers():
            if container.kind == kind and (node := self.parser.css_first(container.selector)) is not None:
                text = " ".join(node.text().split())
                if 2 <= len(text) <= 80:
                    return text
        return None

    def titles(self) -> list[str]:
        """Candidates for the article's title without the site's name, most trusted first."""
        found = []
        for whole in (self.named, self.title):
            if whole:
                parts = title_parts(whole)
                found.extend(parts[1:] if names_site(whole) else parts)
        return found


def _title(marks: _Marks, blocks: list[Block], start: int, end: int) -> str | None:
    """The headline: a heading or line near the body that the page's title repeats, the line above the date, or else
    the first part of the page's title."""
    near = blocks[max(0, start - _HEAD_LINES) : min(end, start + 5)]
    wanted = [_flat(title) for title in marks.titles()]
    headings = [block.text for block in near if block.heading in (1, 2) and 2 <= len(block.text) <= 90]
    for text in headings:
        if any(_flat(text) in title or title in _flat(text) for title in wanted if len(title) >= 2):
            return text
    lines = [block.text for block in near if 6 <= len(block.text) <= 90 and block.link_chars < len(block.text) / 2]
    inside = [text for text in lines if any(_flat(text) in title for title in wanted[:2] if len(title) >= 6)]
    if inside:
        return max(inside, key=len)
    first = next((block.text for block in near if block.heading == 1 and 4 <= len(block.text) <= 90), None)
    if first:
        return first
    own = blocks[start] if start < end else None
    if own and own.heading and not any(wanted) and 4 <= len(own.text) <= 90:
        return own.text
    stamped = _above_date(blocks, start)
    if stamped:
        return stamped
    parts = [title for title in marks.titles() if 4 <= len(title) <= 90]
    return parts[1] if len(parts) > 1 and parts[1] in parts[0] else parts[0] if parts else None


def _above_date(blocks: list[Block], start: int) -> str | None:
    """The line right above a line of credits with a date, where the page's title tag says nothing of use."""
    for at in range(max(1, start - 6), min(start + 2, len(blocks))):
        above = blocks[at - 1]
        if (
            find_date(blocks[at].text)
            and is_credit(blocks[at].text)
            and 6 <= len(above.text) <= 60
            and _is_head_line(above)
            and not above.link_chars
            and not is_credit(above.text)
        ):
            return above.text
    return None


def _flat(text: str) -> str:
    return "".join(text.split()).replace("&nbsp;", "")


# --- which part is the article -------------------------------------------------------------------------------------


def _body_range(tree: Tree, parser: LexborHTMLParser) -> tuple[int, int]:
    """First and one past the last block of the body."""
    _score(tree, _discussion(tree))
    total = tree.elements[0].score
    chosen = _known_container(tree, parser, total)
    if chosen is None:
        chosen = _densest(tree)
    inside = [at for at, block in enumerate(tree.blocks) if _within(tree, block.element, chosen)]
    if not inside:
        return 0, len(tree.blocks)
    return inside[0], inside[-1] + 1


def _within(tree: Tree, element: int, ancestor: int) -> bool:
    return ancestor <= element <= max(ancestor, tree.elements[ancestor].last) if ancestor else True


def _discussion(tree: Tree) -> set[int]:
    """Elements of the readers' discussion, which may be longer than the article; empty when nothing else is left."""
    found: set[int] = set()
    for at, element in enumerate(tree.elements):
        if at and (element.parent in found or is_discussion(element)):
            found.add(at)
    rest = sum(len(block.text) for block in tree.blocks if block.element not in found and len(block.text) >= 20)
    return found if rest >= _MIN_BODY else set()


def _score(tree: Tree, skipped: set[int]) -> None:
    """Give every element the prose that it holds: characters of sentences outside links."""
    for element in tree.elements:
        element.chars = element.link_chars = 0
        element.score = 0.0
    tree.elements[0].last = len(tree.elements) - 1
    for block in tree.blocks:
        element = tree.elements[block.element]
        plain = len(block.text) - block.link_chars
        element.chars += len(block.text)
        element.link_chars += block.link_chars
        if block.element not in skipped and plain >= 12 and block.link_chars <= 0.25 * len(block.text):
            marks = len(_PUNCTUATION.findall(block.text))
            element.score += plain * (1.0 if marks >= 2 else 0.5 if marks and plain >= 20 else 0.1)
    for at in range(len(tree.elements) - 1, 0, -1):
        element = tree.elements[at]
        parent = tree.elements[element.parent]
        parent.chars += element.chars
        parent.link_chars += element.link_chars
        parent.score += element.score


def _known_container(tree: Tree, parser: LexborHTMLParser, total: float) -> int | None:
    """The first known container that holds a good part of the page's prose and few links."""
    at_mem = {element.mem: at for at, element in enumerate(tree.elements)}
    for container in containers():
        if container.kind != "body":
            continue
        found = [at_mem[node.mem_id] for node in parser.css(container.selector) if node.mem_id in at_mem]
        if not found:
            continue
        best = max(found, key=lambda at: tree.elements[at].score)
        element = tree.elements[best]
        if element.score >= _MIN_BODY and element.score >= 0.4 * total and element.link_chars < 0.3 * element.chars:
            return best
    return None


def _densest(tree: Tree) -> int:
    """Go down from the page as long as one child holds nearly all the prose."""
    children: dict[int, list[int]] = {}
    for at, element in enumerate(tree.elements):
        if at:
            children.setdefault(element.parent, []).append(at)
    here = 0
    while True:
        below = [at for at in children.get(here, ()) if not is_aside(tree.elements[at])]
        best = max(below, key=lambda at: tree.elements[at].score, default=None)
        if best is None or tree.elements[best].score < 0.6 * tree.elements[here].score:
            return here
        if _is_paragraph(tree, best, below):
            return here
        here = best


def _is_paragraph(tree: Tree, best: int, siblings: list[int]) -> bool:
    """Whether an element is one of several paragraphs of a body rather than the body."""
    element = tree.elements[best]
    if element.tag == "p":
        return True
    if element.tag != "div" or element.last > best:
        return False
    alike = (tree.elements[at] for at in siblings if at != best)
    return any(one.tag == "div" and one.name == element.name and one.score >= 30 for one in alike)


# --- lines ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of head and body, those between them that go, and all that went."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    beside: tuple[str, ...]
    removed: tuple[Removed, ...]


def _lines(tree: Tree, within: tuple[int, int], title: str | None, kicker: str | None) -> _Lines:
    """Lines of head and body; a title printed inside the body range moves the border behind it."""
    blocks, (start, end) = tree.blocks, within
    head_from, border = max(0, start - 8), start
    if title:
        near = range(max(0, start - _HEAD_LINES), min(end, start + 8))
        printed = [at for at in near if _flat(blocks[at].text) == _flat(title)]
        if printed:
            head_from = printed[-1] if printed[-1] < start else printed[0]
            border = max(start, head_from + 1)
    head = [at for at in range(head_from, border) if _is_head_line(blocks[at])]
    above = range(max(0, head_from - 3), head_from)
    head[:0] = [at for at in above if _is_stamp(blocks[at]) or (kicker and _flat(blocks[at].text) == _flat(kicker))]
    gone = {at: removed for at in range(border, end) if (removed := _beside(tree, blocks[at]))}
    kept = {*head, *(at for at in range(border, end) if at not in gone)}
    return _Lines(
        tuple(blocks[at].text for at in head),
        tuple(blocks[at].text for at in range(border, end) if at not in gone),
        tuple(removed.text for removed in gone.values()),
        tuple(gone.get(at) or Removed(blocks[at].text, "outside") for at in range(len(blocks)) if at not in kept),
    )


def _is_stamp(block: Block) -> bool:
    """A date with its time of day above the headline; a page's own calendar shows no time of day."""
    return len(block.text) <= 80 and bool(_CLOCK.search(block.text)) and is_credit(block.text)


def _is_head_line(block: Block) -> bool:
    """Navigation rows are no headline; a row of the page's record (发文机关 | …) is."""
    cells = block.text.count(" | ")
    row = cells > 0 and not (has_cue(block.text) and cells <= _RECORD_CELLS) and not block.heading
    return block.link_chars < 0.7 * len(block.text) and len(block.text) <= 160 and not row


def _beside(tree: Tree, block: Block) -> Removed | None:
    """Link lists and marked asides inside the body."""
    if footer_rule(block.text):
        return None  # it ends the article and says who wrote it
    if block.link_chars > 0.7 * len(block.text) and not (is_stop(block.text) or is_related(block.text)):
        return Removed(block.text, "links")
    at = block.element
    page = tree.elements[0]
    while at > 0:
        element = tree.elements[at]
        if is_discussion(element):
            return Removed(block.text, "discussion", f"{element.tag} {element.name}")
        if is_aside(element) and element.score < 0.3 * page.score:
            return Removed(block.text, "aside", f"{element.tag} {element.name}")
        at = element.parent
    return None


def _owner(marks: _Marks, tree: Tree, start: int, end: int) -> str | None:
    """Whose blog or column the page says that it is: in its title, or in a line beside the article."""
    said = [*split_title(marks.title), *(block.text for block in (*tree.blocks[:start], *tree.blocks[end:]))]
    return next((owner for line in said if (owner := owner_rule(line))), None)
