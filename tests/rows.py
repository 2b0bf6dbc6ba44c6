"""Match rows of `observations` against the rows that a case expects, one to one, and say in words what differs.

A case states only the fields that it is about; fields left out are not compared. Conventions of an expected row:

- a list where the table has one word (`stat_kind: [stock, cumulative]`) means any of them; `level` is a real list;
- `attributes` and `flags` name what must be there, the row may have more;
- `part_of` names the `value_text` of the whole; null means that the row is no part;
- `implied: true` wants the flag `implied_count`; the words of an implied count are not compared, nor are numeral
  expressions without a numeral (倍增, 首位), because more than one stretch of words says the same;
- numeral expressions are equal when they differ in the words around the numeral alone (超5万, 5万).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Expected = Mapping[str, Any]

SCALARS = (
    "indicator", "stat_kind", "bound", "unit", "status", "role", "scope", "subject", "region_code", "region_basis",
    "period_start", "period_end", "each",
)  # fmt: skip
ROW_KEYS = {"value_text", "value", "value_max", "level", "attributes", "flags", "part_of", "implied", *SCALARS}
REQUIRED_KEYS = {"value_text", "indicator", "value", "stat_kind"}
USUAL_KEYS = {"scope", "region_code"}
"""Stated unless the contract leaves them open."""
_HEAVY = {"indicator": 8.0, "value": 4.0, "region_code": 2.0, "stat_kind": 2.0}
_NUMERAL = re.compile(r"[0-9０-９.．,，+〇零一二三四五六七八九十百千万亿两俩廿卅半几数]")


class Row(Protocol):
    """The columns of an observation that are compared (`schema.ObservationRecord` has them all)."""

    @property
    def observation_id(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def value_max(self) -> float | None: ...
    @property
    def value_text(self) -> str: ...
    @property
    def value_start(self) -> int: ...
    @property
    def level(self) -> Sequence[str]: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...
    @property
    def flags(self) -> Sequence[str]: ...
    @property
    def part_of(self) -> str | None: ...


@dataclass(frozen=True)
class Pair:
    """An expected row and the row taken for it."""

    order: int
    want: Expected
    row: Row
    optional: bool


def has_numeral(words: str) -> bool:
    return _NUMERAL.search(words) is not None


def same_words(want: str, got: str) -> bool:
    """Whether two numeral expressions are the same numeral, whatever bound or measure word is taken along."""
    short, long = sorted((re.sub(r"\s", "", want), re.sub(r"\s", "", got)), key=len)
    before, found, after = long.partition(short)
    return bool(found) and not has_numeral(before) and not has_numeral(after)


def complaints(expected: Sequence[Expected], optional: Sequence[Expected], rows: Iterable[Row]) -> list[str]:
    """What is wrong with the mapped ones among `rows`, in one line each; empty when all is as expected."""
    every = list(rows)
    mapped = [row for row in every if row.indicator != "unmapped"]
    texts = {row.observation_id: row.value_text for row in every}
    pairs = _pair(expected, optional, mapped, texts)
    taken = {id(pair.row) for pair in pairs}
    reached = {pair.order for pair in pairs if not pair.optional}
    out = [f"missing: {_show(want)}" for order, want in enumerate(expected) if order not in reached]
    out += [f"not expected: {_show_row(row)}" for row in mapped if id(row) not in taken]
    for pair in pairs:
        wrong = _differences(pair.want, pair.row, texts)
        if wrong:
            out.append(f"{pair.want.get('value_text')} {pair.want['indicator']}: {'; '.join(wrong)}")
    return out + _disorder(pairs)


def _pair(
    expected: Sequence[Expected], optional: Sequence[Expected], mapped: Sequence[Row], texts: Mapping[str, str]
) -> list[Pair]:
    """The best pairs first; an optional row takes part only where it agrees in everything that it states."""
    scored: list[tuple[float, int, int, bool]] = []
    wants = [(order, want, False) for order, want in enumerate(expected)]
    wants += [(order, want, True) for order, want in enumerate(optional)]
    for order, want, is_optional in wants:
        for place, row in enumerate(mapped):
            if not _words_agree(want, row):
                continue
            wrong = [text.split(":")[0] for text in _differences(want, row, texts)]
            if not (is_optional and wrong):
                loss = sum(_HEAVY.get(name, 1.0) for name in wrong) + (0.5 if is_optional else 0.0)
                scored.append((loss, order, place, is_optional))
    scored.sort()
    pairs: list[Pair] = []
    used_wants: set[tuple[int, bool]] = set()
    used_rows: set[int] = set()
    for _, order, place, is_optional in scored:
        if (order, is_optional) not in used_wants and place not in used_rows:
            used_wants.add((order, is_optional))
            used_rows.add(place)
            want = (optional if is_optional else expected)[order]
            pairs.append(Pair(order, want, mapped[place], is_optional))
    return sorted(pairs, key=lambda pair: (pair.optional, pair.order))


def _words_agree(want: Expected, row: Row) -> bool:
    words = want.get("value_text")
    if words is None or want.get("implied") or not has_numeral(str(words)):
        return True
    return same_words(str(words), row.value_text)


def _differences(want: Expected, row: Row, texts: Mapping[str, str]) -> list[str]:
    """`field: got, wanted` for every stated field that the row has otherwise."""
    wrong = [
        f"{name}: {getattr(row, name)} should be {want[name]}"
        for name in (*SCALARS, "value", "value_max")
        if name in want and not _agrees(name, getattr(row, name), want[name])
    ]
    if "level" in want and set(row.level) != set(want["level"]):
        wrong.append(f"level: {list(row.level)} should be {want['level']}")
    if "part_of" in want and not _is_part(texts.get(row.part_of or ""), want["part_of"]):
        wrong.append(f"part_of: {texts.get(row.part_of or '')} should be {want['part_of']}")
    for name, value in want.get("attributes", {}).items():
        if row.attributes.get(name) != value:
            wrong.append(f"attributes: {name} is {row.attributes.get(name)}, should be {value}")
    flags = [*want.get("flags", []), *(["implied_count"] if want.get("implied") else [])]
    missing = sorted(set(flags) - set(row.flags))
    return wrong + ([f"flags: {missing} missing"] if missing else [])


def _agrees(name: str, got: Any, want: Any) -> bool:
    if name in ("value", "value_max"):
        return _close(got, want)
    return got in want if isinstance(want, list) else bool(got == want)


def _close(got: float | None, want: float | None) -> bool:
    if got is None or want is None:
        return got is want
    return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)


def _is_part(whole: str | None, want: str | None) -> bool:
    if whole is None or want is None:
        return whole is want
    return same_words(str(want), whole)


def _disorder(pairs: Sequence[Pair]) -> list[str]:
    """Equal numerals must come in the order of the text: two swapped rows would otherwise pass."""
    last: dict[str, int] = {}
    out = []
    for pair in pairs:
        words = str(pair.want.get("value_text"))
        if pair.optional or pair.want.get("implied"):
            continue
        if pair.row.value_start < last.get(words, -1):
            out.append(f"order: {_show(pair.want)} stands before a row that the case lists earlier")
        last[words] = max(last.get(words, -1), pair.row.value_start)
    return out


def _show(want: Expected) -> str:
    shown = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in want.items()}
    return f"{shown.pop('value_text', '?')} {shown}"


def _show_row(row: Row) -> str:
    parts = [getattr(row, name) for name in ("value_text", "indicator", "stat_kind", "value", "scope", "region_code")]
    return " ".join(str(part) for part in parts)
