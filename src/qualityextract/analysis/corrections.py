"""Corrections applied to a frame that `load` has read; the file and its guards are in `qualityextract.corrections`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qualityextract.corrections import COLUMNS, Mark, Outcome, correct_rows, fields


def correct_frame(
    observations: pd.DataFrame, corrections: Sequence[Mark], *, where: pd.Series[bool] | None = None
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
    for name, field in fields().items():
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
    rows = [
        dict(zip((*COLUMNS, "place"), (*o.correction.cells(), o.correction.place), strict=True))
        | {"outcome": o.state, "why": o.why}
        for o in outcomes
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "place", "outcome", "why"], dtype="str")
