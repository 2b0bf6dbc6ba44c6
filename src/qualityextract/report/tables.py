"""What the report needs of the tables: counts over all rows, and the rows and articles that are shown.

Counts read single columns; whole rows are read for the shown articles only, so that a folder of a million rows costs
no more memory than its largest column.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualityextract.errors import ConfigurationError
from qualityextract.schema import RECORDS
from qualityextract.vocabulary import TableName

LIMIT = 10_000
"""Observations shown at most: the number that a browser filters and sorts without a wait."""
SEED = 1
SHOWN_REJECTS = 200

_COUNTED = ("indicator", "region_code", "scope", "status", "confidence", "flags", "period_end")


@dataclass(frozen=True, slots=True)
class Sample:
    """How the shown rows were chosen, where not all are shown.

    Args:
        rows: observations shown.
        articles: articles shown.
        seed: seed of the choice.
    """

    rows: int
    articles: int
    seed: int


@dataclass(frozen=True, slots=True)
class ReportTables:
    """Shown rows as dicts in the order of the tables, and counts over all rows."""

    observations: list[dict[str, Any]]
    articles: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    counts: dict[str, Any]
    sample: Sample | None

    @classmethod
    def read(cls, folder: Path, *, limit: int = LIMIT, seed: int = SEED) -> ReportTables:
        """Read an output folder.

        Args:
            folder: holds the five tables as Parquet.
            limit: observations shown at most, at least 1.
            seed: seed of the sample that is drawn where there are more.

        Raises:
            ConfigurationError: a table is missing or can't be read, or the limit is no number of rows.
        """
        if limit < 1:
            raise ConfigurationError(f"a report can't show {limit} rows; the limit is at least 1")
        keys = _column(folder, "observations", "article_id")
        if len(keys) <= limit:
            shown, sample = None, None
        else:
            shown = sampled_articles(Counter(keys), limit, seed)
        observations = _rows(folder, "observations", shown)
        if shown is not None:
            observations = observations[:limit]
            sample = Sample(len(observations), len(shown), seed)
        articles = _rows(folder, "articles", {row["article_id"] for row in observations})
        rejects = _read(folder, "rejects", columns=("path", "stage", "reason", "hint"))
        shown_rejects = rejects.slice(0, SHOWN_REJECTS).to_pylist()
        return cls(observations, articles, shown_rejects, _counts(folder, rejects.num_rows), sample)


def sampled_articles(rows: Counter[str], limit: int, seed: int) -> set[str]:
    """Articles drawn at random until their rows fill `limit`; one that does not fit any more is passed over.

    Whole articles, so that every numeral of an article that is shown can be stepped through. Where not even one fits,
    the first one drawn is given and its rows are to be cut.

    Args:
        rows: number of rows of each article.
        limit: rows at most.
        seed: the same seed and rows give the same articles.
    """
    drawn = sorted(rows)
    random.Random(seed).shuffle(drawn)
    chosen: set[str] = set()
    left = limit
    for article in drawn:
        if rows[article] <= left:
            chosen.add(article)
            left -= rows[article]
    return chosen or {drawn[0]}


def _counts(folder: Path, rejects: int) -> dict[str, Any]:
    columns = {name: _column(folder, "observations", name) for name in _COUNTED}
    fates = Counter(_column(folder, "figures", "fate"))
    published = _column(folder, "articles", "published")
    copies = sum(value is not None for value in _column(folder, "articles", "duplicate_of"))
    numerals, open_ = fates.total(), fates["unexplained"] + fates["unmapped"]
    mapped = set(columns["indicator"]) - {"unmapped"}
    return {
        "articles": len(published),
        "copies": copies,
        "observations": len(columns["indicator"]),
        "indicators": len(mapped),
        "regions": len(set(columns["region_code"]) - {None}),
        "rejects": rejects,
        "numerals": numerals,
        "coverage": round(1 - open_ / numerals, 4) if numerals else None,
        "fates": _ranked(fates),
        "confidence": _ranked(Counter(columns["confidence"])),
        "scope": _ranked(Counter(columns["scope"])),
        "flags": _ranked(Counter(flag for flags in columns["flags"] for flag in flags)),
        "warnings": {
            "rejects": rejects,
            "unexplained": fates["unexplained"],
            "unmapped": columns["indicator"].count("unmapped"),
            "low_confidence": columns["confidence"].count("low"),
            "no_region": columns["region_code"].count(None),
            "no_period": columns["period_end"].count(None),
            "not_whole": len(columns["scope"]) - columns["scope"].count("whole"),
            "not_achieved": len(columns["status"]) - columns["status"].count("achieved"),
            "undated_articles": published.count(None),
            "copies": copies,
        },
    }


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _column(folder: Path, table: TableName, name: str) -> list[Any]:
    found: list[Any] = _read(folder, table, columns=[name]).column(name).to_pylist()
    return found


def _rows(folder: Path, table: TableName, articles: set[str] | None) -> list[dict[str, Any]]:
    filters = None if articles is None else [("article_id", "in", articles)]
    found: list[dict[str, Any]] = [] if articles == set() else _read(folder, table, filters=filters).to_pylist()
    return found


def _read(
    folder: Path,
    table: TableName,
    *,
    columns: Sequence[str] | None = None,
    filters: Sequence[tuple[str, str, set[str]]] | None = None,
) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = folder / f"{table}.parquet"
    if not file.is_file():
        raise ConfigurationError(f"{folder}: no {file.name}; run `extract FOLDER --out {folder}` with Parquet first")
    try:
        found = pq.read_table(file, columns=None if columns is None else list(columns), filters=filters)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise ConfigurationError(f"{file}: can't be read as the table {table}: {error}") from error
    if missing := set(columns or RECORDS[table].columns()) - set(found.column_names):
        raise ConfigurationError(f"{file}: lacks {', '.join(sorted(missing))}; another version of the program wrote it")
    return found
