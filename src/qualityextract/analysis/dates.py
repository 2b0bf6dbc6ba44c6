"""The dates of a panel, and which rows are close enough to one of them.

A figure that holds for a day goes to the nearest date of the panel within the tolerance. A flow must cover the whole
period that ends with the date (a year, a quarter …): its length and its end may differ by at most 31 days.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from qualityextract.errors import ConfigurationError

PERIOD_TOLERANCE = pd.Timedelta(days=31)
_STEPS = {
    "year-end": ("YE", 365.25),
    "half-year-end": ("QE", 182.6),
    "quarter-end": ("QE", 91.3),
    "month-end": ("ME", 30.4),
}
"""Name, the step of pandas, and the days of a period."""

At = str | Iterable[Any]


def period_days(at: At) -> float:
    """The days of the period that ends with a date of the panel: that of the step, or a year."""
    return _STEPS[at][1] if isinstance(at, str) and at in _STEPS else 365.25


def panel_dates(ends: pd.Series[Any], at: At) -> pd.DatetimeIndex:
    """The dates asked for, in order: for a named step those around the rows, `latest` is the last day of any row.

    Raises:
        ConfigurationError: `at` is no name and no date.
    """
    if isinstance(at, str) and at in _STEPS:
        if ends.notna().sum() == 0:
            return pd.DatetimeIndex([], dtype="datetime64[s]")
        first, last = ends.min() - pd.Timedelta(days=366), ends.max() + pd.Timedelta(days=366)
        if at == "half-year-end":
            dates = pd.date_range(first, last, freq="QE")
            return dates[dates.month.isin([6, 12])].as_unit("s")
        return pd.date_range(first, last, freq=_STEPS[at][0]).as_unit("s")
    if isinstance(at, str) and at == "latest":
        return pd.DatetimeIndex(ends.dropna().nlargest(1)).as_unit("s")
    try:
        days = pd.to_datetime([at] if isinstance(at, str) else list(at))
    except (TypeError, ValueError) as error:
        names = ", ".join([*_STEPS, "latest"])
        raise ConfigurationError(f"at: {at!r} is no date and none of {names}") from error
    return pd.DatetimeIndex(days).unique().sort_values().as_unit("s")


def tolerance_of(text: str | pd.Timedelta) -> pd.Timedelta:
    """The tolerance as a span of time.

    Raises:
        ConfigurationError: it is none, or negative.
    """
    try:
        span = pd.Timedelta(text)
    except ValueError as error:
        raise ConfigurationError(f"tolerance: {text!r} is no span of time like 92D") from error
    if not span >= pd.Timedelta(0):
        raise ConfigurationError(f"tolerance: {text!r} is negative")
    return span


def nearest(ends: pd.Series[Any], dates: pd.DatetimeIndex) -> pd.Series[Any]:
    """For each day the nearest of the dates, the earlier of two; null for null."""
    if len(dates) == 0:
        return pd.Series(pd.NaT, index=ends.index, dtype="datetime64[s]")
    days = ends.to_numpy().astype("datetime64[s]")
    held = dates.to_numpy().astype("datetime64[s]")
    right = np.clip(np.searchsorted(held, days), 0, len(held) - 1)
    left = np.clip(right - 1, 0, None)
    closer = np.where(np.abs(days - held[left]) <= np.abs(held[right] - days), held[left], held[right])
    return pd.Series(closer, index=ends.index).where(ends.notna()).astype("datetime64[s]")


def misdated(rows: pd.DataFrame, at: pd.Series[Any], span: pd.Timedelta, days: float) -> dict[str, Any]:
    """The rows that belong to no date, by reason.

    Args:
        rows: with `stat_kind`, `period_start`, `period_end`.
        at: the nearest date of each row.
        span: how far a row may be from it.
        days: the length of a period of the panel.
    """
    ends, starts = rows["period_end"], rows["period_start"]
    flow = rows["stat_kind"].eq("flow")
    allowed = pd.Series(span, index=rows.index).mask(flow, min(span, PERIOD_TOLERANCE))
    length = (ends - starts).dt.days + 1
    other = (length - days).abs() > PERIOD_TOLERANCE.days
    # A rate or a change may hold for a day as well; a flow can't.
    other &= flow | length.gt(1)
    return {
        "no_date": (ends.isna() | (flow & starts.isna())).to_numpy(dtype=bool),
        "date_outside": ((ends - at).abs() > allowed).to_numpy(dtype=bool),
        "period_length": other.to_numpy(dtype=bool),
    }
