"""An HTML tree to blocks: one block for every paragraph, heading, list item or table row that a reader would see.

Stands between `encoding` and `html`. The tree is walked with a loop, not recursion, so that its depth costs nothing;
nothing of the page is fetched or run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qualityextract.documents.page import Reason, Removed
from qualityextract.documents.ruledata import dropped
from qualityextract.documents.spans import Grid, Span, span_of

_INLINE = frozenset(
    (  # noqa: SIM905
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rb rt s samp "
        "small span strike strong sub sup time tt u var wbr img"
    ).split()
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK_IN_CJK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MAX_ELEMENTS = 400_000
_WORDLESS = frozenset("title script style noscript iframe frame svg template canvas map object embed head".split())  # noqa: SIM905
"""Elements whose text no reader sees, so that nobody misses it."""
_MAX_GONE = 5_000
"""Nodes of a dropped element whose text is still collected."""


class TooManyElementsError(Exception):
    """The page has more elements than an article could have."""


@dataclass(slots=True)
class Element:
    """A block element of the page: where it hangs, what it is called, and how much it holds."""

    parent: int
    tag: str
    name: str
    """Class and id in one string."""
    order: int
    chars: int = 0
    link_chars: int = 0
    score: float = 0.0
    last: int = 0
    """Index of the last element inside."""
    mem: int = 0


@dataclass(slots=True)
class Block:
    """One line of the page: its text, the element that holds it, how much of it is link text."""

    text: str
    element: int
    link_chars: int = 0
    heading: int = 0
    """1 to 6 inside a heading element, else 0."""


@dataclass(slots=True)
class Tree:
    """Blocks in page order and the elements above them; element 0 is the page."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    """Elements that were not entered."""


@lru_cache(maxsize=1)
def _dropped_names() -> re.Pattern[str]:
    return re.compile(dropped().names, re.IGNORECASE)


@lru_cache(maxsize=1)
def _discussion_names() -> re.Pattern[str]:
    return re.compile(dropped().discussion, re.IGNORECASE)


@lru_cache(maxsize=1)
def _dropped_tags() -> frozenset[str]:
    return frozenset(dropped().tags)


def is_aside(element: Element) -> bool:
    """Whether class or id say that an element stands beside the article."""
    return bool(element.name) and bool(_dropped_names().search(element.name))


def is_discussion(element: Element) -> bool:
    """Whether class or id say that readers' comments stand in an element."""
    return bool(element.name) and bool(_discussion_names().search(element.name))


def read_tree(parser: LexborHTMLParser) -> Tree:
    """All blocks of a page.

    Raises:
        TooManyElementsError: the page is a bomb.
    """
    walk = _Walk()
    root = parser.root
    if root is None:
        return walk.tree
    node: LexborNode | None = root
    while node is not None:
        child = node.child if walk.enter(node) else None
        if child is not None:
            node = child
            continue
        while node is not None:
            walk.leave(node)
            if node.mem_id == root.mem_id:
                node = None
                break
            if node.next is not None:
                node = node.next
                break
            node = node.parent
    walk.flush()
    return walk.tree


