"""`per`: cells of a panel divided by what the user brings: population, GDP, number of firms. Nothing is shipped."""

from __future__ import annotations

import pandas as pd

from qualityextract.analysis.panel import Panel
from qualityextract.errors import ConfigurationError

COUNTS = frozenset({"stock", "cumulative", "flow"})


def per(panel: Panel, denominators: pd.DataFrame, column: str, *, scale: float = 1.0) -> pd.DataFrame:
    """The cells with a denominator beside and `per_<column>` = value / denominator * scale.

    Args:
        panel: a panel of counts.
        denominators: a frame with `region_code`, `column`, and where it changes over time `year` or `at` (the panel's date).
        column: the denominator's column, in units that you know: the result is in their inverse.
        scale: 10,000 for "per 10,000".

    Returns:
        The cells in their order; missing denominators give a missing result, as does one of zero.

    Raises:
        ConfigurationError: the panel holds no counts, a column is missing, or a region (and date) stands twice.
    """
    if panel.kind not in COUNTS:
        raise ConfigurationError(f"per: a {panel.kind} is no count, to divide it means nothing")
    missing = [name for name in ("region_code", column) if name not in denominators]
    if missing:
        raise ConfigurationError(f"per: the denominators have no column {', '.join(missing)}")
    keys = ["region_code", *[name for name in ("at", "year") if name in denominators][:1]]
    brought = denominators[[*keys, column]].assign(region_code=denominators["region_code"].astype("str"))
    if "at" in keys:
        brought["at"] = pd.to_datetime(brought["at"]).astype("datetime64[s]")
    twice = brought[brought.duplicated(keys)]
    if len(twice):
        raise ConfigurationError(f"per: {twice.iloc[0][keys].to_dict()} stands more than once in the denominators")
    cells = panel.cells.assign(year=panel.cells["at"].dt.year)
    joined = cells.merge(brought, on=keys, how="left", validate="many_to_one").drop(columns="year")
    base = joined[column].astype(float)
    joined[f"per_{column}"] = (joined["value"] / base * scale).where(base.ne(0))
    return joined
