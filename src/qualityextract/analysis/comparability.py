"""Which figures may honestly be compared: grades A to D with reasons, by the table `comparability.csv`.

A: everything that matters is equal or irrelevant. B: all but the date, within one calendar year. C: the same
indicator, but something that matters is not stated. D: anything else; for description only. A line of the table is one
condition: the column it looks at, the test, for which groups and kinds it holds, and the best grade that is left when
the rows differ or when one of them does not say.

    >>> row = dict(indicator="tm.well_known", stat_kind="stock", status="achieved", unit="件", scope="whole",
    ...            bound="exact", region_level="prefecture", region_code="130200", period_end="2021-12-31")
    >>> comparable(row, row | {"region_code": "440600", "period_end": "2021-10-31"}).grade
    'A'
    >>> comparable(row, row | {"stat_kind": "cumulative"})
    Comparison(grade='D', reasons=('kind',))
    >>> comparable(row, row | {"scope": "cluster"}).text
    'a part, a cluster, a zone, a bureau or a firm is no region'
"""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qualityextract.analysis.definitions import catalogued, describe, group_of

GRADES = ("A", "B", "C", "D")
UNKNOWN = "_unknown"
"""Ending of a reason whose condition could not be decided."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of `comparability.csv`."""

    id: str
    test: str
    column: str
    argument: str
    groups: frozenset[str]
    kinds: frozenset[str]
    differ: str
    unknown: str
    definition: bool
    en: str
    zh: str

    @property
    def attribute(self) -> str | None:
        """The key of `attributes` that it looks at, or the level or role; None for other columns."""
        name = self.column.removeprefix("attributes.")
        return name if name != self.column or name in ("level", "role") else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The grade of a pair or a group, and why it is no better: short codes, worst first."""

    grade: str
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The reasons in English."""
        return explain_reasons(self.reasons)


