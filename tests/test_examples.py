"""Every indicator of the catalogue has its own examples, and the rules do on them what the examples say.

The examples stand beside the rules, in `rules/examples/<group>.yaml`: `match` sentences with rows that must come out,
`no_match` sentences that a careless reader would take and that must yield no row of the indicator.
"""

from __future__ import annotations

import datetime as dt
import importlib.resources
import json
import math
from typing import Any

import pytest
import yaml

from qualityextract.pipeline import extract_text
from qualityextract.ruleset import load_ruleset

PUBLISHED = dt.date(2024, 3, 15)
"""Publication date of an example that names none."""
ROW_FIELDS = {
    "value_text", "value", "value_max", "unit", "stat_kind", "status", "bound", "level", "role", "scope", "subject",
    "region_code", "period_start", "period_end", "each", "flags",
}  # fmt: skip


def _examples() -> dict[str, dict[str, list[dict[str, Any]]]]:
    folder = importlib.resources.files("qualityextract").joinpath("rules").joinpath("examples")
    examples: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            examples.update(yaml.safe_load(entry.read_text(encoding="utf-8")))
    return examples


EXAMPLES = _examples()


def _cases(kind: str) -> list[Any]:
    return [
        pytest.param(code, example, id=example["id"]) for code, kinds in EXAMPLES.items() for example in kinds[kind]
    ]


def _rows(code: str, example: dict[str, Any]) -> list[Any]:
    tables = extract_text(
        example["text"],
        title=example.get("title"),
        published=example.get("published", PUBLISHED),
        publisher=example.get("publisher"),
    )
    return [row for row in tables.observations if row.indicator == code]


def _agrees(row: Any, expected: dict[str, Any]) -> bool:
    """Whether `row` has every field of `expected`; of flags it may have more."""
    for field, wanted in expected.items():
        found = getattr(row, field)
        if field == "flags":
            if not set(wanted) <= set(found):
                return False
        elif isinstance(wanted, float | int) and not isinstance(wanted, bool):
            if found is None or not math.isclose(found, wanted, rel_tol=1e-9):
                return False
        elif isinstance(wanted, list):
            if sorted(found or ()) != sorted(wanted):
                return False
        elif found != wanted:
            return False
    return True


def _seen(rows: list[Any], fields: set[str]) -> str:
    shown = [{field: getattr(row, field) for field in sorted(fields)} for row in rows]
    return json.dumps(shown, ensure_ascii=False, default=str)


def test_every_indicator_has_both_kinds_of_example() -> None:
    codes = set(load_ruleset().indicators)
    assert set(EXAMPLES) == codes
    assert not [code for code, kinds in EXAMPLES.items() if not kinds["match"] or not kinds["no_match"]]


def test_examples_are_well_formed() -> None:
    ids = [example["id"] for kinds in EXAMPLES.values() for examples in kinds.values() for example in examples]
    assert len(ids) == len(set(ids))
    for code, kinds in EXAMPLES.items():
        for example in kinds["match"] + kinds["no_match"]:
            assert example["id"].startswith(f"{code}/")
        for example in kinds["match"]:
            assert example["rows"], example["id"]
            for row in example["rows"]:
                assert {"value_text", "value"} <= set(row) <= ROW_FIELDS, example["id"]
                assert row["value_text"] in example["text"], example["id"]


@pytest.mark.parametrize(("code", "example"), _cases("match"))
def test_match(code: str, example: dict[str, Any]) -> None:
    rows = _rows(code, example)
    missing = [expected for expected in example["rows"] if not any(_agrees(row, expected) for row in rows)]
    fields = {field for expected in example["rows"] for field in expected}
    assert not missing, f"{example['text']}\nmissing {missing}\nfound {_seen(rows, fields)}"


@pytest.mark.parametrize(("code", "example"), _cases("no_match"))
def test_no_match(code: str, example: dict[str, Any]) -> None:
    rows = _rows(code, example)
    assert not rows, f"{example['text']}\nfound {_seen(rows, {'value_text', 'value', 'unit', 'indicator_text'})}"
