"""Bytes to `Article`: formats, encodings; title, date, publisher, byline; boilerplate off.

The first station of the way of the data. Knows nothing of figures or indicators; its own rules stand in
`rules/documents/`.
"""

from __future__ import annotations

from qualityextract.documents.assemble import assemble
from qualityextract.documents.formats import read_page
from qualityextract.model import Article, RawDocument

__all__ = ["EXTENSIONS", "read_article"]

EXTENSIONS: frozenset[str] = frozenset({".txt", ".md", ".html", ".htm", ".mhtml", ".mht", ".docx", ".pdf"})
"""Name endings, lower case, of the files that a folder is searched for."""


def read_article(raw: RawDocument) -> Article:
    """Read one document; the content decides which format it has, the name only chooses Markdown.

    Raises:
        DocumentError: empty, damaged, hostile, undecodable or monotonous input, a format without text, or nothing left
            after cleaning.
    """
    return assemble(read_page(raw))
