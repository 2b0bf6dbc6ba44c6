"""What a reader of one format hands to `assemble`: the lines of a page and what the format itself marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from qualityextract.documents.metadata import Credit


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
