"""Figures that an article states more than once."""

from __future__ import annotations

from qualityextract.model import Article
from qualityextract.resolve.rows import Row


def mark_duplicates(rows: list[Row], article: Article) -> None:
    """A figure stated again: the later row says so; a figure only in the headline says that."""
    seen: dict[tuple[object, ...], Row] = {}
    names = ("indicator", "value", "value_max", "unit", "region_code", "scope", "stat_kind", "status")
    for row in rows:
        if row["indicator"] == "unmapped":
            continue
        headline = int(str(row["value_start"])) < article.body_start
        loose = (row["indicator"], row["value"], row["unit"], row["region_code"], "headline")
        if headline:
            seen.setdefault(loose, row)
        elif loose in seen:
            row["flags"] = (*_flags_of(row), "duplicate_in_article")
            seen[loose]["restated"] = True
            continue
        key = (
            *(row[name] for name in names),
            row["subject"] if row["scope"] != "whole" else "",
            str(row["attributes"]),
        )
        if key in seen and seen[key]["value_start"] != row["value_start"]:
            row["flags"] = (*_flags_of(row), "duplicate_in_article")
            seen[key]["restated"] = True
        else:
            seen.setdefault(key, row)
    for row in rows:
        restated = row.pop("restated", False)
        if (
            int(str(row["value_start"])) < article.body_start
            and not restated
            and "duplicate_in_article" not in _flags_of(row)
        ):
            row["flags"] = (*_flags_of(row), "headline_only")


def _flags_of(row: Row) -> tuple[str, ...]:
    flags = row["flags"]
    return flags if isinstance(flags, tuple) else ()
