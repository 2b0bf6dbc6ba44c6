"""Bytes to `Article`: encodings, plain text and HTML; title, date, publisher, byline; boilerplate off.

The first station of the way of the data. Knows nothing of figures or indicators; its own rules stand in
`rules/documents/`.
"""

from __future__ import annotations

from qualityextract.documents.assemble import assemble
from qualityextract.documents.encoding import decode
from qualityextract.documents.html import looks_like_html, read_html
from qualityextract.documents.plaintext import read_plaintext
from qualityextract.model import Article, RawDocument

__all__ = ["EXTENSIONS", "read_article"]

EXTENSIONS: frozenset[str] = frozenset({".txt", ".md", ".html", ".htm"})
"""Name endings, lower case, of the files that a folder is searched for."""


def read_article(raw: RawDocument) -> Article:
    """Read one document; the content decides whether it is HTML, the name only chooses Markdown.

    Raises:
        DocumentError: empty, binary, undecodable or monotonous input, or nothing left after cleaning.
    """
    decoded = decode(raw.data, raw.path)
    read = read_html if looks_like_html(decoded.text) else read_plaintext
    return assemble(read(decoded, raw.path))
