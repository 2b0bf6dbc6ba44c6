"""Bytes to `Article`: formats, encodings; title, date, publisher, byline; boilerplate off.

The first station of the way of the data. Knows nothing of figures or indicators; its own rules stand in
`rules/documents/`.
"""

from __future__ import annotations

from dataclasses import replace

from qualityextract.documents.assemble import Examined, assemble, examine_page
from qualityextract.documents.formats import read_page
from qualityextract.documents.page import Page, Removed
from qualityextract.model import Article, Given, RawDocument

__all__ = ["EXTENSIONS", "Examined", "Removed", "examine", "read_article"]

EXTENSIONS: frozenset[str] = frozenset({".txt", ".md", ".html", ".htm", ".mhtml", ".mht", ".docx", ".pdf"})
"""Name endings, lower case, of the files that a folder is searched for."""


def read_article(raw: RawDocument) -> Article:
    """Read one document; the content decides which format it has, the name only chooses Markdown.

    What `raw.given` says outranks what the document says.

    Raises:
        DocumentError: empty, damaged, hostile, undecodable or monotonous input, a format without text, or nothing left
            after cleaning.
    """
    return assemble(_page(raw))


def examine(raw: RawDocument) -> Examined:
    """As `read_article`, with the place that every field was read from and all that does not stand in the text.

    Raises:
        DocumentError: as `read_article`.
    """
    return examine_page(_page(raw))


def _page(raw: RawDocument) -> Page:
    return replace(read_page(raw), given=raw.given or Given())
