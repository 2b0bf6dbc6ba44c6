"""Corrections: what a reader holds against a row, as the file `corrections.csv`, guarded by what it expects to find.

One line is one mark: a new value for a field, or the rejection of the row (field `*`, new value `reject`; its expected
value, where given, is that of `value` or `value_text`). Values stand as in the CSV tables: lists joined by `|`, maps as
JSON, null as the empty cell. A mark whose expected value is not there any more is refused: the row has changed since
somebody looked at it; one whose new value stands there already is applied. The report writes such files, a run and
`load` read them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from qualityextract.cells import defused, restored
from qualityextract.errors import ConfigurationError
from qualityextract.regions import load_gazetteer
from qualityextract.ruleset import load_ruleset
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
    | {"value_text", "value_start", "value_end", "rule", "region_code_current", "region_current"}
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
    place: str = with_default(default="", compare=False)
    """The file and line that it came from."""

    def cells(self) -> tuple[str, ...]:
        """The line of the file."""
        return tuple(getattr(self, name) for name in COLUMNS)

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
        if max(len(value) for value in self.cells()) > MAX_LENGTH:
            return f"a cell is longer than {MAX_LENGTH} characters"
        if any(ord(char) < 32 and char not in "\t\n" for value in self.cells() for char in value):
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
    rows.writerows([defused(value) for value in mark.cells()] for mark in marks)
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
        cells = dict(zip(COLUMNS, map(restored, row), strict=True))
        marks.append(Mark(**cells, place=f"{file}: line {number}"))
    return marks


def read_corrections(file: Path) -> list[Mark]:
    """The marks of a corrections file that is to be applied, each of them checked.

    Raises:
        ConfigurationError: the file is not there or no such table, or a line is malformed; the message names the line.
    """
    if not file.is_file():
        raise ConfigurationError(f"{file}: there is no such file of corrections")
    marks = read_marks(file)
    for mark in marks:
        if problem := mark.problem():
            raise ConfigurationError(f"{mark.place}: {problem}")
    return marks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a correction, and why where it was not applied."""

    correction: Mark
    state: Literal["applied", "refused", "unknown_row"]
    why: str = ""


_READ: dict[str, Callable[[str], object]] = {"number": float, "integer": int, "date": dt.date.fromisoformat}


def _value(name: str, text: str) -> object:
    """The cell as the record wants it."""
    column = fields()[name]
    if text == "" and (column.nullable or column.kind in ("list", "map")):
        return {"list": (), "map": {}}.get(column.kind)
    if column.kind == "list":
        return tuple(text.split("|"))
    if column.kind == "map":
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("it must be a JSON object")
        return found
    if column.kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError("it must be true or false")
        return text == "true"
    return _READ.get(column.kind, str)(text)


def correct_rows(
    rows: Iterable[Mapping[str, Any]], corrections: Sequence[Mark]
) -> tuple[list[dict[str, Any]], list[Outcome]]:
    """Apply corrections to rows of `observations`, as dicts of plain values.

    Several corrections of a row are applied in their order. One whose result would be no valid record is refused.

    Returns:
        The rows without the rejected ones, in order, and one outcome per correction in its order.
    """
    waiting: dict[str, list[int]] = {}
    for at, correction in enumerate(corrections):
        waiting.setdefault(correction.observation_id, []).append(at)
    outcomes = [
        Outcome(c, "unknown_row", f"no row {c.observation_id}; the article or the rules have changed")
        for c in corrections
    ]
    kept: list[dict[str, Any]] = []
    for row in rows:
        current: dict[str, Any] | None = dict(row)
        for at in waiting.get(str(row["observation_id"]), ()):
            current, outcomes[at] = _applied(current, corrections[at])
        if current is not None:
            kept.append(current)
    return kept, outcomes


def _applied(row: dict[str, Any] | None, correction: Mark) -> tuple[dict[str, Any] | None, Outcome]:
    if row is None:
        return None, Outcome(correction, "refused", "an earlier line rejects the row")
    if correction.field == ROW:
        guards = {"", str(row["value_text"]), _number_text(row["value"])}
        if correction.expected_old not in guards:
            return row, _unexpected(correction, _number_text(row["value"]))
        return None, Outcome(correction, "applied")
    try:
        met = row.get(correction.field) == _value(correction.field, correction.expected_old)
    except ValueError:
        met = False
    if row.get(correction.field) == _value(correction.field, correction.new_value):
        return row, Outcome(correction, "applied")  # by the run that wrote the tables
    if not met:
        return row, _unexpected(correction, row.get(correction.field))
    changed = row | {correction.field: _value(correction.field, correction.new_value)}
    changed |= _following(correction.field, changed)
    try:
        ObservationRecord.model_validate(changed)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return row, Outcome(correction, "refused", f"the row would be impossible: {first['msg']}")
    return changed, Outcome(correction, "applied")


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


def _unexpected(correction: Mark, found: object) -> Outcome:
    why = f"{correction.field} of {correction.observation_id} is {found!r}, expected {correction.expected_old!r}"
    return Outcome(correction, "refused", why)


def _following(field: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a corrected code: labels of the indicator, names of the place."""
    if field == "indicator":
        item = load_ruleset().indicators.get(row["indicator"])
        return {"indicator_zh": item.label_zh if item else None, "indicator_en": item.label_en if item else None}
    if field != "region_code":
        return {}
    names = ("region", "region_level", "province", "prefecture", "county", "region_code_current", "region_current")
    code, gazetteer = row["region_code"], load_gazetteer()
    if code is None or code not in gazetteer:
        return dict.fromkeys((*names, "region_basis") if code is None else names)
    division = gazetteer.named(code, row.get("published"))
    current = gazetteer.current(code)
    now = gazetteer.division(current).path if current else None
    found = (division.path, division.level, division.province, division.prefecture, division.county, current, now)
    return dict(zip(names, found, strict=True)) | {"region_basis": row.get("region_basis") or "explicit"}
