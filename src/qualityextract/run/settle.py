"""The last steps over the tables of single documents: marks on copies, and the order of the rows.

Stands between the journal, which hands over the tables document by document in the order of the run, and `write`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from qualityextract.schema import Tables


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


@dataclass(frozen=True, slots=True)
class Repeats:
    """The id of the original of a copy, and whether the texts of the two, or of it and another copy, are the same."""

    original_id: str
    exact: bool


def with_copies(documents: Iterable[Tables], copies: Mapping[int, Repeats]) -> Iterator[Tables]:
    """Mark the articles that repeat others.

    A copy of exactly the same text keeps its row in `articles`, under an id of its own, and has no rows in other tables: its
    figures are those of the text that came first. A near copy keeps all its rows, for its words stand elsewhere; its
    figures bear `copied_article`.

    Args:
        documents: the tables of one document each, in the order of the run.
        copies: what each copy repeats, by its position in the run.
    """
    for at, tables in enumerate(documents):
        copy = copies.get(at)
        yield tables if copy is None else _exact(tables, copy) if copy.exact else _near(tables, copy)


def _near(tables: Tables, copy: Repeats) -> Tables:
    return replace(
        tables,
        articles=tuple(row.model_copy(update={"duplicate_of": copy.original_id}) for row in tables.articles),
        observations=tuple(
            row.model_copy(update={"flags": (*row.flags, "copied_article")}) for row in tables.observations
        ),
    )


def _exact(tables: Tables, copy: Repeats) -> Tables:
    (article,) = tables.articles
    own = {"article_id": copy_id(article.article_id, article.path), "duplicate_of": copy.original_id}
    # Rejected records are those of the first text too.
    return Tables(articles=(article.model_copy(update=own),))
