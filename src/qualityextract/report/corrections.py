"""Corrections: what a reader of the report holds against a row, as the file `corrections.csv`.

One line is one mark: a new value for a field, or the rejection of the row (field `*`, new value `reject`). It names the
value that was there when the mark was made, so that a correction of a row that has changed since can be refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import get_args

from qualityextract.cells import defused, restored
from qualityextract.errors import ConfigurationError
from qualityextract.report.files import write_whole
from qualityextract.schema import ObservationRecord
from qualityextract.schema_docs import FieldType, field_types
from qualityextract.vocabulary import Flag, Level

CORRECTIONS = "corrections.csv"
COLUMNS = ("observation_id", "field", "new_value", "expected_old", "reason", "who")
ROW, REJECT = "*", "reject"
"""Field and new value of a rejection."""
MAX_LENGTH = 4_000
"""Characters of one cell at most."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# Keys, the evidence and where it was read from are what a mark is about; they are not themselves matters of opinion.
_FIXED = frozenset(
    {"observation_id", "article_id", "published", "indicator_zh", "indicator_en", "quote", "quote_start", "quote_end"}
    | {"value_text", "value_start", "value_end", "rule"}
)
CORRECTABLE = tuple(name for name in ObservationRecord.columns() if name not in _FIXED)
"""Columns of `observations` for which a new value can be given."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the file; values as in a CSV cell of the tables, lists joined by `|`, null as the empty text."""

    observation_id: str
    field: str
    new_value: str
    expected_old: str
    reason: str
    who: str

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Mark:
        """A mark from the columns of a line or a JSON object.

        Raises:
            ConfigurationError: a column is missing, there is one too many, or one is no text.
        """
        if set(row) != set(COLUMNS) or not all(isinstance(value, str) for value in row.values()):
            raise ConfigurationError(f"a correction has the columns {', '.join(COLUMNS)}, all of them text")
        return cls(**{name: str(row[name]) for name in COLUMNS})

    def problem(self) -> str | None:
        """What is wrong with the mark in itself, in words; None where nothing is."""
        if not (self.observation_id and self.reason.strip() and self.who.strip()):
            return "observation_id, reason and who can't be empty"
        if max(len(value) for value in astuple(self)) > MAX_LENGTH:
            return f"a cell is longer than {MAX_LENGTH} characters"
        if any(ord(char) < 32 and char not in "\t\n" for value in astuple(self) for char in value):
            return "a cell holds control characters"
        if self.field == ROW:
            return None if self.new_value == REJECT else f"field {ROW} takes the new value {REJECT!r} only"
        if self.field not in CORRECTABLE:
            return f"field {self.field!r} can't be corrected"
        return _value_problem(fields()[self.field], self.new_value)


def fields() -> dict[str, FieldType]:
    """The columns of `observations` by name."""
    return {field.name: field for field in field_types("observations")}


def _value_problem(field: FieldType, text: str) -> str | None:
    if text == "":
        empty = field.nullable or field.kind in ("list", "map")
        return None if empty else f"{field.name} can't be empty"
    try:
        good = _parses(field, text)
    except ValueError:
        good = False
    return None if good else f"{text!r} is no value for {field.name} ({field.kind})"


def _parses(field: FieldType, text: str) -> bool:
    if field.kind == "number":
        return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))
    if field.kind == "integer":
        return text.isascii() and text.isdecimal()
    if field.kind == "boolean":
        return text in ("true", "false")
    if field.kind == "date":
        return dt.date.fromisoformat(text).isoformat() == text
    if field.kind == "list":
        return set(text.split("|")) <= {*get_args(Level if field.name == "level" else Flag)}
    if field.kind == "map":
        value = json.loads(text)
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return field.values is None or text in field.values


def marks_csv(marks: Iterable[Mark]) -> bytes:
    """The file: UTF-8 with BOM, cells that a spreadsheet would run defused."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([defused(value) for value in astuple(mark)] for mark in marks)
    return text.getvalue().encode("utf-8-sig")


def read_marks(file: Path) -> list[Mark]:
    """The marks of a corrections file, in its order; none where there is no file.

    Raises:
        ConfigurationError: the file is not such a table; the message names the line.
    """
    if not file.exists():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{file}: can't be read as CSV in UTF-8: {error}") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ConfigurationError(f"{file}: the first line must be {','.join(COLUMNS)}")
    marks = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise ConfigurationError(f"{file}: row {number} has {len(row)} cells, not {len(COLUMNS)}")
        marks.append(Mark(*(restored(cell) for cell in row)))
    return marks


def write_marks(out: Path, marks: Sequence[Mark]) -> Path:
    """Write `corrections.csv` into the output folder in one step.

    Raises:
        ConfigurationError: the file can't be written; what was there is unchanged.
    """
    return write_whole(out / CORRECTIONS, marks_csv(marks))
