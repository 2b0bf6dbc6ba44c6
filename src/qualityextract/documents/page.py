"""What a reader of one format hands to `assemble`: the lines of a page and what the format itself marks."""

from __future__ import annotations

from collections.abc import Sequence
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


def confirmed(claimed: str | None, lines: Sequence[str]) -> int | None:
    """Index of the line that a file's own property `title` repeats; None where no line near the top does.

    Such properties are weak: many hold the name of a template or of another document.
    """
    wanted = "".join((claimed or "").split())
    if not 4 <= len(wanted) <= 90:
        return None
    near = ("".join(line.split()) for line in lines[:12])
    return next((at for at, line in enumerate(near) if line == wanted), None)
