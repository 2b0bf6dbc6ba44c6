"""The data of the page: rows, articles, counts and labels as one JSON value.

Quote and numeral are not repeated in the rows: the page cuts them out of the article by their offsets, so that what it
highlights is what the offsets say.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from qualityextract import vocabulary
from qualityextract.corrections import CORRECTABLE, Mark, fields
from qualityextract.report.tables import ReportTables
from qualityextract.schema import ObservationRecord
from qualityextract.vocabulary import MEANINGS

_LEFT_OUT = frozenset({"indicator_zh", "indicator_en", "quote", "value_text"})
COLUMNS = tuple(name for name in ObservationRecord.columns() if name not in _LEFT_OUT)
"""Columns of a row on the page, in order."""
_OF_ARTICLE = ("path", "url", "title", "published", "publisher", "authors", "coverage", "text")
VOCABULARIES: dict[str, object] = {
    "stat_kind": vocabulary.StatKind,
    "status": vocabulary.Status,
    "bound": vocabulary.Bound,
    "level": vocabulary.Level,
    "role": vocabulary.Role,
    "scope": vocabulary.Scope,
    "region_level": vocabulary.RegionLevel,
    "region_basis": vocabulary.RegionBasis,
    "confidence": vocabulary.Confidence,
    "flags": vocabulary.Flag,
    "fate": vocabulary.Fate,
    "stage": vocabulary.RejectStage,
}
"""Column to closed vocabulary; the labels of the page cover every value."""


def payload(
    tables: ReportTables, *, outlines: Mapping[str, Any] | None = None, review: Sequence[Mark] | None = None
) -> dict[str, Any]:
    """What the page gets.

    Args:
        tables: shown rows and counts.
        outlines: regions for the map, as `outlines.read_outlines` gives them.
        review: marks saved so far, in a page of the review server.

    Returns:
        A value that `json.dumps` takes; `rows` are lists in the order of `columns`.
    """
    return {
        "key": _key(row["observation_id"] for row in tables.observations),
        "counts": tables.counts,
        "sample": asdict(tables.sample) if tables.sample else None,
        "columns": list(COLUMNS),
        "rows": [[_plain(name, row[name]) for name in COLUMNS] for row in tables.observations],
        "indicators": {
            row["indicator"]: [row["indicator_zh"], row["indicator_en"]]
            for row in sorted(tables.observations, key=lambda row: row["indicator"])
        },
        "articles": {
            row["article_id"]: {name: _plain(name, row[name]) for name in _OF_ARTICLE} for row in tables.articles
        },
        "rejects": [{name: row[name] for name in ("path", "stage", "reason", "hint")} for row in tables.rejects],
        "labels": {name: column.label_zh for name, column in ObservationRecord.columns().items()},
        "meanings": {name: MEANINGS[values] for name, values in VOCABULARIES.items()},
        "values": {name: list(get_args(values)) for name, values in VOCABULARIES.items()},
        "fields": {name: {"kind": fields()[name].kind, "nullable": fields()[name].nullable} for name in CORRECTABLE},
        "map": outlines,
        "review": None if review is None else [asdict(mark) for mark in review],
    }


def _plain(name: str, value: Any) -> Any:
    if name == "attributes":
        return dict(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _key(ids: Iterable[str]) -> str:
    """A name for this set of rows, under which the browser keeps marks."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