class _Walk:
    """State of the walk: the open elements, the text of the open block, link and heading depth."""

    def __init__(self) -> None:
        self.tree = Tree(elements=[Element(-1, "#page", "", 0)])
        self.open = [0]
        self.parts: list[str] = []
        self.links = 0
        self.link_chars = 0
        self.heading = 0
        self.row: list[int] = []
        self.spans: list[Span] = []
        self.grids: list[Grid] = []
        self.seen = 0

    def enter(self, node: LexborNode) -> bool:
        """Open a node; False when its children are to be skipped."""
        tag = node.tag or ""
        if tag == "-text":
            self._add(node.text_content or "")
            return False
        self.seen += 1
        if self.seen > _MAX_ELEMENTS:
            raise TooManyElementsError
        if tag.startswith(("-", "!", "#")) and tag not in ("#document", "-document"):
            return False
        if tag in _dropped_tags() or tag == "head":
            self._leave_out(node, "element", tag)
            return False
        if self._hidden(node):
            self._leave_out(node, "hidden", tag)
            return False
        if self.row and tag not in ("td", "th", "a", "tr"):
            self.parts.append(" " if tag in ("br", "p") else "")
        elif tag == "br":
            self.flush()
        elif tag == "a":
            self.links += 1
        elif tag not in _INLINE:
            self._open(node, tag)
        return True

    def _leave_out(self, node: LexborNode, reason: Reason, tag: str) -> None:
        if tag not in _WORDLESS and (text := _squeeze(_words_of(node))):
            self.tree.removed.append(Removed(text, reason, tag))

    def _hidden(self, node: LexborNode) -> bool:
        attributes = node.attributes
        if not attributes:
            return False
        return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))

    def _open(self, node: LexborNode, tag: str) -> None:
        if tag in ("td", "th") and self.row:
            self._cell(node)
            return
        self.flush()
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.heading = int(tag[1])
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
        self.tree.elements.append(Element(self.open[-1], tag, name, len(self.tree.elements), mem=node.mem_id))
        self.open.append(len(self.tree.elements) - 1)
        if tag == "table":
            self.grids.append(Grid())
        elif tag == "tr" and self.grids:
            if _is_data_row(node, self.grids[-1]):
                self.row.append(node.mem_id)
            else:
                self.grids[-1].skip()

    def _cell(self, node: LexborNode) -> None:
        if self.spans:
            self.parts.append("\x00")
        self.spans.append(span_of(node))

    def leave(self, node: LexborNode) -> None:
        """Close a node that `enter` opened."""
        tag = node.tag or ""
        if tag == "a" and self.links:
            self.links -= 1
        if tag in _INLINE or tag == "br" or tag.startswith(("-", "#")):
            return
        if self.tree.elements[self.open[-1]].mem != node.mem_id or len(self.open) == 1:
            return
        self.flush()
        if self.row and self.row[-1] == node.mem_id:
            self.row.pop()
            self.spans = []
        if tag == "table" and self.grids:
            self.grids.pop()
        if len(tag) == 2 and tag[0] == "h":
            self.heading = 0
        self.tree.elements[self.open.pop()].last = len(self.tree.elements) - 1

    def _add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            if self.links:
                self.link_chars += len(text.strip())

    def flush(self) -> None:
        """End the open block."""
        if not self.parts:
            return
        joined = "".join(self.parts)
        text = self._row_text(joined) if self.row else _squeeze(joined)
        if text:
            self.tree.blocks.append(Block(text, self.open[-1], min(self.link_chars, len(text)), self.heading))
        self.parts, self.link_chars = [], 0

    def _row_text(self, joined: str) -> str:
        """The cells of a row, one for every column; a row that says one thing only is a plain line."""
        cells = [_squeeze(cell) for cell in joined.split("\x00")]
        line = self.grids[-1].line(cells, self.spans) if self.grids and len(cells) == len(self.spans) else cells
        filled = {cell for cell in line if cell}
        return " | ".join(line) if len(filled) > 1 else "".join(filled)


def _words_of(node: LexborNode) -> str:
    """The text of an element that is not entered, up to a bounded number of nodes."""
    words: list[str] = []
    for seen, inner in enumerate(node.traverse(include_text=True)):
        if seen > _MAX_GONE:
            break
        if inner.tag == "-text" and inner.parent is not None and inner.parent.tag not in _WORDLESS:
            words.append(inner.text_content or "")
    return " ".join(words)


def _squeeze(text: str) -> str:
    """Collapse white space as a browser does; a line break between Chinese characters is no space."""
    return _SPACE.sub(" ", _BREAK_IN_CJK.sub("", text)).strip()


_BLOCK_IN_CELL = frozenset(
    ("table", "ul", "ol", "li", "h1", "h2", "h3", "form", "script", "iframe", "section", "article", "dl")
)
_CELL_NODES = 30
_CELL_CHARS = 80
_PARAGRAPH_CHARS = 400


def _is_data_row(row: LexborNode, grid: Grid) -> bool:
    """Whether a table row holds data (several short cells without blocks) and not the layout of a page.

    In a table that has shown rows of data a cell may hold a paragraph.
    """
    cells, cell, longest = len(grid.open), row.child, _PARAGRAPH_CHARS if grid.rows else _CELL_CHARS
    own = 0
    while cell is not None:
        if cell.tag in ("td", "th"):
            own += 1
            if not _is_data_cell(cell, longest):
                return False
        cell = cell.next
    return own > 0 and cells + own >= 2


def _is_data_cell(cell: LexborNode, longest: int) -> bool:
    """Looks at a bounded number of nodes, so that nested layout tables cost nothing."""
    waiting, seen, chars = [cell.child], 0, 0
    while waiting:
        node = waiting.pop()
        while node is not None:
            seen += 1
            if seen > _CELL_NODES or node.tag in _BLOCK_IN_CELL:
                return False
            if node.tag == "-text":
                chars += len((node.text_content or "").strip())
                if chars > longest:
                    return False
            elif node.child is not None:
                waiting.append(node.child)
            node = node.next
    return True
