"""Which rows may stand for a region at all: every row that may not gets the reasons, in short codes and in words.

What a row must be is a value of a column (`scope` is `whole`), what it must not bear is a flag; both are tables below.
A code names the value that was found: `scope_cluster`, `kind_cumulative`, `status_applied`, `level_county`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from qualityextract.vocabulary import MEANINGS, Flag, RegionLevel, Scope, StatKind, Status

_OF_VALUE: dict[str, tuple[str, object]] = {
    "kind": ("stat_kind", StatKind),
    "status": ("status", Status),
    "scope": ("scope", Scope),
    "level": ("region_level", RegionLevel),
}
"""Code in front, the column that must have the wanted value, and its vocabulary."""

_OF_FLAG: dict[Flag, str] = {
    "duplicate_in_article": "copy_in_article",
    "joint_regions": "joint_regions",
    "subset_not_region": "subset",
    "entity_level": "single_entity",
    "no_code_region": "no_code_region",
    "implied_count": "implied",
    "implausible": "implausible",
    "not_comparable": "not_comparable",
    "number_missing": "number_missing",
    "spun_text": "spun_text",
    "target": "plan",
    "policy_rule": "rule",
    "not_achieved": "not_achieved",
}
"""Flags that no row of a panel may bear, and the code of the reason."""

_WORDS = {
    "part": "part of another figure, which it would be counted with twice",
    "copy_of_article": "the article is a copy of an earlier one",
    "copy_of_sentence": "the same sentence stands in an article of a source that comes first",
    "no_region": "the region is not known",
    "no_date": "the day or period is not known",
    "date_outside": "too far from every date asked for",
    "period_length": "the period has another length than the panel's",
    "not_asked": "other than what `where` asks for",
    "other_definition": "counts something else than most rows (see the conditions named)",
    "not_preferred": "another row comes first in the order of sources, definition, date, precision",
    "conflict": "another row comes first, and the two disagree",
}
_WORDS |= {code: MEANINGS[Flag][flag] for flag, code in _OF_FLAG.items()}


def explain_exclusion(code: str) -> str:
    """A code in words.

    >>> explain_exclusion("scope_zone")
    'scope is zone (a development zone)'
    """
    front, _, value = code.partition("_")
    if code not in _WORDS and front in _OF_VALUE:
        column, vocabulary = _OF_VALUE[front]
        return f"{column} is {value} ({MEANINGS[vocabulary].get(value, 'not known')})"
    return _WORDS[code]


_SAID_BY: dict[str, str] = {"subset": "scope", "not_achieved": "status", "plan": "kind", "rule": "kind"}
"""Codes of flags that only repeat what a column says."""


def unfit(
    rows: pd.DataFrame, observations: pd.DataFrame, sources: pd.DataFrame, wanted: Mapping[str, str]
) -> dict[str, Any]:
    """Why rows can't stand for a region, whatever panel is asked for.

    A row with `part_of` is set aside when the figure that it belongs to counts the same in the same place, or is not
    there; the county's share of a city's total is the county's own figure, and one track of a total of several tracks
    is the whole of that track.

    Args:
        rows: the rows in question.
        observations: all rows, among which the wholes of parts are looked up.
        sources: what `rank_sources` gives.
        wanted: of `kind`, `status`, `scope`, `level` those that are fixed, with the value that a row must have.

    Returns:
        For each reason that occurs a boolean array over the rows.
    """
    found: dict[str, Any] = {}
    for front, value in wanted.items():
        column = rows[_OF_VALUE[front][0]]
        for other in column[column.ne(value) & column.notna()].unique():
            found[f"{front}_{other}"] = column.eq(other).to_numpy(dtype=bool)
    found["part"] = _is_part(rows, observations)
    found["no_region"] = rows["region_code"].isna().to_numpy()
    copies = sources.index[sources["duplicate_of"].notna()]
    found["copy_of_article"] = rows["article_id"].isin(copies).to_numpy(dtype=bool)
    held = flag_columns(rows["flags"], list(_OF_FLAG))
    for flag, code in _OF_FLAG.items():
        repeats = [hit for name, hit in found.items() if name.startswith(f"{_SAID_BY.get(code, ' ')}_")]
        found[code] = held[flag] & ~np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *repeats])
    return {code: hit for code, hit in found.items() if hit.any()}


def _is_part(rows: pd.DataFrame, observations: pd.DataFrame) -> Any:
    wanted = rows["part_of"].dropna()
    part = np.zeros(len(rows), dtype=bool)
    if len(wanted) == 0:
        return part
    named = ["observation_id", "indicator", "region_code"]
    found = observations.loc[observations["observation_id"].isin(wanted.unique()), named].astype(object)
    found = found.drop_duplicates("observation_id").set_index("observation_id").reindex(wanted)
    own = rows.loc[wanted.index, named[1:]].astype(object)
    same = [found[name].to_numpy() == own[name].to_numpy() for name in named[1:]]
    part[rows.index.get_indexer(wanted.index)] = found["indicator"].isna().to_numpy() | (same[0] & same[1])
    return part


def flag_columns(flags: pd.Series[Any], wanted: list[Flag]) -> dict[Flag, Any]:
    """For each flag whether a row bears it; the few distinct lists are looked at once each."""
    codes, distinct = pd.factorize(flags.to_numpy(), use_na_sentinel=False)
    return {flag: np.array([flag in value for value in distinct], dtype=bool)[codes] for flag in wanted}


def reason_tuples(found: Mapping[str, Any], count: int) -> list[tuple[str, ...]]:
    """The codes that hold for each of `count` rows."""
    key = np.zeros(count, dtype="int64")
    codes = list(found)
    for at, code in enumerate(codes, start=1):
        key = key * 2 + found[code]
        if at % 40 == 0:  # before the bits of the codes run over
            key = pd.factorize(key)[0]
    which, first = pd.factorize(key)[0], ~pd.Series(key).duplicated().to_numpy()
    made = [tuple(code for code in codes if found[code][row]) for row in np.flatnonzero(first)]
    return [made[at] for at in which]
