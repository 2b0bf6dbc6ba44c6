"""In what condition a text came: marks its rows with what an analyst must know, and says what holds for the article.

Runs once over all rows of an article, those of tables included.
"""

from __future__ import annotations

from qualityextract.find.damage import find_gaps, is_spun
from qualityextract.language.projection import Projection
from qualityextract.model import Article
from qualityextract.resolve.rows import Row


def mark_condition(rows: list[Row], article: Article, projection: Projection) -> set[str]:
    """Add to the rows the flags of the text, of its day of publication and of the places that they touch.

    A row is touched by a repair or a lost number inside its sentence. Rows of a text that a program has reworded have
    confidence `low`, since its figures may be altered too.

    Returns:
        Those of `vocabulary.ArticleFlag` that are told by the text itself.
    """
    gaps = [projection.start(at) for at in find_gaps(projection.text)]
    repairs = [at for at, _ in article.repairs]
    # In traditional script other words than the mainland's are native.
    spun = not projection.converted and is_spun(projection.text)
    for row in rows:
        start, end = int(str(row["quote_start"])), int(str(row["quote_end"]))
        if any(start < at < end for at in repairs):
            _flag(row, "text_repaired")
        if any(start <= at < end for at in gaps):
            _flag(row, "number_missing")
        if projection.converted:
            _flag(row, "script_converted")
        if "page_date_suspect" in article.flags:
            _flag(row, "page_date_suspect")
        if spun:
            _flag(row, "spun_text")
            row["confidence"] = "low"
    holds = (
        ("script_converted", projection.converted),
        ("text_repaired", bool(repairs)),
        ("number_missing", bool(gaps)),
        ("spun_text", spun),
    )
    return {name for name, true in holds if true}


def _flag(row: Row, name: str) -> None:
    flags = row["flags"]
    if isinstance(flags, tuple) and name not in flags:
        row["flags"] = (*flags, name)
