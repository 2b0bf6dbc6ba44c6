"""`conflicts`: figures that can't all be true, with the one that comes first in the order of sources.

>>> conflicts(data).shape[0]
0
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from qualityextract.analysis.comparability import conditions
from qualityextract.analysis.intervals import PRECISION, SAME_DAY, intervals
from qualityextract.analysis.load import Data
from qualityextract.analysis.selection import unfit
from qualityextract.analysis.sources import rank_sources

_COLUMNS = ["indicator", "stat_kind", "region_code", "region", "region_level", "unit", "period_start", "period_end"]


def conflicts(data: Data, *, window: str | pd.Timedelta = SAME_DAY) -> pd.DataFrame:
    """Groups of figures of several articles about the same thing, place and time that disagree; nothing is averaged.

    Figures are of one group when indicator, kind, region, unit, levels, role and the attributes that
    `comparability.csv` compares are equal, and the last days of their periods (of flows the first days, too) lie at
    most `window` apart in a row. They disagree when the words leave no value that fits them all.

    Args:
        data: loaded tables.
        window: span of time between one figure and the next.

    Returns:
        One row per group: what and where, `n_rows`, `n_articles`, `values` and `observation_ids` in the order of
        sources, `sources`, `preferred` (the first id), `spread` (highest over lowest stated value; NaN for zero).
    """
    rows = _facts(data)
    rows["group"] = _groups(rows, pd.Timedelta(window))
    rows["low"], rows["high"] = intervals(rows)
    grouped = rows.groupby("group", sort=True)
    apart = grouped["low"].transform("max") > grouped["high"].transform("min")
    apart &= grouped["article_id"].transform("nunique") > 1
    found = rows[apart].sort_values(["group", "source_rank", "precision", "published", "observation_id"])
    return _listed(found)


def _facts(data: Data) -> pd.DataFrame:
    """Rows of regions as a whole, without copies, parts and plans."""
    observations = data.observations
    known = observations["indicator"].ne("unmapped") & ~observations["stat_kind"].isin(["target", "policy_rule"])
    rows: pd.DataFrame = observations[known & observations["period_end"].notna()].reset_index(drop=True)
    sources = rank_sources(data.articles)
    found = unfit(rows, observations, sources, {"status": "achieved", "scope": "whole"})
    fit = ~np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *found.values()])
    rows = rows[fit].reset_index(drop=True).join(sources[["publisher", "source", "source_rank"]], on="article_id")
    rows["precision"] = rows["bound"].astype(object).map(PRECISION)
    return rows


def _groups(rows: pd.DataFrame, window: pd.Timedelta) -> pd.Series[Any]:
    keys = {name: pd.factorize(rows[name])[0] for name in ("indicator", "stat_kind", "region_code", "unit", "role")}
    keys["level"] = pd.factorize(rows["level"].map(lambda value: "|".join(sorted(value))).astype(object))[0]
    keys["attributes"] = _attribute_codes(rows["attributes"])
    keys["start"] = pd.factorize(rows["period_start"].where(rows["stat_kind"].eq("flow")))[0]
    same = pd.DataFrame(keys).groupby(list(keys), sort=False).ngroup()
    ordered = pd.DataFrame({"same": same, "end": rows["period_end"]}).sort_values(["same", "end"])
    begins = ordered["same"].ne(ordered["same"].shift()) | ordered["end"].diff().gt(window)
    return begins.cumsum().reindex(rows.index)


def _attribute_codes(attributes: pd.Series[Any]) -> Any:
    """A number for each distinct set of attributes that are compared."""
    compared = {c.column.removeprefix("attributes.") for c in conditions() if c.column.startswith("attributes.")}
    texts = [
        "|".join(f"{key}={value[key]}" for key in sorted(value) if key in compared) if value else ""
        for value in attributes
    ]
    return pd.factorize(np.array(texts, dtype=object))[0]


def _listed(found: pd.DataFrame) -> pd.DataFrame:
    grouped = found.groupby("group", sort=True)
    listed = grouped[_COLUMNS].first()
    listed["n_rows"], listed["n_articles"] = grouped.size(), grouped["article_id"].nunique()
    for name, column in (("values", "value"), ("observation_ids", "observation_id"), ("sources", "source")):
        listed[name] = grouped[column].agg(tuple).astype(object)
    listed["preferred"] = grouped["observation_id"].first()
    lowest = grouped["value"].min()
    listed["spread"] = (grouped["value"].max() / lowest).where(lowest > 0)
    return listed.reset_index(drop=True)
