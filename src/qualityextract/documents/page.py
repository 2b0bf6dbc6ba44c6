"""What a reader of one format hands to `assemble`: the lines of a page, what the format itself marks, what it left out.

Every line that does not reach the text is a `Removed`, with the reason why: nothing of a page vanishes unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from qualityextract.documents.metadata import Credit
from qualityextract.model import Given

Reason = Literal[
    "element",
    "hidden",
    "outside",
    "aside",
    "discussion",
    "links",
    "breadcrumb",
    "furniture",
    "site",
    "headline",
    "credit",
    "related",
    "stop",
    "footer",
    "behind",
    "inline",
    "tail",
]
REASONS: dict[Reason, str] = {
    "element": "an element that never holds an article (navigation, footer, form)",
    "hidden": "an element that the page does not show",
    "outside": "outside the part of the page that holds the article",
    "aside": "an element whose class or id says that it stands beside the article",
    "discussion": "readers' comments",
    "links": "a line of links",
    "breadcrumb": "navigation",
    "furniture": "a control, a counter, a share bar, a page number",
    "site": "the name of the site",
    "headline": "a line by the headline that is no part of it, or repeats it",
    "credit": "read as credits: who, where from, when",
    "related": "the heading of a list of other articles",
    "stop": "the article ends before this line",
    "footer": "the foot of a post: who, when, how many comments",
    "behind": "behind the end of the article",
    "inline": "a stretch inside the text",
    "tail": "credits and notices at the end",
}
"""What each reason means, in words for readers."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A line or stretch that does not stand in the text: its words, why, and the rule or element that decided it."""

    text: str
    reason: Reason
    rule: str = ""
    """Id of the rule in `rules/documents`, or tag and names of the element; empty where none decided."""


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
    beside: tuple[str, ...] = ()
    """Lines between those of the body that the format marks as no part of it; they may tell of further pages."""
    owner: str | None = None
    """Whose blog or column the page says that it is."""
    given: Given = field(default_factory=Given)
    """What the table or archive that held the document says."""
    removed: tuple[Removed, ...] = ()
    """What the format's reader left out, in the order of the page."""


def confirmed(claimed: str | None, lines: Sequence[str]) -> int | None:
    """Index of the line that a file's own property `title` repeats; None where no line near the top does.

    Such properties are weak: many hold the name of a template or of another document.
    """
    wanted = "".join((claimed or "").split())
    if not 4 <= len(wanted) <= 90:
        return None
    near = ("".join(line.split()) for line in lines[:12])
    return next((at for at, line in enumerate(near) if line == wanted), None)
