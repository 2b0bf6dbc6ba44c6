"""What two figures must have in common, drawn out of the rows: one plain column for everything that is compared.

Breaks of a series and the ends of titles come from `rules/life_spans.csv`. A row's `side` is how many of its
indicator's breaks lie at or before its day; lines that are too uncertain to set a flag count in `soft_side`.
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from qualityextract.ruleset import load_ruleset

NUMBERS = frozenset({"exact", "about", "nearly"})
"""Bounds of values that were stated as a number, not as a limit or a range."""
_COLLECTIONS = frozenset({"attributes", "level", "flags"})
_PLAIN = ("indicator", "stat_kind", "status", "unit", "scope", "part_of", "region_level", "region_code", "role")


@functools.cache
def breaks() -> dict[tuple[str, str], dict[str, list[Any]]]:
    """For each indicator and kind (empty: all kinds) the first days after each break, in `side` or `soft_side`."""
    file = importlib.resources.files("qualityextract").joinpath("rules", "life_spans.csv")
    found: dict[tuple[str, str], dict[str, list[Any]]] = defaultdict(lambda: {"side": [], "soft_side": []})
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        days = [np.datetime64(row["from"])] if row["from"] else []
        days += [np.datetime64(row["until"]) + np.timedelta64(1, "D")] if row["until"] else []
        for kind in row["kinds"].split("|"):
            found[row["code"], kind]["side" if row["drives"] == "yes" else "soft_side"] += days
    return dict(found)


def break_days(indicator: str, kind: str, column: str = "side") -> list[Any]:
    """The first days after the breaks of an indicator that concern a kind, in order."""
    known = breaks()
    days = [day for key in ((indicator, ""), (indicator, kind)) for day in known.get(key, {}).get(column, [])]
    return sorted(set(days))


@functools.cache
def catalogued(indicator: str) -> dict[str, str | None]:
    """The attributes that the catalogue allows for an indicator; with a value where it allows only one."""
    item = load_ruleset().indicators.get(indicator)
    found: dict[str, str | None] = {}
    for part in (item.attributes if item else "").split(";"):
        name, sign, values = part.partition("=")
        if name.strip():
            single = values.strip() if sign and values.strip() and "/" not in values else None
            found[name.strip()] = single
    if item and item.level:
        found.setdefault("level", None)
    return found


def group_of(indicator: str) -> str:
    """The group of an indicator, empty for one that the catalogue lacks."""
    item = load_ruleset().indicators.get(indicator)
    return item.group if item else ""


def describe(rows: pd.DataFrame, attributes: Iterable[str]) -> pd.DataFrame:
    """What is compared of each row, as plain objects with None for what is unknown.

    Args:
        rows: rows of `observations`; columns that are missing count as unknown.
        attributes: keys of `attributes` to draw out, as `attributes.<key>`.

    Returns:
        A frame with the index of `rows`: the columns compared as they stand, `level` (levels joined by `|`), `number`
        (`number` or `bound`), `attributes.<key>`, `flags`, `start`, `end` and `length` (days), `side`, `soft_side`.
    """
    out = {name: _objects(rows, name) for name in _PLAIN}
    out["confidence"] = _objects(rows, "confidence")
    out["level"] = [("|".join(sorted(value)) or None) for value in _listed(rows, "level")]
    bounds = _objects(rows, "bound")
    out["number"] = [None if b is None else "number" if b in NUMBERS else "bound" for b in bounds]
    out["flags"] = [frozenset(value) for value in _listed(rows, "flags")]
    maps = [dict(value) if _is_there(value) else {} for value in _objects(rows, "attributes")]
    for key in attributes:
        fixed = [catalogued(str(code)).get(key) for code in out["indicator"]]
        out[f"attributes.{key}"] = [m.get(key) or f for m, f in zip(maps, fixed, strict=True)]
    described = pd.DataFrame(out, index=rows.index, dtype=object)
    described["start"], described["end"] = _days(rows, "period_start"), _days(rows, "period_end")
    described["length"] = (described["end"] - described["start"]).dt.days + 1.0
    for column in ("side", "soft_side"):
        described[column] = _sides(described, column)
    return described


def _objects(rows: pd.DataFrame, name: str) -> list[Any]:
    if name not in rows:
        return [None] * len(rows)
    values = rows[name].astype(object)
    return list(values.where(values.notna(), None)) if name not in _COLLECTIONS else list(values)


def _listed(rows: pd.DataFrame, name: str) -> list[Any]:
    return [tuple(value) if _is_there(value) else () for value in _objects(rows, name)]


def _is_there(value: Any) -> bool:
    # In a frame made of unlike rows a missing list is NaN.
    return value is not None and not isinstance(value, float)


def _days(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    values = rows[name] if name in rows else pd.Series(None, index=rows.index)
    return pd.to_datetime(values).astype("datetime64[s]")


def _sides(described: pd.DataFrame, column: str) -> pd.Series[Any]:
    side = pd.Series(0, index=described.index, dtype=object)
    for key, part in described.groupby(["indicator", "stat_kind"], dropna=False):
        days = break_days(str(key[0]), str(key[1]), column)
        if days:
            found = np.searchsorted(np.array(days, dtype="datetime64[s]"), part["end"].to_numpy(), side="right")
            side[part.index] = np.where(part["end"].isna(), None, found.astype(object))  # type: ignore[call-overload]
    return side