@functools.cache
def conditions() -> tuple[Condition, ...]:
    """The table, in its order."""
    file = importlib.resources.files("qualityextract.analysis").joinpath("comparability.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple(_condition(row) for row in rows)


def _condition(row: dict[str, str]) -> Condition:
    listed = {name: frozenset(filter(None, row.pop(name).split("|"))) for name in ("groups", "kinds")}
    return Condition(**row | {"definition": row["definition"] == "yes"}, **listed)  # type: ignore[arg-type]


def explain_reasons(reasons: Sequence[str], language: str = "en") -> str:
    """The codes of a grade in words, `en` or `zh`."""
    known = {c.id: c.en if language == "en" else c.zh for c in conditions()}
    unsaid = "not stated whether: " if language == "en" else "未说明是否："
    said = [(unsaid if code.endswith(UNKNOWN) else "") + known[code.removesuffix(UNKNOWN)] for code in reasons]
    return "; ".join(said)


def comparable(a: Any, b: Any = None) -> Comparison:
    """Whether two rows, or all rows of a frame, may be compared with each other.

    Args:
        a: a row of `observations` (mapping or Series), or a frame of rows.
        b: the other row; None when `a` is a frame.

    Returns:
        The grade, of a frame that of its worst pair, with the reasons.

    Raises:
        TypeError: one row without another.
        ValueError: a frame of fewer than two rows.
    """
    if b is None:
        if not isinstance(a, pd.DataFrame):
            raise TypeError("comparable takes two rows, or one frame")
        rows = a.reset_index(drop=True)
    else:
        rows = pd.DataFrame([dict(a), dict(b)])
    if len(rows) < 2:
        raise ValueError("there is nothing to compare with: fewer than two rows")
    described = describe_rows(rows)
    judged = judge(described, reference_of(described))
    hits = {code: bool(hit.any()) for code, hit in judged.items()}
    return _comparison([code for code, hit in hits.items() if hit])


def describe_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that the table compares, for every row."""
    keys = [c.column.removeprefix("attributes.") for c in conditions() if c.column.startswith("attributes.")]
    return describe(rows, keys)


def reference_of(described: pd.DataFrame) -> dict[str, Any]:
    """What to hold all rows of a group against, so that the worst pair shows: first known values, earliest days."""
    first = {name: next((v for v in described[name] if v is not None), None) for name in described.columns}
    return first | {"end": described["end"].min(), "length": described["length"].min()}


def usual_of(described: pd.DataFrame) -> dict[str, Any]:
    """The most frequent known value of every column, the first in order among equals."""
    usual: dict[str, Any] = {}
    for name in described.columns.difference(["start", "end", "length"]):
        counts = described[name].dropna().value_counts()
        best: list[Any] = list(counts[counts == counts.max()].index) if len(counts) else []
        usual[name] = min(best, key=lambda v: sorted(v) if isinstance(v, frozenset) else str(v)) if best else None
    return usual


def judge(described: pd.DataFrame, reference: Mapping[str, Any], *, definitions: bool = False) -> dict[str, Any]:
    """Which conditions each row fails against the reference.

    Args:
        described: rows as `describe_rows` gives them.
        reference: a value, or one value per row, for each column.
        definitions: only the conditions that say what is counted.

    Returns:
        For each reason that occurs (a condition's id, with `_unknown` where it can't be decided) a boolean array.
    """
    failed: dict[str, Any] = {}
    for condition in conditions():
        if definitions and not condition.definition:
            continue
        concerned = _concerned(condition, described, reference)
        if not concerned.any():
            continue
        differ, unknown = _TESTS[condition.test](described[condition.column], reference, condition)
        for code, hit in ((condition.id, differ), (condition.id + UNKNOWN, unknown)):
            if (hit & concerned).any():
                failed[code] = hit & concerned
    return failed


def grade_rows(failed: Mapping[str, Any], count: int) -> list[Comparison]:
    """The grade of each of `count` rows from what `judge` found."""
    codes = list(failed)
    if not codes:
        return [Comparison("A")] * count
    distinct, which = np.unique(np.column_stack([failed[code] for code in codes]), axis=0, return_inverse=True)
    made = [_comparison([code for code, hit in zip(codes, row, strict=True) if hit]) for row in distinct]
    return [made[at] for at in which.reshape(-1)]


def _comparison(codes: Sequence[str]) -> Comparison:
    order = sorted(codes, key=lambda code: -GRADES.index(_grade_left(code)))
    return Comparison(_grade_left(order[0]) if order else "A", tuple(order))


@functools.cache
def _grade_left(code: str) -> str:
    condition = next(c for c in conditions() if c.id == code.removesuffix(UNKNOWN))
    return condition.unknown if code.endswith(UNKNOWN) else condition.differ


def _concerned(condition: Condition, described: pd.DataFrame, reference: Mapping[str, Any]) -> Any:
    """The rows that a condition speaks of: by group and kind; attributes where catalogued or stated."""
    concerned = np.ones(len(described), dtype=bool)
    codes, kinds = described["indicator"], described["stat_kind"]
    if condition.groups:
        concerned &= _where(codes, lambda code: group_of(code) in condition.groups)
    if condition.kinds:
        concerned &= _where(kinds, lambda kind: kind in condition.kinds)
    name = condition.attribute
    if name is not None:
        allowed = _where(codes, lambda code: name in catalogued(code))
        stated = described[condition.column].notna().to_numpy() | _known(reference[condition.column], len(described))
        concerned &= allowed | stated
    return concerned


def _where(values: pd.Series[Any], holds: Callable[[str], bool]) -> Any:
    answers = {value: holds(str(value)) for value in values.unique()}
    return values.map(answers).to_numpy(dtype=bool)


def _known(value: Any, count: int) -> Any:
    if isinstance(value, pd.Series):
        return value.notna().to_numpy()
    return np.full(count, value is not None and value is not pd.NaT)


_Outcome = tuple[Any, Any]
"""Two boolean arrays: rows that differ, rows of which it can't be said."""


def _equal(values: pd.Series[Any], reference: Mapping[str, Any], condition: Condition) -> _Outcome:
    other = reference[condition.column]
    same = (values == other).to_numpy(dtype=bool)
    known = values.notna().to_numpy() & _known(other, len(values))
    if condition.argument:
        # A value that may stand for any other: it neither agrees nor contradicts.
        vague = (values == condition.argument).to_numpy(dtype=bool) | np.asarray(other == condition.argument)
        known = known & (same | ~vague)
    return known & ~same, ~known


def _near(values: pd.Series[Any], reference: Mapping[str, Any], condition: Condition) -> _Outcome:
    apart = values - reference[condition.column]
    days = (apart.dt.days if condition.column == "end" else apart).abs().to_numpy(dtype=float)
    return days > float(condition.argument), np.isnan(days)


def _same_year(values: pd.Series[Any], reference: Mapping[str, Any], condition: Condition) -> _Outcome:
    far, unknown = _near(values, reference, condition)
    other = reference[condition.column]
    years = other.dt.year if isinstance(other, pd.Series) else getattr(other, "year", np.nan)
    return far & (values.dt.year != years).to_numpy(dtype=bool), np.zeros_like(unknown)


def _one_sided(holds: Callable[[Any, str], bool]) -> Callable[..., _Outcome]:
    """A test that every row must pass by itself."""

    def test(values: pd.Series[Any], _reference: Mapping[str, Any], condition: Condition) -> _Outcome:
        fails = np.array([not holds(value, condition.argument) for value in values], dtype=bool)
        return fails, np.zeros(len(values), dtype=bool)

    return test


def _flag_equal(values: pd.Series[Any], reference: Mapping[str, Any], condition: Condition) -> _Outcome:
    held = np.array([condition.argument in flags for flags in values], dtype=bool)
    other = reference["flags"]
    others = [other] * len(values) if isinstance(other, frozenset) else list(other)
    differ = held != np.array([condition.argument in flags for flags in others], dtype=bool)
    return differ, np.zeros(len(values), dtype=bool)


_TESTS: dict[str, Callable[..., _Outcome]] = {
    "equal": _equal,
    "near": _near,
    "same_year": _same_year,
    "only": _one_sided(lambda value, argument: value == argument),
    "none_of": _one_sided(lambda value, argument: value not in argument.split("|")),
    "absent": _one_sided(lambda value, _argument: value is None),
    "flag_none": _one_sided(lambda value, argument: argument not in value),
    "flag_equal": _flag_equal,
}
