"""Corrections: what a reader holds against a row, as a file with reasons, guarded by what it expects to find.

`corrections.csv` has one line per mark: `observation_id`, `field`, `new_value`, `expected_old`, `reason`, `who`. Values
stand as in the CSV tables: lists joined by `|`, maps as JSON, null as the empty cell. The field `*` with the new value
`reject` takes the whole row out; its expected value, where given, is that of `value` or `value_text`. A line whose
expected value is not there any more is refused: the row has changed since somebody looked at it.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import ValidationError

from qualityextract.errors import ConfigurationError
from qualityextract.regions import load_gazetteer
from qualityextract.ruleset import load_ruleset
from qualityextract.schema import ObservationRecord
from qualityextract.schema_docs import field_types

COLUMNS = ("observation_id", "field", "new_value", "expected_old", "reason", "who")
ROW, REJECT = "*", "reject"
"""Field and new value of a rejection."""

_FIELDS = {field.name: field for field in field_types("observations")}
# Keys and evidence are what a mark is about; labels and names of places follow from their codes.
_FIXED = frozenset(
    {"observation_id", "article_id", "published", "indicator_zh", "indicator_en", "quote", "quote_start", "quote_end"}
    | {"value_text", "value_start", "value_end", "rule"}
)
_READ: dict[str, Callable[[str], object]] = {"number": float, "integer": int, "date": dt.date.fromisoformat}
# The same as in the tables: a cell that a spreadsheet would run bears one more apostrophe in front.
_DEFUSED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of a file of corrections; `place` is the file with the line."""

    observation_id: str
    field: str
    new_value: str
    expected_old: str
    reason: str
    who: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a correction, and why where it was not applied."""

    correction: Correction
    state: Literal["applied", "refused", "unknown_row"]
    why: str = ""


def read_corrections(file: Path) -> list[Correction]:
    """The lines of a file of corrections.

    Raises:
        ConfigurationError: it can't be read, lacks a column, or a line is malformed; the message names file and line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{file}: can't be read as CSV in UTF-8: {error}") from error
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ConfigurationError(f"{file}: line 1: no column {', '.join(missing)}; there must be {','.join(COLUMNS)}")
    return [_checked(row, f"{file}: line {number}") for number, row in rows]


def _checked(row: Mapping[str | None, Any], place: str) -> Correction:
    if None in row or None in row.values():
        raise ConfigurationError(f"{place}: does not have one cell for each column")
    cells = {name: row[name][1:] if _DEFUSED.match(row[name]) else row[name] for name in COLUMNS}
    made = Correction(**cells, place=place)
    problem = _problem(made)
    if problem:
        raise ConfigurationError(f"{place}: {problem}")
    return made


def _problem(correction: Correction) -> str | None:
    if not all(text.strip() for text in (correction.observation_id, correction.reason, correction.who)):
        return "observation_id, reason and who can't be empty"
    if correction.field == ROW:
        return None if correction.new_value == REJECT else f"field {ROW} takes the new value {REJECT} only"
    if correction.field not in _FIELDS or correction.field in _FIXED:
        return f"field {correction.field!r} can't be corrected"
    try:
        _value(correction.field, correction.new_value)
    except ValueError as error:
        return f"new_value {correction.new_value!r} is no value for {correction.field}: {error}"
    return None


def _value(name: str, text: str) -> object:
    """The cell as the record wants it."""
    field = _FIELDS[name]
    if text == "" and (field.nullable or field.kind in ("list", "map")):
        return {"list": (), "map": {}}.get(field.kind)
    if field.kind == "list":
        return tuple(text.split("|"))
    if field.kind == "map":
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("it must be a JSON object")
        return found
    if field.kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError("it must be true or false")
        return text == "true"
    return _READ.get(field.kind, str)(text)


def correct_rows(
    rows: Iterable[Mapping[str, Any]], corrections: Sequence[Correction]
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


def _applied(row: dict[str, Any] | None, correction: Correction) -> tuple[dict[str, Any] | None, Outcome]:
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


def _unexpected(correction: Correction, found: object) -> Outcome:
    why = f"{correction.field} of {correction.observation_id} is {found!r}, expected {correction.expected_old!r}"
    return Outcome(correction, "refused", why)


def _following(field: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a corrected code: labels of the indicator, names of the place."""
    if field == "indicator":
        item = load_ruleset().indicators.get(row["indicator"])
        return {"indicator_zh": item.label_zh if item else None, "indicator_en": item.label_en if item else None}
    if field != "region_code":
        return {}
    names = ("region", "region_level", "province", "prefecture", "county")
    code, gazetteer = row["region_code"], load_gazetteer()
    if code is None or code not in gazetteer:
        return dict.fromkeys((*names, "region_basis") if code is None else names)
    day = row.get("period_end") or row.get("published")
    division = (gazetteer.at(code, day) if day else None) or gazetteer.division(code)
    found = (division.path, division.level, division.province, division.prefecture, division.county)
    return dict(zip(names, found, strict=True)) | {"region_basis": row.get("region_basis") or "explicit"}


def correct_frame(
    observations: pd.DataFrame, corrections: Sequence[Correction], *, where: pd.Series[bool] | None = None
) -> tuple[pd.DataFrame, list[Outcome]]:
    """Apply corrections to a frame of `load`; only the rows that they name are looked at.

    Args:
        observations: the frame; it is not changed.
        corrections: what to apply.
        where: the rows that may be corrected; all without it.

    Returns:
        The frame without rejected rows and with a column `correction` (the reasons, null elsewhere), and the outcomes.
    """
    named = observations["observation_id"].isin({c.observation_id for c in corrections})
    chosen = observations[named if where is None else named & where]
    rows = [plain_row(row) for row in chosen.to_dict("records")]
    kept, outcomes = correct_rows(rows, corrections)
    by_id = {str(row["observation_id"]): row for row in kept}
    corrected = observations.copy()
    if "correction" not in corrected:
        corrected["correction"] = pd.Series(None, index=corrected.index, dtype="str")
    for index, identifier in chosen["observation_id"].items():
        said = [o.correction.reason for o in outcomes if _changed(o, identifier)]
        if identifier in by_id and said:
            _write_back(corrected, index, by_id[identifier], "; ".join(said))
    gone = [i for i, identifier in chosen["observation_id"].items() if identifier not in by_id]
    return corrected.drop(index=gone).reset_index(drop=True), outcomes


def _changed(outcome: Outcome, identifier: object) -> bool:
    return outcome.state == "applied" and outcome.correction.observation_id == identifier


def _write_back(frame: pd.DataFrame, index: Any, row: Mapping[str, Any], said: str) -> None:
    for name, value in row.items():
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype) and value is not None and value not in column.cat.categories:
            frame[name] = column.cat.add_categories([value])
        frame.at[index, name] = pd.Timestamp(value) if isinstance(value, dt.date) else value
    frame.at[index, "correction"] = said


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of a frame as the record wants it: days as dates, null as None, only the columns of the contract."""
    plain: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        value: Any = row.get(name)
        if field.kind not in ("list", "map") and pd.isna(value):
            value = None
        elif field.kind == "date":
            value = pd.Timestamp(value).date()
        elif field.kind == "integer":
            value = int(value)
        plain[name] = value
    return plain


def outcomes_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per correction: its columns, where it stands, what became of it and why."""
    rows = [asdict(o.correction) | {"outcome": o.state, "why": o.why} for o in outcomes]
    return pd.DataFrame(rows, columns=[*COLUMNS, "place", "outcome", "why"], dtype="str")
