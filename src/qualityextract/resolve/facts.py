"""Rows as the checks see them: typed values, how exactly a number is stated, and a way to add a flag.

Station `resolve`, after the rows are made and before the schema.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from qualityextract.resolve.rows import Row

LEVEL_KINDS = frozenset({"stock", "cumulative"})
COUNT_KINDS = LEVEL_KINDS | {"flow"}
_SCALE = {"十": 10.0, "百": 100.0, "千": 1000.0, "万": 10_000.0, "亿": 100_000_000.0}
_DIGITS = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?\s*(?P<scale>[十百千万亿]*)")


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One row, typed; `row` is the row itself, to which flags are added."""

    row: Row
    id: str
    code: str
    kind: str
    value: float
    exact: bool
    """Stated without a bound and without a range."""
    step: float
    """What one unit of the last stated digit is worth: 1000 for 1.1万."""
    unit: str
    scope: str
    subject: str
    region: str | None
    start: dt.date | None
    end: dt.date | None
    quote: tuple[int, int]
    at: int
    part_of: str | None

    def text(self, name: str) -> str:
        """A column as text, empty for null."""
        value = self.row[name]
        return "" if value is None else str(value)

    @property
    def same(self) -> tuple[object, ...]:
        """What must be equal for two values of one subject to be about the same thing."""
        levels = self.row["level"]
        named = tuple(sorted(str(v) for v in levels)) if isinstance(levels, (tuple, list)) else ()
        return self.code, self.unit, named, self.text("role"), self.text("attributes"), self.text("status")

    @property
    def whose(self) -> tuple[object, ...]:
        """The subject: for a whole region its code alone."""
        return self.scope, self.region, self.subject if self.scope != "whole" else ""


def facts_of(rows: list[Row]) -> list[Fact]:
    """All rows of an article in their order."""
    return [_fact(row) for row in rows]


def add_flag(row: Row, flag: str) -> None:
    """Add a flag once."""
    flags = row["flags"]
    held = tuple(str(f) for f in flags) if isinstance(flags, (tuple, list)) else ()
    if flag not in held:
        row["flags"] = (*held, flag)


def _fact(row: Row) -> Fact:
    value = row["value"]
    number = float(value) if isinstance(value, (int, float)) else 0.0
    start, end = row["period_start"], row["period_end"]
    whole, region = row["part_of"], row["region_code"]
    return Fact(
        row=row,
        id=str(row["observation_id"]),
        code=str(row["indicator"]),
        kind=str(row["stat_kind"]),
        value=number,
        exact=row["bound"] == "exact" and row["value_max"] is None,
        step=step_of(str(row["value_text"])),
        unit=str(row["unit"]),
        scope=str(row["scope"]),
        subject=str(row["subject"]),
        region=None if region is None else str(region),
        start=start if isinstance(start, dt.date) else None,
        end=end if isinstance(end, dt.date) else None,
        quote=(int(str(row["quote_start"])), int(str(row["quote_end"]))),
        at=int(str(row["value_start"])),
        part_of=None if whole is None else str(whole),
    )


def step_of(words: str) -> float:
    """Worth of the last stated digit: 1 for 120, 0.1 for 12.3, 1000 for 1.1万; 1 where no digits stand."""
    numerals = list(_DIGITS.finditer(words))
    if not numerals:
        return 1.0
    found = numerals[-1]
    step = 10.0 ** -len(found["decimals"] or "")
    for char in found["scale"]:
        step *= _SCALE[char]
    return step
