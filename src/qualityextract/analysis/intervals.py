"""What a stated value leaves open, so that 150余 and 156 don't count as a conflict.

>>> interval(150, "over"), interval(150, "exact")
((150.0, 300.0), (150.0, 150.0))
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

SAME_DAY = pd.Timedelta(days=7)
"""Figures of a stock this close are about the same day."""

PRECISION = {"exact": 0, "about": 1, "nearly": 2, "over": 3, "under": 4, "at_least": 5, "at_most": 5, "range": 6}
"""Order of precision, the highest first."""

_FACTORS: dict[str, tuple[float, float]] = {
    "exact": (1.0, 1.0),
    "about": (0.95, 1.05),
    "nearly": (0.9, 1.0),
    # 150余 and 超5万 tell the leading digits: twice as much would be said otherwise.
    "over": (1.0, 2.0),
    "under": (0.5, 1.0),
    "at_least": (1.0, np.inf),
    "at_most": (-np.inf, 1.0),
    "range": (1.0, 1.0),
}
"""The lowest and highest value that the words allow, as multiples of the stated one."""


def interval(value: float, bound: str, value_max: float | None = None) -> tuple[float, float]:
    """The lowest and the highest value that a figure may mean."""
    frame = pd.DataFrame(
        {"value": [value], "bound": [bound], "value_max": [np.nan if value_max is None else value_max]}
    )
    low, high = intervals(frame)
    return float(low[0]), float(high[0])


def intervals(rows: pd.DataFrame) -> tuple[Any, Any]:
    """The lowest and the highest values that rows may mean, as arrays."""
    bounds = rows["bound"].astype(object)
    value = rows["value"].to_numpy(dtype=float)
    ends = []
    for side in (0, 1):
        factor = bounds.map({name: pair[side] for name, pair in _FACTORS.items()}).to_numpy(dtype=float)
        # Nothing times infinity is nothing known.
        ends.append(np.where(np.isinf(factor), factor, value * np.where(np.isinf(factor), 1.0, factor)))
    low, high = np.minimum(*ends), np.maximum(*ends)
    return low, np.where(rows["value_max"].notna(), rows["value_max"].to_numpy(dtype=float), high)


def disagree(rows: pd.DataFrame, others: pd.DataFrame) -> Any:
    """Row by row, whether two figures about the same day or period can't both be true."""
    low, high = intervals(rows)
    other_low, other_high = intervals(others)
    apart = (low > other_high) | (high < other_low)
    near = (rows["period_end"] - others["period_end"]).abs() <= SAME_DAY
    return apart & near.to_numpy(dtype=bool)
