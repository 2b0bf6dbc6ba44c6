"""Near copies between runs that are loaded together: each run has marked its own, none knows the others.

Stands between `folders` and `load`.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pandas as pd

from qualityextract.analysis.folders import Run, read_table
from qualityextract.copies import Print, figure_code, find_copies
from qualityextract.vocabulary import COUNTED_FATES


def mark_copies(articles: pd.DataFrame, runs: Sequence[Run]) -> pd.DataFrame:
    """The articles with `duplicate_of` set where one of another run, published earlier, says the same."""
    ids = articles["article_id"].astype(str).tolist()

    @functools.cache
    def codes() -> dict[str, frozenset[int]]:
        return _codes(runs)

    found = find_copies(_prints(articles), len(ids), lambda at: codes().get(ids[at], frozenset()))
    if not found:
        return articles
    originals = articles["duplicate_of"].astype(object).tolist()
    for at, copy in found.items():
        originals[at] = ids[copy.original]
    return articles.assign(duplicate_of=pd.Series(originals, articles.index, dtype=articles["duplicate_of"].dtype))


def _prints(articles: pd.DataFrame) -> Iterator[Print]:
    columns = (articles[name].astype(object) for name in ("article_id", "published", "flags", "signature"))
    for article_id, day, flags, signature in zip(*columns, strict=True):
        doubtful = pd.isna(day) or (flags is not None and "page_date_suspect" in list(flags))
        # A copy within its own run stays one: an exact copy has no signature to be compared by another text's.
        yield Print(
            str(article_id), None if doubtful else _ordinal(day), signature if isinstance(signature, str) else None
        )


def _ordinal(day: dt.date | pd.Timestamp) -> int:
    return day.toordinal()


def _codes(runs: Sequence[Run]) -> dict[str, frozenset[int]]:
    """The codes of the counted figures of every article."""
    found: dict[str, set[int]] = defaultdict(set)
    for run in runs:
        table = read_table("figures", run.files["figures"]).select(["article_id", "value", "unit", "fate"])
        for batch in table.to_batches():
            for row in batch.to_pylist():
                if row["fate"] in COUNTED_FATES:
                    found[row["article_id"]].add(figure_code(row["value"], row["unit"]))
    return {article_id: frozenset(codes) for article_id, codes in found.items()}
