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
        held = _tally(folder, "observations", "article_id")
        shown = sampled_articles(held, limit, seed) if held.total() > limit else None
        sample = None
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
    tallies = {name: _tally(folder, "observations", name) for name in _COUNTED}
    fates = _tally(folder, "figures", "fate")
    published, originals = (_tally(folder, "articles", name) for name in ("published", "duplicate_of"))
    rows, articles, numerals = tallies["scope"].total(), published.total(), fates.total()
    copies = articles - originals[None]
    open_ = fates["unexplained"] + fates["unmapped"]
    return {
        "articles": articles,
        "copies": copies,
        "observations": rows,
        "indicators": len(tallies["indicator"].keys() - {"unmapped"}),
        "regions": len(tallies["region_code"].keys() - {None}),
        "rejects": rejects,
        "numerals": numerals,
        "coverage": round(1 - open_ / numerals, 4) if numerals else None,
        "fates": _ranked(fates),
        "confidence": _ranked(tallies["confidence"]),
        "scope": _ranked(tallies["scope"]),
        "flags": _ranked(tallies["flags"]),
        "warnings": {
            "rejects": rejects,
            "unexplained": fates["unexplained"],
            "unmapped": tallies["indicator"]["unmapped"],
            "low_confidence": tallies["confidence"]["low"],
            "no_region": tallies["region_code"][None],
            "no_period": tallies["period_end"][None],
            "not_whole": rows - tallies["scope"]["whole"],
            "not_achieved": rows - tallies["status"]["achieved"],
            "undated_articles": published[None],
            "copies": copies,
        },
    }


def _ranked(counts: Counter[Any]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _tally(folder: Path, table: TableName, name: str) -> Counter[Any]:
    """How often each value of a column is there, null among them; of a list column each item."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _read(folder, table, columns=[name]).column(name)
    if pa.types.is_list(column.type):
        column = pc.list_flatten(column)
    return Counter({pair["values"]: pair["counts"] for pair in pc.value_counts(column).to_pylist()})


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
