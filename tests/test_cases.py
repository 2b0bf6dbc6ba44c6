"""Every construction (C01-C153) and every trap (T01-T131) of the language as a case: a sentence and its rows.

The cases stand in `cases/*.yaml`; `rows` says how an expected row is compared. A case states the article's data
(`text`, `published`, `title`, `publisher`, `dateline`), all mapped rows that must come (`rows`), rows that may come
because the contract leaves them open (`optional`), and fates of numerals in the ledger (`fates`). No other mapped row
may come. A case that is not reached bears `xfail` with the reason in one line and fails as soon as it is mended; one
that a single document can't show bears `skip_reason`.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.resources
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
import yaml

import rows
from qualityextract import vocabulary

FOLDER = Path(__file__).resolve().parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
IDS = [f"C{n:02d}" for n in range(1, 154)] + [f"T{n:02d}" for n in range(1, 132)]
PUBLISHED = dt.date(2021, 10, 25)
MAX_SKIPPED = 12
MAX_XFAIL_SHARE = 0.05
WORDS = {
    "stat_kind": vocabulary.StatKind,
    "status": vocabulary.Status,
    "bound": vocabulary.Bound,
    "level": vocabulary.Level,
    "role": vocabulary.Role,
    "scope": vocabulary.Scope,
    "region_basis": vocabulary.RegionBasis,
    "flags": vocabulary.Flag,
}


@dataclass(frozen=True)
class Case:
    """One text with what must be read from it."""

    id: str
    text: str = ""
    about: str = ""
    published: dt.date | None = PUBLISHED
    title: str | None = None
    publisher: str | None = None
    dateline: str | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    optional: list[dict[str, Any]] = field(default_factory=list)
    fates: dict[str, str] = field(default_factory=dict)
    document: bool = False
    """Read the text as a file: what the station of documents does (sidebars, script) belongs to the case."""
    xfail: str | None = None
    skip_reason: str | None = None
    file: str = ""

    @property
    def construction(self) -> str:
        return self.id.split("-")[0]

    @property
    def words(self) -> str:
        return f"{self.title or ''}\n{self.text}"


def _load(path: Path) -> list[Case]:
    return [Case(**entry, file=path.stem) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


CASES = [case for path in FILES for case in _load(path)]


def _parameters() -> list[Any]:
    out = []
    for case in CASES:
        marks = [pytest.mark.xfail(reason=case.xfail, strict=True)] if case.xfail else []
        if not case.skip_reason:
            out.append(pytest.param(case, id=case.id, marks=marks))
    return out


@pytest.mark.parametrize("case", _parameters())
def test_case(case: Case) -> None:
    from qualityextract.model import RawDocument
    from qualityextract.pipeline import extract_batch, extract_text

    if case.document:
        tables = extract_batch([RawDocument("case.txt", case.text.encode())])
    else:
        tables = extract_text(
            case.text, title=case.title, published=case.published, publisher=case.publisher, dateline=case.dateline
        )
    wrong = rows.complaints(case.rows, case.optional, tables.observations)
    for words, fate in case.fates.items():
        found = [figure.fate for figure in tables.figures if words in figure.value_text or figure.value_text in words]
        if fate not in found:
            wrong.append(f"fate of {words}: {found} should be {fate}")
    assert not wrong, "\n".join([case.words.strip(), *wrong])


# The comparison itself


def _row(value: float, start: int, **changes: Any) -> Any:
    row = {
        "observation_id": f"o{start}", "indicator": "tm.well_known", "value": value, "value_max": None,
        "value_text": f"{value:g}", "value_start": start, "stat_kind": "cumulative", "scope": "whole",
        "region_code": "330681", "level": (), "attributes": {}, "flags": (), "part_of": None,
    }  # fmt: skip
    return SimpleNamespace(**{**row, **changes})


def _want(value: float, **changes: Any) -> dict[str, Any]:
    return {"value_text": f"{value:g}", "indicator": "tm.well_known", "value": value, **changes}


def test_rows_as_expected_raise_no_complaint() -> None:
    found = [_row(4, 3, value_text="超4"), _row(7, 9, indicator="unmapped")]
    assert rows.complaints([_want(4, stat_kind=["stock", "cumulative"], scope="whole")], [], found) == []


def test_missing_superfluous_and_wrong_rows_are_told_apart() -> None:
    found = [_row(4, 3, region_code="330600"), _row(9, 9)]
    wrong = rows.complaints([_want(4, region_code="330681"), _want(5)], [], found)
    assert [text.split(":")[0] for text in wrong] == ["missing", "not expected", "4 tm.well_known"]


def test_optional_rows_may_come_but_only_as_stated() -> None:
    assert rows.complaints([], [_want(4)], [_row(4, 3)]) == []
    assert rows.complaints([], [_want(4, scope="zone")], [_row(4, 3)]) != []


def test_equal_numerals_of_two_things_must_keep_their_order() -> None:
    wanted = [_want(2, indicator="gi.trademark"), _want(2)]
    swapped = [_row(2, 3), _row(2, 9, indicator="gi.trademark")]
    assert rows.complaints(wanted, [], list(reversed(swapped))) != []
    assert rows.complaints(list(reversed(wanted)), [], swapped) == []


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [("60余", "60余", True), ("60", "超60", True), ("三成", "三", True), ("1.1万", "1.1", False), ("2", "12", False)],
)
def test_numeral_expressions_are_compared_by_their_numeral(want: str, got: str, same: bool) -> None:
    assert rows.same_words(want, got) is same


# The cases themselves


def test_the_list_of_constructions_and_traps_is_complete() -> None:
    present = {case.construction for case in CASES}
    assert [name for name in IDS if name not in present] == []


def test_case_ids_are_complete_and_unique() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))


def test_few_cases_are_skipped_or_expected_to_fail() -> None:
    listed = [case for case in CASES if case.construction in IDS]
    failing = {case.construction for case in listed if case.xfail}
    assert len([case for case in listed if case.skip_reason]) <= MAX_SKIPPED
    assert len(failing) <= MAX_XFAIL_SHARE * len(IDS), sorted(failing)
    assert sum(case.xfail is not None for case in CASES) <= MAX_XFAIL_SHARE * len(CASES)


def test_long_texts_are_long_and_varied() -> None:
    wild = [case for case in CASES if case.file == "in_the_wild"]
    assert len(wild) >= 25
    assert all(len(case.text) >= 100 for case in wild)
    assert len({str(row["region_code"])[:2] for case in wild for row in case.rows}) >= 12


def test_rows_state_scope_and_region_unless_they_are_open() -> None:
    every = [row for case in CASES for row in case.rows]
    assert sum(set(row) >= rows.USUAL_KEYS for row in every) >= 0.95 * len(every)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases_are_well_formed_and_complete(path: Path) -> None:
    codes = _column("indicators.csv", "code")
    divisions = _column("regions/divisions.csv", "code")
    for case in _load(path):
        if case.skip_reason:
            continue
        assert case.text.strip(), case.id
        for row in case.rows:
            _check_row(case, row, codes, divisions)
            assert set(row) >= rows.REQUIRED_KEYS, case.id
        for row in case.optional:
            _check_row(case, row, codes, divisions)
        assert set(case.fates.values()) <= set(get_args(vocabulary.Fate)), case.id
        assert all(words in case.words for words in case.fates), case.id


def _check_row(case: Case, row: dict[str, Any], codes: set[str], divisions: set[str]) -> None:
    assert set(row) <= rows.ROW_KEYS, f"{case.id}: {set(row) - rows.ROW_KEYS}"
    assert _listed(row["indicator"]) <= codes, f"{case.id}: {row['indicator']}"
    assert _listed(row.get("region_code")) <= {None, *divisions}, f"{case.id}: {row['region_code']}"
    for name, allowed in WORDS.items():
        given = _listed(row.get(name))
        assert given <= {None, *get_args(allowed)}, f"{case.id}: {name} {given}"
    words = row.get("value_text")
    assert words is None or words in case.words, f"{case.id}: {words} is not in the text"


def _listed(value: Any) -> set[Any]:
    return set(value) if isinstance(value, list) else {value}


def _column(table: str, name: str) -> set[str]:
    path = importlib.resources.files("qualityextract") / "rules" / table
    return {line[name] for line in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())}
