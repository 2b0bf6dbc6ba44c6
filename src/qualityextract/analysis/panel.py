"""`panel`: one figure per region and date, chosen in the documented order, and a reason for every row left out.

Of the rows of an indicator those are set aside that can't stand for a region: another kind, level, scope or status,
parts, copies, plans. Each of the rest goes to the nearest date. In a cell the row comes first that counts what most
rows of the panel count, then in the order of the handbook: source, fuller definition, closer date, higher precision.
Values are never averaged or added.

    >>> agencies = panel(data, "insp.agencies", by="prefecture", kind="stock", at=["2025-12-31"])
    >>> for cell in agencies.cells.itertuples():
    ...     print(cell.region, cell.value, cell.unit, cell.grade)
    河南省郑州市 968.0 家 A
    河南省洛阳市 286.0 家 A
    河南省南阳市 231.0 家 A
    >>> sorted({code for codes in agencies.excluded["reasons"] for code in codes if code.startswith("level")})
    ['level_county', 'level_province']
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qualityextract.analysis.comparability import describe_rows, explain_reasons, grade_rows, judge, usual_of
from qualityextract.analysis.dates import At, misdated, nearest, panel_dates, period_days, tolerance_of
from qualityextract.analysis.definitions import break_days
from qualityextract.analysis.frames import objects
from qualityextract.analysis.intervals import PRECISION, disagree
from qualityextract.analysis.load import Data
from qualityextract.analysis.selection import explain_exclusion, reason_tuples, unfit
from qualityextract.analysis.sources import rank_sources
from qualityextract.errors import ConfigurationError
from qualityextract.ruleset import load_ruleset
from qualityextract.vocabulary import MEANINGS, RegionLevel, StatKind

_PLACE = ["region_code", "region", "province", "prefecture", "county"]
_CELL = ["value", "value_max", "bound", "unit", "period_start", "period_end", "observation_id", "article_id"]
_UNUSED = ["quote", "quote_start", "quote_end", "value_text", "value_start", "value_end", "rule", "indicator_text"]
_EXCLUDED = [*_PLACE, "region_level", "subject", "scope", "stat_kind", "status", "value", "unit", "period_end"]


@dataclass(frozen=True, eq=False)
class Panel:
    """What `panel` returns.

    Attributes:
        cells: one row per region and date (`at`), sorted by them; a region without a row has no cell. Beside the chosen
            row's columns: `days_off` (days from `at`), `publisher`, `source` (class of source), `n_sources` (articles
            that state what is counted here, copies once), `alternatives`
            and `conflicts` (observation ids of the other candidates, and of those among them that disagree), `conflict_values`,
            `segment` (dates with the same number lie on the same side of every break), `grade`, `reasons`, `reason`.
        excluded: one row per row of the indicator that is not in a cell: `observation_id`, where and what it is,
            `reasons` (codes), `reason` (in words), and for candidates of a cell `at` and `chosen` (its row's id).
        indicator, by, kind: what was asked for.
    """

    cells: pd.DataFrame
    excluded: pd.DataFrame
    indicator: str
    by: str
    kind: str

    def __repr__(self) -> str:
        return f"<Panel {self.indicator} {self.kind} by {self.by}: {len(self.cells)} cells, {len(self.excluded)} rows left out>"

    def wide(self, column: str = "value") -> pd.DataFrame:
        """Regions down, dates across; NaN where there is no cell."""
        return self.cells.pivot(index=["region_code", "region"], columns="at", values=column)


def panel(
    data: Data,
    indicator: str,
    *,
    by: str = "prefecture",
    kind: str = "stock",
    at: At = "year-end",
    tolerance: str | pd.Timedelta = "92D",
    where: Mapping[str, str] | None = None,
) -> Panel:
    """One figure per region and date.

    Args:
        data: loaded tables.
        indicator: code of the catalogue.
        by: level of region: `country`, `province`, `prefecture` or `county`.
        kind: a kind of statement, but for targets and policy rules, which are no facts.
        at: `year-end`, `half-year-end`, `quarter-end`, `month-end`, `latest`, a date or several.
        tolerance: how far from a date a figure may be; a flow at most 31 days.
        where: further columns or attributes and the value that a row must have: `{"role": "lead"}`.

    Raises:
        ConfigurationError: an argument has a value that can't be.
    """
    _check(indicator, by, kind)
    span = tolerance_of(tolerance)
    everything = data.observations
    held = np.flatnonzero(everything["indicator"].eq(indicator))
    rows = everything.drop(columns=_UNUSED, errors="ignore").iloc[held].reset_index(drop=True)
    sources = rank_sources(data.articles)
    found = unfit(rows, everything, sources, {"kind": kind, "status": "achieved", "scope": "whole", "level": by})
    if where:
        found["not_asked"] = _not_asked(rows, where)
    fit = ~np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *found.values()])
    dated = rows.loc[fit, "period_end"] if isinstance(at, str) and at == "latest" else rows["period_end"]
    rows["at"] = nearest(rows["period_end"], panel_dates(dated, at))
    found |= misdated(rows, rows["at"], span, period_days(at))
    reasons = pd.Series(reason_tuples(found, len(rows)), index=rows.index, dtype=object)
    fit = reasons.map(len).eq(0).to_numpy(dtype=bool)
    # Sentences are long: only those of the candidates are copied.
    candidates = rows[fit].assign(quote=everything["quote"].iloc[held[fit]].array)
    candidates = candidates.join(sources[["publisher", "source", "source_rank"]], on="article_id")
    cells, outranked = _choose(candidates)
    left = rows[~fit].assign(reasons=reasons[~fit], at=pd.Series(pd.NaT, rows.index[~fit], "datetime64[s]"))
    return Panel(_graded(cells, period_days(at)), _excluded(left, outranked), indicator, by, kind)


def _check(indicator: str, by: str, kind: str) -> None:
    if indicator not in load_ruleset().indicators:
        raise ConfigurationError(f"indicator: the catalogue has no {indicator!r}; see `qualityextract indicators`")
    if by not in MEANINGS[RegionLevel]:
        raise ConfigurationError(f"by: {by!r} is none of {', '.join(MEANINGS[RegionLevel])}")
    kinds = [name for name in MEANINGS[StatKind] if name not in ("target", "policy_rule")]
    if kind not in kinds:
        raise ConfigurationError(f"kind: {kind!r} is none of {', '.join(kinds)}; plans and rules are no facts")


def _not_asked(rows: pd.DataFrame, where: Mapping[str, str]) -> Any:
    wrong = np.zeros(len(rows), dtype=bool)
    for name, value in where.items():
        if name == "level" or name not in rows:
            held = [value in v if name == "level" else v.get(name) == value for v in rows.get(name, rows["attributes"])]
        else:
            held = list(rows[name].eq(value))
        wrong |= ~np.array(held, dtype=bool)
    return wrong


def _choose(candidates: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The chosen rows with what is known of their cells, and the other candidates with the reason."""
    described = describe_rows(candidates)
    failed = judge(described, usual_of(described), definitions=True)
    differing = {code: hit for code, hit in failed.items() if not code.endswith("_unknown")}
    unknown = [hit for code, hit in failed.items() if code.endswith("_unknown")]
    ranked = candidates.assign(
        differing=objects(reason_tuples(differing, len(candidates)), candidates.index),
        odd=np.logical_or.reduce([np.zeros(len(candidates), dtype=bool), *differing.values()]),
        unknown=np.sum([np.zeros(len(candidates), dtype=int), *unknown], axis=0),
        days_off=(candidates["period_end"] - candidates["at"]).dt.days,
        precision=candidates["bound"].astype(object).map(PRECISION),
    )
    ranked["away"] = ranked["days_off"].abs()
    order = ["region_code", "at", "odd", "source_rank", "unknown", "away", "precision", "published", "observation_id"]
    ranked = ranked.sort_values(order, kind="stable").reset_index(drop=True)
    cell = ranked.groupby(["region_code", "at"], observed=True, sort=False).ngroup()
    first = ~cell.duplicated()
    said_first = ranked.groupby([cell, "quote", "value"], observed=True, sort=False)["article_id"].transform("first")
    ranked["copy"] = ranked["article_id"].ne(said_first) & ~ranked["odd"]
    chosen = ranked[first].set_index(cell[first])
    head = chosen.loc[cell].set_index(ranked.index)
    ranked["chosen"] = head["observation_id"]
    ranked["conflict"] = ~first & ~ranked["odd"] & ~ranked["copy"] & disagree(ranked, head)
    return _with_cells(ranked, chosen, cell, first), ranked[~first]


def _with_cells(
    ranked: pd.DataFrame, chosen: pd.DataFrame, cell: pd.Series[int], first: pd.Series[bool]
) -> pd.DataFrame:
    """The chosen rows with sources, alternatives and conflicts of their cells."""
    counted = ranked[~ranked["odd"] & ~ranked["copy"]]
    chosen = chosen.assign(n_sources=counted.groupby(cell)["article_id"].nunique().reindex(chosen.index).fillna(1))
    chosen["n_sources"] = chosen["n_sources"].astype(int)
    for name, part, column in (
        ("alternatives", ranked[~first], "observation_id"),
        ("conflicts", ranked[ranked["conflict"]], "observation_id"),
        ("conflict_values", ranked[ranked["conflict"]], "value"),
    ):
        listed = part.groupby(cell)[column].agg(tuple)
        chosen[name] = pd.Series([listed.get(at, ()) for at in chosen.index], index=chosen.index, dtype=object)
    return chosen.reset_index(drop=True)


def _graded(cells: pd.DataFrame, days: float) -> pd.DataFrame:
    """Grades against what most cells of the panel are, at their own date, and on which side of the breaks it lies."""
    # A row with `part_of` that got here is the whole of its place and indicator.
    described = describe_rows(cells.assign(part_of=None))
    usual = usual_of(described) | {"end": cells["at"], "length": days}
    for column in ("side", "soft_side"):
        of_date = described.groupby(cells["at"])[column].agg(lambda held: held.mode().iloc[0])
        usual[column] = cells["at"].map(of_date).astype(object)
    if described["region_code"].nunique() > 1:
        # Several regions have no common bureau.
        usual["region_code"] = ""
    comparisons = grade_rows(judge(described, usual), len(cells))
    segment = _segments(cells)
    columns = [*_PLACE, "at", *_CELL, "days_off", "publisher", "source", "n_sources"]
    graded = cells[[*columns, "alternatives", "conflicts", "conflict_values"]].copy()
    words = [name for name in graded if isinstance(graded[name].dtype, pd.CategoricalDtype)]
    graded = graded.astype(dict.fromkeys(words, "str"))
    graded["segment"] = segment
    graded["grade"] = pd.Categorical([c.grade for c in comparisons], categories=["D", "C", "B", "A"], ordered=True)
    across = ("across_break",) if segment.nunique() > 1 else ()
    graded["reasons"] = objects([c.reasons + across for c in comparisons], cells.index)
    graded["reason"] = [_cell_words(codes) for codes in graded["reasons"]]
    return graded


def _segments(cells: pd.DataFrame) -> pd.Series[int]:
    segment = pd.Series(0, index=cells.index)
    for (indicator, kind), part in cells.groupby(["indicator", "stat_kind"], observed=True):
        days = np.array(break_days(str(indicator), str(kind)), dtype="datetime64[s]")
        segment[part.index] = np.searchsorted(days, part["at"].to_numpy(), side="right")
    return segment


def _cell_words(codes: tuple[str, ...]) -> str:
    own = explain_reasons([code for code in codes if code != "across_break"])
    across = "the dates of the panel lie on different sides of a break in the series: compare within a segment"
    return "; ".join(filter(None, [own, across if "across_break" in codes else ""]))


def _excluded(left: pd.DataFrame, outranked: pd.DataFrame) -> pd.DataFrame:
    why = objects([_why_outranked(row) for row in outranked.to_dict("records")], outranked.index)
    outranked = outranked.assign(reasons=why)
    both = pd.concat([part for part in (left, outranked) if len(part)] or [left.assign(chosen=None)])
    if "chosen" not in both:
        both["chosen"] = None
    frame = both[["observation_id", "article_id", *_EXCLUDED, "reasons", "at", "chosen"]].reset_index(drop=True)
    frame.insert(frame.columns.get_loc("at"), "reason", [_words(codes) for codes in frame["reasons"]])  # type: ignore[arg-type]
    return frame


def _why_outranked(row: Mapping[Any, Any]) -> tuple[str, ...]:
    if row["odd"]:
        return ("other_definition", *row["differing"])
    if row["copy"]:
        return ("copy_of_sentence",)
    return ("conflict",) if row["conflict"] else ("not_preferred",)


@functools.cache
def _words(codes: tuple[str, ...]) -> str:
    if codes[:1] == ("other_definition",):
        return f"{explain_exclusion(codes[0])}: {explain_reasons(codes[1:])}"
    return "; ".join(explain_exclusion(code) for code in codes)
