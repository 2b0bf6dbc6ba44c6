"""Steps over the tables of single documents that need to know the documents before them.

Stands between the engine, which hands over the tables document by document in the order of their paths, and `write`.
Pure but for the memory of the texts seen: the same documents in the same order give the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from qualityextract.schema import ArticleRecord, Tables


def ordered(tables: Tables) -> Tables:
    """The rows of one document by their offsets; rows on the same words keep the pipeline's order."""
    return Tables(
        articles=tables.articles,
        observations=tuple(sorted(tables.observations, key=lambda row: (row.value_start, row.value_end))),
        entities=tuple(sorted(tables.entities, key=lambda row: (row.start, row.end))),
        figures=tuple(sorted(tables.figures, key=lambda row: (row.value_start, row.value_end))),
        rejects=tables.rejects,
    )


def copy_id(article_id: str, path: str) -> str:
    """The id of a later exact copy: the text's own id and eight digits of the hash of its path."""
    return f"{article_id}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def without_copies(documents: Iterable[Tables]) -> Iterator[Tables]:
    """Settle articles with one and the same cleaned text.

    The first in the order of paths is the article. Each later one keeps its row in `articles`, under an id of its own
    and with `duplicate_of` set, and has no rows in other tables: its figures are the first one's.

    Args:
        documents: the tables of one document each, in the order of their paths.
    """
    seen: set[str] = set()
    for tables in documents:
        copies = {article.article_id for article in tables.articles} & seen
        seen.update(article.article_id for article in tables.articles)
        yield _marked(tables, copies) if copies else tables


def _marked(tables: Tables, copies: set[str]) -> Tables:
    def marked(article: ArticleRecord) -> ArticleRecord:
        if article.article_id not in copies:
            return article
        own = copy_id(article.article_id, article.path)
        return article.model_copy(update={"article_id": own, "duplicate_of": article.article_id})

    return Tables(
        articles=tuple(marked(article) for article in tables.articles),
        observations=tuple(row for row in tables.observations if row.article_id not in copies),
        entities=tuple(row for row in tables.entities if row.article_id not in copies),
        figures=tuple(row for row in tables.figures if row.article_id not in copies),
        rejects=tuple(row for row in tables.rejects if row.article_id not in copies),
    )
