"""The count of what went into every stage of a run and what came out, for `run.json` and the closing summary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from qualityextract.schema import RECORDS, RejectRecord, Tables
from qualityextract.vocabulary import Fate

SHOWN_REJECTS = 10
"""Rejects that the summary prints; all of them stand in the table."""


@dataclass(slots=True)
class Account:
    """Counts of one run; every document passes through `add` once, before and after copies were settled."""

    skipped: Counter[str]
    inputs: int
    """Inputs that were found and not skipped."""
    done: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Rejects by stage; those of records by table, as `record:observations`."""
    articles: int = 0
    copies: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    indicators: Counter[str] = field(default_factory=Counter)
    first_rejects: list[RejectRecord] = field(default_factory=list)

    def add(self, tables: Tables) -> None:
        """Count the settled tables of one document."""
        self.done += 1
        self.articles += len(tables.articles)
        self.copies += sum(article.duplicate_of is not None for article in tables.articles)
        for table in RECORDS:
            self.rows[table] += len(tables.rows(table))
        self.fates.update(row.fate for row in tables.figures)
        self.indicators.update(row.indicator for row in tables.observations)
        self.rejected.update(_stage(row) for row in tables.rejects)
        self.first_rejects += tables.rejects[: SHOWN_REJECTS - len(self.first_rejects)]

    @property
    def rejected_documents(self) -> int:
        """Inputs that gave no article."""
        return sum(self.rejected[stage] for stage in ("read", "document", "record:articles"))

    @property
    def rejects(self) -> int:
        """All rejects, of documents and of records."""
        return self.rejected.total()

    def counts(self) -> dict[str, object]:
        """What went into each stage and came out of it; in every stage `in` is the sum of the rest."""
        read = self.inputs - self.rejected["read"]
        records = {
            table: {
                "in": self.rows[table] + self.rejected[f"record:{table}"],
                "out": self.rows[table],
                "rejected": self.rejected[f"record:{table}"],
            }
            for table in RECORDS
            if table != "rejects"
        }
        return {
            "list": {
                "in": self.inputs + sum(self.skipped.values()),
                "out": self.inputs,
                "skipped": dict(sorted(self.skipped.items())),
            },
            "read": {"in": self.inputs, "out": read, "rejected": self.rejected["read"]},
            "document": {
                "in": read,
                "out": self.articles,
                "rejected": self.rejected["document"] + self.rejected["record:articles"],
            },
            "duplicates": {"in": self.articles, "out": self.articles - self.copies, "copies": self.copies},
            "records": records,
            "figures": {"in": self.rows["figures"], "fates": {fate: self.fates[fate] for fate in get_args(Fate)}},
            "tables": {table: self.rows[table] for table in RECORDS},
        }


def _stage(row: RejectRecord) -> str:
    return f"record:{row.table}" if row.stage == "record" else row.stage
