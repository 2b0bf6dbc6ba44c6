"""Words that point to a place named elsewhere: 全市, 该县, 我省, 当地. The context says which.

全市 beside a county-level city is that city; beside a county or a district it is the prefecture above. 全区 is a
district, or the autonomous region where none is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .tables import CODE, LEVEL, NAME, Tables
from .values import COUNTRY, RegionMention


def antecedent(tables: Tables, mention: RegionMention, context: Sequence[str]) -> str | None:
    """The code that a relative mention points to, from codes named around it (the nearest first), or None."""
    known = [code for code in context if code in tables.by_code and code != COUNTRY]
    word = mention.surface
    if mention.relative_level == "any":
        return known[0] if known else None
    if "省" in word or "自治区" in word:
        return next((code[:2] + "0000" for code in known), None)
    if "市" in word:
        return first(known, lambda code: city(tables, code))
    if "区" in word:
        return first(known, lambda code: tailed(tables, code, "区")) or first(known, autonomous)
    if "县" in word:
        return first(known, lambda code: tailed(tables, code, "县"))
    if "旗" in word:
        return first(known, lambda code: tailed(tables, code, "旗"))
    return first(known, lambda code: above(tables, code, "州盟"))


def first(codes: Sequence[str], test: Callable[[str], str | None]) -> str | None:
    return next((found for code in codes if (found := test(code))), None)


def row_of(tables: Tables, code: str) -> list[str]:
    return tables.rows[tables.by_code[code][-1]]


def city(tables: Tables, code: str) -> str | None:
    """The city that a code is or lies in; a province that is no municipality is in none."""
    row = row_of(tables, code)
    if row[NAME].endswith("市"):
        return code
    for upper in tables.ancestors(tables.by_code[code][-1]):
        if upper != COUNTRY and row_of(tables, upper)[NAME].endswith("市"):
            return upper
    return None


def tailed(tables: Tables, code: str, tail: str) -> str | None:
    """The code where it is a county-level division of that kind."""
    row = row_of(tables, code)
    return row[CODE] if row[LEVEL] == "county" and row[NAME].endswith(tail) else None


def autonomous(code: str) -> str | None:
    """The autonomous region of a code."""
    return code[:2] + "0000" if code[:2] in ("15", "45", "54", "64", "65") else None


def above(tables: Tables, code: str, tails: str) -> str | None:
    """The prefecture of a code where its name ends like that."""
    for upper in (code, *tables.ancestors(tables.by_code[code][-1])):
        row = row_of(tables, upper)
        if row[LEVEL] == "prefecture" and row[NAME][-1] in tails:
            return upper
    return None
