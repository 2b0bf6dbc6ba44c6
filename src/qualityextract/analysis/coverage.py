"""`coverage`: where there are articles at all, so that silence is not read as zero.

>>> counted = coverage(data)
>>> int(counted["rows"].sum()) == len(data.observations)
True
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from qualityextract.analysis.load import Data

_PLACE = ["region_code", "region", "region_level"]


def coverage(data: Data, *, year: Literal["published", "period"] = "published") -> pd.DataFrame:
    """Articles and rows per region, year and indicator.

    Args:
        data: loaded tables.
        year: the year of publication, or that of the last day of the figure's period.

    Returns:
        One row per region (null: none known), year (null: unknown) and indicator that occur together: `articles` and
        `rows` of the indicator, `facts` (rows with scope `whole` and status `achieved` that are no plan or rule),
        `region_articles` (articles with any row for the region in that year).
    """
    rows = data.observations
    day = rows["published" if year == "published" else "period_end"]
    fact = (
        rows["scope"].eq("whole") & rows["status"].eq("achieved") & ~rows["stat_kind"].isin(["target", "policy_rule"])
    )
    counted = rows[[*_PLACE, "indicator", "article_id"]].assign(year=day.dt.year.astype("Int64"), fact=fact)
    where = [*_PLACE, "year"]
    grouped = counted.groupby([*where, "indicator"], observed=True, dropna=False, sort=True)
    found = grouped.agg(
        articles=("article_id", "nunique"), rows=("article_id", "size"), facts=("fact", "sum")
    ).reset_index()
    total = counted.groupby(where, observed=True, dropna=False)["article_id"].nunique().rename("region_articles")
    return found.merge(total.reset_index(), on=where, how="left")
